#include "diff/resolve.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <type_traits>
#include <utility>

#include "catalog/default_name.hpp"
#include "diff/children.hpp"
#include "diff/domain.hpp"
#include "diff/prepare.hpp"
#include "diff/rename_text.hpp"
#include "diff/settle.hpp"
#include "diff/taken_names.hpp"
#include "diff/variants.hpp"
#include "util/error.hpp"

namespace migrate::diff {
namespace {

using catalog::Column;
using catalog::Constraint;
using catalog::ConstraintType;
using catalog::Database;
using catalog::Index;
using catalog::Kind;
using catalog::Name;
using catalog::ObjectId;
using catalog::Table;
using InDoubt = Settler::InDoubt;

// What servers have printed so far.
struct Printed {
  std::optional<Database> once, twice, live;
  std::map<ObjectId, const void*> stands_for;  // the live object whose texts `live` has for a declared one

  Forms<Table> of(const Name& table) const {
    const auto find = [&](const std::optional<Database>& database) {
      return database ? database->table(table) : nullptr;
    };
    return {find(once), find(twice), find(live)};
  }

  // Without the form of the live text where that was another object's.
  template <class T>
  Forms<T> beside(Forms<T> forms, const ObjectId& declared, const T& there) const {
    const auto found = stands_for.find(declared);
    if (found == stands_for.end() || found->second != &there) forms.live = nullptr;
    return forms;
  }
};

template <class T, class Find>
Forms<T> parts(const Forms<Table>& tables, Find&& find) {
  const auto of = [&](const Table* table) -> const T* { return table ? find(*table) : nullptr; };
  return {of(tables.once), of(tables.twice), of(tables.live)};
}

// Everything but what an unnamed object takes over from the live one.
template <class T>
bool same_definition(T a, const T& b) {
  a.name = b.name;
  a.comment = b.comment;
  return a == b;
}

// One pass over all objects with what servers have printed so far; or only as far as the first table with a
// text that nothing has been printed of, when that will be had next.
enum class Extent { whole, to_first_doubt };

class Attempt {
 public:
  Attempt(const Prepared& models, const Database& live, const Printed& printed, Extent extent)
      : models_(models), live_(live), printed_(printed) {
    taken_.add(live);
    target_ = models_.database;
    target_.server_version = live_.server_version;
    for (auto& extension : target_.extensions) settle_extension(extension);
    target_.unhandled = live_.unhandled;
    adopt_sequence_names();
    for (auto& schema : target_.schemas) settle_schema(schema);
    for (auto& table : target_.tables) {
      settle_table(table);
      if (extent == Extent::to_first_doubt && !unprinted_.empty()) return;
    }
    settle_definitions();
    name_new_ones();
    add_undeclared_partitions(target_, live_);
    complete_children(target_, live_,
                      [&](const Name& table) { return models_.database.table(table) != nullptr; });
    target_.sort();
  }

  Database take_target() { return std::move(target_); }
  const std::vector<ObjectId>& unprinted() const { return unprinted_; }
  const std::vector<TextInDoubt>& different() const { return different_; }
  // New definitions, which nothing is known of but their text.
  bool has_unbuilt() const { return !unbuilt_.empty(); }
  bool definitions_differ() const { return definitions_differ_; }

 private:
  // What the models leave open is as it is.
  void settle_extension(catalog::Extension& extension) const {
    const auto* there = live_.extension(extension.name);
    if (!there) return;
    if (extension.schema.empty()) extension.schema = there->schema;
    if (extension.version.empty()) extension.version = there->version;
    if (extension.comment.empty()) extension.comment = there->comment;
    extension.usual_comment = there->usual_comment;
  }

  static Settler taking(InDoubt side) { return Settler(InDoubt::live, side); }

