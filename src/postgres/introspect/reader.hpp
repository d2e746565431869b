// What the readers of the kinds share: the connection, what is in view, and the objects read so far by their
// oid. A kind is read by one query if there is any of it (expressions by two, unhandled objects by three,
// constraints by one more where a foreign key leads out of view), each in a file of its own.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "catalog/database.hpp"
#include "postgres/connection.hpp"
#include "postgres/introspect.hpp"
#include "postgres/introspect/ahead.hpp"

namespace migrate::postgres::introspection {

using Oid = std::int64_t;

// A relation that others refer to: also one that is not in view.
struct Relation {
  catalog::Name name;
  std::vector<std::string> columns;  // by attnum - 1; dropped ones are empty
  std::vector<Oid> collations;       // likewise
  std::vector<Oid> types;            // likewise
};

// An index as read, until it is known whether a constraint owns it.
struct IndexRow {
  catalog::Index index;
  Oid table = 0;
};

struct ForeignKey {
  Oid table, target;
  Oid index;  // that it stands on
  std::string name;
};

// The texts of checks, of predicates of indexes and of their keys that are no columns.
struct Expressions {
  struct Key {
    std::string text;
    Oid type = 0, collation = 0;  // of what the index stores, and the usual one of that type
  };
  using Texts = std::unordered_map<Oid, std::string>;
  Texts checks, predicates;                        // by constraint, by index
  std::unordered_map<Oid, std::vector<Key>> keys;  // by index, in order
};

// The catalogue that an object is in, and its oid there.
using Key = std::pair<Oid, Oid>;

// The oids of the catalogues, which are the same on every server (src/include/catalog of PostgreSQL).
namespace in {
constexpr Oid pg_type = 1247, pg_proc = 1255, pg_class = 1259, pg_attrdef = 2604, pg_constraint = 2606,
              pg_namespace = 2615, pg_rewrite = 2618, pg_trigger = 2620, pg_extension = 3079,
              pg_policy = 3256, pg_statistic_ext = 3381, pg_event_trigger = 3466;
}

struct Reader {
  Connection& connection;
  const IntrospectOptions& options;
  int version;
  catalog::Database& database;

  std::string schemas = {};  // oids in view, as an array's literal: the $1 of most queries
  std::unordered_map<Oid, std::size_t> tables = {};  // oid to place in database.tables
  // Every table and materialized view in view, also those not shown; at last also the targets of foreign
  // keys.
  std::unordered_map<Oid, Relation> relations = {};
  std::unordered_map<Oid, IndexRow> indexes = {};
  std::unordered_map<Oid, std::size_t> sequences = {};  // oid to place in database.sequences
  std::unordered_map<Oid, catalog::Name> identity_sequences = {};
  std::unordered_map<Oid, std::string> schema_names = {};
  std::unordered_map<Oid, catalog::Name> enums = {};
  std::unordered_map<Oid, std::string> collations = {};
  std::vector<ForeignKey> foreign_keys = {};
  // Definitions; where dependencies are asked for, the checks and indexes of tables, too.
  std::map<Key, catalog::ObjectId> objects = {};
  std::unordered_map<Oid, std::size_t> materialized_views = {};  // oid to place in the database's list
  std::unique_ptr<Ahead> ahead = {};                             // for big schemas
  std::map<std::string, Rows> fetched = {};                      // by their SQL
  Expressions expressions = {};

