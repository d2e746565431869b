// Random schemas for property tests, the same for the same seed. What is made is valid: PostgreSQL takes it.
// Names have quotes, spaces, capitals, keywords and letters outside of ASCII in them.
#pragma once
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "catalog/database.hpp"
#include "diff/rename.hpp"

namespace migrate::test {

class RandomCatalog {
 public:
  // `server_version` leaves out what the server does not have.
  RandomCatalog(std::uint64_t seed, int server_version);

  catalog::Database make();

  enum class Data { none, kept };
  // A few random changes. With Data::kept only those that no row can make fail, and that touch no value:
  // columns are added, settings changed, but nothing is dropped that holds rows and no type is narrowed.
  catalog::Database mutate(catalog::Database database, Data data);

  // Renames of whatever has a name, in no order; some swap names, or pass them round.
  std::vector<diff::Rename> renames(const catalog::Database& database);

  // INSERT statements that put rows into the tables of `database`. A row may be refused by a check.
  std::vector<std::string> rows(const catalog::Database& database, int count);

 private:
  bool chance(int percent) { return below(100) < percent; }
  int below(int limit) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(limit)); }
  template <class List>
  const auto& any(const List& list) {
    return list[static_cast<std::size_t>(below(static_cast<int>(list.size())))];
  }
  template <class List>
  auto& any_of(List& list) {
    return list[static_cast<std::size_t>(below(static_cast<int>(list.size())))];
  }

  std::string fresh_name();
  std::string random_type(const catalog::Database& database);
  std::string random_default(const catalog::Database& database, const std::string& type);
  catalog::SequenceOptions random_options();
  catalog::Column random_column(const catalog::Database& database);
  void settings(catalog::Column& column);
  void add_identifier(catalog::Database& database, catalog::Table& table);
  void add_generated(catalog::Table& table);
  void add_constraint(catalog::Database& database, catalog::Table& table, bool data);
  void add_index(catalog::Table& table, bool data);
  void add_table(catalog::Database& database);
  std::string expression_over(const catalog::Table& table);

  std::string replace_factor(const std::string& expression);
  bool remove_column(catalog::Database& database, catalog::Table& table);
  void change_column(catalog::Database& database, catalog::Table& table, Data data);
  void change_table(catalog::Database& database, catalog::Table& table, Data data);
  void change_enum(catalog::Database& database, Data data);
  void change_sequence(catalog::Database& database);
  void drop_table(catalog::Database& database);

  std::mt19937_64 engine_;
  int version_;
  int counter_ = 0;
};

}  // namespace migrate::test