  // The sequence of a serial column has PostgreSQL's name in the models, and perhaps an older name of the
  // table's in the database.
  void adopt_sequence_names() {
    std::map<std::pair<Name, std::string>, std::vector<const catalog::Sequence*>> owned;
    for (const auto& sequence : live_.sequences)
      if (!sequence.owned_by_table.empty() && !models_.database.sequence(sequence.name))
        owned[{sequence.owned_by_table, sequence.owned_by_column}].push_back(&sequence);
    for (auto& sequence : target_.sequences) {
      const auto& table_name = sequence.owned_by_table;
      if (table_name.empty() || live_.sequence(sequence.name)) continue;
      const Name usual{table_name.schema,
                       catalog::default_name(table_name.name, sequence.owned_by_column, "seq")};
      const auto found = owned.find({table_name, sequence.owned_by_column});
      if (sequence.name != usual || found == owned.end() || found->second.size() != 1) continue;
      const auto was = std::exchange(sequence.name, found->second.front()->name);
      auto* table = target_.table(table_name);
      auto* column = table ? table->column(sequence.owned_by_column) : nullptr;
      if (column) column->default_value = rename_relation(column->default_value, was, sequence.name);
    }
    target_.sort();
  }

  // Nobody has to speak of the comment that initdb gives to public.
  void settle_schema(catalog::Schema& schema) const {
    const auto* live = live_.schema(schema.name);
    if (live && schema.name == "public" && schema.comment.empty() &&
        live->comment == "standard public schema")
      schema.comment = live->comment;
  }

  void settle_table(Table& table) {
    const auto forms = printed_.of(table.name);
    const auto* live = live_.table(table.name);
    if (!live) return take_facts(table, forms.once);
    if (table == *live || (forms.once && *forms.once == *live)) {
      table = *live;
      return;
    }
    auto settler = taking(InDoubt::declared);
    settler.table(table, *live, forms);
    note(settler.take_doubts(), {Kind::table, table.name, {}}, {table.name, {}, nullptr, nullptr, nullptr});
    settle_columns(table, *live, forms);
    settle_constraints(table, *live, forms);
    settle_indexes(table, live->indexes, forms);
  }

  // Its indexes are objects of their own: they are settled as a table's are.
  void settle_indexes(catalog::MaterializedView& view) {
    const auto of = [&](const std::optional<Database>& database) {
      const auto* found = database ? database->find<catalog::MaterializedView>(view.id()) : nullptr;
      return found ? std::optional(bearer_of(*found)) : std::nullopt;
    };
    const auto once = of(printed_.once), twice = of(printed_.twice);
    const auto* live = live_.find<catalog::MaterializedView>(view.id());
    auto bearer = bearer_of(view);
    if (live)
      settle_indexes(bearer, live->indexes, {once ? &*once : nullptr, twice ? &*twice : nullptr, nullptr});
    else
      take_facts(bearer, once ? &*once : nullptr);
    view.indexes = std::move(bearer.indexes);
  }

  static void take_facts(Table& table, const Table* once) {
    if (!once) return;
    for (auto& column : table.columns) column = with_facts(column, once->column(column.name));
    for (auto& constraint : table.constraints)
      constraint = with_facts(constraint, once->constraint(constraint.name));
    for (auto& index : table.indexes) index = with_facts(index, once->index(index.name));
  }

  void note(Settler::Doubts doubts, const ObjectId& id, const TextInDoubt& text) {
    if (doubts.unprinted) unprinted_.push_back(id);
    if (doubts.different) ask(text);
  }

  // Of several live objects that a declared one could be, the text of one can be asked for.
  void ask(const TextInDoubt& text) {
    if (live_.find<catalog::MaterializedView>({Kind::materialized_view, text.table, ""})) {
      definitions_differ_ = true;
      return;
    }
    if (asked_.insert(text.id()).second) different_.push_back(text);
  }

