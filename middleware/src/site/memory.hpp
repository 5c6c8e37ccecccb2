#pragma once
// What one thread remembers between exchanges. Only what would come out the same again, but for what the log
// said a moment ago.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/text_list.hpp"
#include "site/consent_reading.hpp"
#include "site/cookie_reading.hpp"
#include "site/exchange.hpp"
#include "site/memo.hpp"
#include "site/rendered.hpp"

namespace abide::detail {

/// Choices whose signatures were verified lately, by the cookie's value and the host.
class verified_choices {
 public:
  /// What read_consent_cookie says; null: no choice. Lives until the next call.
  const signed_choice* read(std::string_view value, const cookie_realm&, const keys&);

 private:
  static constexpr std::size_t slot_count = 128;
  struct slot {
    std::string value, host;
    bool secure = false, is_domain = false;
    std::optional<signed_choice> choice;
  };
  std::array<slot, slot_count> slots_;
};

/// What whole Cookie fields came to lately. A page is many requests, and each brings the same field.
class recent_readings {
 public:
  struct entry {
    std::string field, host;
    bool secure = false, is_read = false;  ///< is_read: `consent` says what the field holds
    consent_reading consent;
    decision_key key;  ///< of the decision under which `reading` holds
    std::shared_ptr<const cookie_reading> reading;
    struct decided {  ///< from the field alone, in one second
      const jurisdiction* place = nullptr;
      std::int64_t now = 0;
      signals seen;
      decision made;
    } last;
  };
  /// The entry of this field, perhaps a new one. Null for a field that is too long. Lives until the next call.
  entry* of(std::string_view field, std::string_view host, bool secure);

 private:
  static constexpr std::size_t slot_count = 64, field_max = 4096;
  std::array<entry, slot_count> slots_;
};

/// Whether a Set-Cookie field and its deletion (write_deletion) have the same parts, in whatever order.
bool says_the_same(std::string_view field, std::string_view deletion) noexcept;

/// The domains (cookie_domain.hpp) of the hosts that were asked for lately.
class recent_domains {
 public:
  /// Lives until the next call.
  const std::vector<std::string>& of(std::string_view host);

 private:
  static constexpr std::size_t slot_count = 16;
  struct slot {
    std::string host;
    std::vector<std::string> domains;
  };
  std::array<slot, slot_count> slots_;
};

/// What the application's Set-Cookie fields came to lately. Their values count for nothing, so that all visitors with
/// the same decision share an answer.
class recent_set_cookies {
 public:
  struct answer {
    set_cookie_action passes = set_cookie_action::remove;
    std::string deletion;  ///< where it passes as one
    bool is_bare = false;  ///< the field's attributes say nothing else
    category what{};
    /// Whether the field is such a deletion and nothing else: see says_the_same.
    bool stays(std::string_view field) const noexcept;
  };
  /// A number of all that an answer depends on but for the field: the filter's host and the decision.
  std::uint64_t terms_of(const filter&, const decision_key&);
  /// What filter_set_cookie says of the field on these terms, and write_deletion makes of it. Lives until the next
  /// call. The filter has no observer.
  const answer& of(const filter&, std::uint64_t terms, std::string_view field);

 private:
  static constexpr std::size_t slot_count = 128, terms_count = 32, text_max = 256;
  struct known_terms {
    std::uint64_t number = 0;  ///< 0: none
    std::string host;
    decision_key key;
  };
  struct slot {
    std::string name, attributes;
    std::uint64_t terms = 0;
    std::optional<std::int64_t> expires;  ///< where that may decide
    bool was_over = false;
    answer said;
  };
  std::array<known_terms, terms_count> terms_;
  std::uint64_t numbers_ = 0;  ///< given so far
  std::array<slot, slot_count> slots_;
};

/// The rows of the places that visitors came from lately. Rows change by the day.
class recent_places {
 public:
  const jurisdiction& of(std::string_view location, std::int64_t now) noexcept;

 private:
  static constexpr std::size_t slot_count = 32;
  struct slot {
    std::uint64_t code = 0;  ///< the location's bytes and size; 0: none
    std::int64_t day = 0;
    const jurisdiction* row = nullptr;
  };
  std::array<slot, slot_count> slots_;
};

/// What was decided lately for visitors of whom nothing is known but the place and the signals. It holds for a day, as
/// laws do.
class first_decisions {
 public:
  /// Lives until the next call.
  const decision& of(const policy&, const signals&, const jurisdiction&, std::int64_t now) noexcept;

