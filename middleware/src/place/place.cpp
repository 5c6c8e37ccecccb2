#include "place/place.hpp"

namespace abide {
namespace {

// Field names of each provider; Fastly and Google take the name from their configuration, these are the documented
// ones.
struct provider {
  geo_source source;
  std::string_view country, region;
};
constexpr provider providers[]{
    {geo_source::cloudflare, "CF-IPCountry", "CF-Region-Code"},
    {geo_source::cloudfront, "CloudFront-Viewer-Country", "CloudFront-Viewer-Country-Region"},
    {geo_source::vercel, "X-Vercel-IP-Country", "X-Vercel-IP-Country-Region"},
    {geo_source::fastly, "Fastly-Geo-Country", "Fastly-Geo-Region"},
    {geo_source::appengine, "X-Appengine-Country", "X-Appengine-Region"},
    {geo_source::google_lb, "X-Client-Geo-Country", "X-Client-Geo-Region"},
};

constexpr std::string_view edgescape = "X-Akamai-Edgescape";

const provider* provider_of(geo_source source) {
  for (const provider& p : providers)
    if (p.source == source) return &p;
  return nullptr;
}

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

// EdgeScape = pair *( "," pair ), pair = key "=" value
std::string_view edgescape_value(std::string_view field, std::string_view key) {
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
  if (from_ == geo_source::akamai) {
    const std::string_view field = request.first(edgescape);
    return joined(edgescape_value(field, "country_code"), edgescape_value(field, "region_code"));
  }
  const provider* p = provider_of(from_);
  return p ? joined(request.first(p->country), request.first(p->region)) : std::string{};
}

}  // namespace abide
