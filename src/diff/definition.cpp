#include "diff/access.hpp"
#include "diff/kinds.hpp"
#include "util/text.hpp"

namespace migrate::diff {
namespace {

// "security_definer" as people say it.
std::string words(const std::string& field) { return replace_all(field, "_", " "); }

bool is_short(const std::string& text) {
  constexpr std::size_t longest = 60;
  return text.size() <= longest && text.find('\n') == std::string::npos;
}

struct Said {
  const std::string& field;
  std::string text;

  void say(const std::string& before, const std::string& after) {
    text = is_short(before) && is_short(after) ? from_to(words(field), before, after) : changed();
  }
  void say(bool, bool after) { text = on_off(words(field), after); }
  void say(const std::vector<std::string>& before, const std::vector<std::string>& after) {
    say(join(before, ", "), join(after, ", "));
  }
  void say(const catalog::StorageParameters& before, const catalog::StorageParameters& after) {
    say(text_of(before), text_of(after));
  }
  void say(const catalog::Name& before, const catalog::Name& after) {
    say(before.empty() ? "" : before.text(), after.empty() ? "" : after.text());
  }
  void say(const std::vector<catalog::Grant>& before, const std::vector<catalog::Grant>& after) {
    text = describe(grant_changes(before, after));
  }
  template <class T>
  void say(const T&, const T&) {
    text = changed();
  }
  std::string changed() const { return words(field) + " changed"; }
};

}  // namespace

void diff_definitions(const catalog::Database& before, const catalog::Database& after, Changes& changes) {
  std::vector<const void*> lists;
  catalog::Database::definitions(before, [&](const auto& list) { lists.push_back(&list); });
  std::size_t at = 0;
  catalog::Database::definitions(after, [&](const auto& current) {
    const auto& old = *static_cast<const std::remove_cvref_t<decltype(current)>*>(lists[at++]);
    auto a = old.begin();
    auto b = current.begin();
    while (a != old.end() || b != current.end()) {
      if (b == current.end() || (a != old.end() && a->id() < b->id())) {
        changes.drop((a++)->id());
      } else if (a == old.end() || b->id() < a->id()) {
        changes.create((b++)->id());
      } else {
        auto fields = catalog::differing_fields(*a, *b);
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(*a)>, catalog::MaterializedView>) {
          std::erase(fields, "indexes");
          diff_indexes(*a, *b, changes);
        }
        changes.alter(b->id(), std::move(fields));
        ++a, ++b;
      }
    }
  });
}

std::string describe_definition_field(const catalog::ObjectId& id, const catalog::Database& before,
                                      const catalog::Database& after, const std::string& field) {
  Said said{field, field};
  catalog::Database::definitions(before, [&](const auto& list) {
    using T = typename std::remove_cvref_t<decltype(list)>::value_type;
    const auto* old = catalog::find_definition(list, id);
    const auto* current = after.find<T>(id);
    if (!old || !current) return;
    std::vector<const void*> fields;
    T::fields(*old, [&](std::string_view, const auto& each) { fields.push_back(&each); });
    std::size_t at = 0;
    T::fields(*current, [&](std::string_view name, const auto& each) {
      using Field = std::remove_cvref_t<decltype(each)>;
      const auto* was = static_cast<const Field*>(fields[at++]);
      if (name == field) said.say(*was, each);
    });
  });
  return said.text;
}

}  // namespace migrate::diff