 private:
  static constexpr std::size_t slot_count = 32;
  struct slot {
    const jurisdiction* place = nullptr;
    std::uint64_t said = 0;
    std::int64_t day = 0;
    decision made;
  };
  std::array<slot, slot_count> slots_;
};

/// What applications behind were told of the decisions of late.
class recent_backend_fields {
 public:
  /// See backend_field. Lives until the next call.
  const std::string& of(const decision&, bool has_chosen);

 private:
  static constexpr std::size_t slot_count = 32;
  struct key {
    const jurisdiction* place = nullptr;
    std::uint64_t own = 0, shared = 0;  ///< the verdicts' bytes
    bool gpc = false, has_chosen = false;
    bool operator==(const key&) const noexcept = default;
  };
  struct slot {
    key of;
    std::string said;  ///< empty: none
  };
  std::array<slot, slot_count> slots_;
};

/// What the log said lately of visitors' latest choices. Each page is many requests: the log is asked for one of them.
class recent_answers {
 public:
  /// Null: to be asked. `time_ms`: what the visitor's cookie has seen; an older answer is none. Lives until the next
  /// call.
  const latest_choice* find(std::string_view subject, std::int64_t time_ms, std::int64_t now) const noexcept;
  void keep(std::string_view subject, std::int64_t time_ms, const latest_choice&, std::int64_t now);
  void forget(std::string_view subject);

 private:
  static constexpr std::size_t slot_count = 128;
  static constexpr std::int64_t moment = 2;  // seconds
  struct slot {
    std::string subject;
    std::int64_t time_ms = 0, asked = 0;
    latest_choice said;
  };
  std::array<slot, slot_count> slots_;
};

/// How far the expiries of a request's cookies were said. A browser is told once that a cookie ends, over as many pages
/// as that takes, and told again, a minute later, if it goes on sending it: a script may have set it anew.
class said_expiries {
 public:
  static constexpr std::size_t all = static_cast<std::size_t>(-1);
  struct place {
    std::uint64_t what = 0;
    std::int64_t time = 0;  ///< of the last answer
    std::size_t next = 0;   ///< of the expiries; `all`: nothing is left
  };
  /// The caller moves it on. Lives until the next call.
  place& of(std::uint64_t what, std::int64_t now) noexcept;

 private:
  static constexpr std::size_t slot_count = 1024;
  static constexpr std::int64_t moment = 60;  // seconds
  std::array<place, slot_count> slots_;
};

/// A text that visitors were shown, and its SHA-256 in hex.
struct shown_text {
  std::string text, hash;
};

/// The notices of the places and languages that choices came from lately.
class shown_texts {
 public:
  /// Null: not remembered.
  const shown_text* find(const jurisdiction*, std::string_view language) const noexcept;
  const shown_text& keep(const jurisdiction*, std::string_view language, std::string text);

 private:
  static constexpr std::size_t count_max = 64;
  struct entry {
    const jurisdiction* place;
    std::string language;
    shown_text shown;
  };
  std::vector<entry> entries_;
};

/// Fragments that were rendered lately.
class rendered_pages {
 public:
  /// Rendered, or remembered. Lives until the next call.
  const rendered& of(const exchange&, const language&, const page_terms&);

 private:
  static constexpr std::size_t count_max = 48;
  struct entry {
    rendered_key key;
    rendered made;
  };
  std::vector<entry> entries_;
  std::size_t next_ = 0;  ///< the oldest, once all places are taken
};

struct memory {
  std::uint64_t site_number = 0;
  detail::memo names;
  verified_choices choices;
  recent_readings readings;
  recent_places places;
  first_decisions decisions;
  recent_backend_fields backend_fields;
  recent_set_cookies set_cookies;
  recent_domains domains;
  recent_answers answers;
  said_expiries said;
  shown_texts shown;
  rendered_pages pages;
  std::vector<char> scratch;  ///< room for one field
  text_list deletions;        ///< room for those of one response
};

/// How many sites a thread remembers at once.
inline constexpr std::size_t sites_max = 4;

/// The thread's, for this site. Of the sites that it served longest ago all is forgotten.
memory& memory_of(const site_state&);

/// The domains of the exchange's host, itself first: of many the eight next to the registrable one. Lives until the
/// next call.
std::span<const std::string> domains_of(const exchange&);

}  // namespace abide::detail
