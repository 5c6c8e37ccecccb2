#include "site/cache_rules.hpp"

#include "abide/signal.hpp"

namespace abide::detail {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

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

void append(std::string& list, std::string_view member) {
  if (!list.empty()) list += ", ";
  list += member;
}

struct collected {
  std::string_view name;
  std::string list;
};

std::string joined(const header_section& section, std::string_view name) {
  collected all{name, {}};
  section.each(
      [](void* context, std::string_view field, std::string_view value) {
        auto& c = *static_cast<collected*>(context);
        if (same_field(field, c.name)) append(c.list, value);
      },
      &all);
  return all.list;
}

bool lists(std::string_view vary, std::string_view name) {
  while (!vary.empty()) {
    const std::string_view member = take_member(vary);
    if (member == "*" || same_field(member, name)) return true;
  }
  return false;
}

}  // namespace

void add_vary(header_section& response, std::initializer_list<std::string_view> names) {
  const std::string vary = joined(response, "Vary");
  std::string added;
  for (const std::string_view name : names)
    if (!lists(vary, name)) append(added, name);
  if (!added.empty()) response.add("Vary", added);
}

std::string private_cache_control(std::string_view cache_control) {
  std::string kept;
  bool is_private = false;
  while (!cache_control.empty()) {
    const std::string_view member = take_member(cache_control);
    const std::string_view directive = directive_of(member);
    if (member.empty() || same_field(directive, "public") || same_field(directive, "s-maxage")) continue;
    if (same_field(directive, "private") && member != directive) continue;  // private="field" guards that field alone
    is_private = is_private || same_field(directive, "private") || same_field(directive, "no-store");
    append(kept, member);
  }
  if (is_private) return kept;
  return kept.empty() ? "private" : "private, " + kept;
}

void vary_by_signals(header_section& response, const response_facts& facts, bool dnt_counts) {
  if (facts.varies == 0) response.add("Vary", dnt_counts ? "Sec-GPC, DNT" : "Sec-GPC");
  else if (dnt_counts) add_vary(response, {"Sec-GPC", "DNT"});
  else add_vary(response, {"Sec-GPC"});
}

void make_private(header_section& response, const response_facts& facts) {
  if (facts.cache_controls == 0) response.add("Cache-Control", "private");
  else response.replace("Cache-Control", private_cache_control(joined(response, "Cache-Control")));
  if (!facts.has_cdn_control) return;
  for (const std::string_view name : {"Surrogate-Control", "CDN-Cache-Control"}) response.erase(name);
}

}  // namespace abide::detail
