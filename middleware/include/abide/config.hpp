#pragma once
// The policy file (JSON), read once at start. Schema: middleware/policy.schema.json.
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

/// An unusable configuration. what() has one line per fault: file, line and column, JSON path, and what was expected.
class ABIDE_API config_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// words: begin geo (made by middleware/words/generate.mjs)
/// Where geo headers come from (policy `jurisdiction.from`).
enum class geo_source {
  fixed,       ///< a fixed place
  cloudflare,  ///< the country and region headers of Cloudflare
  cloudfront,  ///< the viewer-country headers of Amazon CloudFront
  vercel,      ///< the country and region headers of Vercel
  fastly,      ///< the country and region headers set at Fastly
  akamai,      ///< the EdgeScape header of Akamai
  appengine,   ///< the country and region headers of Google App Engine
  google_lb,   ///< the country and region headers of Google Cloud load balancing
  maxmind,     ///< the visitor's address in a MaxMind database
};
// words: end

/// `fixed`, `cloudflare` ... Static lifetime.
[[nodiscard]] ABIDE_API std::string_view to_string(geo_source) noexcept;

/// Where the notice is: `top` is in the flow at the upper edge, the others overlay the lower edge.
enum class notice_layout : std::uint8_t { bar, top, card_start, card_end };

/// The unit of a declared lifetime.
enum class lifetime_unit : std::uint8_t { unknown, session, seconds, minutes, hours, days, weeks, months, years };

/// How long a cookie lives (`13 months`); `count` is 0 for `unknown` and `session`.
struct cookie_lifetime {
  lifetime_unit unit = lifetime_unit::unknown;
  std::uint32_t count = 0;
};

/// What the policy file tells readers about a cookie; no decision depends on it.
struct cookie_declaration {
  std::vector<std::pair<std::string, std::string>>
      purpose;  ///< language tag and text; one tag may be empty: any reader
  cookie_lifetime lifetime;
  std::string vendor_policy;  ///< https URL
};

namespace detail {
class texts;
struct policy_source;
}  // namespace detail

/// A policy file in memory. Copies share the bytes that `policy` views, so the views stay valid when it is copied or
/// moved. Any number of threads may read it.
struct config {
  struct text;  ///< the bytes that `policy` views
  std::shared_ptr<const text> storage;
  abide::policy policy;
  std::vector<cookie_declaration> declarations;  ///< one per entry of policy.cookies, in the same order

  std::shared_ptr<const detail::policy_source> source;  ///< the file and its lines, for messages; may be null
  std::shared_ptr<const detail::texts> words;           ///< what visitors read; the site's own texts override Abide's

