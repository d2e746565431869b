// expects: a pointer has no SQL type: use std::optional for a column that may be NULL, or skip<…>() the
// member
#include <migrate/model.hpp>
struct Row {
  const char* text;
};
MIGRATE_MODELS(m) { m.table<Row>("rows").column<&Row::text>(); }
