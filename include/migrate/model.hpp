// Declaring the schema of a PostgreSQL database from C++ structs. A file of models has one
//
//   MIGRATE_MODELS(m) {
//     auto t = m.table<User>("users");
//     t.column<&User::id>().identity();
//     t.columns<&User::email, &User::name>();
//     t.primary_key<&User::id>();
//   }
//
// and there may be many files. What is wrong with the models as a whole (a foreign key to a struct that is no
// table, a name that is there twice) is reported when `migrate` reads them, all at once, each with file and
// line. Reference: docs/reference/models.md.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>

#include <migrate/access.hpp>
#include <migrate/policy.hpp>
#include <migrate/routine.hpp>
#include <migrate/table.hpp>
#include <migrate/type.hpp>
#include <migrate/types.hpp>
#include <migrate/view.hpp>

namespace migrate {

namespace detail {
struct ModelData;
struct EnumData;
struct SequenceData;
struct CommentData;
}  // namespace detail

// m_displayName, displayName_, DisplayName → display_name. For Model::column_names.
std::string snake_case(std::string_view name);

// Names for what is declared without one, to be used instead of PostgreSQL's own choice. In a pattern stand
// {schema}, {table}, {columns} (joined with _), {referenced_table}, {referenced_columns}; {name} in that for
// checks is the name given to check(). An empty pattern leaves the choice to PostgreSQL.
struct Naming {
  std::string_view primary_key = {}, foreign_key = {}, unique = {}, check = {}, index = {};
};

class Described {
 public:
  explicit Described(detail::CommentData& data) : data_(&data) {}
  Described& comment(std::string_view text);
  Described& owner(std::string_view role);
  Described& grant(std::string_view privileges, std::string_view role);  // "usage", "app"

 private:
  detail::CommentData* data_;
};

// One that the database is expected to have. What is not said is as CREATE EXTENSION makes it, and left as it
// is where the extension is installed already.
class Extension {
 public:
  explicit Extension(detail::CommentData& data) : data_(&data) {}

  Extension& schema(std::string_view name);  // of what it brings along
  Extension& version(std::string_view text);
  Extension& comment(std::string_view text);  // instead of its own

 private:
  detail::CommentData* data_;
};

class EnumType {
 public:
  explicit EnumType(detail::EnumData& data) : data_(&data) {}

  EnumType& comment(std::string_view text);
  EnumType& owner(std::string_view role);
  EnumType& renamed_from(std::string_view name);
  EnumType& label_renamed(std::string_view from, std::string_view to);  // `to` is one of the labels now

 private:
  detail::EnumData* data_;
};

class Sequence {
 public:
  explicit Sequence(detail::SequenceData& data) : data_(&data) {}

  Sequence& type(std::string_view sql);  // smallint, integer, bigint
  Sequence& options(const SequenceOptions& options);
  template <auto M>
  Sequence& owned_by() {
    return owned_by_member(&detail::type_spelling<detail::MemberOwner<decltype(M)>>,
                           &detail::member_spelling<M>);
  }
  Sequence& owned_by(std::string_view table, std::string_view column);
  Sequence& unlogged();  // PostgreSQL 15
  Sequence& comment(std::string_view text);
  Sequence& owner(std::string_view role);
  Sequence& grant(std::string_view privileges, std::string_view role);
  Sequence& renamed_from(std::string_view name);

 private:
  Sequence& owned_by_member(detail::Spelling row, detail::Spelling member);

  detail::SequenceData* data_;
};

class Model {
 public:
  explicit Model(detail::ModelData& data) : data_(&data) {}

  template <class Row>
  Table<Row> table(std::string_view name, Where where = Where::here()) {
    Table<Row> table(
        add_table(name, &detail::type_spelling<Row>, sizeof(Row), std::is_polymorphic_v<Row>, where));
    if constexpr (detail::DeclaresItself<Row>) Row::declare(table);
    return table;
  }
  AnyTable table(std::string_view name, Where where = Where::here());

