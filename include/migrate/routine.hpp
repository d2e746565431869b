// Functions, procedures and aggregates. What is called overloading in PostgreSQL is so here: several of one
// name, with other types of arguments.
#pragma once
#include <string>
#include <string_view>

#include <migrate/definition.hpp>

namespace migrate {

// What functions and procedures share. Arguments are said in their order.
template <class Self>
class Routine : public Definition<Self> {
 public:
  using Definition<Self>::Definition;

  Self& argument(std::string_view name, std::string_view type) { return add("", name, type); }
  Self& out(std::string_view name, std::string_view type) { return add("out", name, type); }
  Self& inout(std::string_view name, std::string_view type) { return add("inout", name, type); }
  Self& variadic(std::string_view name, std::string_view type) { return add("variadic", name, type); }
  Self& default_sql(std::string_view expression) {  // of the argument that was said last
    detail::set_last_text(*this->data_, "arguments", "default_value", expression);
    return this->self();
  }

  Self& language(std::string_view name) { return this->text_field("language", name); }  // else sql
  Self& security_definer() { return this->flag_field("security_definer"); }
  Self& transform(std::string_view type) {
    detail::add_text(*this->data_, "transforms", type);
    return this->self();
  }
  Self& set(std::string_view name, std::string_view value) {  // "search_path", "public, pg_temp"
    detail::add_text(*this->data_, "settings", std::string(name) + "=" + std::string(value));
    return this->self();
  }

  // Compared byte for byte. Of a C function: its name in the library.
  Self& body(std::string_view text) { return this->text_field("body", text); }
  // RETURN …, or BEGIN ATOMIC … END: parsed by the server when the routine is made. PostgreSQL 14
  Self& sql_body(std::string_view sql) {
    this->flag_field("sql_body");
    return body(sql);
  }
  Self& library(std::string_view file) { return this->text_field("library", file); }  // of a C function

 protected:
  Self& add(std::string_view mode, std::string_view name, std::string_view type) {
    detail::add_item(*this->data_, "arguments");
    if (!mode.empty()) detail::set_last_text(*this->data_, "arguments", "mode", mode);
    if (!name.empty()) detail::set_last_text(*this->data_, "arguments", "name", name);
    detail::set_last_text(*this->data_, "arguments", "type", type);
    return this->self();
  }
};

// https://www.postgresql.org/docs/current/sql-createfunction.html
class Function : public Routine<Function> {
 public:
  using Routine::Routine;

  Function& returns(std::string_view type) {
    return text_field("returns", type);
  }                                                              // "trigger", "setof users"
  Function& returns_set() { return flag_field("returns_set"); }  // of what the OUT arguments say
  // RETURNS TABLE (name type, …), one after the other.
  Function& returns_column(std::string_view name, std::string_view type) {
    return add("table", name, type).returns_set();
  }
  Function& immutable() { return text_field("volatility", "immutable"); }
  Function& stable() { return text_field("volatility", "stable"); }
  Function& strict() { return flag_field("strict"); }
  Function& leakproof() { return flag_field("leakproof"); }
  Function& parallel(std::string_view how) { return text_field("parallel", how); }  // "safe", "restricted"
  Function& cost(double units) { return number_field("cost", units); }
  Function& rows(double number) { return number_field("rows", number); }
  Function& support(std::string_view function) { return text_field("support", function); }
  Function& window() { return flag_field("window"); }
};

// https://www.postgresql.org/docs/current/sql-createprocedure.html
class Procedure : public Routine<Procedure> {
 public:
  using Routine::Routine;
};

// https://www.postgresql.org/docs/current/sql-createaggregate.html
class Aggregate : public Definition<Aggregate> {
 public:
  using Definition::Definition;

  Aggregate& argument(std::string_view type) { return add("", "", type); }
  Aggregate& argument(std::string_view name, std::string_view type) { return add("", name, type); }
  Aggregate& variadic(std::string_view name, std::string_view type) { return add("variadic", name, type); }
  // The arguments that were said so far are direct ones; those that are said after are aggregated in order.
  Aggregate& order_by();
  Aggregate& hypothetical() { return part_flag("hypothetical"); }

  Aggregate& state(std::string_view function, std::string_view type) {
    return part("state_function", function).part("state_type", type);
  }
  Aggregate& state_space(double bytes) { return part_number("state_space", bytes); }
  Aggregate& initial_value(std::string_view text) {
    return part("initial_value", text).part_flag("has_initial_value");
  }
  Aggregate& final_function(std::string_view name) { return part("final_function", name); }
  Aggregate& final_extra() { return part_flag("final_extra"); }
  Aggregate& final_modify(std::string_view how) { return part("final_modify", how); }  // "shareable"
  Aggregate& combine_function(std::string_view name) { return part("combine_function", name); }
  Aggregate& serial_function(std::string_view name) { return part("serial_function", name); }
  Aggregate& deserial_function(std::string_view name) { return part("deserial_function", name); }
  Aggregate& moving_state(std::string_view function, std::string_view inverse, std::string_view type) {
    return part("moving_state_function", function)
        .part("moving_inverse_function", inverse)
        .part("moving_state_type", type);
  }
  Aggregate& moving_state_space(double bytes) { return part_number("moving_state_space", bytes); }
  Aggregate& moving_initial_value(std::string_view text) {
    return part("moving_initial_value", text).part_flag("has_moving_initial_value");
  }
  Aggregate& moving_final_function(std::string_view name) { return part("moving_final_function", name); }
  Aggregate& moving_final_extra() { return part_flag("moving_final_extra"); }
  Aggregate& moving_final_modify(std::string_view how) { return part("moving_final_modify", how); }
  Aggregate& sort_operator(std::string_view name) { return part("sort_operator", name); }
  Aggregate& parallel(std::string_view how) { return text_field("parallel", how); }

 private:
  Aggregate& add(std::string_view mode, std::string_view name, std::string_view type);
  Aggregate& part(std::string_view field, std::string_view text) {
    detail::set_entry(*data_, "aggregate", field, text);
    return *this;
  }
  Aggregate& part_flag(std::string_view field) {
    detail::set_entry_flag(*data_, "aggregate", field, true);
    return *this;
  }
  Aggregate& part_number(std::string_view field, double number) {
    detail::set_entry_number(*data_, "aggregate", field, number);
    return *this;
  }
};

}  // namespace migrate
