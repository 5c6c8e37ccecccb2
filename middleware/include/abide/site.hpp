#pragma once
// One web site under one policy: decides for a request, answers Abide's own pages, filters the response.
// Knows no HTTP library; an adapter (beast.hpp) shows it header sections and carries its answers out.
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

/// One cookie of an exchange and what became of it. A value that owns its texts but for those that live for ever.
struct report_item {
  bool from_request = false;
  std::string name, vendor;
  abide::category category = category::targeting;
  bool shared = false, allowed = false;
  std::string_view rule, why, evidence;  ///< `D3c`, a sentence, `catalog`; live for ever
};

/// What the server sets instead of the policy. A value; its functions may be called from any thread.
struct site_options {
  std::string location;                   ///< overrides the policy's place: `US-CA`, `DE`; empty: as the policy says
  std::optional<abide::mode> mode;        ///< overrides the policy's mode
  std::vector<std::string> keys;          ///< overrides the policy's keys, newest first; at least 32 bytes each
  std::vector<std::string> keys_retired;  ///< overrides the policy's retired keys
  std::string records;                    ///< overrides the policy's store: `sqlite:FILE`, `postgres://...`; `none`
  std::shared_ptr<abide::log> log;        ///< the server's own log, in place of any store
  std::string browser_files;            ///< folder with abide.mjs, gate.js ...; empty: those that are built in; `none`:
                                        ///< the notice works without scripts
  bool reports = false;                 ///< keep what visit::report tells; costs allocations
  std::function<std::int64_t()> clock;  ///< Unix seconds; empty: the system clock
  std::function<void(const std::string&)> warn;  ///< empty: standard error. May be called from any thread
};

/// How a request came to this process.
enum class transport : std::uint8_t {
  plain,  ///< http; `X-Forwarded-Proto: https` of a trusted proxy makes it https
  tls,    ///< https
};

/// The connection a request came over. State both the address and the transport: a cookie without Secure on an https
/// site, or with it on an http site, loses the choice. Without a transport it counts as plain, and the compiler warns.
/// Views the address for the time of the call.
struct connection {
  /// `address`: of the peer; empty: unknown.
  connection(std::string_view address, transport how) noexcept : peer(address), via(how) {}
  [[deprecated("name the transport, abide::transport::plain or tls: it decides whether cookies are Secure")]] connection(
      std::string_view address) noexcept
      : peer(address), via(transport::plain) {}
  std::string_view peer;  ///< address, for trusted proxies; empty: unknown, no proxy is trusted
  transport via;
  bool takes_chunks = true;  ///< false: a client of HTTP/1.0 (RFC 9112 section 6.1)
};

/// A response of Abide's own pages. A value that owns its bytes.
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

/// Inserts into one page while it is sent. Holds a few bytes of it, whatever its size. May outlive its visit, not the
/// site. Does not block. One thread at a time may use it.
class ABIDE_API page_insertion {
 public:
  page_insertion() noexcept;
  explicit page_insertion(std::unique_ptr<detail::page_inserter>) noexcept;
  page_insertion(page_insertion&&) noexcept;
  page_insertion& operator=(page_insertion&&) noexcept;
  ~page_insertion();

  /// False: there is nothing to insert, and nothing else may be called.
  explicit operator bool() const noexcept { return passing_ != nullptr; }
  /// Appends to `out` what is to be sent now.
  void feed(std::string_view chunk, std::string& out);
  /// The same at the end of the body.
  void finish(std::string& out);

 private:
  std::unique_ptr<detail::page_inserter> passing_;
};

/// What an exchange withheld, for counters: numbers by category, nothing of the visitor and no cookie's name. A value.
struct exchange_tally {
  std::array<std::uint32_t, 4> hidden{};    ///< request cookies that the application does not see
  std::array<std::uint32_t, 4> withheld{};  ///< Set-Cookie fields that did not pass as they were
};

/// What a page that is made with Abide's parts in it places itself: at the end of its head, at the beginning and at the
/// end of its body. HTML, to be written as it is. A value.
struct page_parts {
  std::string head, notice, end;
};

/// One exchange, from the request's header section to the filtered response: bytes and results in, bytes and effects
/// out. It has no clock, file, lock, thread or socket, and never blocks. It may move between threads; one thread at a
/// time may use it. Must not outlive its site. Views that it returns live as long as it does.
class [[nodiscard]] ABIDE_API visit {
 public:
  explicit visit(std::unique_ptr<detail::exchange>) noexcept;  ///< made by site::begin
  visit(visit&&) noexcept;
  visit& operator=(visit&&) noexcept;
  ~visit();

  /// The decision in force; identify and a choice change it.
  const abide::decision& decision() const noexcept;
  /// The visitor's choice as the signed cookie tells it; null: none, or one that cannot be trusted.
  const record* chosen() const noexcept;
  /// Every cookie seen so far, complete after finish. Empty unless the site keeps reports.
  const std::vector<report_item>& report() const noexcept;
  /// What was withheld so far; complete after finish. In observe mode: what would be.
  exchange_tally tally() const noexcept;
  /// Bytes of body that Abide's own pages read of this request; 0: it is not theirs.
  std::size_t body_limit() const noexcept;

