// The part of generate_cpp() that is about one table.
#pragma once
#include <map>
#include <set>
#include <string>

#include "catalog/database.hpp"

namespace migrate::model {

// What things are called in the generated source.
struct CppNames {
  std::string default_schema;
  std::map<catalog::Name, std::string> enums, structs;
  std::map<catalog::Name, std::map<std::string, std::string>> members;  // table → column → member

  std::string text(const catalog::Name& name) const;  // as Model::table and the like take it
};

std::string table_struct(const catalog::Table& table, const CppNames& names);
// `serials`: columns for which serial() says everything.
std::string table_function(const catalog::Database& database, const catalog::Table& table,
                           const std::set<std::string>& serials, const CppNames& names);

// ".index("x").on("a")", its columns by name.
std::string index_call(const catalog::Index& index, const CppNames& names);

std::string sequence_options(const catalog::SequenceOptions& options);  // "{.start = 5}"
bool is_serial_column(const catalog::Table& table, const catalog::Column& column,
                      const catalog::Sequence& sequence);

}  // namespace migrate::model
