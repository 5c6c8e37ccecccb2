#pragma once
// What a site holds from its start, and what one exchange holds.
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abide/choosing.hpp"
#include "abide/site.hpp"
#include "base/short_text.hpp"
#include "html/page_kind.hpp"
#include "pages/browser_files.hpp"
#include "place/origin.hpp"
#include "place/place.hpp"
#include "policy/keys.hpp"
#include "site/cookie_reading.hpp"
#include "site/post.hpp"
#include "site/rates.hpp"
#include "site/reuse.hpp"

namespace abide::detail {

/// What is warned of once a site, however often it happens.
enum class warning : unsigned { unfinished, unreadable_form, fixed_page, encoded_page, untrusted_proxy };

/// What the cookies of a choice, of a signal and of their twin are called: on http, on https, and on https in a whole
/// domain.
struct cookie_names {
  struct pair {
    std::string choice, signal, twin;
  };
  pair plain, secure, domain;
  const pair& of(const cookie_realm& realm) const noexcept {
    return !realm.secure ? plain : realm.is_domain ? domain : secure;
  }
};

struct site_state {
  std::uint64_t number = 0;  ///< of no other site of this process
  config settings;
  bool reports = false;
  std::function<std::int64_t()> clock;           ///< for carriers; empty: the system's
  std::function<void(const std::string&)> warn;  ///< never empty
  keys signing;
  places where;
  detail::origins origins;
  browser_files files;
  cookie_names names;
  std::uint64_t insertions = 0;       ///< see fingerprint_of_insertions
  std::shared_ptr<abide::log> log;    ///< null: the site keeps no records
  abide::records* records = nullptr;  ///< the same, where it is Abide's own
  std::unique_ptr<detail::choice_rates> rates;
  std::unique_ptr<std::atomic<unsigned>> warned = std::make_unique<std::atomic<unsigned>>(0);  ///< bits by warning

  void warn_once(warning, const std::string& text) const;
  bool is_first(warning) const noexcept;  ///< true once a site
};

/// Which of Abide's own resources a request is for.
enum class resource : std::uint8_t {
  none,
  gpc_json,
  preferences,
  state,
  signal,
  receipt,
  file,
  policy_text,
  declaration,
  kept,
  unknown
};

/// Where an exchange stands, and what it goes on with when it is resumed.
enum class phase : std::uint8_t {
  begun,
  awaits_account,  ///< identify
  awaits_latest,   ///< a grant that the log is asked of before it is believed
  awaits_history,  ///< the receipt
  awaits_past,     ///< a form with an informed exception: how many were made today
  awaits_save,     ///< a form
  replied,
  passed_on,  ///< to the application
  finished
};

/// A choice that is being made: what a form asked for, and the record it leads to.
struct posted_choice {
  form asked;
  record next;
  std::string language;
  bool as_json = false;  ///< a script asked
};

/// A request for one of Abide's own resources that waits until the log was asked.
struct pending_request {
  std::string method, target, body;
};

/// What the consent cookies of the request say besides the record.
struct cookie_state {
  std::int64_t serial = 0, written = 0;  ///< see consent_cookie.hpp
  std::int64_t signal_written = 0;
  bool is_verified = false, is_doubtful = false, is_newly_signed = true;
  bool was_asked = false;     ///< the log was asked whether the choice still stands, or need not be
  bool is_confirmed = false;  ///< and it answered
  bool is_stale = false;      ///< the log knew something newer, or the visitor has a pseudonym since
  bool has_signal = false, must_end_signal = false;
  bool of_host = false;     ///< a host's own cookie is there, where the site has one for its domain
  bool is_unknown = false;  ///< one is there that verifies nowhere
  bool has_twin = false;    ///< see twin.hpp
};

struct exchange {
  static void* operator new(std::size_t);  ///< the room of one that the thread has ended, where there is one
  static void operator delete(void*) noexcept;