  // Values of the policy file's keys. Empty or 0: not given.
  // words: begin keys (made by middleware/words/generate.mjs)
  /// `site.name`: The name by which visitors know the site; the notice shows it.
  std::string site_name = "This site";
  /// `site.hosts`: All hosts of this site besides site.host; a leading dot means the domain and its sub-domains. If
  /// given, requests for other hosts get 421. Left out: every host is answered.
  std::vector<std::string> hosts;
  /// `site.origin`: The origin by which visitors know the site, if no proxy states it: scheme and host, the port if it
  /// is not the default, and the path prefix that a proxy removes.
  std::string origin;
  /// `site.contact`: Where visitors reach the person or office responsible for privacy: an address or a URL.
  std::string contact;
  /// `site.gpc_updated`: The day the site last changed its statement about Global Privacy Control (YYYY-MM-DD):
  /// lastUpdate in /.well-known/gpc.json. Left out: no lastUpdate.
  std::string gpc_updated;
  /// `caching`: Whether caches between the site and its visitors may store pages. private: caches must revalidate every
  /// page that depends on one visitor. shared: pages are the same for all visitors of a regime, and shared caches may
  /// store them as the application allows. For shared, a cache in front sets the request field Abide-Regime to opt_in,
  /// opt_out or notice by the visitor's country and removes any other; without the field every visitor gets the
  /// strictest copy.
  bool shares_pages = false;
  /// `jurisdiction.from`: fixed: the place in "fixed". maxmind: the visitor's address in the database in "maxmind".
  /// Others: header fields of that provider, trusted only from trusted_proxies.
  abide::geo_source geo = abide::geo_source::fixed;
  /// `jurisdiction.trusted_proxies`: The networks of the proxies whose statements about a request are trusted:
  /// X-Forwarded-For, -Proto, -Host, -Port and -Prefix, Forwarded, and the header fields for the place. Address ranges
  /// (CIDR), or names: loopback: this machine; link_local: the same link; private: private networks; cloudflare:
  /// Cloudflare; fastly: Fastly; google_lb: the load balancers of Google Cloud. Empty: none is trusted.
  std::vector<std::string> trusted_proxies;
  /// `jurisdiction.fixed`: The place of every visitor when "from" is fixed: a country (DE) or a country and region
  /// (US-CA). null: unknown, the strictest.
  std::string fixed_location;
  /// `jurisdiction.maxmind`: The path of a MaxMind database (.mmdb); needed when "from" is maxmind. It is read into
  /// memory when the site opens: a new file counts after a reload.
  std::string maxmind_file;
  /// `notice.languages`: Language tags. The first is for visitors whose languages are not listed.
  std::vector<std::string> languages{"en"};
  /// `notice.insert`: Whether the notice is inserted into HTML pages; false: the pages place it themselves.
  bool insert_notice = true;
  /// `notice.layout`: Where the notice is. bar: at the lower edge, above the page. top: at the upper edge, in the flow
  /// of the page: it covers nothing. card-start: a card at the lower edge, where lines begin. card-end: a card at the
  /// lower edge, where lines end. On a site without a server, top moves the page when the notice appears, because the
  /// page is painted before.
  abide::notice_layout layout = abide::notice_layout::bar;
  /// `notice.policy_url`: The site's privacy policy; the notice links to it.
  std::string policy_url;
  /// `notice.theme`: Path of the site's own style sheet for the preference page; it sets the --abide-* properties.
  std::string theme;
  /// `consent.path`: The prefix of the consent pages, without a trailing slash.
  std::string consent_path = "/consent";
  /// `consent.choices_per_minute`: How many choices and receipts per minute one visitor or one address may request; all
  /// together a hundred times as many. Further choices are not recorded: a refusal still applies, a grant must be
  /// repeated.
  unsigned choices_per_minute = 120;
  /// `consent.keys`: Where the site's secret keys are, newest first: env:NAME or file:PATH. The first one signs, all of
  /// them verify. Left out: a random key, so that a restart forgets every choice.
  std::string keys;
  /// `consent.keys_retired`: Where keys are that are no longer in use or that leaked: env:NAME or file:PATH. They find
  /// accounts and verify records that they signed. If one of them signed the choice in a cookie, only its refusals
  /// count.
  std::string keys_retired;
  /// `consent.domain`: One choice for a site and its sub-domains: their common domain, such as shop.example. The cookie
  /// then belongs to this domain, and every host of the domain can overwrite it or add another; see SECURITY.md. Left
  /// out: each host has its own choice.
  std::string consent_domain;
  /// `records.store`: The store, such as sqlite:abide.db. Left out: no records are kept.
  std::string records;
  /// `records.retain_days`: How many days a record is kept after its validity ended. Records are deleted from the start
  /// of a chain, so one may stay until older ones are deleted. null: forever.
  unsigned retain_days = 0;
  /// `records.heads`: Where the server writes the heads of the log every hour: file:PATH or syslog, preferably on
  /// another machine. They show what was later removed from the end of the log (abide records verify --heads). Left
  /// out: nowhere.
  std::string record_heads;
  // words: end
};

/// The consent cookie's name: `__Host-NAME` on HTTPS, or `__Secure-NAME` with `consent.domain` (browsers enforce these
/// prefixes); `NAME` otherwise.
[[nodiscard]] ABIDE_API std::string consent_cookie_name(const config&, bool secure);

/// Reads a policy file. Paths in it (keys, stores, databases, texts) are relative to its folder. Throws config_error
/// with all faults of the file.
ABIDE_API config load_config(const std::string& file);

/// Reads a policy from text; messages show `name` as the file. Throws config_error.
ABIDE_API config parse_config(std::string_view json, std::string_view name);

}  // namespace abide