  // Columns that are there keep their order; new ones come after them, as ADD COLUMN puts them.
  void settle_columns(Table& table, const Table& live, const Forms<Table>& forms) {
    std::vector<Column> columns;
    auto settler = taking(InDoubt::declared);
    for (const auto& there : live.columns) {
      const auto* declared = table.column(there.name);
      if (!declared) continue;
      const auto form = parts<Column>(forms, [&](const Table& each) { return each.column(there.name); });
      columns.push_back(settler.column(*declared, there, form));
      note(settler.take_doubts(), {Kind::column, table.name, there.name},
           {table.name, there.name, &there, nullptr, nullptr});
    }
    for (const auto& declared : table.columns)
      if (!live.column(declared.name))
        columns.push_back(with_facts(declared, forms.once ? forms.once->column(declared.name) : nullptr));
    table.columns = std::move(columns);
  }

  void settle_constraints(Table& table, const Table& live, const Forms<Table>& forms) {
    const auto id_of = [&](const std::string& name) { return ObjectId{Kind::constraint, table.name, name}; };
    const auto form_of = [&](const Constraint& declared) {
      return parts<Constraint>(forms, [&](const Table& each) { return each.constraint(declared.name); });
    };
    const auto settle = [&](Settler& settler, const Constraint& declared, const Constraint& there) {
      auto out = settler.constraint(declared, there,
                                    printed_.beside(form_of(declared), id_of(declared.name), there));
      // The target of a foreign key can be a table that the models don't speak of.
      const auto* target = out.referenced_columns.empty() && out.type == ConstraintType::foreign_key
                               ? live_.table(out.references)
                               : nullptr;
      if (const auto* key = target ? target->primary_key() : nullptr) out.referenced_columns = key->columns;
      return out;
    };
    const auto is_made_up = [&](const Constraint& declared) {
      return models_.made_up.count(id_of(declared.name)) > 0;
    };
    const auto same_kind = [](const Constraint& a, const Constraint& b) { return a.type == b.type; };
    const auto is_only_one = [](const Constraint& a) { return a.type == ConstraintType::primary_key; };
    const auto text_in_doubt = [&](const Constraint& declared, const Constraint& there) {
      return TextInDoubt{table.name, declared.name, nullptr, &there, nullptr};
    };
    settle_list(table, table.constraints, live.constraints, settle, is_made_up, same_kind, is_only_one,
                text_in_doubt, id_of,
                [&](const Constraint& declared) { return with_facts(declared, form_of(declared).once); });
  }

  void settle_indexes(Table& table, const SharedVector<Index>& live, const Forms<Table>& forms) {
    const auto id_of = [&](const std::string& name) {
      return ObjectId{Kind::index, {table.name.schema, name}, {}};
    };
    const auto form_of = [&](const Index& declared) {
      return parts<Index>(forms, [&](const Table& each) { return each.index(declared.name); });
    };
    const auto settle = [&](Settler& settler, const Index& declared, const Index& there) {
      return settler.index(declared, there, printed_.beside(form_of(declared), id_of(declared.name), there));
    };
    const auto is_made_up = [&](const Index& declared) {
      return models_.made_up.count(id_of(declared.name)) > 0;
    };
    const auto text_in_doubt = [&](const Index& declared, const Index& there) {
      return TextInDoubt{table.name, declared.name, nullptr, nullptr, &there};
    };
    settle_list(
        table, table.indexes, live, settle, is_made_up, [](const Index&, const Index&) { return true; },
        [](const Index&) { return false; }, text_in_doubt, id_of,
        [&](const Index& declared) { return with_facts(declared, form_of(declared).once); });
  }

