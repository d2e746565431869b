#pragma once
#include <vector>

#include "customers.hpp"

namespace shop {

struct Category : Entity<Category> {
  std::optional<Id<Category>> parent_id;
  std::string name;
  std::string slug;
};

struct Product : Entity<Product>, Timestamps {
  Id<Category> category_id;
  std::string sku;
  std::string name;
  std::optional<std::string> description;
  Money price;
  int stock = 0;
  bool active = true;
  std::vector<std::string> tags;
  migrate::jsonb attributes;
};

struct Review : Timestamps {
  Id<Product> product_id;
  Id<Customer> customer_id;
  std::int16_t stars = 0;
  std::optional<std::string> body;
};

}  // namespace shop
