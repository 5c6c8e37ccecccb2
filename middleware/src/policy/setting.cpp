#include "policy/setting.hpp"

#include <algorithm>
#include <numeric>

#include "abide/config.hpp"

namespace abide::detail {
namespace {

// Levenshtein distance: how many letters to change, add or drop.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row.back();
}

// The nearest key, as long as it is near: one slip in three letters.
std::string_view nearest(std::string_view key, const std::vector<std::string_view>& known) {
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, key.size() / 3) + 1;
  for (const std::string_view candidate : known) {
    const std::size_t away = distance(key, candidate);
    if (away >= best_distance) continue;
    best = candidate;
    best_distance = away;
  }
  return best;
}

std::string quoted_list(const std::vector<std::string_view>& keys) {
  std::string list;
  for (const std::string_view key : keys) list += (list.empty() ? "\"" : ", \"") + std::string(key) + '"';
  return list;
}

}  // namespace

std::string setting::text(std::string_view what) const {
  if (!value_->is_string() || value_->get_ref<const std::string&>().empty()) expected(what);
  return value_->get<std::string>();
}

bool setting::flag() const {
  if (!value_->is_boolean()) expected("true or false");
  return value_->get<bool>();
}

std::int64_t setting::whole(std::int64_t min, std::int64_t max) const {
  const std::string what = "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
  if (!value_->is_number()) expected(what);
  const double number = value_->get<double>();  // exact for every range asked for
  if (!(number >= static_cast<double>(min) && number <= static_cast<double>(max))) expected(what);
  const auto whole = static_cast<std::int64_t>(number);
  if (static_cast<double>(whole) != number) expected(what);
  return whole;
}

std::vector<setting> setting::list() const {
  if (!value_->is_array()) expected("a list");
  std::vector<setting> items;
  for (std::size_t i = 0; i < value_->size(); ++i)
    items.emplace_back((*value_)[i], json_path(path_, std::to_string(i)), *file_);
  return items;
}

std::vector<setting::named> setting::object() const {
  if (!value_->is_object()) expected("an object");
  std::vector<named> members;
  for (const auto& [key, value] : value_->items()) members.push_back({key, {value, json_path(path_, key), *file_}});
  return members;
}

std::optional<setting> setting::find(std::string_view key) const {
  const auto at = value_->find(key);
  if (at == value_->end()) return {};
  return setting(*at, json_path(path_, key), *file_);
}

void setting::expected(std::string_view what) const { refuse("expected " + std::string(what)); }

void setting::refuse(std::string_view why) const {
  const std::string place = path_.empty() ? "" : path_ + ": ";
  throw config_error(*file_ + ": " + place + std::string(why));
}

void setting::missing(std::string_view key, std::string_view because) const {
  refuse(std::string("expected the key \"").append(key).append("\"").append(because));
}

void setting::unknown_key(std::string_view key, const std::vector<std::string_view>& known) const {
  const std::string_view meant = nearest(key, known);
  const std::string hint =
      meant.empty() ? "expected one of " + quoted_list(known) : "did you mean \"" + std::string(meant) + "\"?";
  throw config_error(*file_ + ": " + json_path(path_, key) + ": unknown key; " + hint);
}

}  // namespace abide::detail
