// expects: enum_type<E>(): E is not an enum
#include <migrate/model.hpp>
struct Role {};
MIGRATE_MODELS(m) { m.enum_type<Role>("role", {"a"}); }
