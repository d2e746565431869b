// nlohmann::ordered_json, compiled once, by util/json.cpp: who only fills and prints one takes half as long
// to compile.
#pragma once
#include <nlohmann/json.hpp>

extern template class nlohmann::basic_json<nlohmann::ordered_map>;
