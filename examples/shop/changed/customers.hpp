#pragma once
#include "common.hpp"

namespace shop {

struct Customer : Entity<Customer>, Timestamps {
  std::string email;
  std::string display_name;
  std::optional<std::string> phone;
  bool newsletter = false;
  std::optional<Id<Customer>> referred_by;
  std::optional<Address> billing;
};

}  // namespace shop
