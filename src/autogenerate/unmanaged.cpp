#include "autogenerate/unmanaged.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <type_traits>

#include "diff/children.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace migrate::autogenerate {
namespace {

using catalog::Database;
using catalog::Kind;
using catalog::Name;
using catalog::ObjectId;
using catalog::Table;

bool any_matches(const std::vector<std::string>& patterns, const Name& name) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return matches(pattern,
                   pattern.find('.') == std::string::npos ? name.name : name.schema + "." + name.name);
  });
}

class Keeper {
 public:
  Keeper(Database& target, const Database& before, const std::function<Fate(const ObjectId&)>& fate)
      : target_(target), before_(before), fate_(fate) {}

  std::vector<ObjectId> keep() {
    for (const auto& each : before_.schemas)
      if (target_.schema(each.name) == nullptr && stays({Kind::schema, {"", each.name}, ""}))
        insert(target_.schemas, each);
    for (const auto& each : before_.extensions)
      if (target_.extension(each.name) == nullptr && stays({Kind::extension, {"", each.name}, ""}))
        insert(target_.extensions, each);
    for (const auto& each : before_.enums)
      if (target_.enum_type(each.name) == nullptr && stays({Kind::enum_type, each.name, ""}))
        insert(target_.enums, each);
    for (const auto& each : before_.tables) {
      auto* wanted = target_.table(each.name);
      if (wanted != nullptr)
        keep_members(*wanted, each);
      else if (table_stays(each))
        insert(target_.tables, each);
    }
    for (const auto& each : before_.sequences)
      if (target_.sequence(each.name) == nullptr && sequence_stays(each)) insert(target_.sequences, each);
    keep_definitions();
    // A schema that holds something which stays, stays.
    auto holding = catalog::named_schemas(target_);
    for (const auto& each : before_.unhandled)
      for (const auto& used : each.uses)
        if (used.kind == Kind::schema) holding.insert(used.name.name);
    for (const auto& name : holding)
      if (const auto* schema = before_.schema(name); schema != nullptr && target_.schema(name) == nullptr)
        insert(target_.schemas, *schema);
    target_.sort();
    refuse_dangling_keys();
    for (const auto& each : before_.access)
      if (catalog::find_access(target_, each.object) == nullptr &&
          catalog::bears_access(target_, each.object))
        catalog::access_of(target_, each.object) = each;
    target_.unhandled = before_.unhandled;
    target_.role = before_.role;
    target_.server_version = before_.server_version;
    return std::move(unmanaged_);
  }

 private:
  template <class List>
  static void insert(List& list, const typename List::value_type& object) {
    const auto at = std::lower_bound(list.begin(), list.end(), object.name,
                                     [](const auto& each, const auto& name) { return each.name < name; });
    list.insert(at, object);
  }

  bool stays(const ObjectId& id) {
    const auto fate = fate_(id);
    if (fate == Fate::unmanaged) unmanaged_.push_back(id);
    return fate != Fate::dropped;
  }

  // A partition of a parent that stays is its parent's affair, and not named, unless it was declared itself
  // once; it goes with a parent that goes.
  bool table_stays(const Table& table) {
    const ObjectId id{Kind::table, table.name, ""};
    const auto* parent = table.partition_of.empty() ? nullptr : before_.table(table.partition_of);
    if (parent == nullptr) return stays(id);
    // A parent that is partitioned in another way, or no longer, takes the rows of its partitions over.
    const auto* parent_wanted = target_.table(parent->name);
    if (parent_wanted != nullptr && parent_wanted->partition_key != parent->partition_key) return false;
    return remains(*parent) && fate_(id) != Fate::dropped;
  }

  bool remains(const Table& table) const {
    if (target_.table(table.name) != nullptr) return true;
    const auto* parent = table.partition_of.empty() ? nullptr : before_.table(table.partition_of);
    return (parent == nullptr || remains(*parent)) && fate_({Kind::table, table.name, ""}) != Fate::dropped;
  }

  bool sequence_stays(const catalog::Sequence& sequence) {
    if (!sequence.owned_by_table.empty()) {
      const auto* owner = target_.table(sequence.owned_by_table);
      if (owner == nullptr || owner->column(sequence.owned_by_column) == nullptr)
        return false;  // goes with its column
    }
    return stays({Kind::sequence, sequence.name, ""});
  }