  // Labels are the enumerators in order of their values, without a closing underscore (delete_ → delete); or
  // the list that is given, in that order, for enumerators in order of their values.
  template <class E>
  EnumType enum_type(std::string_view name, Where where = Where::here()) {
    static_assert(std::is_enum_v<E>, "enum_type<E>(): E is not an enum");
    static_assert(detail::is_scoped_enum<E>,
                  "enum_type<E>(): the enumerators can only be read from an enum class: give the labels");
    return add_enum(name, &detail::type_spelling<E>, detail::enumerators_if_scoped<E>(), nullptr, where);
  }
  template <class E>
  EnumType enum_type(std::string_view name, Names labels, Where where = Where::here()) {
    static_assert(std::is_enum_v<E>, "enum_type<E>(): E is not an enum");
    return add_enum(name, &detail::type_spelling<E>, detail::enumerators_if_scoped<E>(), &labels, where);
  }
  EnumType enum_type(std::string_view name, Names labels, Where where = Where::here());

  Sequence sequence(std::string_view name, Where where = Where::here());
  Described schema(std::string_view name, Where where = Where::here());
  Extension extension(std::string_view name, Where where = Where::here());

  Domain domain(std::string_view name, Where where = Where::here());
  CompositeType composite_type(std::string_view name, Where where = Where::here());
  RangeType range_type(std::string_view name, Where where = Where::here());
  View view(std::string_view name, Where where = Where::here());
  MaterializedView materialized_view(std::string_view name, Where where = Where::here());
  Policy policy(std::string_view table, std::string_view name, Where where = Where::here());
  Rule rule(std::string_view table, std::string_view name, Where where = Where::here());
  Function function(std::string_view name, Where where = Where::here());
  Procedure procedure(std::string_view name, Where where = Where::here());
  Aggregate aggregate(std::string_view name, Where where = Where::here());
  // Of a table or view by its name; a table's own way is Table::trigger.
  Trigger trigger(std::string_view table, std::string_view name, Where where = Where::here());
  EventTrigger event_trigger(std::string_view name, Where where = Where::here());

  // Of any object, by its kind and name: "sequence orders_id_seq", "column active_users.email" (a view's),
  // "function f(integer)". It need not be declared.
  Access access(std::string_view object);
  // On "tables", "sequences", "functions", "types", "schemas", "large objects".
  DefaultPrivileges default_privileges(std::string_view objects, Where where = Where::here());

  // Both hold for all files, wherever they are said.
  void column_names(std::string (*convention)(std::string_view member), Where where = Where::here());
  void naming(const Naming& patterns, Where where = Where::here());

 private:
  AnyTable add_table(std::string_view name, detail::Spelling row, std::size_t size, bool polymorphic,
                     Where where);
  // A definition of a name of its own, and one that lives inside a table or view. `list`: its list in the
  // document; `kind`: as it is called in keys.
  detail::DefinitionData& add(const char* list, const char* kind, std::string_view name, Where where);
  detail::DefinitionData& add_to(const char* list, const char* kind, std::string_view table,
                                 std::string_view name, Where where);
  EnumType add_enum(std::string_view name, detail::Spelling type, detail::Spelling enumerators,
                    const Names* labels, Where where);

  detail::ModelData* data_;
};

namespace detail {

// A file of models. Each announces itself, and the document lists them: one that the linker dropped from a
// library is an error.
struct ModelsFile {
  ModelsFile(const char* path, void (*declare)(Model&));
  const char* path;
  void (*declare)(Model&);
  const ModelsFile* next;
};

// A file that the build has compiled, and that must therefore have announced itself.
struct ExpectedFile {
  explicit ExpectedFile(const char* path);
  const char* path;
  const ExpectedFile* next;
};

}  // namespace detail

// For a program with a main() of its own: what the library's main() does. Writes the document to the
// descriptor N of an argument
// --migrate-fd=N, else to stdout. Returns the exit status.
int write_models(int argc, char** argv);

}  // namespace migrate

#define MIGRATE_MODELS(m)                                                                      \
  static void migrate_models_of_this_file(::migrate::Model& m);                                \
  static const ::migrate::detail::ModelsFile migrate_models_file{__BASE_FILE__,                \
                                                                 migrate_models_of_this_file}; \
  static void migrate_models_of_this_file([[maybe_unused]] ::migrate::Model& m)