  // Pairs each declared object with the live one that it means, and settles it. A named one means the one of
  // its name; an unnamed one any of equal definition, then the one that has the name which PostgreSQL would
  // give it.
  template <class T, class Settle, class IsMadeUp, class SameKind, class IsOnlyOne, class MakeDoubt,
            class IdOf, class Facts>
  void settle_list(const Table& table, SharedVector<T>& list, const SharedVector<T>& live, Settle&& settle,
                   IsMadeUp&& is_made_up, SameKind&& same_kind, IsOnlyOne&& is_only_one,
                   MakeDoubt&& text_in_doubt, IdOf&& id_of, Facts&& facts) {
    std::vector<const T*> partner(list.size(), nullptr);
    std::vector<bool> used(live.size(), false);
    const auto pair = [&](std::size_t i, auto&& fits) {
      for (std::size_t j = 0; j < live.size() && !partner[i]; ++j) {
        if (used[j] || !fits(list[i], live[j])) continue;
        partner[i] = &live[j];
        used[j] = true;
      }
    };
    const auto made_up = [&] {
      std::vector<std::size_t> out;
      for (std::size_t i = 0; i < list.size(); ++i)
        if (!partner[i] && is_made_up(list[i])) out.push_back(i);
      return out;
    };
    for (std::size_t i = 0; i < list.size(); ++i)
      if (!is_made_up(list[i])) pair(i, [](const T& a, const T& b) { return a.name == b.name; });
    for (const auto i : made_up())
      if (is_only_one(list[i])) pair(i, same_kind);
    // Equal as far as it is known; with `sure` without any doubt.
    const auto equal = [&](const T& declared, const T& there, bool sure) {
      if (!same_kind(declared, there)) return false;
      Settler settler(InDoubt::live, InDoubt::live);
      const auto settled = settle(settler, declared, there);
      const auto doubts = settler.take_doubts();
      if (sure && doubts.any()) return false;
      if (!sure && doubts.different) {
        if (same_definition(settled, there)) ask(text_in_doubt(declared, there));
        return false;
      }
      return same_definition(settled, there);
    };
    for (const auto i : made_up()) pair(i, [&](const T& a, const T& b) { return equal(a, b, true); });
    for (const auto i : made_up()) pair(i, [&](const T& a, const T& b) { return equal(a, b, false); });
    for (const auto i : made_up())
      pair(i, [&](const T& a, const T& b) { return a.name == b.name && same_kind(a, b); });

    auto settler = taking(InDoubt::declared);
    std::vector<T> out;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto& declared = list[i];
      if (!partner[i]) {
        out.push_back(facts(declared));
        if (is_made_up(declared))
          out.back().name.clear();
        else
          taken_.add(table, out.back());
        continue;
      }
      auto settled = settle(settler, declared, *partner[i]);
      if (is_made_up(declared)) settled.name = partner[i]->name;
      note(settler.take_doubts(), id_of(settled.name), text_in_doubt(declared, *partner[i]));
      out.push_back(std::move(settled));
    }
    list = std::move(out);
  }

  // A definition is what the server made of it: equal to the live one by itself, or once or twice printed.
  // One that differs is said in the server's words, which do not depend on a search_path, field by field the
  // live one where they are equal.
  void settle_definitions() {
    std::set<ObjectId> as_live, as_printed;
    Database::definitions(target_, [&](auto& list) {
      using T = typename std::remove_cvref_t<decltype(list)>::value_type;
      for (auto& declared : list) {
        const auto id = declared.id();
        const auto* there = live_.find<T>(id);
        const auto* once = printed_.once ? printed_.once->find<T>(id) : nullptr;
        const auto* twice = printed_.twice ? printed_.twice->find<T>(id) : nullptr;
        std::optional<T> named_once, named_twice;
        if constexpr (std::is_same_v<T, catalog::Domain>)
          if (there) {
            declared = with_live_names(declared, *there, models_.made_up);
            if (once) once = &named_once.emplace(with_live_names(*once, *there, models_.made_up));
            if (twice) twice = &named_twice.emplace(with_live_names(*twice, *there, models_.made_up));
          }
        if constexpr (std::is_same_v<T, catalog::MaterializedView>) settle_indexes(declared);
        const T own = declared;
        if (there &&
            (same(declared, *there) || (once && same(*once, *there)) || (twice && same(*twice, *there)))) {
          declared = *there;
          give_parts(declared, own, there);
          if (!uses_what_is_replaced(id))
            as_live.insert(id);
          else if (once)
            as_printed.insert(id);
          else
            unbuilt_.push_back(id);
          continue;
        }
        if (!once) {
          (there ? unprinted_ : unbuilt_).push_back(id);
          continue;
        }
        definitions_differ_ |= there != nullptr;
        as_printed.insert(id);
        declared = there ? nearest_to(*there, *once, twice) : *once;
        give_parts(declared, own, there);
      }
    });
    const auto is_part_of_table = [](const ObjectId& id) {
      return id.kind == Kind::table || id.kind == Kind::column || id.kind == Kind::constraint ||
             id.kind == Kind::index;
    };
    const auto take = [&](const Database& from, const std::set<ObjectId>& objects, auto&& wanted) {
      for (const auto& each : from.dependencies)
        if (objects.contains(each.object) ||
            (is_part_of_table(each.object) && catalog::contains(target_, each.object) && wanted(each.object)))
          target_.dependencies.push_back(each);
    };
    // What is made for these models says best what they use: the same text may call another function by now.
    take(live_, as_live,
         [&](const ObjectId& part) { return !printed_.once || !catalog::contains(*printed_.once, part); });
    if (!printed_.once) return;
    take(*printed_.once, as_printed, [](const ObjectId&) { return true; });
    target_.refused_bodies = printed_.once->refused_bodies;
  }

