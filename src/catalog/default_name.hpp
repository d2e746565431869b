#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace migrate::catalog {

constexpr std::size_t longest_identifier = 63;  // bytes: NAMEDATALEN - 1 of a server as everybody builds it

// The name that PostgreSQL gives to what belongs to a table or one of its columns: "table_column_label", or
// "table_label" without a column, the longer part cut (at a character's border) until all of it is 63 bytes.
// It is the first name that the server tries: if that one is taken, it appends a number.
std::string default_name(std::string_view table, std::string_view column, std::string_view label);

}  // namespace migrate::catalog
