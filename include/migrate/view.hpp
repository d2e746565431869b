#pragma once
#include <migrate/definition.hpp>

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

}  // namespace migrate
