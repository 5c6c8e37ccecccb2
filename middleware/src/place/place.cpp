#include "place/place.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "place/client.hpp"
#include "words/words.hpp"

namespace abide {
namespace {

bool is_code(std::string_view text, std::size_t least, std::size_t most) {
  if (text.size() < least || text.size() > most) return false;
  for (const char c : text)
    if (!ascii_text::is_alphanumeric(c)) return false;
  return true;
}

bool starts_with_country(std::string_view region, std::string_view country) {
  return region.size() > 2 && ascii_text::same(region.substr(0, 2), country);
}

// Country and region as one code; Google's CLDR form `USCA` loses its country. What is no code is unknown.
std::string joined(std::string_view country, std::string_view region) {
  if (!is_code(country, 2, 2)) return {};
  if (region.size() > 3 && starts_with_country(region, country)) region.remove_prefix(region[2] == '-' ? 3 : 2);
  std::string location(country);
  if (is_code(region, 1, 3)) location.append(1, '-').append(region);
  return location;
}

// field = pair *( "," pair ), pair = key "=" value
std::string_view pair_value(std::string_view field, std::string_view key) {
  while (!field.empty()) {
    std::string_view pair = ascii_text::take_until(field, ',');
    pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
    if (pair.size() > key.size() && pair.starts_with(key) && pair[key.size()] == '=')
      return pair.substr(key.size() + 1);
  }
  return {};
}

std::string_view value_of(const words::place_field& from, const header_section& request) {
  const std::string_view field = from.name.empty() ? std::string_view{} : request.first(from.name);
  return from.key.empty() ? field : pair_value(field, from.key);
}

}  // namespace

places::places(const config& settings, const std::string& override_location)
    : from_(settings.geo), fixed_(settings.fixed_location) {
  if (!override_location.empty()) {
    from_ = geo_source::fixed;
    fixed_ = override_location;
  }
  if (from_ == geo_source::maxmind) database_.emplace(settings.maxmind_file);
  for (const std::string& text : settings.trusted_proxies) {
    const auto range = read_address_range(text);
    if (!range) throw config_error("jurisdiction.trusted_proxies: " + text + ": expected CIDR notation");
    proxies_.push_back(*range);
  }
}

std::string_view places::source_name() const noexcept { return name_of(from_); }

bool places::trusts(std::string_view peer) const noexcept { return is_in_any(proxies_, peer); }

std::string places::location(const header_section& request, std::string_view peer) const {
  if (from_ == geo_source::fixed) return fixed_;
  if (database_) return database_->location(client_of(request, peer, proxies_));
  if (!trusts(peer)) return {};
  const words::place_source& source = words::place_sources[static_cast<std::size_t>(from_)];
  return joined(value_of(source.country, request), value_of(source.region, request));
}

}  // namespace abide
