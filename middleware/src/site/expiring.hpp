#pragma once
// The Set-Cookie fields that a change of state or a refusal calls for.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/text_list.hpp"
#include "site/exchange.hpp"

namespace abide::detail {

/// `/a/b?c` -> `/`, `/a`, `/a/`, `/a/b`: the paths of the cookies that a request for it brings. Bounded: the first
/// eight, and 512 bytes.
std::vector<std::string> cookie_paths(std::string_view target);

/// Where a host's cookies may lie: the domains that they may name, the paths, and whether the connection is HTTPS.
struct cookie_places {
  std::vector<std::string> domains;     ///< the host first, the registrable domain last
  std::vector<std::string> paths{"/"};  ///< the first is `/`
  bool secure = false;
};
/// Bounded: of the domains those of domains_of.
cookie_places places_of(const exchange&, std::string_view target);

/// The Set-Cookie fields that delete cookies wherever this host may have set them (CK-10), made one at a time: names
/// times places may be millions, and an answer stops at its budget. Those that delete most come first: of every name
/// the host's own cookie and that of the registrable domain; then the other places on `/`, the jar of partitioned
/// cookies (CHIPS) among them; then the other paths. Views the names and the places.
class expiries {
 public:
  expiries(const std::vector<std::string_view>& names, const cookie_places& places);

  std::size_t count() const noexcept { return names_.size() * scopes_.size(); }
  /// Appends one; false, and nothing: no browser keeps such a cookie there.
  bool append(std::size_t i, std::string& to) const;

 private:
  struct scope {
    const std::string* path;
    const std::string* domain;  ///< null: the host alone
    bool partitioned;
  };
  bool append(std::string_view name, const scope&, std::string& to) const;

  std::vector<std::string_view> names_;
  std::vector<scope> scopes_;
  std::size_t usual_ = 0;  ///< how many of the scopes come first
  bool secure_;
};

/// How many Set-Cookie fields, and how many bytes of them, one answer holds beside the application's own: proxies take
/// header sections of 4 KB.
struct cookie_budget {
  std::size_t fields = 40, bytes = 3072;
  /// Whether the field finds room, which it then takes.
  bool take(std::string_view field) noexcept;
};

/// The consent cookie with this record, and the ends of those that it takes the place of.
std::vector<std::string> choice_cookies(const exchange&, const record&);

/// The cookie of a signal that opted the visitor out, as the record says.
std::vector<std::string> signal_cookies(const exchange&, const record&);

/// Of a change: first the consent cookies, then the expiries of those among `held_names` that it no longer allows,
/// within the budget. The rest goes with the next pages.
text_list cookies_after(const exchange&, const std::vector<std::string>& consent_cookies, const decision& after,
                        const std::vector<std::string>& held_names);

/// Expire what a page's request brought although it was refused: a script set it since, or another host of the site, or
/// it is on a path that the choice's own address did not see, or partitioned, or it found no room before. Within the
/// budget; the next page goes on. Nothing where all of it was said a moment ago.
text_list expiries_of_refused(const exchange&, std::string_view target);

}  // namespace abide::detail
