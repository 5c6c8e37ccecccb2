#include "house.hpp"
#include "tracking.hpp"

namespace firwick {
namespace {

using nlohmann::json;

// With the nonce, Abide can print its gate and its style into the page: neither costs a request before the first paint.
std::string content_security_policy(const settings& set) {
  const std::string vendors = " " + set.ads + " " + set.metrics;
  const std::string nonce = " 'nonce-" + random_token() + "'";
  return "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" + nonce + vendors + "; style-src 'self'" + nonce +
         "; connect-src 'self'" + vendors + "; img-src 'self' data:" + vendors +
         "; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'self'";
}

/// The other language, and this page in it.
json switch_to(const call& asked) {
  const bool german = asked.language == "de";
  return {{"code", german ? "en" : "de"}, {"name", german ? "English" : "Deutsch"}, {"path", asked.path}};
}

json common(const house& shop, const call& asked, std::string_view name) {
  json values;
  values["t"] = shop.texts.at(asked.language);
  values["lang"] = asked.language;
  values["base"] = asked.base;
  values["return"] = asked.base + asked.path;  // where the preference page's link back leads
  values["other"] = switch_to(asked);
  values["ads"] = shop.set.ads;
  values["metrics"] = shop.set.metrics;
  values["cart_count"] = count(asked.cart);
  values["signed_in"] = !asked.session.empty();
  values["page"] = name;
  values["on"] = {{std::string(name), true}};
  values["title"] = values["t"].at("title").value(std::string(name), "Firwick");
  return values;
}

}  // namespace

response page(house& shop, const call& asked, std::string_view name, json values, http::status status) {
  json all = common(shop, asked, name);
  all.update(values);

  response answer{status, 11};
  answer.set(http::field::content_type, "text/html; charset=utf-8");
  answer.set(http::field::content_language, asked.language);
  answer.set(http::field::cache_control, "private, no-cache");
  answer.set("Content-Security-Policy", content_security_policy(shop.set));
  answer.set("Referrer-Policy", "strict-origin-when-cross-origin");
  answer.set("X-Content-Type-Options", "nosniff");
  answer.body() = shop.pages.render(all.value("layout", "layout"), name, all);

  const bool secure = shop.set.secure;
  set_cart(answer, asked.cart, shop.set);
  want_chat(asked.asked, answer, secure);
  want_tracking(asked.asked, answer, secure);
  return answer;
}

response not_found(house& shop, const call& asked) {
  return page(shop, asked, "missing", json::object(), http::status::not_found);
}

response see_other(std::string location) {
  response answer{http::status::see_other, 11};
  answer.set(http::field::location, location);
  answer.set(http::field::cache_control, "no-store");
  return answer;
}

std::string session_name(const settings& set) { return set.secure ? "__Host-session" : "session"; }

void set_cart(response& answer, const cart& lines, const settings& set) {
  const std::string value = lines.empty() ? "empty" : written(lines);
  set_cookie(answer, {"cart", value, 30L * 24 * 60 * 60, true}, set.secure);
}

}  // namespace firwick
