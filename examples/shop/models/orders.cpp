#include "orders.hpp"

namespace {

void declare_orders(migrate::Model& m) {
  using shop::Order;

  auto t = m.table<Order>("orders");
  t.include<shop::Entity<Order>>();
  t.column<&Order::customer_id>().references<shop::Customer>();
  t.column<&Order::state>().default_value(shop::OrderState::placed);
  t.embed<&Order::shipping>("shipping_");
  t.columns<&Order::note>();
  t.column<&Order::placed_at>().default_sql("now()");
  t.include<shop::Timestamps>();
  t.skip<&Order::dirty>();
  t.index("orders_customer_id_idx").on<&Order::customer_id>().on<&Order::placed_at>().desc();
  t.index("orders_open_idx").on<&Order::placed_at>().where("state IN ('placed', 'paid')");
}

void declare_order_lines(migrate::Model& m) {
  using shop::OrderLine;

  auto t = m.table<OrderLine>("order_lines");
  t.column<&OrderLine::order_id>().references<shop::Order>(migrate::on_delete::cascade);
  t.columns<&OrderLine::line_no>();
  t.column<&OrderLine::product_id>().references<shop::Product>(migrate::on_delete::restrict_);
  t.column<&OrderLine::quantity>().default_value(1);
  t.columns<&OrderLine::unit_price>();
  t.primary_key<&OrderLine::order_id, &OrderLine::line_no>();
  t.check("order_lines_quantity_is_positive", "quantity > 0");
  t.index("order_lines_product_id_idx").on<&OrderLine::product_id>().include<&OrderLine::quantity>();
}

// No struct stands behind it, so its columns are given by name.
void declare_audit_log(migrate::Model& m) {
  auto t = m.table("audit_log");
  t.column<std::int64_t>("id").identity();
  t.column("happened_at", "timestamptz").not_null().default_sql("now()");
  t.column("actor", "text").not_null().default_sql("CURRENT_USER");
  t.column("payload", "jsonb").not_null();
  t.primary_key({"id"});
  t.index("audit_log_happened_at_idx").method("brin").on("happened_at");
  t.comment("Written by the application, read by people");
}

}  // namespace

void shop::Payment::declare(migrate::Table<Payment> t) {
  t.column<&Payment::id_>("id").identity();
  t.column<&Payment::order_id_>("order_id").references<Order>(migrate::on_delete::restrict_);
  t.column<&Payment::method_>("method");
  t.column<&Payment::amount_>("amount");
  t.column<&Payment::settled_at_>("settled_at");
  t.column<&Payment::reference_>("reference").default_sql("gen_random_uuid()");
  t.primary_key<&Payment::id_>();
  t.unique<&Payment::reference_>();
  t.check("payments_amount_is_not_zero", "amount <> 0");
  t.index("payments_order_id_idx").on<&Payment::order_id_>();
}

MIGRATE_MODELS(m) {
  m.enum_type<shop::OrderState>("order_state").comment("What has become of an order");
  m.enum_type<shop::PaymentMethod>("payment_method");
  declare_orders(m);
  declare_order_lines(m);
  m.table<shop::Payment>("payments");
  declare_audit_log(m);
}
