#pragma once
// All regions of the countries that have rows for some of their regions. They tell a mistyped region (US-XX) from one
// to which the country's row applies (US-WY).
#include <string_view>

namespace abide::detail::cli {

struct regions_of_country {
  std::string_view country, codes;  ///< ISO 3166-2, separated by spaces
};
inline constexpr regions_of_country countries_with_regions[]{
    {"US",
     "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
     "PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR UM VI"},
    {"CA", "AB BC MB NB NL NS NT NU ON PE QC SK YT"},
};

/// Whether a place such as CA-QU names no region of a country that has such rows. False for countries without them:
/// there a region changes nothing.
constexpr bool is_mistyped_region(std::string_view place) noexcept {
  if (place.size() < 4 || place[2] != '-') return false;
  for (const regions_of_country& each : countries_with_regions) {
    if (each.country != place.substr(0, 2)) continue;
    const std::string_view region = place.substr(3);
    return region.size() != 2 || each.codes.find(region) == std::string_view::npos;
  }
  return false;
}

}  // namespace abide::detail::cli