  // What hangs on a table or view that goes, goes too.
  void keep_definitions() {
    std::set<ObjectId> kept;
    Database::definitions(before_, [&](const auto& list) {
      using T = typename std::remove_cvref_t<decltype(list)>::value_type;
      for (const auto& each : list) {
        const auto id = each.id();
        if (target_.find<T>(id) != nullptr || is_orphan(id) || !stays(id)) continue;
        catalog::put_definition(target_.list_of<T>(), each);
        kept.insert(id);
      }
    });
    for (auto& view : target_.materialized_views)
      if (const auto* live = before_.find<catalog::MaterializedView>(view.id()))
        for (const auto& index : live->indexes)
          if (view.index(index.name) == nullptr && stays({Kind::index, {view.name.schema, index.name}, ""}))
            insert(view.indexes, index);
    const auto has_kept = [&](const ObjectId& id) {
      const bool of_table = id.kind == Kind::table || id.kind == Kind::column ||
                            id.kind == Kind::constraint || id.kind == Kind::index;
      return of_table ? catalog::contains(target_, id) : kept.contains(id);
    };
    for (const auto& each : before_.dependencies)
      if (has_kept(each.object) && catalog::contains(target_, each.uses))
        target_.dependencies.push_back(each);
  }

  bool is_orphan(const ObjectId& id) const {
    return catalog::is_member(id.kind) && target_.table(id.name) == nullptr &&
           !catalog::contains(target_, {Kind::view, id.name, ""}) &&
           !catalog::contains(target_, {Kind::materialized_view, id.name, ""});
  }

  // What it has of its parents is theirs, as long as it is their child.
  static bool stays_child(const Table& wanted, const Table& live) {
    const auto& now = wanted.inherits;
    return wanted.partition_of == live.partition_of &&
           (!live.partition_of.empty() ||
            std::any_of(live.inherits.begin(), live.inherits.end(), [&](const Name& parent) {
              return std::find(now.begin(), now.end(), parent) != now.end();
            }));
  }

  void keep_members(Table& wanted, const Table& in_database) {
    if (wanted.columns == in_database.columns && wanted.constraints == in_database.constraints &&
        wanted.indexes == in_database.indexes)
      return;
    Table live = in_database;
    if (!stays_child(wanted, live)) diff::leave_parents(live);
    for (std::size_t i = 0; i < live.columns.size(); ++i) {
      const auto& column = live.columns[i];
      if (wanted.column(column.name) == nullptr &&
          (column.inherited || stays({Kind::column, live.name, column.name})))
        wanted.columns.insert(
            wanted.columns.begin() + static_cast<std::ptrdiff_t>(std::min(i, wanted.columns.size())), column);
    }
    const auto has_all = [&](const std::vector<std::string>& columns) {
      return std::all_of(columns.begin(), columns.end(),
                         [&](const auto& name) { return wanted.column(name) != nullptr; });
    };
    const auto has_elements = [&](const std::vector<catalog::IndexElement>& elements) {
      return std::all_of(elements.begin(), elements.end(), [&](const auto& element) {
        return element.column.empty() || wanted.column(element.column) != nullptr;
      });
    };
    // A partition has one part of each index and key of its parent.
    const auto has_part = [&](const Name& whole) {
      const auto is_part = [&](const auto& each) { return each.attached_to == whole; };
      return !whole.empty() && (std::any_of(wanted.indexes.begin(), wanted.indexes.end(), is_part) ||
                                std::any_of(wanted.constraints.begin(), wanted.constraints.end(), is_part));
    };
    for (const auto& constraint : live.constraints) {
      if (wanted.constraint(constraint.name) != nullptr || has_part(constraint.attached_to)) continue;
      if (!has_all(constraint.columns) || !has_all(constraint.include) || !has_elements(constraint.elements))
        continue;
      const bool of_parent = constraint.inherited || !constraint.attached_to.empty();
      const bool second_key =
          constraint.type == catalog::ConstraintType::primary_key && wanted.primary_key() != nullptr;
      if (second_key) continue;  // the models declare another one, and a table has but one
      if (of_parent || stays({Kind::constraint, live.name, constraint.name}))
        insert(wanted.constraints, constraint);
    }
    for (const auto& index : live.indexes) {
      if (wanted.index(index.name) != nullptr || has_part(index.attached_to)) continue;
      if (!has_elements(index.elements) || !has_all(index.include)) continue;
      if (!index.attached_to.empty() || stays({Kind::index, {live.name.schema, index.name}, ""}))
        insert(wanted.indexes, index);
    }
  }

