#pragma once
#include <optional>
#include <string>
#include <vector>

#include "catalog/column.hpp"
#include "catalog/definition.hpp"
#include "catalog/index.hpp"
#include "util/shared_vector.hpp"

namespace migrate::catalog {

// A column of a view or a materialized view. Models need not name them: the server finds them.
struct ViewColumn {
  std::string name;
  std::string type;           // as format_type() prints it
  std::string default_value;  // ALTER VIEW … ALTER COLUMN … SET DEFAULT, for INSERT through it
  std::string storage;        // this and the next three only of a materialized view, as Column has them
  std::string compression;
  std::optional<int> statistics;
  StorageParameters options;
  std::string comment;

  bool operator==(const ViewColumn&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("type", self.type);
    visit("default_value", self.default_value);
    visit("storage", self.storage);
    visit("compression", self.compression);
    visit("statistics", self.statistics);
    visit("options", self.options);
    visit("comment", self.comment);
  }
};

// https://www.postgresql.org/docs/current/sql-createview.html
struct View {
  Name name;
  std::vector<ViewColumn> columns;
  std::string definition;     // the query, without semicolon; recursion is in it, as WITH RECURSIVE
  StorageParameters options;  // check_option, security_barrier, security_invoker
  std::string comment;

  ObjectId id() const { return {Kind::view, name, ""}; }
  bool operator==(const View&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("columns", self.columns);
    visit("definition", self.definition);
    visit("options", self.options);
    visit("comment", self.comment);
  }
};

// https://www.postgresql.org/docs/current/sql-creatematerializedview.html
struct MaterializedView {
  Name name;
  std::vector<ViewColumn> columns;  // without defaults
  std::string definition;
  bool populated = true;        // false: WITH NO DATA
  SharedVector<Index> indexes;  // by name
  StorageParameters options;
  std::string tablespace;     // empty: the database's default
  std::string access_method;  // empty: heap
  std::string comment;

  const Index* index(const std::string& index_name) const;
  ObjectId id() const { return {Kind::materialized_view, name, ""}; }
  bool operator==(const MaterializedView&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("columns", self.columns);
    visit("definition", self.definition);
    visit("populated", self.populated);
    visit("indexes", self.indexes);
    visit("options", self.options);
    visit("tablespace", self.tablespace);
    visit("access_method", self.access_method);
    visit("comment", self.comment);
  }
};

}  // namespace migrate::catalog
