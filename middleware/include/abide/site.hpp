#pragma once
// One web site under one policy: decides for a request, answers Abide's own pages, filters the response.
// Independent of HTTP libraries: an adapter (beast.hpp) passes header sections in and applies the results.
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abide/api.h"
#include "abide/config.hpp"
#include "abide/decision.hpp"
#include "abide/effect.hpp"
#include "abide/headers.hpp"
#include "abide/log.hpp"

namespace abide {

class records;

/// One cookie of an exchange and its verdict. A value that owns its texts, except those of static lifetime.
struct report_item {
  bool from_request = false;
  std::string name, vendor;
  abide::category category = category::targeting;
  bool shared = false, allowed = false;
  std::string_view rule, why, evidence;  ///< `D3c`, a sentence, `catalog`; static lifetime
};

/// Settings of the server that override the policy. A value; its functions may be called from any thread.
struct site_options {
  std::string location;                   ///< overrides the policy's place: `US-CA`, `DE`; empty: as the policy says
  std::optional<abide::mode> mode;        ///< overrides the policy's mode
  std::vector<std::string> keys;          ///< overrides the policy's keys, newest first; at least 32 bytes each
  std::vector<std::string> keys_retired;  ///< overrides the policy's retired keys
  std::string records;                    ///< overrides the policy's store: `sqlite:FILE`, `postgres://...`; `none`
  std::shared_ptr<abide::log> log;        ///< the server's own log instead of a store
  std::string browser_files;  ///< folder with abide.mjs, gate.js ...; empty: the built-in ones; `none`: the notice
                              ///< works without scripts
  bool reports = false;       ///< collect visit::report; costs allocations
  std::function<std::int64_t()> clock;           ///< Unix seconds; empty: the system clock
  std::function<void(const std::string&)> warn;  ///< empty: standard error. May be called from any thread
};

/// How a request reached this process.
enum class transport : std::uint8_t {
  plain,  ///< http; `X-Forwarded-Proto: https` of a trusted proxy makes it https
  tls,    ///< https
};

/// The connection of a request. State both address and transport: a cookie without Secure on an https site, or with it
/// on an http site, loses the choice. Without a transport it counts as plain, and the compiler warns. Views the
/// address.
struct connection {
  /// `address`: the peer's; empty: unknown.
  connection(std::string_view address, transport how) noexcept : peer(address), client(address), via(how) {}
  [[deprecated("name the transport, abide::transport::plain or tls: it decides whether cookies are Secure")]] connection(
      std::string_view address) noexcept
      : peer(address), client(address), via(transport::plain) {}
  std::string_view peer;    ///< address, to recognise trusted proxies; `unix:`: on this machine; empty: not trusted
  std::string_view client;  ///< the visitor's address, if the server has found it behind its proxies; else the peer's
  transport via;
  bool takes_chunks = true;  ///< false for an HTTP/1.0 client (RFC 9112 section 6.1)
};

/// A response from one of Abide's own pages. A value that owns its bytes.
struct own_reply {
  unsigned status = 200;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
};

namespace detail {
struct site_state;
struct exchange;
class page_inserter;
enum class warning : unsigned;  ///< middleware/src/site/exchange.hpp
}  // namespace detail

/// Inserts the notice into one page while it is sent. Holds back at most a tag, or 64 KB, whatever the page's size. May
/// outlive its visit, but not the site. Does not block. One thread at a time may use it.
class ABIDE_API page_insertion {
 public:
  page_insertion() noexcept;
  explicit page_insertion(std::unique_ptr<detail::page_inserter>) noexcept;
  page_insertion(page_insertion&&) noexcept;
  page_insertion& operator=(page_insertion&&) noexcept;
  ~page_insertion();

  /// False: there is nothing to insert; call no other function.
  explicit operator bool() const noexcept { return passing_ != nullptr; }
  /// Appends the bytes to send now to `out`.
  void feed(std::string_view chunk, std::string& out);
  /// Appends the remaining bytes at the end of the body.
  void finish(std::string& out);

 private:
  std::unique_ptr<detail::page_inserter> passing_;
};

/// What an exchange withheld, for counters: numbers by category, without data about the visitor or names of cookies. A
/// value.
struct exchange_tally {
  std::array<std::uint32_t, 4> hidden{};    ///< request cookies hidden from the application
  std::array<std::uint32_t, 4> withheld{};  ///< Set-Cookie fields removed or sent as deletions
};

/// HTML that a page places itself: at the end of its head, at the beginning of its body, at the end of its body. Write
/// it unescaped. A value.
struct page_parts {
  std::string head, notice, end;
};

/// One exchange, from the request's header section to the filtered response: bytes and results in, bytes and effects
/// out. It uses no clock, file, lock, thread or socket, and never blocks. It may move between threads; one thread at a
/// time may use it. Must not outlive its site. Views that it returns are valid as long as it exists.
class [[nodiscard]] ABIDE_API visit {
 public:
  explicit visit(std::unique_ptr<detail::exchange>) noexcept;  ///< made by site::begin
  visit(visit&&) noexcept;
  visit& operator=(visit&&) noexcept;
  ~visit();

  /// The current decision; identify and a choice change it.
  const abide::decision& decision() const noexcept;
  /// The visitor's choice in the signed cookie; null: none, or none that can be trusted.
  const record* chosen() const noexcept;
  /// Every cookie seen so far; complete after finish. Empty unless site_options::reports is set.
  const std::vector<report_item>& report() const noexcept;
  /// What was withheld so far; complete after finish. In observe mode, what would be withheld.
  exchange_tally tally() const noexcept;
  /// How many bytes of this request's body Abide's own pages read; 0: the request is not for them.
  std::size_t body_limit() const noexcept;

