// expects: enum_type<E>(): the enumerators can only be read from an enum class: give the labels
#include <migrate/model.hpp>
enum Role { guest, member };
MIGRATE_MODELS(m) { m.enum_type<Role>("role"); }
