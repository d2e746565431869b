#pragma once
#include <migrate/definition.hpp>
#include <migrate/index.hpp>

namespace migrate {

// https://www.postgresql.org/docs/current/sql-createview.html
class View : public Definition<View> {
 public:
  using Definition::Definition;

  View& as(std::string_view query) { return text_field("definition", query); }
  View& option(std::string_view name, std::string_view value) {  // "security_barrier", "true"
    detail::set_entry(*data_, "options", name, value);
    return *this;
  }
  View& security_barrier() { return option("security_barrier", "true"); }
  View& security_invoker() { return option("security_invoker", "true"); }           // PostgreSQL 15
  View& check_option(std::string_view how) { return option("check_option", how); }  // "local", "cascaded"
  View& column_default(std::string_view column, std::string_view sql) {
    detail::set_item_text(*data_, "columns", column, "default_value", sql);
    return *this;
  }
  View& column_comment(std::string_view column, std::string_view text) {
    detail::set_item_text(*data_, "columns", column, "comment", text);
    return *this;
  }
};

// https://www.postgresql.org/docs/current/sql-creatematerializedview.html
class MaterializedView : public Definition<MaterializedView> {
 public:
  using Definition::Definition;

  MaterializedView& as(std::string_view query) { return text_field("definition", query); }
  MaterializedView& with_no_data() { return flag_field("populated", false); }
  // Its columns are named by text: only the server knows them.
  Index index(std::string_view name = {}, Where where = Where::here());
  MaterializedView& with(std::string_view name, std::string_view value) {  // "fillfactor", "70"
    detail::set_entry(*data_, "options", name, value);
    return *this;
  }
  MaterializedView& tablespace(std::string_view name) { return text_field("tablespace", name); }
  MaterializedView& access_method(std::string_view name) { return text_field("access_method", name); }
  // Of a column: "plain", "main", "external", "extended"; "pglz", "lz4"; "n_distinct", "-0.5".
  MaterializedView& column_storage(std::string_view column, std::string_view how) {
    detail::set_item_text(*data_, "columns", column, "storage", how);
    return *this;
  }
  MaterializedView& column_compression(std::string_view column, std::string_view how) {
    detail::set_item_text(*data_, "columns", column, "compression", how);
    return *this;
  }
  MaterializedView& column_statistics(std::string_view column, int target) {
    detail::set_item_number(*data_, "columns", column, "statistics", target);
    return *this;
  }
  MaterializedView& column_option(std::string_view column, std::string_view name, std::string_view value) {
    detail::set_item_entry(*data_, "columns", column, "options", name, value);
    return *this;
  }
  MaterializedView& column_comment(std::string_view column, std::string_view text) {
    detail::set_item_text(*data_, "columns", column, "comment", text);
    return *this;
  }
};

}  // namespace migrate
