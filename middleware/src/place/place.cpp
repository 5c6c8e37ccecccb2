#include "place/place.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "words/words.hpp"

namespace abide::detail {
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

// Joins country and region to one code; removes the country from Google's CLDR form `USCA`. Ignores invalid codes.
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

/// The field's value; empty if there are several different ones, because one of them is not from the provider.
std::string_view only_value(const header_section& request, std::string_view name) {
  struct search {
    std::string_view name, value;
    bool found = false, differs = false;
  } search{name, {}};
  request.each(
      [](void* context, std::string_view field, std::string_view value) {
        auto& s = *static_cast<struct search*>(context);
        if (!ascii_text::same(field, s.name)) return;
        s.differs = s.differs || (s.found && value != s.value);
        s.found = true;
        s.value = value;
      },
      &search);
  return search.differs ? std::string_view{} : search.value;
}

std::string_view value_of(const words::place_field& from, const header_section& request) {
  const std::string_view field = from.name.empty() ? std::string_view{} : only_value(request, from.name);
  return from.key.empty() ? field : pair_value(field, from.key);
}

}  // namespace

places::places(const config& settings, const std::string& override_location)
    : from_(settings.geo), fixed_(settings.fixed_location), proxies_(settings.trusted_proxies) {
  if (!override_location.empty()) {
    from_ = geo_source::fixed;
    fixed_ = override_location;
  }
  if (from_ == geo_source::maxmind) database_.emplace(settings.maxmind_file);
}

std::string_view places::source_name() const noexcept { return to_string(from_); }

std::string places::location(const header_section& request, bool trusted, std::string_view client) const {
  if (from_ == geo_source::fixed) return fixed_;
  if (database_) return database_->location(client);
  if (!trusted) return {};
  const words::place_source& source = words::place_sources[static_cast<std::size_t>(from_)];
  return joined(value_of(source.country, request), value_of(source.region, request));
}

}  // namespace abide::detail
