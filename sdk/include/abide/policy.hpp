#pragma once
// The site's rules: plain structs that view their texts and arrays. Keep those alive.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "abide/api.h"
#include "abide/catalog.hpp"
#include "abide/category.hpp"
#include "abide/jurisdiction.hpp"
#include "abide/signal.hpp"

namespace abide {

enum class mode : std::uint8_t { enforce, observe };                    ///< observe: reports, removes nothing
enum class dnt_policy : std::uint8_t { as_objection, as_gpc, ignore };  ///< as_objection: where the law provides one
enum class exception_policy : std::uint8_t { informed, never };         ///< may an informed choice override the signal?
enum class unknown_policy : std::uint8_t { targeting, party };          ///< party: third targeting, first required

/// Lifetime of the consent cookie in days; browsers allow at most 400. It outlives the grants in it, because refusals
/// and opt-outs stay in force.
inline constexpr std::uint32_t consent_cookie_days = 395;

/// Prefix of the cookie that remembers a signal; the name of the consent cookie follows.
inline constexpr std::string_view signal_cookie_prefix = "signal_";
/// Prefix of the cookie that tells scripts the effective choice; the name of the consent cookie follows.
inline constexpr std::string_view twin_cookie_prefix = "now_";

/// A cookie that the site declares. Takes precedence over the catalog. Views its texts.
struct cookie_rule {
  std::string_view name;  ///< exact, `prefix*`, or one `*` anywhere
  std::string_view host;  ///< empty (any), a host, or `.domain` for the domain and its sub-domains
  std::string_view vendor;
  abide::category category = category::targeting;
  bool shared = false;
  std::string_view programme{};  ///< the financial-incentive programme that needs it (11 CCR 7025(c)(4)); empty: none
};

/// A cookie that the site declares exempt from consent in one jurisdiction (`GB:statistical:_ga*`).
struct exemption {
  std::string_view jurisdiction;
  exempt_purpose purpose = exempt_purpose::statistical;
  std::string_view name;
};

/// Whether the first rule takes precedence if both match a cookie: exact name, then longer pattern, then exact host,
/// then longer domain, then stricter category, then shared. Among equals, the first in the policy wins.
[[nodiscard]] ABIDE_API bool outranks(const cookie_rule&, const cookie_rule&) noexcept;

/// The site's rules. Default-constructed: the strict policy of `{}`. Views its texts and both arrays, which must
/// outlive it and everything that uses it. Any number of threads may read it.
struct policy {
  abide::mode mode = mode::enforce;
  joined_values joined = joined_values::any;
  dnt_policy dnt = dnt_policy::as_objection;
  exception_policy exception = exception_policy::informed;
  unknown_policy unknown = unknown_policy::targeting;
  std::uint32_t notice_version = 1;
  std::uint32_t lifetime_days = 0;  ///< how long a grant is valid; 0: the jurisdiction's consent_days
  std::string_view host;            ///< the site's own host, lower case
  std::string_view consent_cookie = "abide";
  const cookie_rule* cookies = nullptr;
  std::size_t cookie_count = 0;
  const exemption* exemptions = nullptr;
  std::size_t exemption_count = 0;
};

/// A cookie to be classified. Unknown facts stay at their defaults.
struct cookie_facts {
  std::string_view name;
  std::string_view host;  ///< the server that sets it, lower case; empty: unknown
  bool third_party = false;
};

/// Classifies a cookie by the first match of: the consent cookie, the site's rules, the catalog (for a third party also
/// by host), the rule for unknown cookies.
[[nodiscard]] ABIDE_API classification classify(const policy&, const cookie_facts&) noexcept;

/// The incentive programme in the site's rule for this cookie; empty: none.
[[nodiscard]] ABIDE_API std::string_view find_programme(const policy&, const cookie_facts&) noexcept;

/// Whether the site assigns any cookie to a programme. If so, an incentive permits only those, not the whole category.
[[nodiscard]] ABIDE_API bool has_programmes(const policy&) noexcept;

/// The category of the cookies that serve the purpose.
[[nodiscard]] ABIDE_API category category_of(exempt_purpose) noexcept;

/// Whether the site declares this cookie exempt in the jurisdiction, for a purpose that the jurisdiction exempts.
[[nodiscard]] ABIDE_API bool is_exempt(const policy&, const jurisdiction&, std::string_view name, category) noexcept;

/// The categories in which any of the cookies that the site declares exempt in the jurisdiction can be exempt.
[[nodiscard]] ABIDE_API category_set declared_exempt(const policy&, const jurisdiction&) noexcept;

}  // namespace abide
