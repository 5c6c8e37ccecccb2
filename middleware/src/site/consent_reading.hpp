#pragma once
// What all consent cookies of one request come to. There can be several: on other paths, of a parent domain, in another
// partition, set by a script or by another host. The strictest wins: nothing is allowed that one of them does not
// allow.
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "abide/event.hpp"
#include "site/consent_cookie.hpp"

namespace abide::detail {

struct consent_reading {
  /// The strictest of the choices that verify, and every refusal of the others on top. Nothing: no cookie says
  /// anything.
  std::optional<signed_choice> choice;
  bool is_verified = false;  ///< one of them verifies; else `choice` holds refusals only
  bool is_doubtful = false;  ///< there are cookies for a choice, and none of them verifies
  bool of_host = false;      ///< one bears the name of a host's own cookie, where the site has one for its domain
  bool is_unknown = false;   ///< one verifies nowhere, so nobody knows which host or domain it is of
  std::optional<signed_choice> of_domain;  ///< what verifies as a choice of a domain that the policy does not name now

  bool has_twin = false;              ///< the cookie is there that scripts read
  bool has_signal = false;            ///< a cookie of a signal is there
  bool is_signal_unreadable = false;  ///< and says nothing that can be read: an opt-out of now
  std::int64_t signal_written = 0;    ///< 0: none is there, or it does not say
  std::int64_t latest = 0;            ///< of the times at which the verified ones say that something was granted

  void add(const signed_choice&);
  void add_of_domain(const signed_choice&);
  void add_refusals(std::string_view value);
  void add_signal(std::string_view value);
  /// When all are there: a choice of another domain counts too, unless a later one was made here.
  void settle();
};

/// The visitor's record at this moment: nothing was granted later than now, and an opt-out from the future, of a clock
/// that ran ahead, holds no longer than one of now. Nothing: no cookie says anything.
std::optional<record> record_at(const consent_reading&, std::int64_t now);

/// Whether the opt-out in the signal's cookie can only be lifted by ending that cookie.
bool must_end_signal(const consent_reading&, std::int64_t now);

/// Takes from the record what the other does not grant, and adds what it denies.
void keep_strictest(record&, const std::array<choice, 4>& choices, const std::optional<category_set>& exception);

/// The same of services.
void keep_services_of(record&, const std::vector<event_service>&);
bool same_services(const record&, const record&) noexcept;

/// Whether any category is granted.
bool grants_any(const record&) noexcept;
/// Whether any category or service is.
bool allows_any(const record&) noexcept;

}  // namespace abide::detail