  /// Tells Abide who is logged in and what the application knows about the person: age, financial incentives. Decides
  /// and hides cookies again. Call it before answer, as soon as a session cookie (a required one) identifies the
  /// account. `account`: the application's name for the account; only a keyed hash is stored, so that an opt-out
  /// applies on every device (11 CCR 7025(c)(1)). Empty: nobody is logged in; `about` still counts.
  effect identify(std::string_view account, const visitor& about, header_section& request);

  /// Answers requests for Abide's own pages. When no effect is left to carry out, take_reply returns the reply. `body`
  /// may be cut off at body_limit() + 1 bytes; longer ones are refused (413). Hides cookies that arrived as trailer
  /// fields since begin.
  effect answer(std::string_view method, std::string_view target, header_section& request, std::string_view body);

  /// Continues with the result of the effect that identify, answer or resume returned; returns the next effect. Ignores
  /// a result that was not asked for. If answer is called before the state of the account is known, the account counts
  /// as opted out.
  effect resume(effect_result, header_section& request);

  /// The reply after answer; nullopt: call the application, then finish.
  std::optional<own_reply> take_reply();

  /// Filters Set-Cookie, keeps the response out of shared caches if it depends on the visitor, and inserts the notice
  /// into HTML pages. `body`: null if it cannot be changed. Returns true if the body changed: set a new Content-Length.
  /// For 1xx, only filters Set-Cookie: 101 ends the exchange; after the others, call finish again for the final
  /// response.
  bool finish(unsigned status, header_section& response, std::string* body);

  /// Like finish for a body that is sent in pieces: pass it through the returned insertion; if that is false, send it
  /// unchanged. `beginning`: the first bytes of the body, if known, ideally a kilobyte; `is_whole`: they are the whole
  /// body. A page grows by an unknown size: send no Content-Length. A response without a Content-Type is a page only if
  /// `beginning` holds its first tag.
  page_insertion finish_streamed(unsigned status, header_section& response, std::string_view beginning, bool is_whole);

  /// Like finish for a page that places Abide's parts itself, as templates and streaming frameworks do: filters its
  /// fields and returns the parts; nullopt: nothing to place. `language`: the page's; empty: the policy's first. The
  /// page must state all its Content-Security-Policies in header fields; their nonces are used.
  std::optional<page_parts> finish_placed(unsigned status, header_section& response, std::string_view language);

  /// Whether, judging by the request, the response (for HEAD, that of GET) may be a page to insert into. If so, an
  /// adapter should ask the application for no content coding.
  bool may_be_page() const noexcept;

  /// Tells an application in another process the decision, for its own tags: sets one field Abide-Consent, a dictionary
  /// (RFC 8941). Removes fields that the visitor sent under that name, in any spelling that CGI maps to it. In observe
  /// mode, no field is set. Call it after answer.
  void tell_backend(header_section& request) const;

  /// Whether a body of unknown size may be sent in chunks; if not, close the connection to end it.
  bool takes_chunks() const noexcept;

  /// Whether finish would insert a notice into this response, given its body.
  bool wants_body(unsigned status, const header_section& response) const;

  /// Call this if there is no response because the client left. Otherwise the site warns, once, of a visit that ends
  /// without finish.
  void abandon() noexcept;

  /// Changes for the log that nobody waits for; hand_over (carry.hpp) takes them.
  std::vector<log_change> take_notes();
  /// A signal to be counted only; hand_over takes it.
  std::optional<signal_sighting> take_sighting() noexcept;
  /// The notice that finish inserted, to be counted; hand_over takes it. nullopt: none, or visitors may not see it.
  std::optional<notice_view> take_notice_view() noexcept;
  /// The site's log; null if it keeps no records.
  abide::log* log() const noexcept;
  /// For adapters: gives a warning once per site.
  void warn_once(detail::warning, const std::string& text) const;

 private:
  std::unique_ptr<detail::exchange> exchange_;
};

/// The site. Thread-safe. Only the constructor and the destructor block: they open and close the store. Destroy a site
/// after its visits and page insertions.
class ABIDE_API site {
 public:
  /// Opens the keys, store, browser files and place database of the options and the policy. Throws config_error.
  explicit site(config, site_options = {});
  /// Visits stay valid when their site is moved.
  site(site&&) noexcept;
  ~site();

  /// The policy it was opened with.
  const config& settings() const noexcept;
  const std::function<std::int64_t()>& clock() const noexcept;  ///< site_options::clock
  /// Where choices are stored; null: nowhere.
  abide::log* log() const noexcept;
  /// The same if it is Abide's own log, for example to erase an account or show a visitor's history; otherwise null.
  abide::records* records() const noexcept;

  /// Reads the signals and the choice, decides, and hides cookies that the application may not use. Call it with the
  /// header section as received, before the body: trailer fields are not signals. `now`: Unix seconds.
  visit begin(std::string_view method, std::string_view target, header_section& request, const connection&,
              std::int64_t now) const;

 private:
  std::unique_ptr<detail::site_state> state_;
};

/// Reads the policy file and opens the site. Throws config_error.
[[nodiscard]] ABIDE_API site load_site(const std::string& policy_file, site_options = {});

}  // namespace abide
