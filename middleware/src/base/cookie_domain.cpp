#include "base/cookie_domain.hpp"

#include <libpsl.h>

namespace abide {
namespace {

bool is_address(std::string_view host) {
  return host.find(':') != std::string_view::npos || (!host.empty() && host.back() >= '0' && host.back() <= '9');
}

}  // namespace

std::vector<std::string> cookie_domains(std::string_view host) {
  std::vector<std::string> domains;
  if (host.empty() || is_address(host)) return domains;
  const std::string name(host);
  const char* registrable = psl_registrable_domain(psl_builtin(), name.c_str());
  if (!registrable) return domains;
  for (std::size_t at = 0; name.size() - at >= std::string_view(registrable).size();) {
    domains.push_back(name.substr(at));
    const std::size_t dot = name.find('.', at);
    if (dot == std::string::npos) break;
    at = dot + 1;
  }
  return domains;
}

}  // namespace abide
