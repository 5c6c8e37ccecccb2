#include "house.hpp"

#include <algorithm>
#include <charconv>

#include "tracking.hpp"

namespace firwick {
namespace {

using nlohmann::json;

constexpr std::size_t most_sessions = 1000;
constexpr std::string_view demo_password = "lamplight";

int number_of(std::string_view text, int otherwise) {
  int number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// Whether this is a path of this shop: `//elsewhere.example` and `/\elsewhere.example` lead to other sites.
std::string own_path(std::string_view wanted) {
  const bool rooted = !wanted.empty() && wanted[0] == '/';
  const bool leaves = !rooted || (wanted.size() > 1 && (wanted[1] == '/' || wanted[1] == '\\'));
  const bool odd = std::any_of(wanted.begin(), wanted.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; });
  return leaves || odd ? "/" : std::string(wanted);
}

bool looks_like_email(std::string_view text) {
  const auto at = text.find('@');
  return at != text.npos && at > 0 && text.find('.', at) != text.npos && text.back() != '.';
}

}  // namespace

response add_to_cart(house& shop, const call& asked) {
  const product* item = shop.goods.find(value_of(asked.form, "product"));
  if (!item) return not_found(shop, asked);
  cart lines = asked.cart;
  add(lines, *item, value_of(asked.form, "finish"), number_of(value_of(asked.form, "quantity"), 1));
  response answer = see_other(asked.base + "/cart");
  set_cart(answer, lines, shop.set);
  return answer;
}

response change_cart(house& shop, const call& asked) {
  cart lines = asked.cart;
  const bool removes = asked.form.count("remove") > 0;
  change(lines, value_of(asked.form, "product"), value_of(asked.form, "finish"),
         removes ? 0 : number_of(value_of(asked.form, "quantity"), 1));
  response answer = see_other(asked.base + "/cart");
  set_cart(answer, lines, shop.set);
  return answer;
}

response sign_in(house& shop, const call& asked) {
  if (value_of(asked.form, "email") != demo_account || value_of(asked.form, "password") != demo_password)
    return page(shop, asked, "login", {{"wrong", true}}, http::status::unprocessable_entity);
  if (shop.sessions.size() >= most_sessions) shop.sessions.clear();
  const std::string token = random_token();
  shop.sessions.insert(token);
  response answer = see_other(asked.base + "/account");
  set_cookie(answer, {session_name(shop.set), token, 0, true}, shop.set.secure);
  return answer;
}

response sign_out(house& shop, const call& asked) {
  shop.sessions.erase(asked.session);
  response answer = see_other(asked.base + "/account");
  set_cookie(answer, {session_name(shop.set), "", -1, true}, shop.set.secure);
  return answer;
}

response write_to_us(house& shop, const call& asked) {
  json form, errors;
  for (const auto* name : {"name", "email", "message"}) {
    form[name] = value_of(asked.form, name);
    if (value_of(asked.form, name).empty()) errors[name] = true;
  }
  if (!looks_like_email(value_of(asked.form, "email"))) errors["email"] = true;
  if (errors.empty()) return see_other(asked.base + "/contact?sent=1");
  return page(shop, asked, "contact", {{"sent", false}, {"form", form}, {"errors", errors}},
              http::status::unprocessable_entity);
}

/// The language is part of the URL, so the choice holds even if the cookie that remembers it may not be set.
response choose_language(house& shop, const call& asked) {
  if (asked.rest != "en" && asked.rest != "de") return not_found(shop, asked);
  std::string path = own_path(value_of(asked.query, "from"));
  if (path == "/" && asked.rest == "en") path = "/?stay";
  response answer = see_other((asked.rest == "de" ? "/de" : "") + path);
  set_cookie(answer, {"lang", asked.rest, 365L * 24 * 60 * 60, false}, shop.set.secure);
  return answer;
}

/// The shop's own measurement: the beacon of static/measure.js.
response count_visit(house& shop, const call& asked) {
  response answer{http::status::no_content, 11};
  answer.set(http::field::cache_control, "no-store");
  want_tracking(asked.asked, answer, shop.set.secure);
  return answer;
}

}  // namespace firwick
