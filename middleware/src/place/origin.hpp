#pragma once
// The origin under which visitors know the site: what cookies, forms and links are made for.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abide/config.hpp"
#include "place/forwarded.hpp"

namespace abide::detail {

/// Scheme, host and port (RFC 6454), and the path that a proxy cuts off. Views what it was read from.
struct public_origin {
  bool secure = false;
  std::string_view host;    ///< without port and without a dot at its end, letters as sent; empty: not known
  std::uint16_t port = 0;   ///< 0: the scheme's own, or not known
  std::string_view prefix;  ///< such as /shop; empty: none
};

/// What a request says of it.
struct origin_facts {
  std::string_view target, host;  ///< of the request; an absolute target's host counts more (RFC 9112 section 3.2.2)
  unsigned hosts = 0;             ///< how many Host fields
  bool tls = false;               ///< of the connection
  bool by_proxy = false;          ///< a trusted proxy asks
};

class origins {
 public:
  /// Throws config_error.
  explicit origins(const config&);

  /// `said` is empty unless trusted proxies say something. Nothing: the request is for no host of this site, or for
  /// what is no host (421, RFC 9110 section 15.5.20).
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

/// The target without scheme and authority, where it has them (absolute-form).
std::string_view origin_form(std::string_view target) noexcept;

/// Whether a form comes from the site's own pages: by Sec-Fetch-Site, else Origin, else Referer; true where a client
/// sends none of them, as browsers never do with a form of another site. A page over http is none of a site's over
/// https. The port counts where both say one.
bool is_own_form(const header_section& request, const public_origin&, std::string_view request_host);

}  // namespace abide::detail
