// expects: this member is not of the table's struct, nor of a base class of it
#include <migrate/model.hpp>
struct Row {
  int a;
};
struct Other {
  int b;
};
MIGRATE_MODELS(m) { m.table<Row>("rows").column<&Other::b>(); }
