#pragma once
// A change of a visitor's state: the event, and its record. Contains no IP address, user agent or URL.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abide/api.h"
#include "abide/category.hpp"
#include "abide/record.hpp"
#include "abide/signal.hpp"

namespace abide {

enum class notice_layout : std::uint8_t;  ///< config.hpp

/// What happened.
enum class event_kind : std::uint8_t {
  grant,
  deny,
  change,
  withdraw,
  signal_on,
  signal_off,
  exception,
  expire,
  account_link,
  erase
};
/// `grant`, `deny` ... Static lifetime.
[[nodiscard]] ABIDE_API std::string_view to_string(event_kind) noexcept;
[[nodiscard]] ABIDE_API std::optional<event_kind> parse_event_kind(std::string_view) noexcept;

/// State of a conflict between a signal or an opt-out and a later choice (11 CCR 7025(c)(3), 7028(a)).
enum class conflict_state : std::uint8_t { none, notified, exception_granted, opt_in_asked, opt_in_confirmed };
[[nodiscard]] ABIDE_API std::string_view to_string(conflict_state) noexcept;
[[nodiscard]] ABIDE_API std::optional<conflict_state> parse_conflict_state(std::string_view) noexcept;

/// A service that is allowed individually. A value that owns its text, which is UTF-8 without control characters.
struct event_service {
  abide::category category = category::required;
  std::string vendor;  ///< its name, or its number (write_service_id) if it is no longer known

  bool operator==(const event_service&) const = default;
};

/// One change of a visitor's state. A value that owns its texts, which are printable ASCII of at most 128 characters.
struct consent_event {
  std::string id;            ///< UUIDv7; always set by the log
  std::string subject;       ///< the visitor's pseudonym: new_subject(); 16 to 64 of [0-9A-Za-z_-]
  std::int64_t time_ms = 0;  ///< UTC, milliseconds since 1970; 0: the log sets the current time
  event_kind kind = event_kind::change;
  abide::source source = abide::source::none;
  std::array<choice, 4> choices{};  ///< by category, after the event
  category_set exception;           ///< purposes of an informed exception
  std::uint32_t notice = 0;         ///< version of the notice that was shown; 0: none
  std::string notice_text;          ///< what was shown; stored once in the log, under its hash; empty: not given
  std::string notice_hash;          ///< its SHA-256 in hex; empty: the log computes it. Pass both to hash only once
  std::string language;             ///< of the text, BCP 47
  std::string jurisdiction;         ///< code of the row that decided
  std::string place_from;           ///< source of the place: `cloudflare`, `fixed`, `maxmind`
  std::string table_version;        ///< of the jurisdiction table
  std::uint32_t table_checksum = 0;
  signals seen;
  conflict_state conflict = conflict_state::none;
  std::int64_t valid_until = 0;           ///< Unix seconds; 0: no end
  std::vector<event_service> services{};  ///< allowed individually after the event; at most service_grants_max
};

/// An event as stored in the log. A value that owns its texts.
struct consent_record {
  std::uint64_t chain = 0, number = 0;  ///< each server process writes its own chain; numbers begin at 1
  consent_event event;
  std::string previous, hash;  ///< SHA-256 in hex; `hash` covers every other field and `previous`
  std::string key_name, mac;   ///< HMAC-SHA256 of `hash` with the site's key of this name; empty: no keys
};

/// A signal from a visitor without a pseudonym: counted, not recorded. `jurisdiction` has static lifetime.
struct signal_sighting {
  std::string_view jurisdiction;  ///< code of the row that decided
  source from = source::none;     ///< gpc_header, gpc_js or dnt
  std::int64_t time = 0;          ///< Unix seconds; stored to the minute
};

/// A page with the notice, for a visitor who had not answered: counted by day, place and layout, not recorded. Requests
/// that have no Fetch Metadata and do not ask for HTML do not count.
/// `jurisdiction` has static lifetime.
struct notice_view {
  std::string_view jurisdiction;  ///< code of the row that decided
  notice_layout layout{};         ///< the policy's
  std::int64_t time = 0;          ///< Unix seconds; stored to the day
};

/// SHA-256 in hex: for `notice_hash`.
[[nodiscard]] ABIDE_API std::string sha256_hex(std::string_view);

/// A new pseudonym: 128 random bits in hex.
[[nodiscard]] ABIDE_API std::string new_subject();

}  // namespace abide
