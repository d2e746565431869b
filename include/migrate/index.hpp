// An index of a table that no constraint owns. Every setter returns the index. One without a name stands for
// any index of the same definition that the database has; it gets PostgreSQL's own name when it is created.
#pragma once
#include <string_view>

#include <migrate/constraint.hpp>

namespace migrate {

namespace detail {
struct IndexData;
}  // namespace detail

class Index {
 public:
  explicit Index(detail::IndexData& data) : data_(&data) {}

  Index& named(std::string_view name);

  // Its keys, in the order of the calls: members, columns by name, expressions.
  template <auto... M>
  Index& on() {
    return on_members({&detail::member_spelling<M>...});
  }
  Index& on(std::string_view column);
  Index& on(Names columns);
  Index& on_sql(std::string_view expression, std::string_view opclass = {});

  // About the key before.
  Index& opclass(std::string_view name,
                 Parameters options = {});  // "text_pattern_ops", "public.gin_trgm_ops"
  Index& collation(std::string_view name, std::string_view schema = "pg_catalog");
  Index& desc();
  Index& nulls_first();
  Index& nulls_last();
  Index& statistics(int target);  // of an expression

  Index& method(std::string_view name);  // btree unless said otherwise
  Index& unique();
  Index& nulls_not_distinct();  // PostgreSQL 15
  Index& where(std::string_view predicate);
  template <auto... M>
  Index& include() {
    return include_members({&detail::member_spelling<M>...});
  }
  Index& include(Names columns);
  Index& with(std::string_view name, std::string_view value);  // storage parameter: "fillfactor", "70"
  Index& tablespace(std::string_view name);
  Index& clustered();                           // CLUSTER ON it
  Index& replica_identity();                    // of the table
  Index& only();                                // of a partitioned table, not of its partitions
  Index& attached_to(std::string_view parent);  // of a partition: the parent's index that this one belongs to
  Index& comment(std::string_view text);
  Index& renamed_from(std::string_view name);

 private:
  Index& on_members(detail::Members members);
  Index& include_members(detail::Members members);

  detail::IndexData* data_;
};

}  // namespace migrate
