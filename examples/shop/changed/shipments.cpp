#include "shipments.hpp"

MIGRATE_MODELS(m) {
  using shop::Shipment;

  auto t = m.table<Shipment>("shipments");
  t.include<shop::Entity<Shipment>>();
  t.column<&Shipment::order_id>().references<shop::Order>(migrate::on_delete::cascade);
  t.columns<&Shipment::carrier, &Shipment::tracking_code, &Shipment::delivered_at>();
  t.include<shop::Timestamps>();
  t.unique<&Shipment::carrier, &Shipment::tracking_code>();
  t.index("shipments_order_id_idx").on<&Shipment::order_id>();
}
