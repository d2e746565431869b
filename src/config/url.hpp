// Connection strings and ${NAME} in values.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "util/error.hpp"

namespace migrate::config {

using Environ = std::function<std::optional<std::string>(const std::string&)>;

// What is wrong with it, without any part that may be a password; empty for a good one: "local",
// postgresql://… as libpq takes it, or libpq's keywords (host=… dbname=…).
std::string url_problem(std::string_view url);

// How the text of a variable is put in.
enum class Encoding { none, url };

// ${NAME} is the variable's text, $${ stands for ${ itself. With Encoding::url it is percent-encoded (escaped
// as libpq's keywords want it, in such a string), but for a value that is one ${NAME} and nothing else.
// Throws Error(usage) at `where` for a variable that is not set or empty, and for ${ that is not closed.
std::string expand(std::string_view text, Encoding encoding, const Environ& variable, const std::string& key,
                   const Location& where);

}  // namespace migrate::config
