#include "web_url.hpp"

#include "abide/cookie.hpp"
#include "base/ascii.hpp"

namespace abide::detail::cli {
namespace {

bool is_loopback(std::string_view host) {
  if (host == "[::1]" || domain_matches(host, "localhost")) return true;
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

std::optional<web_url> read_web_url(std::string_view text) noexcept {
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return {};
  const std::string scheme = ascii_text::lower(text.substr(0, colon));
  if (scheme != "http" && scheme != "https") return {};
  text.remove_prefix(colon + 3);
  std::string_view authority = text.substr(0, text.find_first_of("/?#"));
  authority.remove_prefix(authority.rfind('@') + 1);  // npos + 1 is 0
  const std::size_t port = authority.starts_with('[') ? authority.find(']') + 1 : authority.find(':');
  web_url url;
  url.host = ascii_text::lower(authority.substr(0, port));
  if (url.host.empty()) return {};
  url.secure = scheme == "https" || is_loopback(url.host);
  return url;
}

}  // namespace abide::detail::cli
