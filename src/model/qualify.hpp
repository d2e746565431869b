// From what models say to a catalogue as a server would describe it: schemas filled in, types in their
// canonical spelling, what equals a default left out, what comes from parents added.
#pragma once
#include <string>
#include <unordered_map>
#include <vector>

#include "catalog/database.hpp"

namespace migrate::model {

class Qualifier {
 public:
  // `declared` must live as long, and is mostly what is then qualified.
  Qualifier(const catalog::Database& declared, std::vector<std::string> search_path);

  void qualify(catalog::Database& database) const;
  void qualify(catalog::ObjectId& id) const;

 private:
  // A table that is referred to: the first schema of the search_path that has one of this name, else its
  // first schema.
  void find_table(catalog::Name& name) const;
  void declare(catalog::Name& name) const;  // into the first schema of the search_path
  void qualify(catalog::Table& table) const;
  void qualify(catalog::Column& column, const catalog::Name& table) const;
  void qualify_definitions(catalog::Database& database) const;
  void qualify_access(catalog::Database& database) const;
  void qualify_type(std::string& type) const;
  const std::string* find_column_type(const catalog::Name& relation, const std::string& column) const;
  void qualify_argument(std::string& type) const;
  // users.id%TYPE, which the server forgets as soon as it has looked it up. Throws Error(failed) where the
  // models have no such column.
  void look_up_column_type(std::string& type) const;
  void qualify(catalog::Routine& routine) const;
  void qualify(catalog::Trigger& trigger) const;
  // A function of the models that is named: quoted, with its schema. Others stay as they are.
  void find_routine(std::string& name) const;
  std::string signature(const std::string& types) const;
  void qualify_serial(catalog::Database& database) const;

  const catalog::Database& declared_;
  std::vector<std::string> search_path_;
  std::vector<catalog::Name> tables_, types_, routines_;  // tables_: views too
  // By what was written: big models write the same few again and again.
  mutable std::unordered_map<std::string, std::string> canonical_types_;
};

// The columns and checks that children and partitions have from their parents, which models do not repeat.
void add_inherited(catalog::Database& database);

}  // namespace migrate::model
