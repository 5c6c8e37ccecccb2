#include "house.hpp"

#include <algorithm>

namespace firwick {
namespace {

using nlohmann::json;

constexpr std::size_t most_recent = 4;

/// Slugs of the products that this browser looked at, newest first; empty if the shop may not store them.
std::vector<const product*> recently_viewed(const house& shop, const request& asked) {
  std::vector<const product*> found;
  const std::string remembered = cookie_of(asked, "recently_viewed").value_or("");
  for (std::size_t at = 0; at < remembered.size() && found.size() < most_recent;) {
    const auto end = std::min(remembered.find('.', at), remembered.size());
    const product* item = shop.goods.find(std::string_view(remembered).substr(at, end - at));
    if (item && std::find(found.begin(), found.end(), item) == found.end()) found.push_back(item);
    at = end + 1;
  }
  return found;
}

void remember(response& answer, const call& asked, const house& shop, const product& item) {
  std::string value = item.slug;
  std::size_t kept = 1;
  for (const product* other : recently_viewed(shop, asked.asked))
    if (other != &item && kept++ < most_recent) value += '.' + other->slug;
  set_cookie(answer, {"recently_viewed", value, 30L * 24 * 60 * 60, true}, shop.set.secure);
}

json shown(const house& shop, const call& asked, const product& item) { return shop.goods.shown(item, asked.language); }

json shown(const house& shop, const call& asked, const std::vector<const product*>& items) {
  json out = json::array();
  for (const product* item : items) out.push_back(shown(shop, asked, *item));
  return out;
}

json chosen(const house& shop, const call& asked, std::initializer_list<std::string_view> slugs) {
  json out = json::array();
  for (const auto slug : slugs)
    if (const product* item = shop.goods.find(slug)) out.push_back(shown(shop, asked, *item));
  return out;
}

/// Three other products, those of the same kind first.
json related(const house& shop, const call& asked, const product& item) {
  std::vector<const product*> others;
  for (const auto& other : shop.goods.all())
    if (&other != &item) others.push_back(&other);
  std::stable_partition(others.begin(), others.end(), [&](auto* other) { return other->kind == item.kind; });
  others.resize(std::min<std::size_t>(others.size(), 3));
  return shown(shop, asked, others);
}

json filters(const house& shop, const call& asked, std::string_view wanted) {
  const json& names = shop.texts.at(asked.language).at("kinds");
  json out = {{{"query", ""}, {"label", names.at("all")}, {"current", wanted.empty()}}};
  for (const auto& kind : shop.goods.kinds())
    out.push_back({{"query", "?kind=" + kind}, {"label", names.at(kind)}, {"current", kind == wanted}});
  return out;
}

json cart_lines(const house& shop, const call& asked) {
  json out = json::array();
  for (const auto& line : asked.cart) {
    json one = shop.goods.shown(*line.item, asked.language, line.finish);
    one["quantity"] = line.quantity;
    one["sum"] = price_text(line.quantity * line.item->price, asked.language);
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

response home(house& shop, const call& asked) {
  const bool came_to_root = asked.base.empty() && !asked.query.count("stay");
  if (came_to_root && cookie_of(asked.asked, "lang") == "de") {
    response answer = see_other("/de/");
    answer.result(http::status::found);
    return answer;
  }
  const auto recent = recently_viewed(shop, asked.asked);
  response answer = page(shop, asked, "home",
                         {{"favourites", chosen(shop, asked, {"nehalem", "dipper", "wapato", "kestrel", "fennel"})},
                          {"recent", shown(shop, asked, recent)},
                          {"any_recent", !recent.empty()}});
  // An experiment that was started without being declared: the policy does not list this cookie.
  set_cookie(answer, {"hero_test", "b", 14L * 24 * 60 * 60, true}, shop.set.secure);
  return answer;
}

response collection(house& shop, const call& asked) {
  const auto wanted = value_of(asked.query, "kind");
  std::vector<const product*> items;
  for (const auto& item : shop.goods.all())
    if (wanted.empty() || item.kind == wanted) items.push_back(&item);
  if (items.empty()) return not_found(shop, asked);
  return page(shop, asked, "collection",
              {{"items", shown(shop, asked, items)}, {"filters", filters(shop, asked, wanted)}});
}

response product_page(house& shop, const call& asked) {
  const product* item = shop.goods.find(asked.rest);
  if (!item) return not_found(shop, asked);
  response answer = page(shop, asked, "product",
                         {{"item", shown(shop, asked, *item)},
                          {"added", asked.query.count("added") > 0},
                          {"related", related(shop, asked, *item)},
                          {"title", item->text.at("name").get<std::string>() + " · " +
                                        item->text.at(asked.language).at("line").get<std::string>() + " · Firwick"}});
  remember(answer, asked, shop, *item);
  return answer;
}

response cart_page(house& shop, const call& asked) {
  return page(shop, asked, "cart",
              {{"lines", cart_lines(shop, asked)},
               {"any", !asked.cart.empty()},
               {"suggested", chosen(shop, asked, {"sauvie", "fennel", "heron"})},
               {"total", price_text(total(asked.cart), asked.language)}});
}

response checkout(house& shop, const call& asked) { return page(shop, asked, "checkout", json::object()); }

response account(house& shop, const call& asked) {
  if (asked.session.empty()) return page(shop, asked, "login", {{"wrong", asked.query.count("wrong") > 0}});
  return page(shop, asked, "account", {{"orders", shop.texts.at(asked.language).at("account").at("orders")}});
}

response article(house& shop, const call& asked) {
  return page(shop, asked, "article", {{"lamp", chosen(shop, asked, {"sauvie"})}});
}

response film(house& shop, const call& asked) {
  response answer = page(shop, asked, "film", {{"layout", "bare"}});
  set_cookie(answer, {"film_position", "0", 30L * 24 * 60 * 60, false}, shop.set.secure);
  return answer;
}

response privacy(house& shop, const call& asked) { return page(shop, asked, "privacy", json::object()); }

response contact(house& shop, const call& asked) {
  const json empty = {{"name", ""}, {"email", ""}, {"message", ""}};
  return page(shop, asked, "contact",
              {{"sent", asked.query.count("sent") > 0}, {"form", empty}, {"errors", json::object()}});
}

}  // namespace firwick
