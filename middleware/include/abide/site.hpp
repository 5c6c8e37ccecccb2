#pragma once
// One web site under one policy: decides for a request, answers Abide's own pages, filters the response.
// Knows no HTTP library; an adapter (beast.hpp) shows it header sections and carries its answers out.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abide/config.hpp"
#include "abide/decision.hpp"
#include "abide/headers.hpp"
#include "abide/records.hpp"

namespace abide {

/// One cookie of an exchange and what became of it.
struct report_item {
  bool from_request = false;
  std::string name, vendor;
  abide::category category = category::targeting;
  bool shared = false, allowed = false;
  std::string_view rule, why, evidence;  ///< `D3c`, a sentence, `catalog`; live for ever
};

struct site_options {
  std::string location;                 ///< overrides the policy's place: `US-CA`, `DE`; empty: as the policy says
  std::optional<abide::mode> mode;      ///< overrides the policy's mode
  std::vector<std::string> keys;        ///< overrides the policy's keys, newest first; at least 32 bytes each
  std::string records;                  ///< overrides the policy's store: `sqlite:FILE`, `postgres://...`; `none`
  std::string browser_files;            ///< folder with abide.mjs, gate.js ...; empty: the notice works without scripts
  bool reports = false;                 ///< keep what visit::report tells; costs allocations
  std::function<std::int64_t()> clock;  ///< Unix seconds; empty: the system clock
  std::function<void(const std::string&)> warn;  ///< empty: standard error
};

/// The connection a request came over.
struct connection {
  std::string_view peer;  ///< address, for trusted proxies; empty: unknown, no proxy is trusted
  bool secure = false;    ///< TLS; `X-Forwarded-Proto: https` of a trusted proxy counts too
};

/// A response of Abide's own pages.
struct own_reply {
  unsigned status = 200;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
};

struct site_state;  // middleware/src/site_state.hpp
struct exchange;

/// One exchange, from the request's header section to the filtered response. Must not outlive its site.
class visit {
 public:
  explicit visit(std::unique_ptr<exchange>) noexcept;  ///< made by site::begin
  visit(visit&&) noexcept;
  visit& operator=(visit&&) noexcept;
  ~visit();

  const abide::decision& decision() const noexcept;
  /// The visitor's choice as the signed cookie tells it; null: none, or one that cannot be trusted.
  const record* chosen() const noexcept;
  /// Every cookie seen so far, complete after finish. Empty unless the site keeps reports.
  const std::vector<report_item>& report() const noexcept;
  /// Bytes of body that Abide's own pages read of this request; 0: it is not theirs.
  std::size_t body_limit() const noexcept;

  /// Tells who is logged in, and what the application knows of the person: age, financial incentives. Decides anew and
  /// hides cookies anew; call it before answer, as soon as a session cookie (a required one) tells. `account` is the
  /// application's own name for the account, of which only a keyed hash is stored: an opt-out follows it to every
  /// device (11 CCR 7025(c)(1)). Empty: nobody is logged in, and the rest still counts.
  void identify(std::string_view account, const visitor& about, header_section& request);

  /// The response when the request is for one of Abide's own pages: then the application is not asked. `body` may be
  /// cut off at body_limit() + 1 bytes; longer ones are refused (413). Hides cookies that came as trailers since begin.
  std::optional<own_reply> answer(std::string_view method, std::string_view target, header_section& request,
                                  std::string_view body);

  /// Filters Set-Cookie, keeps the response out of shared caches where it depends on the visitor, and, in HTML pages,
  /// inserts the notice. `body` is null when it cannot be changed. True when it was changed: set a new Content-Length.
  bool finish(unsigned status, header_section& response, std::string* body);

 private:
  std::unique_ptr<exchange> exchange_;
};

class site {
 public:
  /// Throws config_error when keys, proxies or browser files cannot be used.
  explicit site(config, site_options = {});
  site(site&&) noexcept;
  ~site();

  const config& settings() const noexcept;
  /// The site's consent records; null: it keeps none. To erase an account, or to show a visitor's history.
  records* log() const noexcept;

  /// Reads the signals and the choice, decides, and hides from the application the cookies it may not use. Call it with
  /// the header section as received, before the body: trailers are no signals.
  visit begin(std::string_view method, std::string_view target, header_section& request, const connection&) const;

 private:
  std::unique_ptr<site_state> state_;
};

/// Reads the policy file and makes the site. Throws config_error.
site load_site(const std::string& policy_file, site_options = {});

}  // namespace abide
