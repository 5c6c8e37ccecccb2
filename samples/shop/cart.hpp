#pragma once
// The cart is stored in one cookie, `sauvie.fir.2~kestrel.brass.1`, so the shop needs to remember no one.
#include <string>
#include <string_view>
#include <vector>

#include "products.hpp"

namespace firwick {

struct cart_line {
  const product* item = nullptr;
  std::string finish;
  int quantity = 0;
};

using cart = std::vector<cart_line>;

/// Skips invalid lines.
cart read_cart(std::string_view cookie, const range&);
std::string written(const cart&);

/// Adds to the line, or creates it.
void add(cart&, const product&, std::string_view finish, int quantity);
/// Sets the line's quantity; 0 removes it.
void change(cart&, std::string_view slug, std::string_view finish, int quantity);

int count(const cart&);
int total(const cart&);

}  // namespace firwick
