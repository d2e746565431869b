// What is recorded of a definition: its fields, as JSON.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <migrate/definition.hpp>

namespace migrate::detail {

struct TableData;
struct Value;
struct Member;
using ValueList = std::vector<Value>;
using ValueObject = std::vector<Member>;

// Not a std::variant: that is 450 functions to compile.
struct Value {
  enum class Kind { boolean, integer, number, text, list, object };

  // In definition.cpp: here clang 14 wants to know what a Member is.
  Value();
  explicit Value(Kind is);
  // NOLINTBEGIN(google-explicit-constructor): each of them is one
  Value(bool yes);
  Value(std::int64_t value);
  Value(double value);
  Value(std::string value);
  // NOLINTEND(google-explicit-constructor)
  Value(const char*) = delete;  // it would be a bool

  Kind kind = Kind::boolean;  // which of these it is
  bool boolean = false;
  std::int64_t integer = 0;
  double number = 0;
  std::string text;
  ValueList list;
  ValueObject object;
};
// Not a std::pair: clang 14 looks into that before Value is complete.
struct Member {
  std::string name;
  Value value;
};

// The member of this name, made where there is none.
Value& member(ValueObject& object, std::string_view name);

struct QualifiedName {
  std::string schema;  // empty: as the search_path has it
  std::string name;
  bool operator==(const QualifiedName&) const = default;
};

struct GrantData {
  std::string grantee, privilege;
  bool grantable = false, revoked = false;
};

struct AccessData {
  std::string owner;
  std::vector<GrantData> grants;
};

// A view, routine, trigger …: its fields are those of the catalogue.
struct DefinitionData {
  const char* list = "";
  const char* kind = "";
  Where where;
  QualifiedName name;  // of the table or view for what lives inside one
  std::string member;
  ValueObject fields;
  AccessData access;
  TableData* indexed = nullptr;  // holds the indexes of a materialized view
  std::vector<std::string> depends_on;
  std::vector<std::string> renamed_from;                            // a member's as it is, others in quotes
  std::vector<std::pair<std::string, std::string>> renamed_labels;  // attributes of a composite type
  TableData* table = nullptr;                                       // where it is known
  // Columns that were given as members, and the list of texts that their names go to.
  std::vector<std::pair<const char*, Spelling>> members;
};

}  // namespace migrate::detail
