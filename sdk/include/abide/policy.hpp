#pragma once
// The site's rules. A plain view: whoever fills it keeps the names and arrays alive.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "abide/api.h"
#include "abide/catalog.hpp"
#include "abide/category.hpp"
#include "abide/jurisdiction.hpp"
#include "abide/signal.hpp"

namespace abide {

enum class mode : std::uint8_t { enforce, observe };                    ///< observe removes nothing and reports
enum class dnt_policy : std::uint8_t { as_objection, as_gpc, ignore };  ///< as_objection: where the law knows one
enum class exception_policy : std::uint8_t { informed, never };         ///< may an informed choice beat the signal?
enum class unknown_policy : std::uint8_t { targeting, party };          ///< party: third targeting, first required

/// How long the cookie with the choice lives, in days: browsers keep none longer than 400. It outlives the grants in
/// it, for refusals and opt-outs go on.
inline constexpr std::uint32_t consent_cookie_days = 395;

/// The cookie that remembers a signal has this before the name of the consent cookie.
inline constexpr std::string_view signal_cookie_prefix = "signal_";
/// The same of the cookie that tells scripts what the choice came to.
inline constexpr std::string_view twin_cookie_prefix = "now_";

/// One cookie the site declares; wins over the catalog. Views its texts.
struct cookie_rule {
  std::string_view name;  ///< exact, `prefix*`, or one `*` anywhere
  std::string_view host;  ///< empty, a host, or `.domain` for its sub-domains
  std::string_view vendor;
  abide::category category = category::targeting;
  bool shared = false;
  std::string_view programme{};  ///< the financial-incentive programme that needs it (11 CCR 7025(c)(4)); empty: none
};

/// A cookie the site declares exempt from consent in one jurisdiction (`GB:statistical:_ga*`).
struct exemption {
  std::string_view jurisdiction;
  exempt_purpose purpose = exempt_purpose::statistical;
  std::string_view name;
};

/// Whether one rule counts before another where both fit a cookie: an exact name before a pattern, a longer pattern
/// before a shorter one, one with a host before one without. Of equals the first counts.
[[nodiscard]] ABIDE_API bool outranks(const cookie_rule&, const cookie_rule&) noexcept;

/// The site's rules. Default-constructed: the strict policy of `{}`. Views its texts and both arrays, which must
/// outlive it and whatever uses it. Once made, any number of threads may read it.
struct policy {
  abide::mode mode = mode::enforce;
  joined_values joined = joined_values::any;
  dnt_policy dnt = dnt_policy::as_objection;
  exception_policy exception = exception_policy::informed;
  unknown_policy unknown = unknown_policy::targeting;
  std::uint32_t notice_version = 1;
  std::uint32_t lifetime_days = 0;  ///< how long a grant is valid; 0: as the jurisdiction says
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
  std::string_view host;  ///< of the server that sets it, lower case; empty: unknown
  bool third_party = false;
};

/// Classifies a cookie: the consent cookie, the site's own rules, the catalog (of a third party also the host), then
/// the unknown rule.
[[nodiscard]] ABIDE_API classification classify(const policy&, const cookie_facts&) noexcept;

/// The programme of the site's rule for this cookie; empty: none.
[[nodiscard]] ABIDE_API std::string_view find_programme(const policy&, const cookie_facts&) noexcept;

/// Whether the site declares any cookie of a programme. Then an incentive frees those alone, not the whole category.
[[nodiscard]] ABIDE_API bool has_programmes(const policy&) noexcept;

/// The category of the cookies that serve the purpose.
[[nodiscard]] ABIDE_API category category_of(exempt_purpose) noexcept;

/// Whether the site declares this cookie exempt in the jurisdiction, for a purpose that its row knows.
[[nodiscard]] ABIDE_API bool is_exempt(const policy&, const jurisdiction&, std::string_view name, category) noexcept;

/// The categories in which the site declares any cookie exempt in the jurisdiction.
[[nodiscard]] ABIDE_API category_set declared_exempt(const policy&, const jurisdiction&) noexcept;

}  // namespace abide