  /// Tells who is logged in, and what the application knows of the person: age, financial incentives. Decides anew and
  /// hides cookies anew; call it before answer, as soon as a session cookie (a required one) tells. `account` is the
  /// application's own name for the account, of which only a keyed hash is stored: an opt-out follows it to every
  /// device (11 CCR 7025(c)(1)). Empty: nobody is logged in, and the rest still counts.
  effect identify(std::string_view account, const visitor& about, header_section& request);

  /// Looks whether the request is for one of Abide's own pages. When nothing is left to carry out, take_reply tells.
  /// `body` may be cut off at body_limit() + 1 bytes; longer ones are refused (413). Hides cookies that came as
  /// trailers since begin.
  effect answer(std::string_view method, std::string_view target, header_section& request, std::string_view body);

  /// Goes on with the result of the effect that identify, answer or resume returned; what is returned is the next one.
  /// A result that nothing waits for is ignored. An account that nobody told of before answer counts as opted out.
  effect resume(effect_result, header_section& request);

  /// The reply after answer; nothing: the application is to be asked, and then finish is to be called.
  std::optional<own_reply> take_reply();

  /// Filters Set-Cookie, keeps the response out of shared caches where it depends on the visitor, and, in HTML pages,
  /// inserts the notice. `body` is null when it cannot be changed. True when it was changed: set a new Content-Length.
  /// Of 1xx only Set-Cookie is filtered: a 101 ends the exchange, after the others the response is still to come.
  bool finish(unsigned status, header_section& response, std::string* body);

  /// The same for a body that is sent in chunks: what comes back inserts into it; nothing: the body is sent as it is.
  /// `beginning`: what there is of the body already, best a kilobyte; `is_whole`: it is all of it. A page is then
  /// longer by an unknown size: send no Content-Length.
  page_insertion finish_streamed(unsigned status, header_section& response, std::string_view beginning, bool is_whole);

  /// finish for a page that places Abide's parts itself, as templates and streaming frameworks do: filters its fields,
  /// and says what to place. `language`: of the page; empty: the policy's first. Nothing: there is nothing to place.
  /// All of the page's policies are in its Content-Security-Policy fields, and their nonces are used.
  std::optional<page_parts> finish_placed(unsigned status, header_section& response, std::string_view language);

  /// Whether the response, or what GET would bring in place of HEAD, may become a page into which is inserted, as far
  /// as the request tells: an adapter that can then asks the application for no content coding.
  bool may_be_page() const noexcept;

  /// Tells an application in another process what was decided, for its own tags: one field Abide-Consent, a dictionary
  /// (RFC 8941). Whatever the visitor sent under that name goes, in any spelling that CGI takes for it. While the site
  /// observes nothing is told. Call it after answer.
  void tell_backend(header_section& request) const;

  /// Whether a body of unknown size may be sent in chunks; else the end of the connection ends it.
  bool takes_chunks() const noexcept;

  /// Whether finish would insert a notice into this response if it had its body.
  bool wants_body(unsigned status, const header_section& response) const;

  /// Says that there will be no response: the client left. Else a visit that ends without finish is warned of, once.
  void abandon() noexcept;

  /// What the log is to keep although nobody waits for it; carry.hpp's hand_over takes it.
  std::vector<log_change> take_notes();
  /// The signal that is only to be counted; hand_over takes it too.
  std::optional<signal_sighting> take_sighting() noexcept;
  /// The notice that finish put into the page, to be counted; hand_over takes it too. Nothing: none, or it may go
  /// unseen.
  std::optional<notice_view> take_notice_view() noexcept;
  /// The site's; null where it keeps no records.
  abide::log* log() const noexcept;
  /// For adapters: warns of something once a site.
  void warn_once(detail::warning, const std::string& text) const;

 private:
  std::unique_ptr<detail::exchange> exchange_;
};

/// The site. Every function may be called from every thread, and none but the constructor and the destructor blocks:
/// they open and close the store. Destroy a site after its visits and page insertions.
class ABIDE_API site {
 public:
  /// Opens what the options and the policy name: keys, store, browser files, place database. Throws config_error.
  explicit site(config, site_options = {});
  /// Visits of a site that is moved stay valid.
  site(site&&) noexcept;
  ~site();

  /// The policy it was opened with.
  const config& settings() const noexcept;
  const std::function<std::int64_t()>& clock() const noexcept;  ///< site_options::clock
  /// Where choices are kept; null: nowhere.
  abide::log* log() const noexcept;
  /// The same where it is Abide's own: to erase an account, or to show a visitor's history. Null otherwise.
  abide::records* records() const noexcept;

  /// Reads the signals and the choice, decides, and hides from the application the cookies it may not use. Call it with
  /// the header section as received, before the body: trailers are no signals. `now` is in Unix seconds.
  visit begin(std::string_view method, std::string_view target, header_section& request, const connection&,
              std::int64_t now) const;

 private:
  std::unique_ptr<detail::site_state> state_;
};

/// Reads the policy file and makes the site. Throws config_error.
[[nodiscard]] ABIDE_API site load_site(const std::string& policy_file, site_options = {});

}  // namespace abide
