// A table and what it is made of. Names of tables are "name" or "schema.name" as they stand, capitals
// included; a part with a dot or a quote in it is written in double quotes, as in SQL.
#pragma once
#include <initializer_list>
#include <string_view>
#include <type_traits>

#include <migrate/column.hpp>
#include <migrate/constraint.hpp>
#include <migrate/index.hpp>
#include <migrate/policy.hpp>
#include <migrate/trigger.hpp>

namespace migrate {

class Model;

namespace detail {
struct GroupData;
}  // namespace detail

// Where columns go: a table, or the part of one that a mixin or an embedded group declares in
//   static void declare(migrate::Columns c);
// A small handle, passed by value.
class Columns {
 public:
  Columns(detail::TableData& table, detail::GroupData& group) : table_(&table), group_(&group) {}

  // Name, type and nullability from the member: std::optional is nullable, anything else NOT NULL.
  template <auto M>
  Column column(std::string_view name = {}, Where where = Where::here()) {
    using Pointer = decltype(M);
    return add(&detail::member_spelling<M>, detail::type_of<detail::MemberType<Pointer>>,
               detail::place_of<detail::MemberOwner<Pointer>, M>(), name, where);
  }
  // A member of any C++ type under the SQL type that is given.
  template <auto M>
  Column column_as(std::string_view sql_type, std::string_view name = {}, Where where = Where::here()) {
    using Pointer = decltype(M);
    return add(&detail::member_spelling<M>,
               {sql_type, nullptr, detail::is_optional<detail::MemberType<Pointer>>, 0},
               detail::place_of<detail::MemberOwner<Pointer>, M>(), name, where);
  }
  template <auto... M>
  void columns(Where where = Where::here()) {
    (column<M>({}, where), ...);
  }
  // Members that are no columns, so that nothing is said about their bytes.
  template <auto... M>
  void skip() {
    (cover(&detail::member_spelling<M>, detail::place_of<detail::MemberOwner<decltype(M)>, M>()), ...);
  }
  // Without a member: by C++ type (NOT NULL unless optional), or by SQL type (may be NULL, as in SQL, until
  // not_null()).
  template <class T>
  Column column(std::string_view name, Where where = Where::here()) {
    return add(nullptr, detail::type_of<std::remove_cv_t<T>>, {}, name, where);
  }
  Column column(std::string_view name, std::string_view sql_type, Where where = Where::here());

  // What a partition or a child says otherwise of a column that it has from its parent: default, NOT NULL,
  // storage, comment and the like. All else is the parent's.
  Column inherited(std::string_view name, Where where = Where::here());

  template <auto... M>
  Key primary_key(std::string_view name = {}, Where where = Where::here()) {
    return primary_key_members({&detail::member_spelling<M>...}, name, where);
  }
  Key primary_key(Names columns, std::string_view name = {}, Where where = Where::here());
  template <auto... M>
  Key unique(std::string_view name = {}, Where where = Where::here()) {
    return unique_members({&detail::member_spelling<M>...}, name, where);
  }
  Key unique(Names columns, std::string_view name = {}, Where where = Where::here());
  template <auto... M>
  ForeignKey foreign_key(std::string_view name = {}, Where where = Where::here()) {
    return foreign_key_members({&detail::member_spelling<M>...}, name, where);
  }
  ForeignKey foreign_key(Names columns, std::string_view name = {}, Where where = Where::here());
  Check check(std::string_view name, std::string_view expression, Where where = Where::here());
  Check check(std::string_view expression, Where where = Where::here());
  Exclusion exclusion(std::string_view name = {}, Where where = Where::here());
  Index index(std::string_view name = {}, Where where = Where::here());

 protected:
  Column add(detail::Spelling member, const detail::TypeRef& type, const detail::Place& place,
             std::string_view name, Where where);
  void add_all(std::initializer_list<detail::MemberColumn> columns, Where where);
  void cover(detail::Spelling member, const detail::Place& place);
  // The group that a base class, or the struct of `size` bytes of a member, declares.
  Columns base(std::ptrdiff_t offset);
  Columns embedded(detail::Spelling member, const detail::Place& place, std::size_t size,
                   std::string_view prefix, bool optional, detail::Spelling type, Where where);

  detail::TableData* table_;
  detail::GroupData* group_;

 private:
  Key primary_key_members(detail::Members members, std::string_view name, Where where);
  Key unique_members(detail::Members members, std::string_view name, Where where);
  ForeignKey foreign_key_members(detail::Members members, std::string_view name, Where where);
};

enum class replica_identity { full, nothing };

// A table, with or without a struct.
class AnyTable : public Columns {
 public:
  using Columns::Columns;

