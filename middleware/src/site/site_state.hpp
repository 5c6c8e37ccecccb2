#pragma once
// What a site holds from its start, and what one exchange holds.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abide/filter.hpp"
#include "abide/records.hpp"
#include "abide/site.hpp"
#include "pages/browser_files.hpp"
#include "place/place.hpp"
#include "policy/keys.hpp"

namespace abide {

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
  unknown
};

struct site_state {
  std::uint64_t number = 0;  ///< of no other site of this process
  config settings;
  site_options options;
  keys signing;
  places where;
  browser_files files;
  std::string secure_cookie, plain_cookie;  ///< names of the consent cookie
  std::unique_ptr<records> log;             ///< null: the site keeps no records

  std::int64_t now() const;
  const std::string& cookie_name(bool secure) const noexcept { return secure ? secure_cookie : plain_cookie; }
};

struct exchange {
  const site_state* site = nullptr;
  abide::decision decision;
  std::optional<record> chosen;
  visitor who;
  std::string subject;  ///< the visitor's pseudonym in the log; empty: nothing was recorded yet
  std::string account;  ///< the application's name for it; empty: nobody is logged in
  std::string cookies;  ///< the Cookie fields as received, a line each, where some of them were hidden
  std::int64_t now = 0;
  abide::resource resource = resource::none;
  bool secure = false;
  bool is_get = false;
  bool is_document = false;   ///< a page the browser shows by itself, not a script's fetch nor a frame
  bool is_prefetch = false;   ///< fetched before the visitor asks for it
  bool may_remember = false;  ///< not an image or a script: a page's many parts are one visitor, who gets one record
  bool hid_cookies = false;
  std::size_t cookie_fields = 0;        ///< in the request as the application sees it
  std::string target;                   ///< of a page that may hold the notice: where its form comes back to
  std::string host;                     ///< lower case, without port
  std::vector<std::string> held_names;  ///< request cookies that a choice may expire, or that a refusal does
  std::vector<report_item> report;
};

/// The thread's memo, for this site.
memo& memo_of(const site_state&);

/// The exchange's filter; views the state.
filter filter_of(exchange&);

/// One own page's answer (own_pages.cpp).
own_reply answer_own(exchange&, std::string_view method, std::string_view target, const header_section& request,
                     std::string_view body);

/// The resource that a target names.
resource resource_of(const site_state&, std::string_view target) noexcept;

/// Set-Cookie fields of a change: the record, then the expiries of the cookies it no longer allows.
std::vector<std::string> cookies_after(exchange&, const record& next, const decision& after,
                                       const std::vector<std::string>& held_names);

/// Set-Cookie fields that expire what a page's request brought although it was refused: a script set it since, or
/// another host of the site, or it is on a path that the choice's own address did not see, or partitioned. At most 40,
/// which usual proxies take; the rest goes with the next page.
std::vector<std::string> expiries_of_refused(const exchange&, std::string_view target);

}  // namespace abide
