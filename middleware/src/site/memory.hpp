#pragma once
// What one thread remembers between exchanges: results that would come out the same again, and recent answers of the
// log.
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

/// Choices whose signatures were verified recently, by cookie value and host.
class verified_choices {
 public:
  /// The result of read_consent_cookie; null: no choice. Valid until the next call.
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

/// The results of recent Cookie fields. A page takes many requests, and each brings the same field.
class recent_readings {
 public:
  struct entry {
    std::string field, host;
    bool secure = false, is_read = false;  ///< is_read: `consent` is filled
    consent_reading consent;
    decision_key key;  ///< of the decision for which `reading` holds
    std::shared_ptr<const cookie_reading> reading;
    struct decided {  ///< a decision made from the field alone, in the second `now`
      const jurisdiction* place = nullptr;
      std::int64_t now = 0;
      signals seen;
      decision made;
    } last;
  };
  /// The entry of this field, which may be a new one. Null: the field is too long. Valid until the next call.
  entry* of(std::string_view field, std::string_view host, bool secure);

 private:
  static constexpr std::size_t slot_count = 64, field_max = 4096;
  std::array<entry, slot_count> slots_;
};

/// Whether a Set-Cookie field and its deletion (write_deletion) have the same parts, in any order.
bool says_the_same(std::string_view field, std::string_view deletion) noexcept;

/// The domains (cookie_domain.hpp) of hosts that were requested recently.
class recent_domains {
 public:
  /// Valid until the next call.
  const std::vector<std::string>& of(std::string_view host);

 private:
  static constexpr std::size_t slot_count = 16;
  struct slot {
    std::string host;
    std::vector<std::string> domains;
  };
  std::array<slot, slot_count> slots_;
};

/// Recent results for the application's Set-Cookie fields. The cookies' values do not matter, so all visitors with the
/// same decision share an answer.
class recent_set_cookies {
 public:
  struct answer {
    set_cookie_action passes = set_cookie_action::remove;
    std::string deletion;  ///< set if it passes as a deletion
    bool is_bare = false;  ///< the field's attributes are those of the deletion
    category what{};
    /// Whether the field already is that deletion and nothing else: see says_the_same.
    bool stays(std::string_view field) const noexcept;
  };
  /// A number for everything except the field that an answer depends on: the filter's host and the decision.
  std::uint64_t terms_of(const filter&, const decision_key&);
  /// The result of filter_set_cookie for the field on these terms, and the deletion that write_deletion makes of it.
  /// Valid until the next call. The filter has no observer.
  const answer& of(const filter&, std::uint64_t terms, std::string_view field);

 private:
  static constexpr std::size_t slot_count = 128, terms_count = 32, text_max = 256;
  struct known_terms {
    std::uint64_t number = 0;  ///< 0: unused
    std::string host;
    decision_key key;
  };
  struct slot {
    std::string name, attributes;
    std::uint64_t terms = 0;
    std::optional<std::int64_t> expires;  ///< set if Expires may decide
    bool was_over = false;
    answer said;
  };
  /// All of a field but the value. `name`: as sent, perhaps with blanks around it.
  struct parts {
    std::string_view name, attributes;
  };
  static parts parts_of(std::string_view field) noexcept;
  static std::size_t place_of(parts) noexcept;
  static const answer& learn(slot&, const filter&, std::uint64_t terms, std::string_view field, parts);

  std::array<known_terms, terms_count> terms_;
  known_terms* latest_ = terms_.data();
  std::uint64_t numbers_ = 0;  ///< number of the last terms
  std::array<slot, slot_count> slots_;
};

/// The rows of places from which visitors came recently. Rows may change every day.
class recent_places {
 public:
  const jurisdiction& of(std::string_view location, std::int64_t now) noexcept;

 private:
  static constexpr std::size_t slot_count = 32;
  struct slot {
    std::uint64_t code = 0;  ///< the location's bytes and size; 0: unused
    std::int64_t day = 0;
    const jurisdiction* row = nullptr;
  };
  std::array<slot, slot_count> slots_;
};

/// Recent decisions for visitors about whom only the place and the signals are known. They hold for a day, as laws do.
class first_decisions {
 public:
  /// Valid until the next call.
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

/// The fields that told applications of recent decisions.
class recent_backend_fields {
 public:
  /// See backend_field. Valid until the next call.
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
    std::string said;  ///< empty: unused
  };
  std::array<slot, slot_count> slots_;
};

/// The log's recent answers about visitors' latest choices. A page takes many requests; the log is asked for one of
/// them.
class recent_answers {
 public:
  /// Null: the log must be asked. `time_ms`: the time of the visitor's cookie; an older answer does not count. Valid
  /// until the next call.
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

/// Which expiries of a request's cookies were already sent. A browser is told once that its cookies end, on as many
/// pages as that takes. If it still sends them a minute later, it is told again: a script may have set them again.
class said_expiries {
 public:
  static constexpr std::size_t all = static_cast<std::size_t>(-1);
  struct place {
    std::uint64_t what = 0;
    std::int64_t time = 0;  ///< of the last answer
    std::size_t next = 0;   ///< index of the next expiry; `all`: none is left
  };
  /// The caller advances it. Valid until the next call.
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

/// The notices of places and languages for which choices were made recently.
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

/// Fragments that were rendered recently.
class rendered_pages {
 public:
  /// Renders the fragments unless they are remembered. Valid until the next call.
  const rendered& of(const exchange&, const language&, const page_terms&);

 private:
  static constexpr std::size_t count_max = 48;
  struct entry {
    rendered_key key;
    rendered made;
  };
  std::vector<entry> entries_;
  std::size_t next_ = 0;  ///< index of the oldest, once all slots are taken
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
  std::vector<char> scratch;  ///< buffer for one field
  text_list deletions;        ///< buffer for the deletions of one response
};

/// How many sites a thread remembers at once.
inline constexpr std::size_t sites_max = 4;

/// The memory that this thread used last; null: none. Only for memory_of.
extern constinit thread_local memory* latest_memory;
/// Looks among the other memories of this thread, or makes one. Only for memory_of.
memory& other_memory_of(const site_state&);

/// This thread's memory of the site. The site that the thread served longest ago is forgotten first.
inline memory& memory_of(const site_state& site) {
  memory* const latest = latest_memory;
  return latest && latest->site_number == site.number ? *latest : other_memory_of(site);
}

/// The domains of the exchange's host, the host first; if there are more than eight, the eight closest to the
/// registrable domain. Valid until the next call.
std::span<const std::string> domains_of(const exchange&);

}  // namespace abide::detail
