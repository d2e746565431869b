// What is declared as a whole: views, routines, triggers, policies, types. Every setter returns the object.
#pragma once
#include <string_view>

#include <migrate/access.hpp>
#include <migrate/constraint.hpp>

namespace migrate {

namespace detail {

struct DefinitionData;

// Fields of the document, by their names in the catalogue.
void set_text(DefinitionData& data, std::string_view field, std::string_view text);
void set_flag(DefinitionData& data, std::string_view field, bool yes);
void set_number(DefinitionData& data, std::string_view field, double number);
void set_texts(DefinitionData& data, std::string_view field, Names texts);
void set_name(DefinitionData& data, std::string_view field, std::string_view name);
// {"security_barrier": "true"}
void set_entry(DefinitionData& data, std::string_view field, std::string_view key, std::string_view text);
void set_entry_flag(DefinitionData& data, std::string_view field, std::string_view key, bool yes);
void set_entry_number(DefinitionData& data, std::string_view field, std::string_view key, double number);
void add_text(DefinitionData& data, std::string_view field, std::string_view text);  // to a list of texts
// The item of a list of objects that has this "name"; made where there is none.
void set_item_text(DefinitionData& data, std::string_view list, std::string_view item, std::string_view field,
                   std::string_view text);
void set_item_flag(DefinitionData& data, std::string_view list, std::string_view item, std::string_view field,
                   bool yes);
void set_item_number(DefinitionData& data, std::string_view list, std::string_view item,
                     std::string_view field, int number);
void set_item_entry(DefinitionData& data, std::string_view list, std::string_view item,
                    std::string_view field, std::string_view key, std::string_view text);
// A new item at the end of a list of objects; the fields that are set after it by set_last_… are its own.
void add_item(DefinitionData& data, std::string_view list);
void set_last_text(DefinitionData& data, std::string_view list, std::string_view field,
                   std::string_view text);
void set_last_flag(DefinitionData& data, std::string_view list, std::string_view field, bool yes);
void add_rename(DefinitionData& data, std::string_view name);
void add_part_rename(DefinitionData& data, std::string_view from, std::string_view to);
void add_dependency(DefinitionData& data, std::string_view object);

}  // namespace detail

template <class Self>
class Definition {
 public:
  explicit Definition(detail::DefinitionData& data) : data_(&data) {}

  Self& comment(std::string_view text) { return text_field("comment", text); }
  Self& owner(std::string_view role) {
    detail::set_owner(detail::access_of(*data_), role);
    return self();
  }
  Self& grant(std::string_view privileges, std::string_view role) {  // "execute", "app"
    detail::add_grants(detail::access_of(*data_), privileges, role, false, false);
    return self();
  }
  Self& revoke(std::string_view privileges, std::string_view role) {  // "execute", "public"
    detail::add_grants(detail::access_of(*data_), privileges, role, false, true);
    return self();
  }
  // The name that it had before.
  Self& renamed_from(std::string_view name) {
    detail::add_rename(*data_, name);
    return self();
  }
  // What it uses where no parser can see it (dynamic SQL in a body): "table audit.log", "view v",
  // "function f(integer, text)".
  Self& depends_on(std::string_view object) {
    detail::add_dependency(*data_, object);
    return self();
  }

 protected:
  Self& self() { return static_cast<Self&>(*this); }
  Self& text_field(std::string_view field, std::string_view text) {
    detail::set_text(*data_, field, text);
    return self();
  }
  Self& flag_field(std::string_view field, bool yes = true) {
    detail::set_flag(*data_, field, yes);
    return self();
  }
  Self& number_field(std::string_view field, double number) {
    detail::set_number(*data_, field, number);
    return self();
  }

  detail::DefinitionData* data_;
};

}  // namespace migrate
