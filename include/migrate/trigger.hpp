// Triggers of tables and views, and event triggers. Every setter returns the trigger.
#pragma once
#include <string_view>

#include <migrate/definition.hpp>

namespace migrate {

// When a trigger fires that was not left as CREATE TRIGGER makes it.
template <class Self>
class Enabling : public Definition<Self> {
 public:
  using Definition<Self>::Definition;

  Self& disabled() { return this->text_field("enabled", "disabled"); }
  Self& enabled_on_replica() { return this->text_field("enabled", "replica"); }
  Self& enabled_always() { return this->text_field("enabled", "always"); }

  // "audit()", "app.audit". Its arguments, which are always texts, are given apart.
  Self& execute(std::string_view function) { return this->text_field("function", function); }
};

// https://www.postgresql.org/docs/current/sql-createtrigger.html
class Trigger : public Enabling<Trigger> {
 public:
  using Enabling::Enabling;

  Trigger& before() { return text_field("timing", "before"); }
  Trigger& after() { return text_field("timing", "after"); }
  Trigger& instead_of() { return text_field("timing", "instead_of"); }

  Trigger& insert() { return event("insert"); }
  Trigger& update() { return event("update"); }
  template <auto... M>
  Trigger& update_of() {
    return update_of_members({&detail::member_spelling<M>...});
  }
  Trigger& update_of(Names columns) {
    detail::set_texts(*data_, "columns", columns);
    return update();
  }
  Trigger& remove() { return event("delete"); }  // DELETE, which C++ has taken
  Trigger& truncate() { return event("truncate"); }

  Trigger& for_each_row() { return flag_field("for_each_row"); }
  Trigger& for_each_statement() { return flag_field("for_each_row", false); }  // unless said otherwise
  Trigger& when(std::string_view condition) { return text_field("condition", condition); }
  Trigger& old_table(std::string_view name) { return text_field("old_table", name); }  // REFERENCING
  Trigger& new_table(std::string_view name) { return text_field("new_table", name); }
  Trigger& arguments(Names texts) {
    detail::set_texts(*data_, "arguments", texts);
    return *this;
  }

  // Of a partition, where it is not as of the partitioned table: "disabled", "replica", "always", "enabled".
  Trigger& on_partition(std::string_view table, std::string_view enabled);

  Trigger& constraint() { return flag_field("constraint"); }
  Trigger& deferrable() { return flag_field("deferrable"); }
  Trigger& initially_deferred() { return deferrable().flag_field("initially_deferred"); }
  Trigger& from(std::string_view table) {
    detail::set_name(*data_, "from_table", table);
    return *this;
  }

 private:
  Trigger& event(std::string_view name) {
    detail::add_text(*data_, "events", name);
    return *this;
  }
  Trigger& update_of_members(detail::Members members);
};

// https://www.postgresql.org/docs/current/sql-createeventtrigger.html
class EventTrigger : public Enabling<EventTrigger> {
 public:
  using Enabling::Enabling;

  EventTrigger& on(std::string_view event) { return text_field("event", event); }  // "ddl_command_end"
  EventTrigger& tags(Names commands) {                                             // "CREATE TABLE"
    detail::set_texts(*data_, "tags", commands);
    return *this;
  }
};

}  // namespace migrate