  bool is_bookkeeping(const catalog::Name& name) const;
  catalog::Table* table(Oid oid);  // nullptr: not ours to show
  std::string column(Oid table, std::int64_t number) const;
  const std::string& collation(Oid oid);  // quoted and qualified; all of them are asked for at the first call
  catalog::MaterializedView* materialized_view(Oid oid);  // nullptr: not ours to show
  // Of long lists. While `ahead` is at work on the one that is wanted, the others are fetched.
  Rows rows(const Query& query);
};

// The kinds that there are, perhaps out of view: to ask for one that is not there takes a new session as long
// as to ask for a few, some milliseconds.
struct Present {
  std::string types, relations;  // those in view: a letter of typtype, or relkind, for each
  bool extensions = false, routines = false, policies = false, rules = false, triggers = false,
       event_triggers = false;
  bool type(char kind) const { return types.find(kind) != std::string::npos; }
  bool relation(char kind) const { return relations.find(kind) != std::string::npos; }
};

// Begins a transaction that reads, with the settings that printed text depends on; in `snapshot` where one is
// given.
void begin_reading(Connection& connection, const std::string& isolation, const std::string& snapshot = {});

// The queries that take longest.
Query present_query(const Reader& reader);
Query expression_query(const Reader& reader);
Query index_query(const Reader& reader);
Query key_setting_query(const Reader& reader);
Query constraint_query(const Reader& reader);
Query table_setting_query(const Reader& reader);
Query dependency_query(const Reader& reader);
Query unhandled_query(const Reader& reader);

// Each also reads the comments of its kind. They run in this order.
void read_schemas(Reader& reader);
void read_tables(Reader& reader);   // with partitions and inheritance
void read_columns(Reader& reader);  // of materialized views, too
Present read_present(Reader& reader);
void read_extensions(Reader& reader);
void read_enum_types(Reader& reader);
void read_domains(Reader& reader);
void read_composite_types(Reader& reader);
void read_range_types(Reader& reader);
void read_materialized_views(Reader& reader);
void read_expressions(Reader& reader);  // gives the columns theirs, and keeps the rest for what comes
void read_sequences(Reader& reader);
void read_indexes(Reader& reader);
void read_constraints(Reader& reader);  // takes the indexes that constraints own
void hand_out_indexes(Reader& reader);  // gives the rest to their tables and materialized views
void read_table_settings(Reader& reader);
void read_routines(Reader& reader);
void read_refused_bodies(Reader& reader);  // if that is asked for
void read_views(Reader& reader);
void read_policies(Reader& reader);
void read_rules(Reader& reader);
void read_triggers(Reader& reader);
void read_event_triggers(Reader& reader);
void read_access(Reader& reader);              // as far as that is asked for
void read_default_privileges(Reader& reader);  // likewise
void read_dependencies(Reader& reader);        // of all that is in `objects`, and of columns
void read_unhandled(Reader& reader);

// The cells of a row one after the other, in the order of the SELECT list.
class Cells {
 public:
  explicit Cells(Row row, int first = 0) : row_(row), next_(first) {}
  std::string text() { return std::string(row_.text(next_++)); }
  bool null() const { return row_.null(next_); }  // the next one; does not move
  bool boolean() { return row_.boolean(next_++); }
  std::int64_t integer() { return row_.integer(next_++); }
  char letter() {  // of type "char"; '\0' for none
    const std::string_view cell = row_.text(next_++);
    return cell.empty() ? '\0' : cell.front();
  }
  catalog::Name name() {  // schema, name
    std::string schema = text();
    return {std::move(schema), text()};
  }
  std::string qualified_name() {  // schema, name, as SQL; empty for NULL
    const auto found = name();
    return found.empty() ? std::string() : found.sql();
  }
  std::vector<std::string> array();
  std::vector<Oid> numbers();  // of an array or an int2vector/oidvector; no nulls in it
  catalog::StorageParameters parameters();

 private:
  Row row_;
  int next_;
};

// Of tgenabled and ev_enabled; empty: as usual.
inline std::string enabled_name(char letter) {
  return letter == 'D' ? "disabled" : letter == 'R' ? "replica" : letter == 'A' ? "always" : "";
}

// `yes` on servers of at least this version (180000), else `no`: for the columns that a catalogue got later.
inline std::string since(const Reader& reader, int version, std::string_view yes, std::string_view no) {
  return std::string(reader.version >= version ? yes : no);
}

// SQL: true if the object is not a member of an extension.
std::string not_in_extension(std::string_view catalogue, std::string_view oid);
// SQL: LEFT JOIN that gives "d.description".
std::string join_comment(std::string_view catalogue, std::string_view oid);

// SQL: the name of the function of this oid, quoted, with its schema unless that is pg_catalog; NULL for 0.
std::string function_name(const std::string& oid);

// "{a,\"b c\",NULL}" → a, "b c", "".
std::vector<std::string> parse_array(std::string_view literal);
// "((a > 0))" → "a > 0"; "(a) + (b)" stays.
std::string without_outer_parentheses(std::string_view expression);
// What pg_attribute says by a letter: "external", "lz4"; empty: the default.
std::string storage_name(char storage);
std::string compression_name(char compression);
// What pg_get_viewdef() prints, as a definition has it.
std::string without_semicolon(std::string text);
// The columns of all views ('v') or materialized views ('m').
std::unordered_map<Oid, std::vector<catalog::ViewColumn>> read_view_columns(Reader& reader, char relkind);
// A name or a pattern with * and ?.
bool matches(std::string_view pattern, std::string_view name);

}  // namespace migrate::postgres::introspection
