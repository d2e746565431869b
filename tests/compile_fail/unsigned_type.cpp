// expects: PostgreSQL has no unsigned types: use a signed type that is wide enough, or
// column_as<…>("numeric(20)")
#include <migrate/model.hpp>
struct Row {
  std::optional<unsigned> size;
};
MIGRATE_MODELS(m) { m.table<Row>("rows").column<&Row::size>(); }
