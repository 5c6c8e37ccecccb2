#include <algorithm>
#include <ctime>

#include "abide/record.hpp"
#include "command.hpp"
#include "policy/suggestion.hpp"

namespace abide::detail::cli {
namespace {

/// `--policy` of `--policy=FILE`.
std::string_view name_of(std::string_view option) { return option.substr(0, option.find('=')); }

bool is_word(const std::string& word) { return !word.starts_with("--"); }

/// The options that a help text names.
std::vector<std::string_view> options_in(std::string_view help) {
  std::vector<std::string_view> found;
  for (std::size_t at = help.find("--"); at != std::string_view::npos; at = help.find("--", at + 2)) {
    const std::size_t end = std::min(help.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", at), help.size());
    found.push_back(help.substr(at, end - at));
    at = end;
    if (at >= help.size()) break;
  }
  return found;
}

}  // namespace

bool arguments::take_flag(std::string_view name) {
  const auto at = std::find(words_.begin(), words_.end(), name);
  if (at == words_.end()) return false;
  words_.erase(at);
  taken_.emplace_back(name);
  return true;
}

std::optional<std::string> arguments::take_option(std::string_view name) {
  const std::string joined = std::string(name) + '=';
  for (auto at = words_.begin(); at != words_.end(); ++at) {
    if (at->starts_with(joined)) {
      std::string value = at->substr(joined.size());
      words_.erase(at);
      taken_.emplace_back(name);
      return value;
    }
    if (*at != name) continue;
    if (at + 1 == words_.end()) throw usage_error(std::string(name) + ": expected a value");
    std::string value = at[1];
    words_.erase(at, at + 2);
    taken_.emplace_back(name);
    return value;
  }
  return {};
}

std::optional<std::string> arguments::take_place(std::string_view name) {
  constexpr shape wanted{is_location, "", false, true, 6};
  auto place = take_option(name);
  if (place && !is_location(*place))
    throw usage_error(std::string(name)
                          .append(": expected a place such as DE or US-CA, found \"")
                          .append(*place)
                          .append("\"")
                          .append(did_you_mean(meant_text(*place, wanted), "")));
  return place;
}

std::int64_t arguments::take_day(std::string_view name) {
  const auto text = take_option(name);
  if (!text) return static_cast<std::int64_t>(std::time(nullptr));
  const auto time = parse_timestamp(text->size() == 10 ? *text + "T00:00:00Z" : *text);
  if (!time) refuse_option(name, "a date such as 2027-01-01, or an RFC 3339 date-time", *text);
  return *time;
}

bool arguments::has_word() const { return std::any_of(words_.begin(), words_.end(), is_word); }

std::string arguments::take_word(std::string_view what) {
  const auto at = std::find_if(words_.begin(), words_.end(), is_word);
  if (at == words_.end()) throw usage_error(std::string(what) + " is missing");
  std::string word = *at;
  words_.erase(at);
  return word;
}

void refuse_option(std::string_view option, std::string_view expected, std::string_view found) {
  throw usage_error(std::string(option).append(": expected ").append(expected).append(", found \"").append(found) +
                    '"');
}

void arguments::done() const {
  if (words_.empty()) return;
  const std::string& word = words_.front();
  const std::string name(name_of(word));
  if (std::find(taken_.begin(), taken_.end(), name) != taken_.end()) throw usage_error(name + ": expected only once");
  const std::string_view meant = word.starts_with("--") ? nearest(name, options_in(help_)) : std::string_view{};
  throw usage_error("unexpected \"" + word + '"' + did_you_mean(meant, ""));
}

}  // namespace abide::detail::cli
