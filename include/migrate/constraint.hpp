// Keys, checks and exclusion constraints of a table. Every setter returns the constraint. One without a name
// stands for any constraint of the same definition that the database has; it gets PostgreSQL's own name when
// it is created.
#pragma once
#include <initializer_list>
#include <string_view>
#include <utility>

#include <migrate/column.hpp>

namespace migrate {

namespace detail {
struct ConstraintData;
}  // namespace detail

using Names = std::initializer_list<std::string_view>;
using Parameters = std::initializer_list<std::pair<std::string_view, std::string_view>>;

// PRIMARY KEY and UNIQUE.
class Key {
 public:
  explicit Key(detail::ConstraintData& data) : data_(&data) {}

  Key& named(std::string_view name);
  template <auto... M>
  Key& include() {
    return include_members({&detail::member_spelling<M>...});
  }
  Key& include(Names columns);
  Key& nulls_not_distinct();  // unique; PostgreSQL 15
  Key& without_overlaps();    // of the last column; PostgreSQL 18
  Key& deferrable();
  Key& initially_deferred();                                 // and deferrable
  Key& with(std::string_view name, std::string_view value);  // storage parameter of the index behind it
  Key& tablespace(std::string_view name);
  Key& clustered();         // CLUSTER ON its index
  Key& replica_identity();  // of the table, by its index
  Key& only();              // of a partitioned table, not of its partitions
  Key& attached_to(
      std::string_view parent);  // of a partition: the parent's key or index that it is a part of
  Key& comment(std::string_view text);
  Key& renamed_from(std::string_view name);

 private:
  Key& include_members(detail::Members members);

  detail::ConstraintData* data_;
};

class ForeignKey {
 public:
  explicit ForeignKey(detail::ConstraintData& data) : data_(&data) {}

  ForeignKey& named(std::string_view name);

  // To the primary key of the struct's table; to these columns of it; the same by names.
  template <class Row>
  ForeignKey& references() {
    return references_row(&detail::type_spelling<Row>, {});
  }
  template <class Row, auto M, auto... More>
  ForeignKey& references() {
    return references_row(&detail::type_spelling<Row>,
                          {&detail::member_spelling<M>, &detail::member_spelling<More>...});
  }
  template <auto M, auto... More>
  ForeignKey& references() {
    return references_row(&detail::type_spelling<detail::MemberOwner<decltype(M)>>,
                          {&detail::member_spelling<M>, &detail::member_spelling<More>...});
  }
  ForeignKey& references(std::string_view table, Names columns = {});

  ForeignKey& on_delete(migrate::on_delete action);
  ForeignKey& on_update(migrate::on_update action);
  // ON DELETE SET NULL or SET DEFAULT of these columns only; PostgreSQL 15.
  template <auto... M>
  ForeignKey& on_delete(migrate::on_delete action) {
    return on_delete_members(action, {&detail::member_spelling<M>...});
  }
  ForeignKey& on_delete(migrate::on_delete action, Names columns);
  ForeignKey& match_full();
  ForeignKey& period();  // of the last column; PostgreSQL 18
  ForeignKey& deferrable();
  ForeignKey& initially_deferred();  // and deferrable
  ForeignKey& not_valid();
  ForeignKey& not_enforced();  // PostgreSQL 18
  ForeignKey& inherited();     // a partition's part of its parent's, for the name or the comment that it has
  ForeignKey& comment(std::string_view text);
  ForeignKey& renamed_from(std::string_view name);

 private:
  ForeignKey& references_row(detail::Spelling row, detail::Members members);
  ForeignKey& on_delete_members(migrate::on_delete action, detail::Members members);

  detail::ConstraintData* data_;
};

class Check {
 public:
  explicit Check(detail::ConstraintData& data) : data_(&data) {}

  Check& named(std::string_view name);
  Check& no_inherit();
  Check& not_valid();
  Check& not_enforced();  // PostgreSQL 18
  Check& inherited();     // the parent's, for the comment that it has here
  Check& comment(std::string_view text);
  Check& renamed_from(std::string_view name);

 private:
  detail::ConstraintData* data_;
};

// EXCLUDE USING method (element WITH operator, …). Elements come in the order of the calls; opclass,
// collation, desc and the like are about the one before.
class Exclusion {
 public:
  explicit Exclusion(detail::ConstraintData& data) : data_(&data) {}

  Exclusion& named(std::string_view name);
  Exclusion& method(std::string_view name);  // gist unless said otherwise
  template <auto M>
  Exclusion& element(std::string_view with_operator) {
    return element_member(&detail::member_spelling<M>, with_operator);
  }
  Exclusion& element(std::string_view column, std::string_view with_operator);
  Exclusion& element_sql(std::string_view expression, std::string_view with_operator);
  Exclusion& opclass(std::string_view name, Parameters options = {});
  Exclusion& collation(std::string_view name, std::string_view schema = "pg_catalog");
  Exclusion& desc();
  Exclusion& nulls_first();
  Exclusion& nulls_last();
  Exclusion& where(std::string_view predicate);
  Exclusion& deferrable();
  Exclusion& initially_deferred();  // and deferrable
  Exclusion& with(std::string_view name, std::string_view value);
  Exclusion& tablespace(std::string_view name);
  Exclusion& clustered();
  Exclusion& attached_to(std::string_view parent);
  Exclusion& comment(std::string_view text);
  Exclusion& renamed_from(std::string_view name);

 private:
  Exclusion& element_member(detail::Spelling member, std::string_view with_operator);

  detail::ConstraintData* data_;
};

}  // namespace migrate
