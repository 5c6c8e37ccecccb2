#pragma once
// From a visitor's wish, or a signal, to the next record.
#include <cstdint>
#include <optional>
#include <string_view>

#include "abide/api.h"
#include "abide/decision.hpp"
#include "abide/record.hpp"

namespace abide {

/// What the visitor pressed.
enum class wish : std::uint8_t {
  reject_all,
  accept_all,
  save,             ///< the boxes of a form
  opt_out,          ///< of sale and sharing
  withdraw,         ///< every grant
  object,           ///< to what is in use without consent, as exempt
  undo,             ///< takes an informed exception back
  signal,           ///< the browser shows the signal to scripts only
  add,              ///< these categories, and the others stay as they are
  confirm,          ///< the second step after an opt-out: see opt_in
  allow_service,    ///< this one service in these categories, and nothing else
  withdraw_service  ///< the same, taken back; of no category: in all
};

/// `accept-all`, `reject-all`, `save`, `opt-out`, `withdraw`, `object`, `undo`, `signal`, `add`, `confirm`,
/// `allow-service`, `withdraw-service`: the words of the form.
[[nodiscard]] ABIDE_API std::optional<wish> parse_wish(std::string_view) noexcept;

/// What a visitor says when asked: an indication of wishes (GDPR Art. 4(11)). A plain value without views.
struct indication {
  abide::wish wish = wish::reject_all;
  // Of `save`, where a category in none of the three is denied; of `add` and of a service only what is granted.
  category_set granted;
  category_set kept;          ///< the visitor left it as it was
  category_set excepted;      ///< granted by a visitor who was told that the signal says otherwise
  category_set objected;      ///< of `object`: see complete()
  bool from_banner = false;   ///< else from the settings
  std::uint32_t service = 0;  ///< of the two wishes about one: see service_id
};

/// Fills in what a wish means under the decision in force: `object` is to what is exempt and in use; `add` grants again
/// what is granted now, for a record has one time for all. A grant that an opt-out limits is not renewed: that would
/// lift the opt-out.
ABIDE_API void complete(indication&, const decision&) noexcept;

/// The record after a wish that is complete. `before` is null when there was none; the decision is the one that was
/// made with it. An opt-out, an objection and an undo leave the time and the notice of an earlier choice as they were.
/// While a signal is active what the visitor grants is no later than the signal, so it does not outlive it (D4).
/// `accept_all` grants what the notice named (see categories_to_ask), from the settings also what was opted out. In an
/// opt-out place a grant of what was opted out of sale or sharing is only noted, in `opt_in`: `confirm` gives it. One
/// service is allowed where the decision's `service_own` or `service_shared` has the category, and a refusal of the
/// category ends that. Times are Unix seconds; events in one second keep their order.
[[nodiscard]] ABIDE_API record apply_wish(const indication&, const record* before, const policy&, const decision&,
                                          std::int64_t now) noexcept;

/// Whether the wish leaves a record as it is: no exception to take back, nothing to object to or to confirm, no
/// service that may be allowed or is there to be taken back.
[[nodiscard]] ABIDE_API bool changes_nothing(const indication&, const record* before, const decision&) noexcept;

/// What is left of a change that could not be recorded: every refusal, and no new grant.
[[nodiscard]] ABIDE_API record only_refusals(const record* before, const record& after) noexcept;

/// The record that remembers a signal: everything the visitor chose, and the opt-out (D3c).
[[nodiscard]] ABIDE_API record apply_signal(const record* before, source, std::int64_t now) noexcept;

/// Categories in which cookies are in use without consent, as exempt: what an objection speaks of.
[[nodiscard]] ABIDE_API category_set exempt_in_use(const decision&) noexcept;

}  // namespace abide
