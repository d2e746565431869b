// The value that stands in the middle: models, a live server, a snapshot and a file of SQL all become one,
// and everything after (diff, plan, generated models) starts from it. Plain data: comparable, printable as
// JSON, no I/O.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "catalog/access.hpp"
#include "catalog/definition.hpp"
#include "catalog/enum_type.hpp"
#include "catalog/extension.hpp"
#include "catalog/object_id.hpp"
#include "catalog/policy.hpp"
#include "catalog/routine.hpp"
#include "catalog/schema.hpp"
#include "catalog/sequence.hpp"
#include "catalog/table.hpp"
#include "catalog/trigger.hpp"
#include "catalog/type.hpp"
#include "catalog/view.hpp"

namespace migrate::catalog {

// An object of a kind that migrate does not model (yet): named, so that it is never passed over in silence.
struct Unhandled {
  std::string kind;            // as PostgreSQL says it: "view", "function", "trigger"
  std::string identity;        // "public.active_users", "public.f(integer)", "t on public.users"
  std::vector<ObjectId> uses;  // tables, columns and types below it that it depends on (for "is in the way")

  bool operator==(const Unhandled&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("kind", self.kind);
    visit("identity", self.identity);
    visit("uses", self.uses);
  }
};

// `object` cannot be without `uses`, as pg_depend has it, or the models' SQL. What a table's own parts and
// keys say by themselves (a column's enum type, a foreign key's target) is not repeated here; on which key of
// its target a foreign key stands is said where there are several.
struct Dependency {
  ObjectId object, uses;

  auto operator<=>(const Dependency&) const = default;
  bool operator==(const Dependency&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("object", self.object);
    visit("uses", self.uses);
  }
};

struct Database {
  int server_version = 0;             // as server_version_num, 150018; 0: unknown (models)
  std::vector<Extension> extensions;  // each list sorted by name
  std::vector<Schema> schemas;
  std::vector<EnumType> enums;
  std::vector<Sequence> sequences;
  std::vector<Table> tables;
  std::vector<Domain> domains;
  std::vector<CompositeType> composite_types;
  std::vector<RangeType> range_types;
  std::vector<Routine> routines;
  std::vector<View> views;
  std::vector<MaterializedView> materialized_views;
  std::vector<Trigger> triggers;
  std::vector<Rule> rules;
  std::vector<Policy> policies;
  std::vector<EventTrigger> event_triggers;
  std::vector<DefaultPrivileges> default_privileges;
  std::vector<Access> access;            // sorted by object; where that is compared
  std::string role;                      // who reads it, and would make what is made; empty: unknown
  std::vector<Dependency> dependencies;  // sorted
  // Routines whose body the server refuses when it looks at it, as a dump may hold them: found only where
  // asked for.
  std::vector<ObjectId> refused_bodies;
  std::vector<Unhandled> unhandled;

  bool operator==(const Database& other)
      const;  // what follows from the rest (dependencies, refused bodies) does not count
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("server_version", self.server_version);
    visit("extensions", self.extensions);
    visit("schemas", self.schemas);
    visit("enums", self.enums);
    visit("sequences", self.sequences);
    visit("tables", self.tables);
    visit("domains", self.domains);
    visit("composite_types", self.composite_types);
    visit("range_types", self.range_types);
    visit("routines", self.routines);
    visit("views", self.views);
    visit("materialized_views", self.materialized_views);
    visit("triggers", self.triggers);
    visit("rules", self.rules);
    visit("policies", self.policies);
    visit("event_triggers", self.event_triggers);
    visit("default_privileges", self.default_privileges);
    visit("access", self.access);
    visit("dependencies", self.dependencies);
    visit("refused_bodies", self.refused_bodies);
    visit("unhandled", self.unhandled);
  }

  // visit(list), for the list of each kind of definition.
  template <class Self, class Visit>
  static void definitions(Self& self, Visit&& visit) {
    visit(self.domains);
    visit(self.composite_types);
    visit(self.range_types);
    visit(self.routines);
    visit(self.views);
    visit(self.materialized_views);
    visit(self.triggers);
    visit(self.rules);
    visit(self.policies);
    visit(self.event_triggers);
    visit(self.default_privileges);
  }
  // The list of a kind.
  template <Definition T>
  std::vector<T>& list_of();
  template <Definition T>
  const std::vector<T>& list_of() const {
    return const_cast<Database*>(this)->list_of<T>();
  }
  template <Definition T>
  const T* find(const ObjectId& id) const {
    return find_definition(list_of<T>(), id);
  }

  // Look-ups by binary search: the lists must be sorted.
  const Table* table(const Name& name) const;
  Table* table(const Name& name);
  const EnumType* enum_type(const Name& name) const;
  EnumType* enum_type(const Name& name);
  const Sequence* sequence(const Name& name) const;
  Sequence* sequence(const Name& name);
  const Schema* schema(const std::string& name) const;
  const Extension* extension(const std::string& name) const;

  void sort();  // puts every list, also those inside tables (not columns), in order of name
};

template <Definition T>
std::vector<T>& Database::list_of() {
  std::vector<T>* found = nullptr;
  definitions(*this, [&](auto& list) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(list)>, std::vector<T>>) found = &list;
  });
  return *found;
}

// Whether there is such an object, of whatever kind.
bool contains(const Database& database, const ObjectId& id);
// Takes away the definition of this id, if there is one.
void erase_definition(Database& database, const ObjectId& id);

// A materialized view as a table, for what deals with the indexes alone: its name, columns and indexes.
Table bearer_of(const MaterializedView& view);
// The list that has the index of this name; null if there is none.
SharedVector<Index>* indexes_with(Database& database, const Name& index);
// The indexes of the table or materialized view of this name; null if there is none.
SharedVector<Index>* indexes_on(Database& database, const Name& relation);

// Every object of a database, each before what lives inside it. Unhandled objects are not
// among them.
std::vector<ObjectId> object_ids(const Database& database);
// The schemas that are among these objects, or have one of them in them.
std::set<std::string> named_schemas(const Database& database);

}  // namespace migrate::catalog
