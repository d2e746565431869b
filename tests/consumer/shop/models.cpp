#include <migrate/chrono.hpp>
#include <migrate/model.hpp>

struct Visit {
  std::int64_t id;
  std::chrono::system_clock::time_point at;
  std::optional<std::string> page;
};

MIGRATE_MODELS(m) {
  auto t = m.table<Visit>("visits");
  t.column<&Visit::id>().identity();
  t.columns<&Visit::at, &Visit::page>();
  t.primary_key<&Visit::id>();
}
