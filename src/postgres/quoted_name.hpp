// Names as SQL writes them, taken apart.
#pragma once
#include <string>
#include <string_view>
#include <utility>

namespace migrate::postgres {

// public."Order".id → {public."Order", id}; a name without a dot → {"", name}.
std::pair<std::string, std::string> split_last(const std::string& name);

// "Order" in quotes → Order; anything else as it stands.
std::string unquoted(std::string_view part);

}  // namespace migrate::postgres
