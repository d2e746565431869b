// expects: default_value() takes text, a number, a bool or an enumerator: use default_sql() for anything else
#include <migrate/model.hpp>
struct Row {
  std::vector<int> list;
};
MIGRATE_MODELS(m) { m.table<Row>("rows").column<&Row::list>().default_value(std::vector<int>{}); }
