// expects: embed<M>(): the member's struct has no public static void declare(migrate::Columns)
#include <migrate/model.hpp>
struct Address {
  std::string street;
};
struct Row {
  std::optional<Address> home;
};
MIGRATE_MODELS(m) { m.table<Row>("rows").embed<&Row::home>("home_"); }
