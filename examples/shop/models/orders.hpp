#pragma once
#include "catalogue.hpp"

namespace shop {

enum class OrderState { placed, paid, shipped, delivered, cancelled };
enum class PaymentMethod { card, transfer, voucher };

struct Order : Entity<Order>, Timestamps {
  Id<Customer> customer_id;
  OrderState state = OrderState::placed;
  Address shipping;
  std::optional<std::string> note;
  migrate::timestamptz placed_at;
  bool dirty = false;  // of the object in memory: no column
};

struct OrderLine {
  Id<Order> order_id;
  int line_no = 0;
  Id<Product> product_id;
  int quantity = 1;
  Money unit_price;
};

// Its members are its own business, so it declares itself.
class Payment {
 public:
  static void declare(migrate::Table<Payment> t);

 private:
  Id<Payment> id_;
  Id<Order> order_id_;
  PaymentMethod method_ = PaymentMethod::card;
  Money amount_;
  std::optional<migrate::timestamptz> settled_at_;
  migrate::uuid reference_;
};

}  // namespace shop
