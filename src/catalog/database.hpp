// The value that stands in the middle: models, a live server, a snapshot and a file of SQL all become one,
// and everything after (diff, plan, generated models) starts from it. Plain data: comparable, printable as
// JSON, no I/O.
#pragma once
#include <string>
#include <vector>

#include "catalog/enum_type.hpp"
#include "catalog/extension.hpp"
#include "catalog/object_id.hpp"
#include "catalog/schema.hpp"
#include "catalog/sequence.hpp"
#include "catalog/table.hpp"

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

struct Database {
  int server_version = 0;             // as server_version_num, 150018; 0: unknown (models)
  std::vector<Extension> extensions;  // each list sorted by name
  std::vector<Schema> schemas;
  std::vector<EnumType> enums;
  std::vector<Sequence> sequences;
  std::vector<Table> tables;
  std::vector<Unhandled> unhandled;

  bool operator==(const Database&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("server_version", self.server_version);
    visit("extensions", self.extensions);
    visit("schemas", self.schemas);
    visit("enums", self.enums);
    visit("sequences", self.sequences);
    visit("tables", self.tables);
    visit("unhandled", self.unhandled);
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

// Every object of a database, each before what lives inside it. Unhandled objects are not
// among them.
std::vector<ObjectId> object_ids(const Database& database);

}  // namespace migrate::catalog
