// expects: include<M>(): M has no public static void declare(migrate::Columns)
#include <migrate/model.hpp>
struct Mixin {
  int a;
};
struct Row : Mixin {};
MIGRATE_MODELS(m) { m.table<Row>("rows").include<Mixin>(); }
