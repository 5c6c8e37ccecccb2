#pragma once
// What pages tell of a decision: which switches stand, why, and what the status line says. Texts are named by their
// keys
// (`reason.gpc`), so that every page, in whatever language, says the same. Nothing here allocates or fails.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "abide/api.h"
#include "abide/decision.hpp"

namespace abide {

/// Whether the signal yields to an informed choice (D3a) for anything: then no line may claim that it was honoured.
[[nodiscard]] ABIDE_API bool sets_signal_aside(const decision&) noexcept;
/// Whether the signal itself, and not a choice, is why something is off now.
[[nodiscard]] ABIDE_API bool signal_decides(const decision&) noexcept;
/// Whether anything is allowed because the visitor said yes.
[[nodiscard]] ABIDE_API bool has_grant(const decision&) noexcept;
/// Whether an explicit choice of the visitor is in force.
[[nodiscard]] ABIDE_API bool has_chosen(const decision&) noexcept;
/// Whether an exempt cookie of the category is in use without consent.
[[nodiscard]] ABIDE_API bool runs_exempt(const decision&, category) noexcept;
/// Whether any exempt cookies are in use without consent.
[[nodiscard]] ABIDE_API bool uses_exempt(const decision&) noexcept;
/// Whether the status line tells of them.
[[nodiscard]] ABIDE_API bool tells_of_exempt(const decision&) noexcept;

/// What the notice asks for: what a choice could still change and the site declares; of a site that declares nothing
/// which needs consent, all of it.
[[nodiscard]] ABIDE_API category_set asked_for(const policy&, const decision&) noexcept;

/// A line of text: the keys of its title and its text; both empty: nothing to say. The title may be empty alone.
struct told_line {
  std::string_view title, text;
};

/// What the status line says of the decision.
[[nodiscard]] ABIDE_API told_line status_of(const policy&, const decision&) noexcept;

// Exemptions, for a script gate or a guard that knows names only.

/// Whether a cookie that the policy declares is exempt from consent here.
[[nodiscard]] ABIDE_API bool is_exempt_here(const policy&, const decision&, const cookie_rule&) noexcept;
/// Whose a cookie is that the policy declares without a vendor: the catalog's, where it is sure of the name and sees
/// the same category in it; else empty. A required cookie is the site's own unless the policy says whose. `member`: a
/// name that the rule's pattern stands for.
[[nodiscard]] ABIDE_API std::string_view known_vendor(const cookie_rule&, std::string_view member) noexcept;
/// Whether the policy's exemption holds here and lets its cookies be used; `of` is then their category.
[[nodiscard]] ABIDE_API bool lets_pass(const decision&, const exemption&, category& of) noexcept;
/// Whether all cookies that the policy declares of the vendor are exempt here and may be used.
[[nodiscard]] ABIDE_API bool lets_vendor_pass(const policy&, const decision&, std::string_view vendor) noexcept;

/// The form field that a switch is sent as; none: a choice cannot change it now.
enum class switch_field : std::uint8_t { none, grant, keep, exception };

/// A reason: the key of its text, and the time that stands in it; 0: none does.
struct told_reason {
  std::string_view key;
  std::int64_t time = 0;
};

/// One category on a page of choices.
struct told_purpose {
  std::size_t cookies = 0, shared = 0, exempt = 0;  ///< how many the policy declares
  bool on = false;
  bool always = false;            ///< required
  bool offers_others = false;     ///< a box of its own for those of its cookies that are not exempt
  bool offers_exception = false;  ///< a box that sets the signal aside: never on the first page that met it
  switch_field field = switch_field::none;
  told_reason reason;       ///< of the switch; the key is empty where none is needed
  std::string_view partly;  ///< the key of why its shared cookies stay off although it is on; empty: they do not
};

/// What a page of choices says of a category. `chosen` is null when there is no record.
[[nodiscard]] ABIDE_API told_purpose tell(const policy&, const decision&, const record* chosen, category) noexcept;

}  // namespace abide
