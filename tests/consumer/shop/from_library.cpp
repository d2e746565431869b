// In a static library, whose members a linker leaves out when nothing asks for them.
#include <migrate/model.hpp>

MIGRATE_MODELS(m) { m.table("from_library").column("a", "integer"); }
