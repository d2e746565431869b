// What the calls of a models program have recorded. Plain data; members are looked up and everything is
// checked at the end (resolve.cpp), so that the order of the calls does not matter.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <migrate/model.hpp>

#include "definition_data.hpp"
#include "names.hpp"
#include "records.hpp"

namespace migrate::detail {

struct Message {
  Where where;
  std::string text;
};

using ParameterList = std::vector<std::pair<std::string, std::string>>;

struct Coverage {
  struct Range {
    Place place;
    Spelling member;
  };
  std::string owner;  // for the warning: the table, or the embedded struct in it
  Where where;
  std::size_t size = 0;
  bool polymorphic = false;
  std::vector<Range> ranges;
};

// The columns that one struct declares: those of the table itself, of a base class, of an embedded group.
struct GroupData {
  std::string prefix;
  bool optional = false;
  std::ptrdiff_t offset = 0;  // of the struct in the one that `coverage` is about
  Coverage* coverage = nullptr;
};

struct ColumnData {
  TableData* table = nullptr;
  const GroupData* group = nullptr;
  Where where;
  Spelling member = nullptr;
  std::string name;  // as given, later as it is in the database
  TypeRef from_type;
  std::string type;    // as given, later as it is in the database
  bool typed = false;  // nullability comes from a C++ type
  std::optional<bool> nullable;
  std::string not_null_constraint;
  bool not_null_no_inherit = false, not_null_not_valid = false;
  bool inherited = false, no_default = false;

  struct EnumeratorDefault {
    Spelling type, enumerators;
    std::int64_t value;
  };
  std::string default_sql;
  std::optional<EnumeratorDefault> default_enumerator;
  struct IdentityData {
    migrate::identity kind;
    SequenceOptions options;
    std::string sequence;
  };
  std::optional<IdentityData> identity;
  std::string identity_sequence;
  bool serial = false;
  std::optional<std::pair<std::string, migrate::generated>> generated;
  std::string collation, storage, compression;
  std::optional<int> statistics;
  ParameterList options;
  std::string comment;
  std::vector<std::string> renamed_from;

  AccessData access;

  bool not_null = false;  // settled at the end
  bool settled = false;   // of an inherited one: the parent's have been taken over
};

// A column, by whichever of the three is known.
struct ColumnRef {
  ColumnData* column = nullptr;
  Spelling member = nullptr;
  std::string name;
};

struct ElementData {
  ColumnRef column;
  std::string expression, collation, opclass;
  ParameterList opclass_options;
  bool descending = false;
  std::optional<bool> nulls_first;
  std::string exclusion_operator;
  std::optional<int> statistics;
};

enum class ConstraintKind { primary_key, unique, foreign_key, check, exclusion };

struct ConstraintData {
  TableData* table = nullptr;
  const GroupData* group = nullptr;
  Where where;
  ConstraintKind kind{};
  std::string name;
  std::vector<ColumnRef> columns, include;
  bool nulls_not_distinct = false, without_overlaps = false;
  std::string expression;
  bool no_inherit = false;

  Spelling target_row = nullptr;
  QualifiedName target;
  std::vector<ColumnRef> target_columns;
  migrate::on_delete deleted{};
  migrate::on_update updated{};
  std::vector<ColumnRef> deleted_columns;
  bool match_full = false, period = false;

  std::string method;
  std::vector<ElementData> elements;
  std::string predicate;

  ParameterList options;
  std::string tablespace;
  bool deferrable = false, initially_deferred = false, not_valid = false, not_enforced = false;
  bool clustered = false, replica_identity = false, only = false, inherited = false;
  QualifiedName attached_to;
  std::string comment;
  std::vector<std::string> renamed_from;
};

struct IndexData {
  TableData* table = nullptr;
  const GroupData* group = nullptr;
  Where where;
  std::string name;
  bool unique = false, nulls_not_distinct = false, only = false, clustered = false, replica_identity = false;
  std::string method;
  std::vector<ElementData> elements;
  std::vector<ColumnRef> include;
  std::string predicate;
  ParameterList options;
  std::string tablespace;
  QualifiedName attached_to;
  std::string comment;
  std::vector<std::string> renamed_from;
};

struct TableData {
  ModelData* model = nullptr;
  Where where;
  QualifiedName name;
  bool is_view = false;  // a materialized view, whose columns only the server knows
  Spelling row = nullptr;
  Records<ColumnData> columns;
  Records<ConstraintData> constraints;
  Records<IndexData> indexes;
  Records<GroupData> groups;
  Records<Coverage> coverage;
  bool unlogged = false;
  ParameterList options;
  std::string tablespace, access_method, partition_key;
  std::vector<QualifiedName> inherits;
  QualifiedName partition_of, of_type;
  std::string replica_identity;
  std::string partition_bound;
  bool row_security = false, force_row_security = false;
  AccessData access;
  std::string comment;
  std::vector<QualifiedName> renamed_from;
};

struct EnumData {
  ModelData* model = nullptr;
  Where where;
  QualifiedName name;
  Spelling type = nullptr;
  AccessData access;
  std::vector<std::pair<std::int64_t, std::string>> enumerators;  // value and spelling, in order of value
  std::vector<std::string> labels;
  std::string comment;
  std::vector<QualifiedName> renamed_from;
  std::vector<std::pair<std::string, std::string>> renamed_labels;  // from, to
};

struct SequenceData {
  ModelData* model = nullptr;
  Where where;
  QualifiedName name;
  std::string type = "bigint";
  SequenceOptions options;
  Spelling owner_row = nullptr;
  QualifiedName owner;
  ColumnRef owner_column;
  bool unlogged = false;
  AccessData access;
  std::string comment;
  std::vector<QualifiedName> renamed_from;
};

struct NamedAccess {
  std::string object;  // "sequence orders_id_seq"
  AccessData access;
};

struct CommentData {
  Where where;
  std::string name;
  std::string comment;
  std::string schema, version;  // of an extension
  AccessData access;
};

struct ModelData {
  Records<DefinitionData> definitions;
  Records<NamedAccess> access;
  Records<TableData> tables;
  Records<TableData> indexed_views;  // a materialized view's name and indexes, and nothing else
  Records<EnumData> enums;
  Records<SequenceData> sequences;
  Records<CommentData> schemas, extensions;
  std::string (*column_names)(std::string_view) = nullptr;
  Where column_names_where, naming_where;
  struct {
    std::string primary_key, foreign_key, unique, check, index;
  } naming;
  std::vector<Message> problems, warnings;
};

// ---- the way to the document

void resolve(ModelData& model);  // names, types, targets; fills problems and warnings
std::string document(const ModelData& model, const std::vector<std::string>& files);  // after resolve()
std::string describe();  // the document of all files of models in this program

}  // namespace migrate::detail
