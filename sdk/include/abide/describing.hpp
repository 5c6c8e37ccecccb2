#pragma once
// What pages say about a decision: which switches are on, why, and what the status line says. Texts are named by keys
// (`reason.gpc`), so that pages say the same in every language. Nothing allocates or fails; keys have static lifetime.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "abide/api.h"
#include "abide/decision.hpp"

namespace abide {

/// Whether an informed choice overrides the signal in any category (D3a). If so, no text may claim that the signal was
/// honoured.
[[nodiscard]] ABIDE_API bool overrides_signal(const decision&) noexcept;
/// Whether anything is off because of the signal itself rather than a choice.
[[nodiscard]] ABIDE_API bool signal_decides(const decision&) noexcept;
/// Whether anything is allowed because the visitor said yes.
[[nodiscard]] ABIDE_API bool has_grant(const decision&) noexcept;
/// Whether an explicit choice of the visitor is in force.
[[nodiscard]] ABIDE_API bool has_chosen(const decision&) noexcept;
/// Whether any exempt cookies are in use without consent.
[[nodiscard]] ABIDE_API bool uses_exempt(const decision&) noexcept;
/// Whether all that the policy declares exempt at the place counts visits. Pages say so only then: other exempt cookies
/// serve other purposes.
[[nodiscard]] ABIDE_API bool only_counts_visits(const decision&) noexcept;
/// Whether the status line mentions them.
[[nodiscard]] ABIDE_API bool mentions_exempt(const decision&) noexcept;

/// The categories that the notice asks about: those that a choice can still change and that the site declares. If the
/// site declares nothing that needs consent, all that a choice can still change and that have no exempt cookies in use.
[[nodiscard]] ABIDE_API category_set categories_to_ask(const policy&, const decision&) noexcept;

/// The keys of a title and a text. Both empty: nothing to say. The title may be empty without the text.
struct text_keys {
  std::string_view title, text;
};

/// What the status line says about the decision.
[[nodiscard]] ABIDE_API text_keys describe_status(const policy&, const decision&) noexcept;

// Exemptions, for a script gate or guard that knows only names.

/// Whether a cookie of the policy is exempt from consent here.
[[nodiscard]] ABIDE_API bool is_exempt_here(const policy&, const decision&, const cookie_rule&) noexcept;
/// The vendor of a cookie that the policy declares without one: the catalog's, if its confidence is high and its
/// category is the same; else empty. A required cookie is the site's own unless the policy names a vendor. `member`: a
/// name that the rule's pattern matches.
[[nodiscard]] ABIDE_API std::string_view known_vendor(const cookie_rule&, std::string_view member) noexcept;
/// Whether the exemption applies here and its cookies may be used. Sets `of` to their category if the exemption
/// applies.
[[nodiscard]] ABIDE_API bool exemption_applies(const decision&, const exemption&, category& of) noexcept;
/// Whether all cookies that the policy declares for the vendor are exempt here and may be used.
[[nodiscard]] ABIDE_API bool is_vendor_exempt(const policy&, const decision&, std::string_view vendor) noexcept;

/// The form field of a switch. none: a choice cannot change it now.
enum class switch_field : std::uint8_t { none, grant, keep, exception };

/// A reason: the key of its text, and the Unix time to show in that text (0: none).
struct stated_reason {
  std::string_view key;
  std::int64_t time = 0;
};

/// One category as a preference page shows it. A plain value; its keys have static lifetime.
struct category_description {
  std::size_t cookies = 0, shared = 0, exempt = 0;  ///< numbers of cookies that the policy declares
  bool on = false;
  bool always = false;            ///< required
  bool offers_others = false;     ///< a separate box for its non-exempt cookies
  bool offers_exception = false;  ///< a box that overrides the signal; only after the signal was remembered
  switch_field field = switch_field::none;
  stated_reason reason;     ///< for the switch's state; empty key: none is needed
  std::string_view partly;  ///< key of the reason why shared cookies are off while the switch is on; else empty
};

/// Describes a category for a preference page. `chosen`: null if there is no record.
[[nodiscard]] ABIDE_API category_description describe_category(const policy&, const decision&, const record* chosen,
                                                               category) noexcept;

}  // namespace abide
