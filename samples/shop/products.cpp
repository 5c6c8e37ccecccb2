#include "products.hpp"

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace firwick {

using nlohmann::json;

range::range(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error(file.string() + ": cannot read");
  json data = json::parse(in);
  kinds_ = data.at("kinds").get<std::vector<std::string>>();
  finishes_ = data.at("finishes");
  for (json& item : data.at("products")) {
    product made{item.at("slug"), item.at("kind"), item.at("price"), item.at("finishes"), {}};
    made.text = std::move(item);
    products_.push_back(std::move(made));
  }
}

const product* range::find(std::string_view slug) const {
  const auto found = std::find_if(products_.begin(), products_.end(), [&](auto& item) { return item.slug == slug; });
  return found == products_.end() ? nullptr : &*found;
}

std::string range::finish_name(const std::string& finish, const std::string& language) const {
  return finishes_.at(finish).at(language);
}

json range::shown(const product& item, const std::string& language, const std::string& finish) const {
  json out = item.text.at(language);
  const std::string& chosen = has_finish(item, finish) ? finish : item.finishes.front();
  out["slug"] = item.slug;
  out["name"] = item.text.at("name");
  out["kind"] = item.kind;
  out["wall"] = item.text.at("wall");
  out["price"] = item.price;
  out["price_text"] = price_text(item.price, language);
  out["finish"] = chosen;
  out["finish_name"] = finish_name(chosen, language);
  for (const auto& id : item.finishes)
    out["finishes"].push_back({{"id", id}, {"label", finish_name(id, language)}, {"chosen", id == chosen}});
  return out;
}

bool has_finish(const product& item, std::string_view finish) {
  return std::find(item.finishes.begin(), item.finishes.end(), finish) != item.finishes.end();
}

std::string price_text(int dollars, const std::string& language) {
  const bool german = language == "de";
  std::string digits = std::to_string(dollars);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, german ? "." : ",");
  return german ? digits + "\u00a0$" : "$" + digits;
}

}  // namespace firwick
