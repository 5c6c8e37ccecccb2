#include "shop.hpp"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "house.hpp"

namespace firwick {
namespace {

using nlohmann::json;

struct route {
  http::verb method;
  std::string_view pattern;  ///< a final `*` matches the rest
  response (*answer)(house&, const call&);
};

constexpr route routes[] = {
    {http::verb::get, "/", home},
    {http::verb::get, "/collection", collection},
    {http::verb::get, "/product/*", product_page},
    {http::verb::get, "/cart", cart_page},
    {http::verb::post, "/cart/add", add_to_cart},
    {http::verb::post, "/cart/change", change_cart},
    {http::verb::get, "/checkout", checkout},
    {http::verb::get, "/account", account},
    {http::verb::post, "/account", sign_in},
    {http::verb::post, "/account/leave", sign_out},
    {http::verb::get, "/journal/spinning-a-shade", article},
    {http::verb::get, "/film/spinning-a-shade", film},
    {http::verb::get, "/privacy", privacy},
    {http::verb::get, "/contact", contact},
    {http::verb::post, "/contact", write_to_us},
    {http::verb::get, "/language/*", choose_language},
    {http::verb::post, "/visit", count_visit},
};

json read_json(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error(file.string() + ": cannot read");
  return json::parse(in);
}

std::string_view text_of(boost::beast::string_view text) { return {text.data(), text.size()}; }

bool starts_with(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

bool fits(std::string_view pattern, std::string_view path) {
  if (pattern.back() != '*') return pattern == path;
  pattern.remove_suffix(1);
  return starts_with(path, pattern) && path.size() > pattern.size();
}

/// Whether another site made the browser send the form. Old browsers send neither field; SameSite=Lax protects them.
bool from_elsewhere(const request& asked) {
  if (const auto site = asked["Sec-Fetch-Site"]; !site.empty()) return site != "same-origin" && site != "none";
  const auto origin = text_of(asked[http::field::origin]);
  if (origin.empty()) return false;
  const auto host = origin.find("://");
  return host == origin.npos || origin.substr(host + 3) != text_of(asked[http::field::host]);
}

/// The session's token, if the shop issued it.
std::string session_of(const house& shop, const request& asked) {
  const auto token = cookie_of(asked, session_name(shop.set)).value_or("");
  return shop.sessions.count(token) > 0 ? token : "";
}

call read(const house& shop, const request& asked) {
  const auto target = text_of(asked.target());
  const auto end = std::min(target.find('?'), target.size());
  call read{asked, "en", "", std::string(target.substr(0, end)), {}, {}, {}, {}, {}};
  read.query = form_fields(target.substr(std::min(end + 1, target.size())));
  if (read.path == "/de" || starts_with(read.path, "/de/")) {
    read.language = "de";
    read.base = "/de";
    read.path = read.path.size() > 3 ? read.path.substr(3) : "/";
  }
  read.form = form_fields(asked.body());
  read.cart = read_cart(cookie_of(asked, "cart").value_or(""), shop.goods);
  read.session = session_of(shop, asked);
  return read;
}

response plain(http::status status, std::string text) {
  response answer{status, 11};
  answer.set(http::field::content_type, "text/plain; charset=utf-8");
  answer.body() = std::move(text);
  return answer;
}

response dispatch(house& shop, call& asked, http::verb method) {
  const route* other = nullptr;
  for (const route& one : routes) {
    if (!fits(one.pattern, asked.path)) continue;
    if (one.method != method) {
      other = &one;
      continue;
    }
    if (one.pattern.back() == '*') asked.rest = asked.path.substr(one.pattern.size() - 1);
    return one.answer(shop, asked);
  }
  if (!other) return not_found(shop, asked);
  response refused = plain(http::status::method_not_allowed, "Method not allowed\n");
  refused.set(http::field::allow, other->method == http::verb::get ? "GET, HEAD" : "POST");
  return refused;
}

}  // namespace

house::house(settings given)
    : set(std::move(given)),
      pages(set.root),
      statics(set.root / "static"),
      goods(set.root / "products.json"),
      texts{{"en", read_json(set.root / "texts/en.json")}, {"de", read_json(set.root / "texts/de.json")}} {}

shop::shop(settings set) : house_(std::make_unique<house>(std::move(set))) {}
shop::~shop() = default;

std::string shop::account_of(const request& asked) const {
  return session_of(*house_, asked).empty() ? "" : std::string(demo_account);
}

response shop::handle(const request& asked) {
  const auto target = text_of(asked.target());
  const bool reads = asked.method() == http::verb::get || asked.method() == http::verb::head;
  if (reads && starts_with(target, "/static/"))
    return house_->statics.serve(target.substr(8, target.find('?') - 8), asked);
  if (reads && target == "/favicon.ico") return house_->statics.serve("mark.svg", asked);
  if (!reads && from_elsewhere(asked)) return plain(http::status::forbidden, "This form came from another site.\n");
  call one = read(*house_, asked);
  return dispatch(*house_, one, reads ? http::verb::get : asked.method());
}

}  // namespace firwick
