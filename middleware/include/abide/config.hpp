#pragma once
// The policy file (JSON): read once, at start. Schema: middleware/policy.schema.json.
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abide/api.h"
#include "abide/policy.hpp"

namespace abide {

/// A configuration that cannot be used; what() names the file, the JSON path and what was expected.
class ABIDE_API config_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Where geo headers come from (policy `jurisdiction.from`).
enum class geo_source { fixed, cloudflare, cloudfront, vercel, fastly, akamai, appengine, google_lb, maxmind };

[[nodiscard]] ABIDE_API std::string_view name_of(geo_source) noexcept;

enum class lifetime_unit : std::uint8_t { unknown, session, seconds, minutes, hours, days, weeks, months, years };

/// How long a cookie lives (`13 months`); `count` is 0 for unknown and session.
struct cookie_lifetime {
  lifetime_unit unit = lifetime_unit::unknown;
  std::uint32_t count = 0;
};

/// What the policy file says of a cookie for its readers; no decision depends on it.
struct cookie_declaration {
  std::vector<std::pair<std::string, std::string>>
      purpose;  ///< language tag and text; one tag may be empty: any reader
  cookie_lifetime lifetime;
  std::string vendor_policy;  ///< https URL
};

/// How long browsers keep the cookie; they cap it at 400 days. Validity is judged by the record's times.
inline constexpr unsigned consent_cookie_days = 395;

class texts;

/// A policy file in memory. Movable; the core's views into it stay valid when it is moved.
struct config {
  struct text;  ///< the bytes that the views of `policy` look into
  std::shared_ptr<const text> storage;
  abide::policy policy;
  std::vector<cookie_declaration> declarations;  ///< one for each of policy.cookies, in their order

  std::string site_name = "This site", contact;
  geo_source geo = geo_source::fixed;
  std::string fixed_location;  ///< empty: unknown place
  std::string maxmind_file;
  std::vector<std::string> trusted_proxies;  ///< CIDR
  std::vector<std::string> languages{"en"};
  std::shared_ptr<const texts> words;  ///< what visitors read, with the site's own words on top
  bool insert_notice = true;
  std::string theme;  ///< path of the site's own style sheet for the preference page; may be empty
  std::string consent_path = "/consent";
  std::string keys;          ///< `env:NAME`, `file:PATH`, or empty: a random key
  std::string records;       ///< `sqlite:FILE`, `postgres://...`; empty: no records are kept
  unsigned retain_days = 0;  ///< how long a record is kept after its validity ended; 0: for ever
  std::string gpc_updated;   ///< full-date for gpc.json `lastUpdate`; empty: the member is left out
};

/// The consent cookie's name: `__Host-NAME` on HTTPS, where browsers enforce the prefix; `NAME` else.
[[nodiscard]] ABIDE_API std::string consent_cookie_name(const config&, bool secure);

/// Reads a policy file. Throws config_error.
ABIDE_API config load_config(const std::string& file);

/// Reads a policy from text; `name` stands for the file in messages. Throws config_error.
ABIDE_API config parse_config(std::string_view json, std::string_view name);

}  // namespace abide
