#pragma once
// The state of a site, fixed at its start, and the state of one exchange.
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

/// What a site warns of once, however often it happens.
enum class warning : unsigned { unfinished, unreadable_form, fixed_page, encoded_page, lost_page, untrusted_proxy };

/// The names of the cookies that hold a choice, a signal and their twin: on http, on https, and on https for a whole
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
  std::uint64_t number = 0;  ///< unique among the sites of this process
  config settings;
  bool reports = false;
  std::function<std::int64_t()> clock;           ///< for carriers; empty: the system's clock
  std::function<void(const std::string&)> warn;  ///< never empty
  keys signing;
  places where;
  detail::origins origins;
  browser_files files;
  cookie_names names;
  std::uint64_t insertions = 0;       ///< see fingerprint_of_insertions
  std::shared_ptr<abide::log> log;    ///< null: the site keeps no records
  abide::records* records = nullptr;  ///< the same log, if it is Abide's own
  std::unique_ptr<detail::choice_rates> rates;
  std::unique_ptr<std::atomic<unsigned>> warned = std::make_unique<std::atomic<unsigned>>(0);  ///< one bit per warning

  void warn_once(warning, const std::string& text) const;
  bool is_first(warning) const noexcept;  ///< true the first time only
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

/// The state of an exchange, from which `resume` continues.
enum class phase : std::uint8_t {
  begun,
  awaits_account,  ///< identify
  awaits_latest,   ///< the log must confirm a grant before it counts
  awaits_history,  ///< the receipt
  awaits_past,     ///< a form with an informed exception: the log tells how many were made today
  awaits_save,     ///< a form
  replied,
  passed_on,  ///< to the application
  finished
};

/// A choice that is being made: what the form asked for, and the record that results.
struct posted_choice {
  form asked;
  record next;
  std::string language;
  bool as_json = false;  ///< a script asked for it
};

/// What the receipt as a page needs from its request.
struct receipt_view {
  std::string language, return_path;
};

/// A request for one of Abide's own resources that waits for an answer of the log.
struct pending_request {
  std::string method, target, body;
};

/// What the consent cookies of the request say, apart from the record.
struct cookie_state {
  std::int64_t serial = 0, written = 0;  ///< see consent_cookie.hpp
  std::int64_t recorded = 0;  ///< the visitor's latest record in the log, in milliseconds; 0: none, or it was not asked
  std::int64_t signal_written = 0;
  bool is_verified = false, is_doubtful = false, is_newly_signed = true;
  bool was_asked = false;      ///< the log, or a recent answer of it, was consulted
  bool is_confirmed = false;   ///< the log knows the visitor
  bool is_ambiguous = false;   ///< there are cookies of different visitors
  bool is_ahead = false;       ///< it bears a time that a clock wrote which ran ahead
  bool is_stale = false;       ///< the log has a newer choice
  bool lacks_subject = false;  ///< an account is logged in, and the cookie has no pseudonym that could be linked to it
  bool has_signal = false, must_end_signal = false;
  bool of_host = false;     ///< a host's own cookie is present, although the site has one for its domain
  bool is_unknown = false;  ///< a cookie is present that verifies for no host or domain
  bool has_twin = false;    ///< see twin.hpp
};

struct exchange {
  static void* operator new(std::size_t);  ///< reuses the memory of one that this thread ended
  static void operator delete(void*) noexcept;

  const site_state* site = nullptr;
  abide::decision decision;
  std::optional<record> chosen;
  visitor who;
  std::string programme;   ///< storage for what `who` views
  short_text<64> subject;  ///< the visitor's pseudonym in the log; empty: nothing was recorded yet
  std::string account;     ///< the application's name for the visitor; empty: nobody is logged in
  std::shared_ptr<const cookie_reading> cookies;  ///< null: nothing is hidden or held
  std::int64_t now = 0;
  detail::phase phase = phase::begun;
  detail::resource resource = resource::none;
  bool takes_chunks = true;
  bool is_chunked = false;  ///< trailers may follow
  bool secure = false;
  bool is_get = false, is_head = false;
  detail::destination shown = detail::destination::unknown;
  bool is_prefetch = false;       ///< fetched before the visitor asks for it
  bool may_remember = false;      ///< false for images and scripts: the many parts of a page leave one record
  std::size_t cookie_fields = 0;  ///< how many the application sees in the request
  short_text<96> target;          ///< the request target of a page that may hold the notice; its form returns there
  std::string posted_to;          ///< the target of a form post that is the application's
  short_text<64> host;            ///< of the public origin: lower case, without port
  std::uint16_t port = 0;         ///< of the public origin; 0: the scheme's own
  std::string proxied_path;       ///< the consent path with the prefix that a proxy cuts off; empty: as configured
  bool asks_for_rest = false;     ///< of a download, or of a page that is older than Abide (reuse.hpp)
  bool is_misdirected = false;    ///< no host of this site matches
  std::uint64_t asks_from = 0;    ///< the key of the visitor's address for rates; 0: none, or the log is not asked
  bool is_too_often = false;      ///< over the rate limit of requests that use the log (rates.hpp)
  bool is_own_form = false;       ///< the form comes from one of the site's own pages
  std::vector<report_item> report;
  std::array<std::uint32_t, 4> withheld{};  ///< Set-Cookie fields that were removed or became deletions

  cookie_state cookie;
  bool sets_signal = false;           ///< the response sets the cookie of a signal
  bool shares_choice = false;         ///< with the other hosts of consent.domain
  std::unique_ptr<shared_copy> copy;  ///< null: each page is for one visitor
  std::unique_ptr<pending_request> pending;
  std::unique_ptr<posted_choice> posted;
  std::unique_ptr<receipt_view> receipt;  ///< null: the receipt is a file
  std::optional<own_reply> reply;
  std::vector<log_change> notes;            ///< for the log; no reply waits for them
  std::optional<signal_sighting> sighting;  ///< to be counted by the log
  bool is_seen = false;                     ///< a page in the answer counts as seen by somebody
  bool bears_notice = false;                ///< the page holds the notice, which is to be counted
};

/// Whether the request may have received fields since `begin`.
inline bool may_have_grown(const exchange& v, const header_section& request) {
  return v.is_chunked || !request.grows_by_chunks_only();
}

inline bool hides_cookies(const exchange& v) noexcept { return v.cookies && v.cookies->hides; }

/// The names of request cookies that a choice may expire, or that a refusal expires.
inline const std::vector<std::string>& held_names(const exchange& v) noexcept {
  static const std::vector<std::string> none;
  return v.cookies ? v.cookies->held : none;
}

/// The consent path as visitors see it.
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

/// Decides for the exchange as it stands now. A cookie that cannot be read or verified may have been an opt-out:
/// outside opt-in places it counts as one, and the visitor is asked again.
decision decide_now(const exchange&);

}  // namespace abide::detail