  const site_state* site = nullptr;
  abide::decision decision;
  std::optional<record> chosen;
  visitor who;
  std::string programme;   ///< what `who` views
  short_text<64> subject;  ///< the visitor's pseudonym in the log; empty: nothing was recorded yet
  std::string account;     ///< the application's name for it; empty: nobody is logged in
  std::shared_ptr<const cookie_reading> cookies;  ///< null: nothing is hidden or held
  std::int64_t now = 0;
  detail::phase phase = phase::begun;
  detail::resource resource = resource::none;
  bool takes_chunks = true;
  bool is_chunked = false;     ///< so trailers may follow
  bool names_backend = false;  ///< it came with a field that would be taken for Abide's (backend_name.hpp)
  bool secure = false;
  bool is_get = false, is_head = false;
  detail::destination shown = detail::destination::unknown;
  bool is_prefetch = false;   ///< fetched before the visitor asks for it
  bool may_remember = false;  ///< not an image or a script: a page's many parts are one visitor, who gets one record
  std::size_t cookie_fields = 0;  ///< in the request as the application sees it
  short_text<96> target;          ///< of a page that may hold the notice: where its form comes back to
  short_text<64> host;            ///< of the public origin: lower case, without port
  std::uint16_t port = 0;         ///< of the public origin; 0: the scheme's own
  std::string proxied_path;       ///< the consent path behind the prefix that a proxy cuts off; empty: as configured
  bool is_misdirected = false;    ///< for no host of this site
  bool is_too_often = false;      ///< what it asks for is not kept (rates.hpp)
  bool is_own_form = false;       ///< a form that comes from the site's own pages
  std::vector<report_item> report;
  std::array<std::uint32_t, 4> withheld{};  ///< Set-Cookie fields that were removed, or pass as deletions

  cookie_state cookie;
  bool sets_signal = false;           ///< the response brings the cookie of a signal
  bool shares_choice = false;         ///< with the other hosts of consent.domain
  std::unique_ptr<shared_copy> copy;  ///< null: pages are each visitor's own
  std::unique_ptr<pending_request> pending;
  std::unique_ptr<posted_choice> posted;
  std::string receipt_language;  ///< of the receipt as a page; empty: as a file
  std::optional<own_reply> reply;
  std::vector<log_change> notes;            ///< for the log, though nobody waits
  std::optional<signal_sighting> sighting;  ///< to be counted
  bool bears_notice = false;                ///< the page does, and it is to be counted
};

/// Whether fields may have come to the request since it was begun.
inline bool may_have_grown(const exchange& v, const header_section& request) {
  return v.is_chunked || !request.grows_by_chunks_only();
}

inline bool hides_cookies(const exchange& v) noexcept { return v.cookies && v.cookies->hides; }

/// Request cookies that a choice may expire, or that a refusal does.
inline const std::vector<std::string>& held_names(const exchange& v) noexcept {
  static const std::vector<std::string> none;
  return v.cookies ? v.cookies->held : none;
}

/// As visitors see it.
inline std::string_view consent_path_of(const exchange& v) noexcept {
  return v.proxied_path.empty() ? std::string_view(v.site->settings.consent_path) : v.proxied_path;
}

inline const record* chosen_of(const exchange& v) noexcept { return v.chosen ? &*v.chosen : nullptr; }

/// Where the visitor's choice counts.
inline cookie_realm realm_of(const exchange& v) noexcept {
  return {v.shares_choice ? std::string_view(v.site->settings.consent_domain) : v.host.view(), v.secure,
          v.shares_choice};
}
inline const cookie_names::pair& names_of(const exchange& v) noexcept { return v.site->names.of(realm_of(v)); }

/// Decides for the exchange as it stands now. A cookie that nothing can be read of, or that nobody signed, was perhaps
/// an opt-out: where a visitor has to opt out it counts as one, and she is asked again.
decision decide_now(const exchange&);

}  // namespace abide::detail
