#include "diff/settle.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "catalog/spelling.hpp"
#include "catalog/type_name.hpp"
#include "diff/normal_form.hpp"
#include "util/text.hpp"

namespace migrate::diff {
namespace {

using catalog::Column;
using catalog::Constraint;
using catalog::Index;
using catalog::IndexElement;

// The member of each form that there is.
template <class T, class Member>
auto part(const Forms<T>& forms, Member&& member) {
  using Part = std::remove_cvref_t<decltype(member(*forms.once))>;
  const auto of = [&](const T* form) -> const Part* { return form ? &member(*form) : nullptr; };
  return Forms<Part>{of(forms.once), of(forms.twice), of(forms.live)};
}

bool same_value(const std::string& a, const std::string& b) {
  if (a == b) return true;
  const auto truth = [](const std::string& text) {
    static const std::set<std::string> yes{"on", "true", "yes"}, no{"off", "false", "no"};
    return yes.count(to_lower(text)) > 0 ? 1 : no.count(to_lower(text)) > 0 ? 0 : -1;
  };
  if (truth(a) != -1) return truth(a) == truth(b);
  const auto number = [](const std::string& text, double& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
  };
  double left = 0, right = 0;
  return number(a, left) && number(b, right) && !(left < right) && !(right < left);
}

catalog::StorageParameters parameters(catalog::StorageParameters declared,
                                      const catalog::StorageParameters& live) {
  for (auto& [name, value] : declared)
    if (const auto there = live.find(name); there != live.end() && same_value(value, there->second))
      value = there->second;
  return declared;
}

// pg_type.typstorage of the built-in types; empty for a type that is not known here.
std::string usual_storage(const std::string& type_text) {
  const auto type = catalog::parse_type(type_text);
  if (type.dimensions > 0) return "extended";
  if (!type.builtin) return {};
  static const std::set<std::string_view> plain{"boolean",
                                                "\"char\"",
                                                "name",
                                                "bigint",
                                                "smallint",
                                                "integer",
                                                "oid",
                                                "tid",
                                                "xid",
                                                "cid",
                                                "point",
                                                "lseg",
                                                "box",
                                                "line",
                                                "real",
                                                "double precision",
                                                "circle",
                                                "money",
                                                "macaddr",
                                                "macaddr8",
                                                "date",
                                                "time{} without time zone",
                                                "timestamp{} without time zone",
                                                "timestamp{} with time zone",
                                                "interval",
                                                "time{} with time zone",
                                                "uuid",
                                                "pg_lsn"};
  static const std::set<std::string_view> main{"numeric", "inet", "cidr"};
  static const std::set<std::string_view> extended{
      "bytea",  "text", "json",    "xml",      "jsonb",    "character", "character varying",
      "bpchar", "path", "polygon", "tsvector", "jsonpath", "bit",       "bit varying"};
  if (plain.count(type.name.name) > 0) return "plain";
  if (main.count(type.name.name) > 0) return "main";
  return extended.count(type.name.name) > 0 ? "extended" : "";
}

std::string last_part(const std::string& name) {
  const auto parts = catalog::split_identifier(name);
  return parts && !parts->empty() ? parts->back() : name;
}

bool is_qualified(const std::string& name) {
  const auto parts = catalog::split_identifier(name);
  return parts && parts->size() > 1;
}

// Whether two types can be told apart without a server: both built in, or both with their schema.
bool types_differ(const std::string& declared, const std::string& live) {
  const auto a = catalog::parse_type(declared);
  const auto b = catalog::parse_type(live);
  const auto is_odd = [](const catalog::TypeName& type) {
    return type.verbatim || (type.builtin && type.name.name.starts_with("interval"));
  };
  if (is_odd(a) && is_odd(b)) return false;
  const auto is_settled = [](const catalog::TypeName& type) {
    return type.builtin || !type.name.schema.empty();
  };
  if (is_settled(a) && is_settled(b)) return true;
  return !a.verbatim && !b.verbatim && a.name.name != b.name.name;
}

}  // namespace

struct Settler::Texts {
  const std::string& declared;
  const std::string& live;
  Forms<std::string> forms;
};

Settler::Doubts Settler::take_doubts() { return std::exchange(doubts_, {}); }

template <class NormalForm>
std::string Settler::text(const Texts& texts, NormalForm&& normal_form) {
  const auto& [declared, live, forms] = texts;
  if (declared == live) return live;
  if (normal_form(declared) == normal_form(live)) return live;
  const auto equal = [](const std::string* a, const std::string* b) { return a && b && *a == *b; };
  // One has it, the other has not. What is printed twice may be a part of the whole only.
  if (declared.empty() || live.empty()) return equal(forms.once, &live) ? live : declared;
  if (equal(forms.once, &live) || equal(forms.twice, &live)) return live;
  if (equal(forms.once, forms.live) || equal(forms.twice, forms.live)) return live;
  const bool printed = forms.once != nullptr;
  (printed ? doubts_.different : doubts_.unprinted) = true;
  return (printed ? different_ : unprinted_) == InDoubt::live ? live : declared;
}

template <class IsCertain>
std::string Settler::fact(const std::string& declared, const std::string& live, const std::string* once,
                          IsCertain&& is_certain) {
  if (declared == live) return live;
  if (once) return *once;
  if (is_certain()) return declared;
  doubts_.unprinted = true;
  return unprinted_ == InDoubt::live ? live : declared;
}

// A collation or operator class: declared perhaps without its schema, or as the one that is the default
// anyway.
std::string Settler::name_fact(const std::string& declared, const std::string& live,
                               const std::string* once) {
  if (normal_name(declared) == normal_name(live)) return live;
  return fact(declared, live, once, [&] {
    if (declared.empty()) return true;
    if (live.empty()) return false;
    return (is_qualified(declared) && is_qualified(live)) || last_part(declared) != last_part(live);
  });
}

std::string Settler::type(const std::string& declared, const std::string& live, const std::string* once) {
  return fact(declared, live, once, [&] { return types_differ(declared, live); });
}

Column Settler::column(const Column& declared, const Column& live, Forms<Column> forms) {
  Column out = declared;
  const auto* once = forms.once;
  out.type = type(declared.type, live.type, once ? &once->type.get() : nullptr);
  out.default_value = text({declared.default_value, live.default_value,
                            part(
                                forms, [](const Column& each) -> auto& { return each.default_value.get(); })},
                           [&](const std::string& each) { return normal_default(each, out.type); });
  if (declared.generated && live.generated) {
    static const std::string none;
    const auto expressions = part(
        forms,
        [](const Column& each) -> auto& { return each.generated ? each.generated->expression : none; });
    out.generated->expression =
        text({declared.generated->expression, live.generated->expression, expressions},
             [](const std::string& each) { return normal_form(each); });
  }
  if (out.identity && live.identity && out.identity->sequence.empty())
    out.identity->sequence = live.identity->sequence;
  out.collation = name_fact(declared.collation, live.collation, once ? &once->collation.get() : nullptr);
  if (!(live.storage.empty() && !declared.storage.empty() && usual_storage(out.type) == declared.storage)) {
    out.storage = fact(declared.storage, live.storage, once ? &once->storage.get() : nullptr, [&] {
      return declared.storage.empty() || !live.storage.empty() || !usual_storage(out.type).empty();
    });
  } else {
    out.storage.clear();
  }
  out.options = parameters(declared.options, live.options);
  if (out.not_null_constraint.empty()) out.not_null_constraint = live.not_null_constraint;
  out.inherited = live.inherited;
  return out;
}

std::vector<IndexElement> Settler::elements(const std::vector<IndexElement>& declared,
                                            const std::vector<IndexElement>& live,
                                            Forms<std::vector<IndexElement>> forms) {
  auto out = declared;
  for (std::size_t i = 0; i < std::min(declared.size(), live.size()); ++i) {
    const auto at = [&](const std::vector<IndexElement>* list) {
      return list && i < list->size() ? &(*list)[i] : nullptr;
    };
    const Forms<IndexElement> form{at(forms.once), at(forms.twice), at(forms.live)};
    const auto* once = form.once;
    if (once && !once->column.empty()) {
      out[i].column = once->column;
      out[i].expression.clear();
    }
    if (!out[i].expression.empty() && !live[i].expression.empty())
      out[i].expression =
          text({declared[i].expression, live[i].expression,
                part(
                    form, [](const IndexElement& each) -> auto& { return each.expression.get(); })},
               [](const std::string& each) { return normal_form(each); });
    out[i].collation =
        name_fact(declared[i].collation, live[i].collation, once ? &once->collation.get() : nullptr);
    out[i].opclass = name_fact(declared[i].opclass, live[i].opclass, once ? &once->opclass.get() : nullptr);
    out[i].opclass_options = parameters(declared[i].opclass_options, live[i].opclass_options);
    out[i].exclusion_operator =
        fact(declared[i].exclusion_operator, live[i].exclusion_operator,
             once ? &once->exclusion_operator.get() : nullptr, [&] {
               return declared[i].exclusion_operator->find('.') != std::string::npos &&
                      live[i].exclusion_operator->find('.') != std::string::npos;
             });
  }
  return out;
}

Constraint Settler::constraint(const Constraint& declared, const Constraint& live, Forms<Constraint> forms) {
  Constraint out = declared;
  if (declared.type != live.type) return out;
  const auto normal = [](const std::string& each) { return normal_form(each); };
  out.expression = text({declared.expression, live.expression,
                         part(
                             forms, [](const Constraint& each) -> auto& { return each.expression.get(); })},
                        normal);
  out.where = text({declared.where, live.where,
                    part(
                        forms, [](const Constraint& each) -> auto& { return each.where.get(); })},
                   normal);
  out.elements = elements(declared.elements, live.elements,
                          part(
                              forms, [](const Constraint& each) -> auto& { return each.elements.get(); }));
  if (out.referenced_columns.empty() && forms.once) out.referenced_columns = forms.once->referenced_columns;
  out.options = parameters(declared.options, live.options);
  out.inherited = live.inherited;
  if (out.attached_to.empty()) out.attached_to = live.attached_to;
  return out;
}

Index Settler::index(const Index& declared, const Index& live, Forms<Index> forms) {
  Index out = declared;
  const auto normal = [](const std::string& each) { return normal_form(each); };
  out.where = text({declared.where, live.where,
                    part(
                        forms, [](const Index& each) -> auto& { return each.where.get(); })},
                   normal);
  out.elements = elements(declared.elements, live.elements,
                          part(
                              forms, [](const Index& each) -> auto& { return each.elements; }));
  out.options = parameters(declared.options, live.options);
  if (out.attached_to.empty()) out.attached_to = live.attached_to;
  return out;
}

void Settler::table(catalog::Table& declared, const catalog::Table& live, Forms<catalog::Table> forms) {
  const auto normal = [](const std::string& each) { return normal_form(each); };
  declared.partition_key =
      text({declared.partition_key, live.partition_key,
            part(
                forms, [](const catalog::Table& each) -> auto& { return each.partition_key.get(); })},
           normal);
  declared.partition_bound =
      text({declared.partition_bound, live.partition_bound,
            part(
                forms, [](const catalog::Table& each) -> auto& { return each.partition_bound.get(); })},
           normal);
  declared.options = parameters(declared.options, live.options);
}

Column with_facts(Column declared, const Column* once) {
  if (!once) return declared;
  declared.type = once->type;
  declared.collation = once->collation;
  declared.storage = once->storage;
  return declared;
}

namespace {
void take_facts(std::vector<IndexElement>& elements, const std::vector<IndexElement>& once) {
  for (std::size_t i = 0; i < std::min(elements.size(), once.size()); ++i) {
    elements[i].collation = once[i].collation;
    elements[i].opclass = once[i].opclass;
    elements[i].exclusion_operator = once[i].exclusion_operator;
  }
}
}  // namespace

Constraint with_facts(Constraint declared, const Constraint* once) {
  if (!once) return declared;
  declared.elements.update([&](auto& elements) { take_facts(elements, once->elements); });
  if (declared.referenced_columns.empty()) declared.referenced_columns = once->referenced_columns;
  return declared;
}

Index with_facts(Index declared, const Index* once) {
  if (once) take_facts(declared.elements, once->elements);
  return declared;
}

}  // namespace migrate::diff
