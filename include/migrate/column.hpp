// A column of a table, as a model declares it. Every setter returns the column; texts are SQL unless it says
// otherwise.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <type_traits>

#include <migrate/detail/type_ref.hpp>

namespace migrate {

namespace detail {
struct ColumnData;
struct TableData;
}  // namespace detail

// What a foreign key does when the row that it points to goes, or changes its key.
enum class on_delete { no_action, restrict_, cascade, set_null, set_default };
enum class on_update { no_action, restrict_, cascade, set_null, set_default };

enum class identity { always, by_default };
enum class generated { stored, virtual_ };  // virtual_: PostgreSQL 18

// What is absent is PostgreSQL's default for the type and the direction.
struct SequenceOptions {
  std::optional<std::int64_t> start = {}, increment = {}, min = {}, max = {}, cache = {};
  bool cycle = false;
};

class Column {
 public:
  explicit Column(detail::ColumnData& data) : data_(&data) {}

  Column& named(std::string_view name);
  Column& type(std::string_view sql);  // instead of the C++ type's: "citext", "numeric(12,2)"
  Column& nullable();                  // instead of what the C++ type says
  Column& not_null();
  Column& not_null(std::string_view constraint_name);  // PostgreSQL 18 keeps the name
  Column& not_null_no_inherit();                       // not for children; PostgreSQL 18
  Column& not_null_not_valid();                        // not for the rows that are there; PostgreSQL 18

  Column& default_sql(std::string_view expression);
  Column& no_default();  // of an inherited column whose parent's has one
  Column& default_value(std::string_view text);
  template <class T>
  requires(!std::is_convertible_v<const T&, std::string_view>) Column& default_value(const T& value);

  Column& identity(migrate::identity kind = migrate::identity::always, const SequenceOptions& options = {});
  Column& identity_sequence(
      std::string_view name);  // of the sequence behind it, where it is not PostgreSQL's choice
  Column& serial();            // smallserial, serial or bigserial, by the column's type
  Column& generated(std::string_view expression, migrate::generated kind = migrate::generated::stored);

  // A collation or compression by its plain name. Collations that are not the server's own need their schema.
  Column& collation(std::string_view name, std::string_view schema = "pg_catalog");
  Column& storage(std::string_view kind);        // plain, main, external, extended
  Column& compression(std::string_view method);  // pglz, lz4
  Column& statistics(int target);
  Column& option(std::string_view name, std::string_view value);  // n_distinct, n_distinct_inherited
  // Distinct values for the planner: a number, or less than 0 a share of the rows; with its children's.
  Column& n_distinct(double value);
  Column& n_distinct_inherited(double value);

  Column& primary_key();
  Column& unique();

  // A foreign key of this column: to the primary key of the struct's table, to a member, or by name. For one
  // of several columns, or with more to say about it, Columns::foreign_key.
  template <class Row>
  Column& references(migrate::on_delete deleted = {}, migrate::on_update updated = {},
                     Where where = Where::here());
  template <auto M>
  Column& references(migrate::on_delete deleted = {}, migrate::on_update updated = {},
                     Where where = Where::here());
  Column& references(std::string_view table, migrate::on_delete deleted = {}, migrate::on_update updated = {},
                     Where where = Where::here());
  Column& references(std::string_view table, std::string_view column, migrate::on_delete deleted = {},
                     migrate::on_update updated = {}, Where where = Where::here());

  Column& comment(std::string_view text);
  Column& grant(std::string_view privileges, std::string_view role);  // "select, update", "support"
  Column& renamed_from(
      std::string_view name);  // its name before; of no effect where no such column is (any more)

 private:
  Column& default_boolean(bool value);
  Column& default_integer(std::int64_t value);
  Column& default_number(double value);
  Column& default_enumerator(detail::Spelling enumeration, detail::Spelling enumerators, std::int64_t value);
  Column& references_row(detail::Spelling row, detail::Spelling member, migrate::on_delete deleted,
                         migrate::on_update updated, Where where);

  detail::ColumnData* data_;
};

template <class T>
requires(!std::is_convertible_v<const T&, std::string_view>) Column& Column::default_value(const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return default_boolean(value);
  } else if constexpr (std::is_enum_v<T> && detail::HasSqlType<T>) {
    return default_integer(static_cast<std::int64_t>(value));
  } else if constexpr (std::is_enum_v<T>) {
    return default_enumerator(&detail::type_spelling<T>, detail::enumerators_if_scoped<T>(),
                              static_cast<std::int64_t>(value));
  } else if constexpr (std::is_integral_v<T>) {
    return default_integer(static_cast<std::int64_t>(value));
  } else if constexpr (std::is_floating_point_v<T>) {
    return default_number(static_cast<double>(value));
  } else {
    static_assert(
        detail::never<T>,
        "default_value() takes text, a number, a bool or an enumerator: use default_sql() for anything else");
    return *this;
  }
}

template <class Row>
Column& Column::references(migrate::on_delete deleted, migrate::on_update updated, Where where) {
  return references_row(&detail::type_spelling<Row>, nullptr, deleted, updated, where);
}
template <auto M>
Column& Column::references(migrate::on_delete deleted, migrate::on_update updated, Where where) {
  return references_row(&detail::type_spelling<detail::MemberOwner<decltype(M)>>, &detail::member_spelling<M>,
                        deleted, updated, where);
}

}  // namespace migrate
