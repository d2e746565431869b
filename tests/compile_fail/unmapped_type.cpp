// expects: this C++ type has no SQL type: specialise migrate::sql_type<T> for it, or use column_as<…>("type")
#include <migrate/model.hpp>
struct Colour {};
struct Row {
  Colour colour;
};
MIGRATE_MODELS(m) { m.table<Row>("rows").column<&Row::colour>(); }
