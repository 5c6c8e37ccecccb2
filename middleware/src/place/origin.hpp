#pragma once
// The origin by which visitors know the site; cookies, forms and links depend on it.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abide/config.hpp"
#include "place/forwarded.hpp"

namespace abide::detail {

/// Scheme, host and port (RFC 6454), and the path prefix that a proxy removes. Views the texts that it was read from.
struct public_origin {
  bool secure = false;
  std::string_view host;    ///< without port and trailing dot, in the case as sent; empty: unknown
  std::uint16_t port = 0;   ///< 0: the scheme's default, or unknown
  std::string_view prefix;  ///< such as /shop; empty: none
};

/// What a request says about the origin.
struct origin_facts {
  std::string_view target, host;  ///< the host of an absolute target takes precedence (RFC 9112 section 3.2.2)
  unsigned hosts = 0;             ///< number of Host fields
  bool tls = false;               ///< of the connection
  bool by_proxy = false;          ///< the request is from a trusted proxy
};

class origins {
 public:
  /// Throws config_error.
  explicit origins(const config&);

  /// The origin of a request. `said`: from trusted proxies, else empty. nullopt: the request is not for a host of this
  /// site, or its host is invalid (421, RFC 9110 section 15.5.20).
  std::optional<public_origin> of(const origin_facts&, const forwarded& said) const noexcept;

 private:
  bool is_usual(const origin_facts&, const forwarded& said) const noexcept;
  bool serves(std::string_view host) const noexcept;
  bool is_backend(std::string_view host, bool by_proxy) const noexcept;

  std::optional<public_origin> fixed() const noexcept;

  std::string fixed_;  ///< site.origin
  std::string host_;
  bool has_plain_host_ = false;  ///< `host_` is a name or an address, without port
  std::vector<std::string> hosts_;
};

/// The request target without scheme and authority, if it has them (absolute-form).
std::string_view origin_form(std::string_view target) noexcept;

/// The host that the browser asked for: an absolute target's, else the Host field's.
std::string_view requested_host(std::string_view target, std::string_view host_field) noexcept;

/// Whether a form was sent from the site's own pages: by Sec-Fetch-Site, else Origin, else Referer. True if there is
/// none of them: browsers always send one with another site's form. A page over http does not belong to a site over
/// https. Ports are compared if both are known.
bool is_own_form(const header_section& request, const public_origin&, std::string_view request_host);

}  // namespace abide::detail
