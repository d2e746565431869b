// Pieces of SQL that several statements are made of. Everything is quoted here.
#pragma once
#include <string>
#include <vector>

#include "catalog/database.hpp"

namespace migrate::plan {

std::string column_names(const std::vector<std::string>& columns);  // a, "B"
std::string parameters(const catalog::StorageParameters& options);  // fillfactor = 70, toast.x = 'y'
// SET (…) and RESET (…) that lead from one to the other, each empty if there is none.
struct ParameterChange {
  std::string set, reset;
};
ParameterChange parameter_change(const catalog::StorageParameters& before,
                                 const catalog::StorageParameters& after);

// " INCREMENT BY 5 MINVALUE 1": those of `now` that differ from `was`, both with their defaults filled in;
// each begins with a space.
std::string sequence_options(const catalog::SequenceOptions& was, const catalog::SequenceOptions& now,
                             const std::string& type, const std::string& type_now,
                             const std::string& word = {});

std::string index_definition(const catalog::Index& index, const catalog::Name& table, const std::string& name,
                             bool concurrently);
// Without "CONSTRAINT name", without NOT VALID.
std::string constraint_definition(const catalog::Constraint& constraint);
std::string constraint_timing(const catalog::Constraint& constraint);  // " DEFERRABLE INITIALLY DEFERRED"
std::string constraint_clause(const catalog::Constraint& constraint);  // with its name, if it has one

// "name type COLLATE … NOT NULL DEFAULT …", as in CREATE TABLE and ADD COLUMN. `type` can be another
// (serial), then without a default.
std::string column_clause(const catalog::Column& column, const std::string& serial_type, int server_version);
std::string identity_clause(const catalog::Column& column);  // GENERATED … AS IDENTITY (…)

}  // namespace migrate::plan
