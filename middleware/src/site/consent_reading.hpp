#pragma once
// Combines all consent cookies of one request. There may be several: for other paths, for a parent domain, in another
// partition, or set by a script or another host. The strictest counts: nothing is allowed unless all of them allow it.
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "abide/event.hpp"
#include "site/consent_cookie.hpp"

namespace abide::detail {

/// Seconds. A clock that is further ahead is broken. One second less than the core allows (sdk/src/choosing.cpp), so
/// that a choice made now is later than any opt-out that counts.
inline constexpr std::int64_t clock_skew = 29;

/// Whether the time of a grant is later than any that is given to a choice made now, which is later than every opt-out
/// that counts.
constexpr bool is_ahead(std::int64_t time, std::int64_t now) noexcept { return time > now + clock_skew + 1; }

struct consent_reading {
  /// The strictest of the choices that verify, plus every refusal of the others. Nothing: no cookie says anything.
  std::optional<signed_choice> choice;
  bool is_verified = false;   ///< at least one verifies; otherwise `choice` holds refusals only
  bool is_ambiguous = false;  ///< those that verify name different visitors, so it is unknown whose browser this is
  bool is_doubtful = false;   ///< there are cookies for a choice, but none verifies
  bool of_host = false;       ///< one has the name of a host's own cookie, although the site has one for its domain
  bool is_unknown = false;    ///< one verifies nowhere, so its host or domain is unknown
  std::optional<signed_choice> of_domain;  ///< verified for a domain that the policy no longer names
  bool is_domain_ambiguous = false;        ///< there are several, of different visitors

  bool has_twin = false;              ///< the cookie for scripts is present
  bool has_signal = false;            ///< the cookie of a signal is present
  bool is_signal_unreadable = false;  ///< it cannot be read, and counts as an opt-out now
  std::int64_t signal_written = 0;    ///< 0: not present, or it does not say
  std::int64_t latest = 0;            ///< the latest time of a grant in the verified cookies
  std::int64_t newest = 0;            ///< the latest time of anything in them

  void add(const signed_choice&);
  void add_of_domain(const signed_choice&);
  void add_refusals(std::string_view value);
  void add_signal(std::string_view value);
  /// To be called after the last cookie: a choice of another domain counts too, unless a later one was made here.
  void settle();
  void note_newest();
};

/// The visitor's record now: no grant is later than `now`, and an opt-out from the future, made by a clock that ran
/// ahead, counts as one made now. Nothing: no cookie says anything.
std::optional<record> record_at(const consent_reading&, std::int64_t now);

/// Whether the opt-out of the signal's cookie can only be lifted by deleting that cookie.
bool must_end_signal(const consent_reading&, std::int64_t now);

/// Removes from the record what the other does not grant, and adds what it denies.
void keep_strictest(record&, const std::array<choice, 4>& choices, const std::optional<category_set>& exception);

/// The same for services.
void keep_services_of(record&, const std::vector<event_service>&);
/// Whether the record did not know of this opt-out by a signal yet.
bool keep_signal(record&, std::int64_t since) noexcept;
bool same_services(const record&, const record&) noexcept;

/// Whether any category is granted.
bool grants_any(const record&) noexcept;
/// Whether any category or service is granted.
bool allows_any(const record&) noexcept;

}  // namespace abide::detail
