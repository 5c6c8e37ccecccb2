#pragma once
// The Set-Cookie fields that a change of state or a refusal requires.
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/text_list.hpp"
#include "site/exchange.hpp"

namespace abide::detail {

/// `/a/b?c` -> `/`, `/a`, `/a/`, `/a/b`: the paths of the cookies that a request for the target sends. At most eight
/// paths, from the first 512 bytes.
std::vector<std::string> cookie_paths(std::string_view target);

/// Where a host's cookies may be stored: the domains that they may name, the paths, and whether the connection is
/// HTTPS.
struct cookie_places {
  std::vector<std::string> domains;     ///< the host first, the registrable domain last
  std::vector<std::string> paths{"/"};  ///< the first is `/`
  bool secure = false;
};

/// The Set-Cookie fields that delete cookies wherever this host may have set them (CK-10). They are made one at a time:
/// names times places may be millions, and an answer stops at its budget. The most effective come first: for every
/// name, the host's own cookie and that of the registrable domain; then, for every name, the other places on `/`,
/// including the partitioned jar (CHIPS), and the other paths; last the partitioned jar of the other paths. Views the
/// names and the places.
class expiries {
 public:
  expiries(const std::vector<std::string_view>& names, const cookie_places& places);

  std::size_t count() const noexcept { return names_.size() * scopes_.size(); }
  /// Appends one. False: no browser keeps such a cookie there, and nothing is appended.
  bool append(std::size_t i, std::string& to) const;

 private:
  struct scope {
    const std::string* path;
    const std::string* domain;  ///< null: host-only
    bool partitioned;
  };
  bool append(std::string_view name, const scope&, std::string& to) const;

  std::vector<std::string_view> names_;
  std::vector<scope> scopes_;
  std::array<std::size_t, 3> ends_{};  ///< of the scopes that come first for all names, then, and last
  bool secure_;
};

/// How many Set-Cookie fields, and how many bytes of them, Abide adds to one answer: proxies accept header sections of
/// 4 KB.
struct cookie_budget {
  std::size_t fields = 40, bytes = 3072;
  /// Takes the room for the field; false: there is not enough.
  bool take(std::string_view field) noexcept;
};

/// The consent cookie with this record, and the deletions of the cookies that it replaces.
std::vector<std::string> choice_cookies(const exchange&, const record&);

/// The cookie of a signal that opted the visitor out, made from the record.
std::vector<std::string> signal_cookies(const exchange&, const record&);

/// The fields of a change to this record and decision: first the consent cookies and their twin, then the expiries of
/// the cookies in `held_names` that are no longer allowed, within the budget. The next pages send the rest.
text_list cookies_after(const exchange&, const std::vector<std::string>& consent_cookies, const record& next,
                        const decision& after, const std::vector<std::string>& held_names);

/// Expires refused cookies that the request for a page still sent: a script or another host of the site has set them
/// since, they are partitioned or on a path unknown to the address of the choice, or there was no room before. Stays
/// within the budget; the next page continues. Empty if all of it was sent recently.
text_list expiries_of_refused(const exchange&, std::string_view target);

}  // namespace abide::detail