  Trigger trigger(std::string_view name, Where where = Where::here());

  AnyTable& unlogged();
  AnyTable& with(std::string_view name,
                 std::string_view value);  // storage parameter; the toast table's are "toast.…"
  AnyTable& tablespace(std::string_view name);
  AnyTable& access_method(std::string_view name);
  AnyTable& partition_by(std::string_view key);  // "RANGE (created_at)"
  // The columns of the parent are this table's too and are not declared again.
  AnyTable& partition_of(std::string_view parent,
                         std::string_view bound);  // "FOR VALUES FROM (1) TO (9)", "DEFAULT"
  AnyTable& inherits(Names parents);
  AnyTable& row_security();        // ENABLE ROW LEVEL SECURITY
  AnyTable& force_row_security();  // for the table's owner, too
  Policy policy(std::string_view name, Where where = Where::here());
  AnyTable& of_type(std::string_view type);  // OF a composite type; its columns are declared here, too
  AnyTable& replica_identity(migrate::replica_identity kind);  // without it the primary key
  AnyTable& comment(std::string_view text);
  // Only where [autogenerate] owners and privileges say so: migrate/access.hpp.
  AnyTable& owner(std::string_view role);
  AnyTable& grant(std::string_view privileges, std::string_view role);  // "select, insert", "app"
  AnyTable& renamed_from(std::string_view name);  // "name", or "schema.name" if it came from another schema
};

// The table of a struct. A struct whose members are private declares them itself, in
//   static void declare(migrate::Table<Customer> t);
// which Model::table calls.
template <class Row>
class Table : public AnyTable {
 public:
  using AnyTable::AnyTable;

  template <auto M>
  Column column(std::string_view name = {}, Where where = Where::here()) {
    using Pointer = decltype(M);
    check_owner<detail::MemberOwner<Pointer>>();
    return add(&detail::member_spelling<M>, detail::type_of<detail::MemberType<Pointer>>,
               detail::place_of<Row, M>(), name, where);
  }
  // Not `using Columns::column`: clang 14 takes column<T>() for hidden by column<M>().
  template <class T>
  Column column(std::string_view name, Where where = Where::here()) {
    return Columns::column<T>(name, where);
  }
  Column column(std::string_view name, std::string_view sql_type, Where where = Where::here()) {
    return Columns::column(name, sql_type, where);
  }
  template <auto M>
  Column column_as(std::string_view sql_type, std::string_view name = {}, Where where = Where::here()) {
    using Pointer = decltype(M);
    check_owner<detail::MemberOwner<Pointer>>();
    return add(&detail::member_spelling<M>,
               {sql_type, nullptr, detail::is_optional<detail::MemberType<Pointer>>, 0},
               detail::place_of<Row, M>(), name, where);
  }
  template <auto... M>
  void columns(Where where = Where::here()) {
    (check_owner<detail::MemberOwner<decltype(M)>>(), ...);
    // place_of() written out: to instantiate that for each member costs more than all else here.
    add_all({{&detail::member_spelling<M>,
              &detail::type_of<detail::MemberType<decltype(M)>>,
              {__builtin_bit_cast(std::ptrdiff_t, static_cast<detail::MemberIn<Row, decltype(M)>>(M)),
               sizeof(detail::MemberType<decltype(M)>), alignof(detail::MemberType<decltype(M)>),
               alignof(detail::MemberOwner<decltype(M)>)}}...},
            where);
  }
  template <auto... M>
  void skip() {
    (cover(&detail::member_spelling<M>, detail::place_of<Row, M>()), ...);
  }

  // The columns of a base class, by its `static void declare(migrate::Columns)`.
  template <class Mixin>
  void include();

  // The columns of a member that is a struct, by that struct's `static void declare(migrate::Columns)`, each
  // name with `prefix` before it. If the member is a std::optional, all of them may be NULL.
  template <auto M>
  void embed(std::string_view prefix, Where where = Where::here());

 private:
  friend class Model;
  [[gnu::always_inline]] explicit Table(const AnyTable& table) : AnyTable(table) {}

  template <class Owner>
  static consteval void check_owner() {
    static_assert(std::is_base_of_v<Owner, Row>,
                  "this member is not of the table's struct, nor of a base class of it");
  }
};

}  // namespace migrate

#include <migrate/detail/table.hpp>
