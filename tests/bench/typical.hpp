#pragma once
// The request that every budget is measured with: 12 header fields, among them 20 cookies in 908 bytes, then 5
// Set-Cookie fields, and the full catalog.
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "abide/abide.hpp"

namespace typical {

inline constexpr std::string_view cookies =
    "_ga=GA1.2.1234567890.1760000000; _gid=GA1.2.987654321.1760000000; _gat_UA-12345-1=1; _ga_ABCDEF1234=GS1.1.1760000000.3.1.1760000100.60.0.0; "
    "_fbp=fb.1.1760000000000.1234567890; _gcl_au=1.1.1234567890.1760000000; IDE=AHWqTUm_0123456789abcdefghijklmnopqrstuvwxyz; "
    "PHPSESSID=0123456789abcdef0123456789abcdef; csrftoken=abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ01; "
    "_hjSessionUser_123456=eyJpZCI6IjEyMzQ1Njc4In0; _hjSession_123456=eyJpZCI6IjEyMzQ1Njc4In0; _clck=abc123|2|fmz|0|1500; "
    "__cf_bm=0123456789abcdef; _pin_unauth=dWlkPTEyMzQ1Njc4OTA; _uetsid=0123456789abcdef0123456789abcdef; "
    "_uetvid=0123456789abcdef0123456789abcdef; lang=en; theme=dark; shop_cart=3f2504e0-4f89-11d3-9a0c-0305e82c3301.4.aHR0cHM6Ly93d3cuc2hvcC5leGFtcGxlL2NoZWNrb3V0; ajs_anonymous_id=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef012345";
static_assert(cookies.size() == 908);

inline constexpr std::array<std::pair<std::string_view, std::string_view>, 12> headers{{
    {"Host", "www.shop.example"},
    {"User-Agent",
     "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"},
    {"Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"},
    {"Accept-Language", "en-US,en;q=0.9,de;q=0.8"},
    {"Accept-Encoding", "gzip, deflate, br, zstd"},
    {"Referer", "https://www.shop.example/products"},
    {"Sec-GPC", "1"},
    {"Sec-Fetch-Site", "same-origin"},
    {"Sec-Fetch-Mode", "navigate"},
    {"Sec-Fetch-Dest", "document"},
    {"Upgrade-Insecure-Requests", "1"},
    {"Cookie", cookies},
}};

inline constexpr std::array<std::string_view, 5> set_cookies{
    "session_id=0123456789abcdef; Path=/; HttpOnly; Secure; SameSite=Lax",
    "_ga=GA1.2.1234567890.1760000000; Path=/; Domain=.shop.example; Max-Age=34560000",
    "_fbp=fb.1.1760000000000.1234567890; Path=/; Expires=Sat, 20 Feb 2027 00:00:00 GMT; SameSite=Lax",
    "lang=en; Path=/; Max-Age=31536000",
    "old_tracker=; Path=/; Max-Age=0",
};

inline constexpr std::int64_t now = 1795305600;  // 2026-11-22

/// A small site: eight rules of its own, then the catalog.
struct site {
  std::array<abide::cookie_rule, 8> rules{{{"shop_*", "", "", abide::category::required, false},
                                           {"cart", "", "", abide::category::required, false},
                                           {"lang", "", "", abide::category::functional, false},
                                           {"theme", "", "", abide::category::functional, false},
                                           {"_pk_*", "", "Matomo", abide::category::analytics, false},
                                           {"promo*", "", "", abide::category::targeting, false},
                                           {"uid", ".ads.example", "Ads", abide::category::targeting, true},
                                           {"seen_*", "", "", abide::category::functional, false}}};
  abide::policy policy;

  site() {
    policy.host = "www.shop.example";
    policy.cookies = rules.data();
    policy.cookie_count = rules.size();
  }
  site(const site&) = delete;
};

/// From the first field to the last verdict; returns how many cookies passed.
inline std::size_t exchange(const site& s, std::string_view place = "DE", bool gpc = true,
                            abide::classifier classifier = {}) {
  abide::signals seen;
  std::string_view field;
  for (const auto& [name, value] : headers) {
    if (gpc || name != "Sec-GPC") abide::read_signal(name, value, seen, s.policy.joined);
    if (abide::same_field(name, "Cookie")) field = value;
  }
  const abide::decision d = abide::decide(s.policy, seen, abide::find_jurisdiction(place, now), nullptr, {}, now);
  const abide::filter f{&s.policy, &d, s.policy.host, now, {}, classifier};
  std::array<char, abide::filtered_size_max(cookies.size())> out;
  std::size_t removed = 0;
  std::size_t passed = abide::filter_cookies(f, field, out.data(), removed) > 0 ? 20 - removed : 0;
  for (const std::string_view set : set_cookies)
    passed += abide::filter_set_cookie(f, set) != abide::set_cookie_action::remove;
  return passed;
}

}  // namespace typical
