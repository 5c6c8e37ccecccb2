#include "base/cookie_domain.hpp"

#ifdef ABIDE_PSL
#include <libpsl.h>
#endif

#include "base/ascii.hpp"

namespace abide::detail {
namespace {

bool is_address(std::string_view host) {
  return host.find(':') != std::string_view::npos || ascii_text::is_digit(host.back());
}

// The size of the host's registrable domain; 0: none.
#ifdef ABIDE_PSL
std::size_t registrable_size(const std::string& host) {
  const char* domain = psl_registrable_domain(psl_builtin(), host.c_str());
  return domain ? std::string_view(domain).size() : 0;
}
#else
std::size_t registrable_size(const std::string& host) {
  const std::size_t last = host.rfind('.');
  if (last == std::string::npos || last == 0) return 0;
  const std::size_t before = host.rfind('.', last - 1);
  return before == std::string::npos ? host.size() : host.size() - before - 1;
}
#endif

}  // namespace

std::vector<std::string> cookie_domains(std::string_view host) {
  std::vector<std::string> domains;
  if (host.empty() || is_address(host) || host.find('\0') != host.npos) return domains;
  const std::string name(host);
  const std::size_t shortest = registrable_size(name);
  if (shortest == 0) return domains;
  for (std::size_t at = 0; name.size() - at >= shortest;) {
    domains.push_back(name.substr(at));
    const std::size_t dot = name.find('.', at);
    if (dot == std::string::npos) break;
    at = dot + 1;
  }
  return domains;
}

bool is_public_suffix(std::string_view domain) {
#ifdef ABIDE_PSL
  return psl_is_public_suffix(psl_builtin(), std::string(domain).c_str()) != 0;
#else
  return domain.find('.') == std::string_view::npos;
#endif
}

}  // namespace abide::detail
