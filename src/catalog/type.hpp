// Types other than enums: domains, composites, ranges.
#pragma once
#include <string>
#include <vector>

#include "catalog/definition.hpp"

namespace migrate::catalog {

struct DomainConstraint {
  std::string name;        // in a models document empty: PostgreSQL's choice
  std::string expression;  // CHECK, without outer parentheses
  bool not_valid = false;
  std::string comment;

  bool operator==(const DomainConstraint&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("expression", self.expression);
    visit("not_valid", self.not_valid);
    visit("comment", self.comment);
  }
};

// https://www.postgresql.org/docs/current/sql-createdomain.html
struct Domain {
  Name name;
  std::string type;  // as format_type() prints it
  bool not_null = false;
  std::string default_value;
  std::string collation;                      // quoted and qualified; empty: the type's own
  std::vector<DomainConstraint> constraints;  // by name
  std::string not_null_constraint;            // PostgreSQL 17: its name where it is not NAME_not_null
  std::string comment;

  ObjectId id() const { return {Kind::domain, name, ""}; }
  bool operator==(const Domain&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("type", self.type);
    visit("not_null", self.not_null);
    visit("default_value", self.default_value);
    visit("collation", self.collation);
    visit("constraints", self.constraints);
    visit("not_null_constraint", self.not_null_constraint);
    visit("comment", self.comment);
  }
};

struct Attribute {
  std::string name;
  std::string type;
  std::string collation;  // quoted and qualified; empty: the type's own
  std::string comment;

  bool operator==(const Attribute&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("type", self.type);
    visit("collation", self.collation);
    visit("comment", self.comment);
  }
};

// https://www.postgresql.org/docs/current/rowtypes.html
struct CompositeType {
  Name name;
  std::vector<Attribute> attributes;
  std::string comment;

  ObjectId id() const { return {Kind::composite_type, name, ""}; }
  bool operator==(const CompositeType&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("attributes", self.attributes);
    visit("comment", self.comment);
  }
};

// https://www.postgresql.org/docs/current/rangetypes.html#RANGETYPES-DEFINING
struct RangeType {
  Name name;
  std::string subtype;
  std::string opclass;                  // quoted and qualified; empty: the subtype's default
  std::string collation;                // quoted and qualified; empty: the subtype's own
  std::string canonical, subtype_diff;  // functions, quoted and qualified unless in pg_catalog
  Name multirange;                      // PostgreSQL 14; empty: PostgreSQL's choice
  std::string comment;

  ObjectId id() const { return {Kind::range_type, name, ""}; }
  bool operator==(const RangeType&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("subtype", self.subtype);
    visit("opclass", self.opclass);
    visit("collation", self.collation);
    visit("canonical", self.canonical);
    visit("subtype_diff", self.subtype_diff);
    visit("multirange", self.multirange);
    visit("comment", self.comment);
  }
};

}  // namespace migrate::catalog
