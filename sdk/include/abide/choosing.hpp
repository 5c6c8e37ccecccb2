#pragma once
// Turns a visitor's wish, or a signal, into the next record.
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
  object,           ///< to cookies that are in use without consent because they are exempt
  undo,             ///< withdraws an informed exception
  signal,           ///< the browser shows the signal to scripts only
  add,              ///< grants these categories; the others stay as they are
  confirm,          ///< the second step after an opt-out: see opt_in
  allow_service,    ///< allows one service in these categories, and nothing else
  withdraw_service  ///< withdraws that; without categories: in all of them
};

/// `accept-all`, `reject-all`, `save`, `opt-out`, `withdraw`, `object`, `undo`, `signal`, `add`, `confirm`,
/// `allow-service`, `withdraw-service`: the words of the form.
[[nodiscard]] ABIDE_API std::optional<wish> parse_wish(std::string_view) noexcept;

/// A visitor's answer: an indication of wishes (GDPR Art. 4(11)). A plain value without views.
struct indication {
  abide::wish wish = wish::reject_all;
  // `save` reads these three sets and denies a category in none of them; `add` and the service wishes read `granted`.
  category_set granted;
  category_set kept;          ///< the visitor left the box as it was
  category_set excepted;      ///< granted by a visitor who was told of the conflict with the signal
  category_set objected;      ///< for `object`: see complete()
  bool from_banner = false;   ///< false: from the settings
  std::uint32_t service = 0;  ///< for the two service wishes: see service_id
};

/// Completes a wish from the decision in force. `object` covers the categories of exempt cookies in use. `add` also
/// grants again what is granted now, because a record has one time for all grants; it does not renew a grant that an
/// opt-out limits, since that would lift the opt-out.
ABIDE_API void complete(indication&, const decision&) noexcept;

/// The record after a completed wish. `before`: null if there was none; the decision must have been made with it. An
/// opt-out, an objection and an undo keep the time and notice of an earlier choice. A grant made while a signal is
/// active is not later than the signal, so it does not outlive it (D4). `accept_all` grants what the notice named (see
/// categories_to_ask); from the settings, also what was opted out. In an opt-out place, a grant of what was opted out
/// of sale or sharing is only noted in `opt_in`; `confirm` makes it effective. A service can be allowed in the
/// categories of the decision's `service_own` and `service_shared`; refusing the category ends that. Times are Unix
/// seconds; events within one second keep their order.
[[nodiscard]] ABIDE_API record apply_wish(const indication&, const record* before, const policy&, const decision&,
                                          std::int64_t now) noexcept;

/// Whether the wish leaves the record unchanged: there is no exception to undo, nothing to object to or to confirm, no
/// service that may be allowed or withdrawn.
[[nodiscard]] ABIDE_API bool changes_nothing(const indication&, const record* before, const decision&) noexcept;

/// What remains of a change that could not be logged: all its refusals, none of its new grants. It keeps the time and
/// notice of the choice before, unless the change refuses everything.
[[nodiscard]] ABIDE_API record only_refusals(const record* before, const record& after) noexcept;

/// The record that remembers a signal: the visitor's earlier choices plus the opt-out (D3c).
[[nodiscard]] ABIDE_API record apply_signal(const record* before, source, std::int64_t now) noexcept;

/// Categories whose exempt cookies are in use without consent: those that an objection covers.
[[nodiscard]] ABIDE_API category_set exempt_in_use(const decision&) noexcept;

}  // namespace abide
