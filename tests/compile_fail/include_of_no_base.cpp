// expects: include<M>(): M is not a public base class of the table's struct
#include <migrate/model.hpp>
struct Mixin {
  int a;
  static void declare(migrate::Columns c) { c.columns<&Mixin::a>(); }
};
struct Row {
  int b;
};
MIGRATE_MODELS(m) { m.table<Row>("rows").include<Mixin>(); }