  // As it stands it uses a routine that the models have with other arguments only, or (GROUP BY a key) a
  // constraint that they have under another name.
  bool uses_what_is_replaced(const ObjectId& id) const {
    const auto& list = live_.dependencies;
    for (auto at = std::lower_bound(list.begin(), list.end(), catalog::Dependency{id, {}});
         at != list.end() && at->object == id; ++at) {
      const auto& used = at->uses;
      if (used.kind == Kind::constraint && !catalog::contains(target_, used)) return true;
      if (!catalog::is_routine(used.kind) || catalog::contains(models_.database, used)) continue;
      const auto& routines = models_.database.routines;
      if (std::any_of(routines.begin(), routines.end(),
                      [&](const catalog::Routine& each) { return each.name == used.name; }))
        return true;
    }
    return false;
  }

  // What is settled by itself: the indexes of a materialized view, and its rows, which somebody may have
  // refreshed although the models say WITH NO DATA.
  template <class T>
  static void give_parts(T& definition, const T& declared, const T* live) {
    if constexpr (std::is_same_v<T, catalog::MaterializedView>) {
      definition.indexes = declared.indexes;
      definition.populated = declared.populated || (live && live->populated);
    }
  }
  template <class T>
  static bool same(T a, const T& b) {
    if constexpr (std::is_same_v<T, catalog::MaterializedView>) {
      a.indexes = b.indexes;
      a.populated = b.populated;
    }
    return a == b;
  }

  // `once`, but with the live fields where either printed form has them.
  template <class T>
  static T nearest_to(const T& live, T once, const T* twice) {
    std::vector<const void*> fields, again;
    T::fields(live, [&](std::string_view, const auto& field) { fields.push_back(&field); });
    if (twice) T::fields(*twice, [&](std::string_view, const auto& field) { again.push_back(&field); });
    std::size_t at = 0;
    T::fields(once, [&](std::string_view, auto& field) {
      using Field = std::remove_cvref_t<decltype(field)>;
      const auto& there = *static_cast<const Field*>(fields[at]);
      if (!again.empty() && *static_cast<const Field*>(again[at]) == there) field = there;
      ++at;
    });
    return once;
  }

  void name_new_ones() {
    for (auto& table : target_.tables) {
      if (live_.table(table.name) != nullptr) continue;
      // Of a new table all parts went by as they are; their made-up names must still be free.
      for (auto& constraint : table.constraints) {
        if (models_.made_up.count({Kind::constraint, table.name, constraint.name}) > 0)
          constraint.name.clear();
        taken_.add(table, constraint);
      }
      for (auto& index : table.indexes) {
        if (models_.made_up.count({Kind::index, {table.name.schema, index.name}, {}}) > 0) index.name.clear();
        taken_.add(table, index);
      }
    }
    for (auto& view : target_.materialized_views) {
      if (live_.find<catalog::MaterializedView>(view.id())) continue;
      const auto bearer = bearer_of(view);
      for (auto& index : view.indexes) {
        if (models_.made_up.count({Kind::index, {view.name.schema, index.name}, {}}) > 0) index.name.clear();
        taken_.add(bearer, index);
      }
    }
    for (auto& table : target_.tables) {
      name_those_without(table.constraints, table);
      name_those_without(table.indexes, table);
    }
    for (auto& view : target_.materialized_views) name_those_without(view.indexes, bearer_of(view));
  }

