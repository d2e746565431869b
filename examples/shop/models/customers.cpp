#include "customers.hpp"

MIGRATE_MODELS(m) {
  using shop::Customer;

  auto t = m.table<Customer>("customers");
  t.include<shop::Entity<Customer>>();
  t.columns<&Customer::email, &Customer::full_name, &Customer::phone>();
  t.column<&Customer::referred_by>().references<Customer>(migrate::on_delete::set_null);
  t.embed<&Customer::billing>("billing_");
  t.include<shop::Timestamps>();
  t.check("customers_email_has_at", "position('@' in email) > 1");
  t.index("customers_email_key").unique().on_sql("lower(email)");
  t.index("customers_referred_by_idx").on<&Customer::referred_by>().where("referred_by IS NOT NULL");
  t.comment("Everyone who has bought, or has asked to be told");
}
