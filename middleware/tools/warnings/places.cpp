// Where visitors are taken to be, and who is believed about it.
#include <algorithm>

#include "base/ascii.hpp"
#include "policy/address_range.hpp"
#include "tools/region_codes.hpp"
#include "tools/warnings/look.hpp"

namespace abide::detail::cli {
namespace {

bool reads_headers(const config& site) { return site.geo != geo_source::fixed && site.geo != geo_source::maxmind; }

std::string in_capitals(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

void look_at_fixed_place(look& at) {
  const config& site = at.site;
  const std::string& place = site.fixed_location;
  if (site.geo != geo_source::fixed) {
    if (!place.empty())
      at.warn("/jurisdiction/fixed", "not used, because \"from\" is " + std::string(to_string(site.geo)));
    return;
  }
  if (place.empty())
    at.warn(
        "/jurisdiction/fixed",
        "missing, but \"from\" is fixed; every visitor gets the strictest rules. If this is intended, write \"ZZ\"");
  else if (place != "ZZ" && find_jurisdiction(place, at.now).code == "ZZ")
    at.warn("/jurisdiction/fixed", "Abide knows no law of " + place + "; the strictest rules apply");
  else if (is_mistyped_region(in_capitals(place)))
    at.warn("/jurisdiction/fixed", "Abide has no row for " + place + ", which is no region of " + place.substr(0, 2) +
                                       "; the rules of " + std::string(find_jurisdiction(place, at.now).name) +
                                       " apply");
}

/// Whether the range is in `::ffff:0:0/96`, which is IPv4, however it is written.
bool is_in_v4(const address_range& range) {
  constexpr std::size_t prefix_bytes = 12;
  const auto any_v4 = read_address_bytes("0.0.0.0");
  return any_v4 && std::equal(any_v4->begin(), any_v4->begin() + prefix_bytes, range.network.begin());
}

/// How much of the network is trusted: everyone who has IPv4 or IPv6, or more than any provider has.
std::string_view too_wide(std::string_view text) {
  constexpr unsigned v4_bits = 96, v4_least = v4_bits + 8, v6_least = 16;
  const auto range = read_address_range(text);
  if (!range) return {};
  if (range->bits <= v4_bits && contains(*range, "0.0.0.0")) return "everyone";
  return range->bits < (is_in_v4(*range) ? v4_least : v6_least) ? "a large part of the internet" : std::string_view{};
}

}  // namespace

void look_at_places(look& at) {
  const config& site = at.site;
  look_at_fixed_place(at);
  if (reads_headers(site) && site.trusted_proxies.empty())
    at.warn("/jurisdiction/trusted_proxies",
            "missing; the headers of " + std::string(to_string(site.geo)) +
                " are trusted from no proxy, so every visitor gets the strictest rules");
  for (std::size_t i = 0; i < site.trusted_proxies.size(); ++i) {
    const std::string_view who = too_wide(site.trusted_proxies[i]);
    if (!who.empty())
      at.warn("/jurisdiction/trusted_proxies/" + std::to_string(i),
              site.trusted_proxies[i] + " trusts " + std::string(who) +
                  ": visitors can choose which law applies to them, and which address they are counted by");
  }
}

}  // namespace abide::detail::cli
