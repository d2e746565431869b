// expects: give a pointer to a data member, such as &User::email
#include <migrate/model.hpp>
struct Row {
  int size() const;
};
MIGRATE_MODELS(m) { m.table<Row>("rows").column<&Row::size>(); }
