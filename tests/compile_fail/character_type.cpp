// expects: a character type has no SQL type: use std::string, or migrate::char_<1>
#include <migrate/model.hpp>
struct Row {
  char grade;
};
MIGRATE_MODELS(m) { m.table<Row>("rows").columns<&Row::grade>(); }
