// Random statements over what a database holds, the same for the same seed and database: objects of every
// kind that come, change, are renamed and go. A statement may be refused by the server: what it takes is what
// a person could have done, and the database is then read back. No statement is written by the code that
// the tests are about.
#pragma once
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "catalog/database.hpp"
#include "diff/rename.hpp"

namespace migrate::test {

class RandomStatements {
 public:
  RandomStatements(std::uint64_t seed, int server_version);

  // The kinds that statements are made of; $MIGRATE_TEST_KINDS ("view routine") says them, else a few are
  // chosen.
  static const std::vector<std::string>& kinds();
  const std::vector<std::string>& chosen() const { return chosen_; }

  enum class Data { none, kept };
  // Each is one statement, or a few that belong together.
  std::vector<std::string> create(const catalog::Database& database, int count);
  // With Data::kept nothing goes that holds rows.
  std::vector<std::string> change(const catalog::Database& database, int count, Data data);

  struct Renaming {
    std::string sql;
    diff::Rename rename;
  };
  std::vector<Renaming> rename(const catalog::Database& database, int count);

 private:
  using Database = catalog::Database;

  // A table, view or materialized view.
  struct Relation {
    catalog::Name name;
    catalog::Kind kind{};
    std::vector<std::string> columns, types;
    bool partitioned = false;
  };

  bool chance(int percent) { return below(100) < percent; }
  int below(int limit) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(limit)); }
  template <class List>
  const auto& any(const List& list) {
    return list[static_cast<std::size_t>(below(static_cast<int>(list.size())))];
  }
  std::string one_of(std::initializer_list<const char*> list) {
    return list.begin()[below(static_cast<int>(list.size()))];
  }
  bool chosen(const char* kind) const;

  std::string word();
  std::string fresh_name();
  std::string schema(const Database& database);
  std::string fresh(const Database& database);  // a new qualified name, as SQL has it
  std::string comment(const catalog::ObjectId& id);
  std::string random_type(const Database& database);
  std::string value(const Database& database, const std::string& type);
  std::vector<Relation> relations(const Database& database, bool tables_only) const;
  // A condition over the columns, each after `prefix`.
  std::string condition(const Database& database, const Relation& relation, const std::string& prefix);
  const catalog::Routine* trigger_function(const Database& database, const std::string& returns);

  std::string query(const Database& database);
  std::string create_view(const Database& database);
  std::string create_materialized_view(const Database& database);
  std::string create_routine(const Database& database);
  std::string create_aggregate(const Database& database);
  std::string use_routine(const Database& database);
  std::string attributes();
  std::string create_trigger(const Database& database);
  std::string create_rule(const Database& database);
  std::string create_policy(const Database& database);
  std::string create_event_trigger(const Database& database);
  std::string create_domain(const Database& database);
  std::string create_composite(const Database& database);
  std::string create_range(const Database& database);
  std::string use_type(const Database& database);
  std::string create_partitioned(const Database& database);
  std::string create_child(const Database& database);
  std::string create_typed(const Database& database);

  std::string change_view(const Database& database);
  std::string change_materialized_view(const Database& database);
  std::string change_routine(const Database& database);
  std::string change_trigger(const Database& database);
  std::string change_rule(const Database& database);
  std::string change_policy(const Database& database);
  std::string change_event_trigger(const Database& database);
  std::string change_domain(const Database& database, Data data);
  std::string change_composite(const Database& database, Data data);
  std::string change_partition(const Database& database, Data data);
  std::string change_child(const Database& database, Data data);
  std::string change_settings(const Database& database);
  std::string change_table(const Database& database, Data data);
  std::string drop(const Database& database, Data data);
  std::string move(const Database& database);

  std::string creation(const Database& database, const std::string& kind);
  std::string alteration(const Database& database, const std::string& kind, Data data);

  std::mt19937_64 engine_;
  int version_;
  int counter_ = 0;
  std::vector<std::string> chosen_;
};

}  // namespace migrate::test
