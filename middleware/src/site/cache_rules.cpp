#include "site/cache_rules.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "abide/signal.hpp"
#include "base/ascii.hpp"
#include "base/fields.hpp"
#include "site/cdn_fields.hpp"
#include "site/reading.hpp"

namespace abide::detail {
namespace {

using ascii_text::trimmed;

// Takes one list member off the front; commas inside quoted strings do not separate.
std::string_view take_member(std::string_view& list) {
  bool quoted = false;
  std::size_t end = 0;
  for (; end < list.size() && (quoted || list[end] != ','); ++end) {
    if (list[end] == '\\' && quoted) ++end;
    else if (list[end] == '"') quoted = !quoted;
  }
  if (end > list.size()) end = list.size();
  const std::string_view member = trimmed(list.substr(0, end));
  list.remove_prefix(end < list.size() ? end + 1 : end);
  return member;
}

std::string_view directive_of(std::string_view member) { return trimmed(member.substr(0, member.find('='))); }

std::string joined(const header_section& section, std::string_view name) {
  std::string list;
  for_each_field(section, [&](std::string_view field, std::string_view value) {
    if (same_field(field, name)) append_member(list, value);
  });
  return list;
}

bool lists(std::string_view vary, std::string_view name) {
  while (!vary.empty()) {
    const std::string_view member = take_member(vary);
    if (member == "*" || same_field(member, name)) return true;
  }
  return false;
}

/// Directives that allow a copy to be used without revalidation.
constexpr std::array<std::string_view, 4> freshness{"max-age", "immutable", "stale-while-revalidate", "stale-if-error"};

bool is_one_of(std::string_view word, std::span<const std::string_view> words) noexcept {
  return std::any_of(words.begin(), words.end(), [&](std::string_view each) { return same_field(word, each); });
}

/// Whether a value such as that of `max-age=600` is above zero. Caches treat an invalid value as zero, and so does
/// this.
bool is_above_zero(std::string_view member) noexcept {
  const std::size_t equals = member.find('=');
  if (equals == std::string_view::npos) return false;
  std::string_view value = trimmed(member.substr(equals + 1));
  if (value.size() >= 2 && value.front() == '"') value = value.substr(1, value.size() - 2);
  return !value.empty() && value.find_first_not_of("0123456789") == std::string_view::npos &&
         value.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

bool is_for_everyone(const header_section& response) {
  const std::string all = joined(response, "Cache-Control");
  bool lasts = false;
  for (std::string_view list = all; !list.empty();) {
    const std::string_view member = take_member(list), directive = directive_of(member);
    if (same_field(directive, "private") || same_field(directive, "no-store") || same_field(directive, "no-cache"))
      return false;
    lasts = lasts || same_field(directive, "public") || same_field(directive, "immutable");
    if (same_field(directive, "max-age") || same_field(directive, "s-maxage")) lasts = lasts || is_above_zero(member);
  }
  return lasts;
}

bool is_for_one(const header_section& response) {
  const std::string all = joined(response, "Cache-Control");
  for (std::string_view list = all; !list.empty();) {
    const std::string_view member = take_member(list), directive = directive_of(member);
    if (same_field(directive, "no-store") || (same_field(directive, "private") && member == directive)) return true;
  }
  return false;
}

void add_vary(header_section& response, std::initializer_list<std::string_view> names) {
  const std::string vary = joined(response, "Vary");
  std::string added;
  for (const std::string_view name : names)
    if (!lists(vary, name)) append_member(added, name);
  if (!added.empty()) response.add("Vary", added);
}

std::string private_cache_control(std::string_view cache_control, reuse how) {
  std::string kept;
  bool is_private = false, asks = how == reuse::as_said, is_unstored = false, is_understood = false;
  while (!cache_control.empty()) {
    const std::string_view member = take_member(cache_control);
    const std::string_view directive = directive_of(member);
    if (member.empty() || same_field(directive, "public") || same_field(directive, "s-maxage")) continue;
    if (same_field(directive, "private") && member != directive) continue;  // private="field" protects that field only
    if (how == reuse::ask && is_one_of(directive, freshness)) continue;
    if (how == reuse::ask && same_field(directive, "no-cache") && member != directive) continue;
    is_unstored = is_unstored || same_field(member, "no-store");
    is_understood = is_understood || same_field(directive, "must-understand");
    is_private = is_private || same_field(directive, "private");
    asks = asks || same_field(directive, "no-cache");
    append_member(kept, member);
  }
  if (is_unstored && !is_understood) return kept;  // beside must-understand, no-store may be ignored (section 5.2.2.3)
  if (!asks) append_member(kept, "no-cache");
  if (is_private) return kept;
  return kept.empty() ? "private" : "private, " + kept;
}

namespace {

/// A field that lets a shared cache store a response, and that also tells it to compose the page from parts.
struct composing_field {
  std::string_view name, directive;
};
constexpr composing_field composing_fields[]{{"Surrogate-Control", "content"}, {"Edge-Control", "dca"}};

/// What remains of the field: the page is not stored, but its parts are still composed. Empty: the field may go. It
/// contains `no-store` because Varnish reads this field before Cache-Control.
std::string without_storing(std::string_view field, std::string_view directive) {
  std::string kept;
  while (!field.empty())
    if (const std::string_view member = take_member(field); same_field(directive_of(member), directive))
      kept.append(", ").append(member);
  return kept.empty() ? kept : "no-store" + kept;
}

void drop_cdn_control(header_section& response) {
  std::array<std::string, std::size(composing_fields)> left;
  for (std::size_t i = 0; i < left.size(); ++i)
    left[i] = without_storing(joined(response, composing_fields[i].name), composing_fields[i].directive);
  erase_fields(response, is_cdn_field);
  for (std::size_t i = 0; i < left.size(); ++i)
    if (!left[i].empty()) response.add(composing_fields[i].name, left[i]);
}

}  // namespace

void vary_by_signals(header_section& response, const response_facts& facts, bool dnt_counts) {
  if (facts.varies == 0) response.add("Vary", dnt_counts ? "Sec-GPC, DNT" : "Sec-GPC");
  else if (dnt_counts) add_vary(response, {"Sec-GPC", "DNT"});
  else add_vary(response, {"Sec-GPC"});
}

void make_private(header_section& response, const response_facts& facts, reuse how) {
  if (facts.cache_controls == 0) response.add("Cache-Control", how == reuse::ask ? "private, no-cache" : "private");
  else response.replace("Cache-Control", private_cache_control(joined(response, "Cache-Control"), how));
  if (how == reuse::ask && facts.has_expires) response.erase("Expires");
  if (facts.has_cdn_control) drop_cdn_control(response);
}

}  // namespace abide::detail