  void refuse_dangling_keys() {
    std::vector<std::string> in_the_way;
    for (const auto& table : target_.tables)
      for (const auto& key : table.constraints) {
        if (key.type != catalog::ConstraintType::foreign_key) continue;
        const auto* referenced = target_.table(key.references);
        const bool whole =
            referenced != nullptr &&
            std::all_of(key.referenced_columns.begin(), key.referenced_columns.end(),
                        [&](const auto& column) { return referenced->column(column) != nullptr; });
        const bool outside_view = referenced == nullptr && before_.table(key.references) == nullptr;
        if (whole || outside_view) continue;
        in_the_way.push_back(ObjectId{Kind::constraint, table.name, key.name}.text() + ", which references " +
                             key.references->text());
      }
    if (in_the_way.empty()) return;
    throw Error(ExitCode::undecided,
                "foreign keys are in the way of what would be dropped:\n  " + join(in_the_way, "\n  "),
                "take them out of the models, or, where they are unmanaged, add --drop TABLE.CONSTRAINT");
  }

  Database& target_;
  const Database& before_;
  const std::function<Fate(const ObjectId&)>& fate_;
  std::vector<ObjectId> unmanaged_;
};

}  // namespace

bool is_foreign_bookkeeping(const ObjectId& id) {
  static const std::set<std::string_view> tables{"alembic_version",
                                                 "flyway_schema_history",
                                                 "databasechangelog",
                                                 "databasechangeloglock",
                                                 "schema_migrations",
                                                 "ar_internal_metadata",
                                                 "goose_db_version",
                                                 "_prisma_migrations",
                                                 "django_migrations",
                                                 "__drizzle_migrations",
                                                 "knex_migrations",
                                                 "knex_migrations_lock",
                                                 "_sqlx_migrations",
                                                 "__diesel_schema_migrations",
                                                 "__EFMigrationsHistory",
                                                 "SequelizeMeta",
                                                 "atlas_schema_revisions",
                                                 "pgmigrations",
                                                 "phinxlog",
                                                 "doctrine_migration_versions"};
  return id.kind == Kind::table && tables.contains(id.name.name);
}

bool is_foreign_bookkeeping(const ObjectId& id, const Database& database) {
  const auto* sequence = id.kind == Kind::sequence ? database.sequence(id.name) : nullptr;
  return is_foreign_bookkeeping(sequence == nullptr ? id
                                                    : ObjectId{Kind::table, sequence->owned_by_table, ""});
}

std::vector<Name> leave_out_foreign_bookkeeping(Database& database,
                                                const std::function<bool(const Name&)>& which) {
  std::vector<Name> names;
  for (const auto& table : database.tables)
    if (is_foreign_bookkeeping({Kind::table, table.name, ""}) && which(table.name))
      names.push_back(table.name);
  const auto named = [&](const Name& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  std::erase_if(database.sequences, [&](const auto& each) { return named(each.owned_by_table); });
  std::erase_if(database.tables, [&](const auto& each) { return named(each.name); });
  return names;
}

Filter::Filter(std::vector<std::string> include, std::vector<std::string> exclude)
    : include_(std::move(include)), exclude_(std::move(exclude)) {}

bool Filter::in_view(const ObjectId& id) const {
  if (id.kind == Kind::schema || id.kind == Kind::extension) return true;
  return (include_.empty() || any_matches(include_, id.name)) && !any_matches(exclude_, id.name);
}

void Filter::remove_from(Database& models) const {
  std::erase_if(models.enums, [&](const auto& each) { return !in_view({Kind::enum_type, each.name, ""}); });
  std::erase_if(models.sequences, [&](const auto& each) {
    return !in_view({Kind::sequence, each.name, ""});
  });
  std::erase_if(models.tables, [&](const auto& each) { return !in_view({Kind::table, each.name, ""}); });
  Database::definitions(models, [&](auto& list) {
    std::erase_if(list, [&](const auto& each) { return !in_view(each.id()); });
  });
}

std::vector<ObjectId> keep_unmanaged(Database& target, const Database& before,
                                     const std::function<Fate(const ObjectId&)>& fate) {
  return Keeper(target, before, fate).keep();
}

}  // namespace migrate::autogenerate
