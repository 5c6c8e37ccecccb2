#pragma once
// The verdict: which categories may be used for this visitor now, and by which rule (first match wins, D0 to D6).
#include <array>
#include <cstdint>
#include <string_view>

#include "abide/api.h"
#include "abide/jurisdiction.hpp"
#include "abide/policy.hpp"
#include "abide/record.hpp"
#include "abide/signal.hpp"

namespace abide {

/// The rule that decided; the first that matches wins.
enum class rule : std::uint8_t {
  d0,
  d1,
  d2,
  d3a,
  d3b,
  d3c,
  d4,
  d5,
  d6e,
  d6,
  d5s  ///< D5 for one service: the visitor allowed the service, not its category. Only judge() returns it
};

/// Allowed or not, and by which rule. A plain value.
struct verdict {
  bool allowed = false;
  abide::rule rule = rule::d6;
};

/// A service that the visitor allowed individually, as far as the grant is valid now.
struct allowed_service {
  std::uint32_t service = 0;  ///< see service_id
  abide::category category = category::required;
  bool own = false;     ///< its cookies whose data it keeps to itself
  bool shared = false;  ///< its cookies whose data it sells or shares
};

/// What the application knows about the visitor beyond the record. The decision keeps the view `programme`.
struct visitor {
  bool known = false;            ///< logged in, or recognised by a valid record
  bool opted_out = false;        ///< the account opted out, perhaps on another device
  int age = -1;                  ///< -1: unknown
  bool incentive_asked = false;  ///< was asked whether the signal ends a financial incentive (11 CCR 7025(c)(4))
  bool incentive_kept = false;   ///< and chose to keep it
  std::string_view programme{};  ///< the incentive's, as in the policy's cookie rules; empty: any
};

/// What the page should show.
enum class notice : std::uint8_t { none, banner, status, objection };

/// The verdicts for one visitor at one time. Views `place` (static lifetime) and the visitor's `programme`, but not the
/// policy, the signals or the record. Any number of threads may read it.
struct decision {
  const jurisdiction* place = nullptr;  ///< never null after decide()
  signals seen;
  bool signal_active = false;     ///< GPC, or DNT under the policy
  std::array<verdict, 4> own;     ///< cookies whose vendor keeps what it learns to itself
  std::array<verdict, 4> shared;  ///< cookies whose vendor sells or shares what it learns
  std::array<verdict, 4> exempt;  ///< cookies the policy declares exempt here
  category_set declared_exempt;   ///< categories with such cookies
  category_set unconfirmed;       ///< requested after an opt-out, not yet confirmed: see opt_in
  abide::notice notice = notice::none;
  bool remember = false;           ///< write a sticky opt-out, so that the signal is remembered
  bool minor = false;              ///< the visitor's age needs opt-in in this place
  bool in_programme = false;       ///< the signal does not affect cookies that the policy assigns to `programme` (D3b)
  gpc_duty duty = gpc_duty::none;  ///< what the law of the place says about the signal at this time
  std::string_view programme;      ///< the visitor's; empty: any. A view of the visitor's text
  std::array<allowed_service, service_grants_max> services{};
  std::uint8_t service_count = 0;  ///< number of `services`
  category_set service_own;        ///< where one service may be allowed: cookies whose data it keeps to itself
  category_set service_shared;     ///< the same for cookies whose data it sells or shares

  /// The verdict for non-exempt cookies of the category.
  const verdict& of(category c, bool is_shared) const noexcept {
    return (is_shared ? shared : own)[static_cast<unsigned>(c)];
  }
};

/// Decides for one visitor. `chosen`: null if there is no valid record. `now`: Unix seconds. Never fails.
[[nodiscard]] ABIDE_API decision decide(const policy&, const signals&, const jurisdiction&, const record* chosen,
                                        const visitor&, std::int64_t now) noexcept;

/// The categories that neither an opt-out of sale, sharing and targeted ads nor a signal affects, for cookies whose
/// vendor keeps what it learns to itself or (`is_shared`) sells or shares it.
[[nodiscard]] ABIDE_API category_set left_by_opt_out(bool is_shared) noexcept;

/// How long a grant is valid in the place, in days: the policy's lifetime, else the law's.
[[nodiscard]] ABIDE_API std::uint32_t consent_days(const policy&, const jurisdiction&) noexcept;

/// The verdict for one classified cookie.
[[nodiscard]] ABIDE_API verdict judge(const decision&, const policy&, const cookie_facts&,
                                      const classification&) noexcept;

/// The verdict for a cookie of which only the name is known.
inline verdict judge(const decision& d, const policy& p, std::string_view name, const classification& what) noexcept {
  return judge(d, p, cookie_facts{name, {}, false}, what);
}

/// Whether the visitor individually allowed the vendor of a cookie or a request, whatever its category's verdict.
[[nodiscard]] ABIDE_API bool allows_service(const decision&, const classification&) noexcept;

/// `D0` ... `D6`.
[[nodiscard]] ABIDE_API std::string_view to_string(rule) noexcept;
[[nodiscard]] ABIDE_API std::string_view to_string(notice) noexcept;

/// One English sentence, without a full stop, that gives the reason. Static lifetime.
[[nodiscard]] ABIDE_API std::string_view why(const decision&, const verdict&) noexcept;

/// The clause behind the verdict in this place, such as `11 CCR 7025(c)(3)`. Never empty; static lifetime.
[[nodiscard]] ABIDE_API std::string_view law_of(const decision&, const verdict&) noexcept;

/// The line that tells the visitor that a signal was honoured (11 CCR 7025(c)(6)); empty if there is nothing to tell.
[[nodiscard]] ABIDE_API std::string_view status_line(const decision&) noexcept;

}  // namespace abide
