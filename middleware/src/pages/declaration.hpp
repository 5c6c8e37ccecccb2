#pragma once
// The cookie declaration: what the policy says about each cookie, in the reader's language.
#include <string>
#include <string_view>
#include <vector>

#include "abide/config.hpp"

namespace abide::detail {

class language;

/// The reader a text is written for. Holds views: what they refer to must outlive everything made from them.
struct reader {
  const config* settings = nullptr;
  const language* words = nullptr;
  const jurisdiction* place = nullptr;  ///< null: readers everywhere
  std::string_view consent_cookie;      ///< the name of the consent cookie, as the browser holds it
  std::string_view query{};             ///< added to links to Abide's own pages: `?lang=de`; may be empty
  std::string_view consent_path{};      ///< path of those pages behind a proxy; empty: as configured
};

struct declared_cookie {
  std::string name, vendor, vendor_policy, lifetime;
  std::string purpose, purpose_language;  ///< the language if it is not the reader's; the purpose may be empty
  std::string host;                       ///< empty: the site's own
  abide::category category = category::targeting;
  bool third_party = false;  ///< set by another site
  bool shared = false;
  bool exempt = false;  ///< used without consent at the reader's place
};

/// The cookies of a category in the policy's order. Abide's own cookies are the last required ones.
std::vector<declared_cookie> declared_cookies(const reader&, category);

/// The vendors of a category's cookies, each once, in the policy's order: the services that visitors can choose. Empty
/// for required cookies.
std::vector<std::string> declared_services(const reader&, category);

/// The site's name in the reader's language; `This site` when the policy names none.
std::string_view site_name(const config&, const language&) noexcept;

}  // namespace abide::detail
