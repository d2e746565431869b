// How a step finds its session, and leaves it: as texts, which the runner sends and a script for psql holds.
#pragma once
#include <optional>
#include <string>
#include <vector>

namespace migrate::postgres {

using Statements = std::vector<std::string>;  // without semicolons

const Statements& undo_session();  // whatever a script has set; inside of a transaction, too
// What a role or a database may have set otherwise; without a version, for whatever server it will be.
Statements our_settings(std::optional<int> server_version = {});
const Statements& pinned_settings();  // what printed text and the meaning of our SQL depend on
const Statements& as_ourselves();     // at a step's end, before its rows are written

// SET of a setting of our own: "migrate.key". To call set_config() takes the server four times as long.
std::string set_sql(const std::string& name, const std::string& value);

// The same settings, for the transaction alone.
Statements for_transaction(const Statements& settings);

// Checks what is deferred and leaves every constraint as it was declared: SET CONSTRAINTS ALL would hold for
// the steps after it, too.
const std::string& check_deferred();

std::string text_of(const Statements& statements);  // with semicolons between them

}  // namespace migrate::postgres
