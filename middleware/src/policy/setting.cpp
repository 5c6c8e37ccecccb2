#include "policy/setting.hpp"

#include <algorithm>
#include <charconv>

#include "base/ascii.hpp"
#include "policy/suggestion.hpp"

namespace abide::detail {
namespace {

/// The text as a JSON string, truncated if it is long.
std::string in_quotes(std::string_view text) {
  constexpr std::size_t most = 60;
  std::size_t size = std::min(text.size(), most);
  while (size < text.size() && size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
  const bool is_cut = size < text.size();
  const file_json shown = std::string(text.substr(0, size)) + (is_cut ? "..." : "");
  return shown.dump(-1, ' ', false, file_json::error_handler_t::replace);
}

std::string list_of(const std::vector<std::string_view>& words) {
  std::string list;
  for (const std::string_view each : words) list += (list.empty() ? "" : ", ") + std::string(each);
  return list;
}

/// What was found, as a message says it: `null`, `the number 5`, `a string`. Never the string itself, which may be a
/// secret.
std::string found(const file_json& value) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number()) return "the number " + value.dump();
  if (value.is_array()) return "an array";
  return value.is_object() ? "an object" : "a string";
}

/// The path of a key that belongs in another object: `/site/host`.
std::string other_place_of(std::string_view key) {
  std::string found;
  for (const std::string_view path : words::key_paths)
    if (path.size() > key.size() + 1 && path.ends_with(key) && path[path.size() - key.size() - 1] == '/')
      found = found.empty() ? std::string(path) : "";
  return found;
}

}  // namespace

std::string setting::text(std::string_view what) const {
  if (!value_->is_string()) expected(what);
  if (value_->get_ref<const std::string&>().empty()) refuse(std::string("expected ").append(what) + ", found \"\"");
  return value_->get<std::string>();
}

bool setting::flag() const {
  if (value_->is_boolean()) return value_->get<bool>();
  if (is("true") || is("false")) expected("true or false", "without quotes");
  expected("true or false");
}

std::int64_t setting::whole(std::int64_t min, std::int64_t max) const {
  const std::string what = "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
  if (value_->is_string()) {
    const auto& text = value_->get_ref<const std::string&>();
    const bool is_number = !text.empty() && std::all_of(text.begin(), text.end(), ascii_text::is_digit);
    expected(what, is_number ? "without quotes" : "");
  }
  if (!value_->is_number()) expected(what);
  const double number = value_->get<double>();  // exact for every range asked for
  if (!(number >= static_cast<double>(min) && number <= static_cast<double>(max))) expected(what);
  const auto whole = static_cast<std::int64_t>(number);
  if (static_cast<double>(whole) != number) expected(what);
  return whole;
}

std::vector<setting> setting::list() const {
  if (!value_->is_array())
    expected("an array", value_->is_string() ? std::string("[").append(value_->dump()).append("]") : std::string());
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

void setting::expected(std::string_view what, std::string_view meant) const {
  std::string why = std::string("expected ").append(what).append(", found ").append(found(*value_));
  refuse(meant.empty() ? why : why.append("; write it ").append(meant));
}

void setting::expected_word(const std::vector<std::string_view>& words) const {
  const std::string what = "one of " + list_of(words);
  if (!value_->is_string()) expected(what);
  const auto& text = value_->get_ref<const std::string&>();
  expected_text(what, text, meant_word(text, words));
}

void setting::expected_text(std::string_view what, std::string_view text, std::string_view meant,
                            bool may_be_told) const {
  std::string why = std::string("expected ").append(what);
  if (may_be_told) why.append(", found ").append(in_quotes(text));
  refuse(why.append(did_you_mean(meant)));
}

void setting::refuse(std::string_view why) const {
  throw refusal({path_, std::string(why), file_->source.place_of(path_)});
}

void setting::lacks(std::string_view what) const {
  finding told{path_, std::string(what), file_->source.place_of(path_)};
  told.is_of_machine = true;
  throw refusal(std::move(told));
}

void setting::missing(std::string_view key, std::string_view because) const {
  refuse(std::string("expected the key \"").append(key).append("\"").append(because));
}

void setting::unknown_key(std::string_view key, const std::vector<std::string_view>& known) const {
  const std::string path = json_path(path_, key);
  const std::string_view meant = meant_word(key, known);
  const std::string elsewhere = other_place_of(key);
  std::string hint = meant.empty() ? "; expected one of " + list_of(known) : did_you_mean(meant);
  if (!elsewhere.empty()) hint = "; it belongs at " + elsewhere;
  throw refusal({path, "unknown key" + hint, file_->source.place_of_key(path)});
}

}  // namespace abide::detail
