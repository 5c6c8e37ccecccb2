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
  d5s  ///< D5 of one service: the visitor allowed it, not its category. Only judge() gives it
};

/// Allowed or not, and by which rule. A plain value.
struct verdict {
  bool allowed = false;
  abide::rule rule = rule::d6;
};

/// A service that the visitor allowed by itself, as far as that counts now.
struct allowed_service {
  std::uint32_t service = 0;  ///< see service_id
  abide::category category = category::required;
  bool own = false;     ///< its cookies that it keeps to itself
  bool shared = false;  ///< its cookies that it sells or shares
};

/// What the application knows of the visitor beyond the record. `programme` is a view that the decision keeps.
struct visitor {
  bool known = false;            ///< logged in, or recognised by a valid record
  bool opted_out = false;        ///< the account opted out, perhaps on another device
  int age = -1;                  ///< -1: unknown
  bool incentive_asked = false;  ///< asked whether the signal should end a financial incentive (11 CCR 7025(c)(4))
  bool incentive_kept = false;   ///< and did not withdraw
  std::string_view programme{};  ///< of the incentive, as the policy's cookies name theirs; empty: any
};

/// What the page should show.
enum class notice : std::uint8_t { none, banner, status, objection };

/// The verdicts for one visitor at one time. Views `place`, which lives for ever, and the visitor's `programme`; does
/// not view the policy, the signals or the record. Once made, any number of threads may read it.
struct decision {
  const jurisdiction* place = nullptr;  ///< never null after decide()
  signals seen;
  bool signal_active = false;     ///< GPC, or DNT under the policy
  std::array<verdict, 4> own;     ///< cookies whose vendor keeps what it learns to itself
  std::array<verdict, 4> shared;  ///< cookies whose vendor sells or shares it
  std::array<verdict, 4> exempt;  ///< cookies the policy declares exempt here
  category_set declared_exempt;   ///< categories in which it declares any
  category_set unconfirmed;       ///< asked for after an opt-out, and still to be confirmed: see opt_in
  abide::notice notice = notice::none;
  bool remember = false;           ///< the signal is to be remembered: write a sticky opt-out
  bool minor = false;              ///< of an age for which the place asks for opt-in
  bool in_programme = false;       ///< the signal spares cookies that the policy declares of `programme` (D3b)
  gpc_duty duty = gpc_duty::none;  ///< what the place's law says of the signal at this time
  std::string_view programme;      ///< the visitor's; empty: any. Views the visitor's text
  std::array<allowed_service, service_grants_max> services{};
  std::uint8_t service_count = 0;  ///< of those
  category_set service_own;        ///< where the visitor may allow one service by itself: what it keeps to itself
  category_set service_shared;     ///< the same: what it sells or shares

  /// The verdict for cookies of the category that are not exempt.
  const verdict& of(category c, bool is_shared) const noexcept {
    return (is_shared ? shared : own)[static_cast<unsigned>(c)];
  }
};

/// Decides. `chosen` is null when there is no valid record; `now` is in Unix seconds. Never fails.
[[nodiscard]] ABIDE_API decision decide(const policy&, const signals&, const jurisdiction&, const record* chosen,
                                        const visitor&, std::int64_t now) noexcept;

/// What an opt-out of sale, sharing and targeted ads leaves alone, and so does a signal: categories of cookies whose
/// vendor keeps what it learns to itself, or (`is_shared`) sells or shares it.
[[nodiscard]] ABIDE_API category_set left_by_opt_out(bool is_shared) noexcept;

/// How long a grant is valid in the place, in days: the policy's lifetime, else the law's.
[[nodiscard]] ABIDE_API std::uint32_t consent_days(const policy&, const jurisdiction&) noexcept;

/// The verdict for one classified cookie.
[[nodiscard]] ABIDE_API verdict judge(const decision&, const policy&, const cookie_facts&,
                                      const classification&) noexcept;

/// The same for a cookie of which only the name is known.
inline verdict judge(const decision& d, const policy& p, std::string_view name, const classification& what) noexcept {
  return judge(d, p, cookie_facts{name, {}, false}, what);
}

/// Whether the visitor allowed the vendor of a cookie or a request by itself, whatever is decided of its category.
[[nodiscard]] ABIDE_API bool allows_service(const decision&, const classification&) noexcept;

/// `D0` ... `D6`.
[[nodiscard]] ABIDE_API std::string_view to_string(rule) noexcept;
[[nodiscard]] ABIDE_API std::string_view to_string(notice) noexcept;

/// One English sentence, without a full stop, saying why; lives for ever.
[[nodiscard]] ABIDE_API std::string_view why(const decision&, const verdict&) noexcept;

/// The clause behind the verdict in this place, such as `11 CCR 7025(c)(3)`; never empty; lives for ever.
[[nodiscard]] ABIDE_API std::string_view law_of(const decision&, const verdict&) noexcept;

/// The line that tells the visitor that a signal was honoured (11 CCR 7025(c)(6)); empty when there is none to tell.
[[nodiscard]] ABIDE_API std::string_view status_line(const decision&) noexcept;

}  // namespace abide
