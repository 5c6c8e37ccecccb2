#pragma once
// What pages say about a decision: which switches are on, why, and what the status line says. Texts are named by keys
// (`reason.gpc`), so that pages of every language say the same. Nothing here allocates or fails; keys live for ever.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "abide/api.h"
#include "abide/decision.hpp"

namespace abide {

/// Whether an informed choice overrides the signal anywhere (D3a): then no text may claim that the signal was honoured.
[[nodiscard]] ABIDE_API bool overrides_signal(const decision&) noexcept;
/// Whether anything is off because of the signal itself rather than a choice.
[[nodiscard]] ABIDE_API bool signal_decides(const decision&) noexcept;
/// Whether anything is allowed because the visitor said yes.
[[nodiscard]] ABIDE_API bool has_grant(const decision&) noexcept;
/// Whether an explicit choice of the visitor is in force.
[[nodiscard]] ABIDE_API bool has_chosen(const decision&) noexcept;
/// Whether any exempt cookies are in use without consent.
[[nodiscard]] ABIDE_API bool uses_exempt(const decision&) noexcept;
/// Whether the status line mentions them.
[[nodiscard]] ABIDE_API bool mentions_exempt(const decision&) noexcept;

/// The categories the notice asks about: those that the site declares and a choice can still change; if the site
/// declares nothing that needs consent, every category that a choice can still change.
[[nodiscard]] ABIDE_API category_set categories_to_ask(const policy&, const decision&) noexcept;

/// The keys of a title and a text; both empty: nothing to say. The title alone may be empty.
struct text_keys {
  std::string_view title, text;
};

/// What the status line says of the decision.
[[nodiscard]] ABIDE_API text_keys describe_status(const policy&, const decision&) noexcept;

// Exemptions, for a script gate or a guard that knows names only.

/// Whether a cookie of the policy is exempt from consent here.
[[nodiscard]] ABIDE_API bool is_exempt_here(const policy&, const decision&, const cookie_rule&) noexcept;
/// The vendor of a cookie that the policy declares without one: the catalog's, if it is sure of the name and has it in
/// the same category; else empty. A required cookie is the site's own unless the policy names a vendor. `member`: a
/// name that the rule's pattern matches.
[[nodiscard]] ABIDE_API std::string_view known_vendor(const cookie_rule&, std::string_view member) noexcept;
/// Whether the exemption applies here and its cookies may be used; `of` is then their category.
[[nodiscard]] ABIDE_API bool exemption_applies(const decision&, const exemption&, category& of) noexcept;
/// Whether all cookies that the policy declares of the vendor are exempt here and may be used.
[[nodiscard]] ABIDE_API bool is_vendor_exempt(const policy&, const decision&, std::string_view vendor) noexcept;

/// The form field of a switch; none: a choice cannot change it now.
enum class switch_field : std::uint8_t { none, grant, keep, exception };

/// A reason: the key of its text, and the Unix time to put into that text; 0: it has none.
struct stated_reason {
  std::string_view key;
  std::int64_t time = 0;
};

/// One category as a page of choices shows it. A plain value; its keys live for ever.
struct category_description {
  std::size_t cookies = 0, shared = 0, exempt = 0;  ///< how many the policy declares
  bool on = false;
  bool always = false;            ///< required
  bool offers_others = false;     ///< a separate box for its cookies that are not exempt
  bool offers_exception = false;  ///< a box that overrides the signal; never on the first page after the signal came
  switch_field field = switch_field::none;
  stated_reason reason;     ///< of the switch; the key is empty where none is needed
  std::string_view partly;  ///< key of the reason why its shared cookies stay off while it is on; empty: they do not
};

/// What a page of choices says about a category. `chosen` is null when there is no record.
[[nodiscard]] ABIDE_API category_description describe_category(const policy&, const decision&, const record* chosen,
                                                               category) noexcept;

}  // namespace abide
