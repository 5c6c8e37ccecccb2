#include "policy/lifetime.hpp"

#include <algorithm>
#include <charconv>

#include "base/ascii.hpp"
#include "words/words.hpp"

namespace abide::detail {
namespace {

constexpr const auto& units = words::lifetime_unit;

lifetime_unit unit_of(std::string_view word) noexcept {
  for (std::size_t i = static_cast<std::size_t>(lifetime_unit::seconds); i < units.size(); ++i)
    if (word == units[i] || word == units[i].substr(0, units[i].size() - 1)) return static_cast<lifetime_unit>(i);
  return lifetime_unit::unknown;
}

}  // namespace

std::optional<cookie_lifetime> read_lifetime_text(std::string_view text) noexcept {
  if (text == "session") return cookie_lifetime{lifetime_unit::session, 0};
  cookie_lifetime made;
  const std::string_view digits = text.substr(0, text.find(' '));
  if (digits.empty() || digits.size() > 4 || digits.size() == text.size() || digits.front() == '0') return {};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), made.count);
  if (error != std::errc{} || end != digits.data() + digits.size()) return {};
  made.unit = unit_of(text.substr(digits.size() + 1));
  if (made.unit == lifetime_unit::unknown) return {};
  return made;
}

// `m` is missing on purpose: in some lists it means months, in others minutes.
std::string meant_lifetime(std::string_view text) {
  struct other_unit {
    std::string_view word, ours;
  };
  constexpr other_unit other_units[]{{"s", "seconds"}, {"sec", "seconds"}, {"min", "minutes"}, {"h", "hours"},
                                     {"hr", "hours"},  {"hrs", "hours"},   {"d", "days"},      {"w", "weeks"},
                                     {"mo", "months"}, {"mth", "months"},  {"mths", "months"}, {"y", "years"},
                                     {"yr", "years"},  {"yrs", "years"}};
  const std::string plain = ascii_text::lower(ascii_text::trimmed(text));
  if (plain == "persistent" || plain.empty()) return {};
  const bool has_digits = plain.find_first_of("0123456789") != plain.npos;
  if (plain.starts_with("session") && !has_digits) return "session";
  const std::size_t digits = std::min(plain.find_first_not_of("0123456789"), plain.size());
  std::string unit(ascii_text::trimmed(std::string_view(plain).substr(digits)));
  for (const other_unit& each : other_units)
    if (each.word == unit) unit = each.ours;
  const auto read = read_lifetime_text(plain.substr(0, digits) + ' ' + unit);
  return read ? write_lifetime_text(*read) : "";
}

std::string write_lifetime_text(cookie_lifetime lifetime) {
  std::string text(to_string(lifetime.unit));
  if (lifetime.count == 1 && !text.empty()) text.pop_back();  // year
  return lifetime.count == 0 ? text : std::to_string(lifetime.count) + ' ' + text;
}

std::string_view to_string(lifetime_unit unit) noexcept {
  return unit == lifetime_unit::unknown ? std::string_view{} : units[static_cast<std::size_t>(unit)];
}

}  // namespace abide::detail