  template <class List>
  void name_those_without(List& list, const Table& bearer) {
    for (std::size_t n = 0; n < list.size(); ++n)
      if (const auto& each = std::as_const(list)[n]; each.name.empty())
        list[n].name = taken_.choose(bearer, each);
  }

  const Prepared& models_;
  const Database& live_;
  const Printed& printed_;
  TakenNames taken_;
  Database target_;
  std::vector<ObjectId> unprinted_, unbuilt_;
  bool definitions_differ_ = false;
  std::vector<TextInDoubt> different_;
  std::set<ObjectId> asked_;
};

// The live texts need not be valid beside the models' other objects: one that is not takes only its own table
// along.
std::optional<Database> print_live(const Database& models, const Database& live,
                                   const std::vector<TextInDoubt>& doubts, const Canonicalize& canonicalize) {
  const auto print = [&](const std::vector<TextInDoubt>& some) -> std::optional<Database> {
    try {
      return canonicalize(with_live_texts(models, live, some), live);
    } catch (const Error& error) {
      if (error.code() != ExitCode::failed) throw;
      return std::nullopt;
    }
  };
  if (auto all = print(doubts)) return all;
  constexpr std::size_t most_single_tries = 50;
  if (doubts.size() < 2 || doubts.size() > most_single_tries) return std::nullopt;
  std::map<Name, Table> tables;
  for (const auto& doubt : doubts) {
    auto one = print({doubt});
    if (!one) continue;
    for (auto& table : one->tables) {
      auto& known = tables[table.name];
      if (known.name.empty()) {
        known = std::move(table);
        continue;
      }
      for (auto& constraint : table.constraints)
        if (!known.constraint(constraint.name)) known.constraints.push_back(std::move(constraint));
      for (auto& index : table.indexes)
        if (!known.index(index.name)) known.indexes.push_back(std::move(index));
      if (auto* column = doubt.column ? known.column(doubt.declared) : nullptr)
        if (auto* now = table.column(doubt.declared)) *column = std::move(*now);
    }
  }
  Database out;
  for (auto& [name, table] : tables) out.tables.push_back(std::move(table));
  out.sort();
  return out;
}

}  // namespace

Resolved resolve(const Database& models, const Database& live, const Canonicalize& canonicalize) {
  const auto prepared = prepare(models);
  Printed printed;
  const auto attempt = [&](Extent extent = Extent::whole) {
    return std::make_unique<Attempt>(prepared, live, printed, extent);
  };
  const auto done = [](Attempt& last) {
    auto unverified = last.unprinted();
    std::sort(unverified.begin(), unverified.end());
    unverified.erase(std::unique(unverified.begin(), unverified.end()), unverified.end());
    return Resolved{last.take_target(), std::move(unverified)};
  };

  if (auto first = attempt(Extent::to_first_doubt); first->unprinted().empty() && !first->has_unbuilt())
    return done(*first);
  printed.once = canonicalize(prepared.database, live);
  auto now = attempt();
  if (!printed.once) return done(*now);
  if (now->different().empty() && !now->definitions_differ()) return done(*now);
  // What a definition prints as depends on all that it uses.
  printed.twice = canonicalize(
      now->definitions_differ() ? *printed.once : only_in_doubt(*printed.once, now->different()), live);
  now = attempt();
  if (now->different().empty()) return done(*now);
  for (const auto& doubt : now->different()) printed.stands_for[doubt.id()] = doubt.live();
  printed.live = print_live(prepared.database, live, now->different(), canonicalize);
  now = attempt();
  return done(*now);
}

}  // namespace migrate::diff
