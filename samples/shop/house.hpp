#pragma once
// What all pages of the shop use. Internal: other code uses shop.hpp.
#include <set>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "cart.hpp"
#include "files.hpp"
#include "form.hpp"
#include "http.hpp"
#include "products.hpp"
#include "settings.hpp"
#include "template.hpp"

namespace firwick {

constexpr std::string_view demo_account = "demo@firwick.example";  ///< the only one

struct house {
  explicit house(settings);

  firwick::settings set;
  templates pages;
  files statics;
  range goods;
  nlohmann::json texts;            ///< by language
  std::set<std::string> sessions;  ///< tokens of signed-in browsers; gone after a restart
};

/// A parsed request: `/de/product/sauvie?added=1` has language `de`, path `/product/sauvie`, rest `sauvie`.
struct call {
  const request& asked;
  std::string language, base;  ///< base: the prefix of links, `` or `/de`
  std::string path, rest;
  fields query, form;
  firwick::cart cart;
  std::string session;  ///< the token, if the shop issued it
};

// The pages. Each is one entry of the route table in shop.cpp.
response home(house&, const call&);
response collection(house&, const call&);
response product_page(house&, const call&);
response cart_page(house&, const call&);
response checkout(house&, const call&);
response account(house&, const call&);
response article(house&, const call&);
response film(house&, const call&);
response privacy(house&, const call&);
response contact(house&, const call&);

// The forms. Each does one thing and redirects the browser (303).
response add_to_cart(house&, const call&);
response change_cart(house&, const call&);
response sign_in(house&, const call&);
response sign_out(house&, const call&);
response write_to_us(house&, const call&);
response choose_language(house&, const call&);
response count_visit(house&, const call&);

/// A page in the visitor's language with the cookies it would like to set.
response page(house&, const call&, std::string_view name, nlohmann::json values, http::status = http::status::ok);
response not_found(house&, const call&);
response see_other(std::string location);

std::string session_name(const settings&);
void set_cart(response&, const cart&, const settings&);

}  // namespace firwick
