#pragma once
#include "orders.hpp"

namespace shop {

struct Shipment : Entity<Shipment>, Timestamps {
  Id<Order> order_id;
  std::string carrier;
  std::optional<std::string> tracking_code;
  std::optional<migrate::timestamptz> delivered_at;
};

}  // namespace shop
