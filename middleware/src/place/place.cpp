#include "place/place.hpp"

#include "words/words.hpp"

namespace abide {
namespace {

bool is_code(std::string_view text, std::size_t least, std::size_t most) {
  if (text.size() < least || text.size() > most) return false;
  for (const char c : text)
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) return false;
  return true;
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

bool starts_with_country(std::string_view region, std::string_view country) {
  return region.size() > 2 && upper(region[0]) == upper(country[0]) && upper(region[1]) == upper(country[1]);
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
    const std::size_t end = field.find(',');
    std::string_view pair = field.substr(0, end);
    field.remove_prefix(end == std::string_view::npos ? field.size() : end + 1);
    while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
    if (pair.size() > key.size() && pair.substr(0, key.size()) == key && pair[key.size()] == '=')
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

bool places::trusts(std::string_view peer) const noexcept {
  for (const address_range& range : proxies_)
    if (contains(range, peer)) return true;
  return false;
}

// Behind trusted proxies the client is the last address of X-Forwarded-For that is none of theirs.
std::string_view places::client(const header_section& request, std::string_view peer) const {
  std::string_view list = trusts(peer) ? request.first("X-Forwarded-For") : std::string_view{};
  while (!list.empty()) {
    const std::size_t comma = list.rfind(',');
    std::string_view last = comma == std::string_view::npos ? list : list.substr(comma + 1);
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(0, comma);
    while (!last.empty() && last.front() == ' ') last.remove_prefix(1);
    while (!last.empty() && last.back() == ' ') last.remove_suffix(1);
    if (!trusts(last)) return last;
  }
  return peer;
}

std::string places::location(const header_section& request, std::string_view peer) const {
  if (from_ == geo_source::fixed) return fixed_;
  if (database_) return database_->location(client(request, peer));
  if (!trusts(peer)) return {};
  const words::place_source& source = words::place_sources[static_cast<std::size_t>(from_)];
  return joined(value_of(source.country, request), value_of(source.region, request));
}

}  // namespace abide
