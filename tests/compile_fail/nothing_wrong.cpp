// expects nothing: what the others would be without their mistake
#include <migrate/model.hpp>
enum class Role { guest, member };
struct Mixin {
  int a;
  static void declare(migrate::Columns c) { c.columns<&Mixin::a>(); }
};
struct Row : Mixin {
  std::string text;
  std::optional<Role> role;
  std::optional<Mixin> group;
  unsigned flags;
};
MIGRATE_MODELS(m) {
  m.enum_type<Role>("role");
  auto t = m.table<Row>("rows");
  t.include<Mixin>();
  t.column<&Row::text>().default_value("x");
  t.column<&Row::role>().default_value(Role::guest);
  t.embed<&Row::group>("group_");
  t.column_as<&Row::flags>("bigint");
  t.column<std::int64_t>("typed");
  t.column("named", "jsonb");
}
