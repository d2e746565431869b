#pragma once
#include "common.hpp"

namespace shop {

struct Customer : Entity<Customer>, Timestamps {
  std::string email;
  std::string full_name;
  std::optional<std::string> phone;
  std::optional<Id<Customer>> referred_by;
  std::optional<Address> billing;
};

}  // namespace shop
