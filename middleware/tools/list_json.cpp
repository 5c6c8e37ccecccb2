#include "tools/list_json.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "policy/category_words.hpp"
#include "tools/list_cells.hpp"

namespace abide::detail::cli {
namespace {

using nlohmann::json;

/// The names of the values around a cookie.
struct surroundings {
  std::string category, vendor;
  bool holds_names = false;  ///< strings in it are cookie names
};

/// Keys of cookies, or of what contains them. They name no vendor.
bool is_holder(std::string_view key) {
  constexpr std::array holders{
      "cookies",    "firstpartycookies", "hosts",         "services", "groups",      "items",       "categories",
      "purposes",   "vendors",           "devicestorage", "storage",  "disclosures", "cookietable", "data",
      "cookiedata", "storages",          "results"};
  return std::find(holders.begin(), holders.end(), plain_heading(key)) != holders.end();
}

/// A key that names a category, such as `statistics` or `cookieTableStatistics`.
bool names_category(std::string_view key, std::string& category) {
  constexpr std::string_view table = "cookieTable";
  if (key.starts_with(table)) key.remove_prefix(table.size());
  if (!category_meant(key)) return false;
  category = key;
  return true;
}

/// The strictest category among the words of a list, such as the purposes of one service.
std::string strictest_in(const json& words) {
  std::string strictest;
  for (const json& each : words) {
    if (!each.is_string()) continue;
    const auto meant = category_meant(each.get_ref<const std::string&>());
    if (meant && (strictest.empty() || *meant > *category_meant(strictest))) strictest = each.get<std::string>();
  }
  return strictest;
}

std::string text_of(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean() || value.is_number()) return value.dump();
  // An object by language, or a list with one known member.
  if (value.is_object() && value.contains("en") && value["en"].is_string()) return value["en"].get<std::string>();
  return value.is_array() ? strictest_in(value) : std::string();
}

cells cells_of(const json& object) {
  cells named;
  for (const auto& [key, value] : object.items())
    if (std::string text = text_of(value); !text.empty()) named[plain_heading(key)] = std::move(text);
  return named;
}

bool holds_more(const json& object) {
  for (const auto& [key, value] : object.items())
    if (value.is_structured() && !value.empty() && is_holder(key) && text_of(value).empty()) return true;
  return false;
}

class walk {
 public:
  explicit walk(cookie_list& list) noexcept : list_(list) {}

  void into(const json& at, const surroundings& around, unsigned depth, bool is_in_list = false) {
    constexpr unsigned depth_max = 16;
    if (depth > depth_max) return;
    if (at.is_array()) return into_list(at, around, depth, is_in_list);
    if (!at.is_object()) return;
    const cells named = cells_of(at);
    if (!holds_more(at) && is_cookie(named, around)) return add(named, around);
    const surroundings inside = around_members(named, around);
    for (const auto& [key, value] : at.items()) {
      if (!value.is_structured()) continue;
      surroundings below = inside;
      const bool is_category = names_category(key, below.category);
      below.holds_names = is_category || plain_heading(key).ends_with("cookies");
      if (!is_category && !is_holder(key) && value.is_array()) below.vendor = key;
      into(value, below, depth + 1);
    }
  }

 private:
  /// A list may contain names only, or lists that begin with a name: `["_ga", "google.com", ...]`.
  void into_list(const json& at, const surroundings& around, unsigned depth, bool is_in_list) {
    for (const json& each : at) {
      if (!each.is_string()) into(each, around, depth + 1, true);
      else if (around.holds_names && !around.category.empty()) add({{"name", each.get<std::string>()}}, around);
      if (each.is_string() && is_in_list) return;
    }
  }

  static bool is_cookie(const cells& named, const surroundings& around) {
    if (cell_of(named, column::name).empty()) return false;
    return !around.category.empty() || category_meant(category_word_of(named)) || has_column(named, column::category) ||
           has_column(named, column::host);
  }

  static surroundings around_members(const cells& named, surroundings around) {
    std::string word = category_word_of(named);
    for (const char* key : {"id", "name", "purposes"})
      if (const auto own = named.find(key); !category_meant(word) && own != named.end()) word = own->second;
    if (category_meant(word)) around.category = word;
    for (const char* key : {"title", "displayname", "name", "hostname"})
      if (const auto own = named.find(key); own != named.end() && !category_meant(own->second)) {
        around.vendor = own->second;
        break;
      }
    return around;
  }

  void add(cells named, const surroundings& around) {
    if (!category_meant(category_word_of(named)) && !has_column(named, column::category) && !around.category.empty())
      named["category"] = around.category;
    if (!around.vendor.empty() && cell_of(named, column::vendor).empty()) named["vendor"] = around.vendor;
    add_cookies(list_, named, list_.cookies.size() + 1);
  }

  cookie_list& list_;
};

}  // namespace

bool read_json(cookie_list& list, std::string_view text) {
  const json read = json::parse(text, nullptr, false);
  if (!read.is_discarded()) {
    walk(list).into(read, {}, 0);
    return true;
  }
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    const json one = json::parse(line, nullptr, false);
    if (one.is_discarded()) return false;
    walk(list).into(one, {}, 0);
  }
  return true;
}

}  // namespace abide::detail::cli
