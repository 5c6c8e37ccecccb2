#include "proxy/approach.hpp"

#include <string>

#include "base/ascii.hpp"
#include "base/fields.hpp"
#include "place/forwarded.hpp"

namespace abide::detail::proxy {
namespace {

void append(fields& to, std::string_view name, std::string_view value) {
  std::string list;
  for (const field& each : to.all())
    if (ascii_text::same(each.name, name) && !each.value.empty()) append_member(list, each.value);
  append_member(list, value);
  to.replace(name, list);
}

void add_where_absent(fields& to, std::string_view name, std::string_view value) {
  if (!value.empty() && to.count(name) == 0) to.add(name, value);
}

/// RFC 7239 section 4: an IPv6 address is in brackets and quoted.
std::string forwarded_of(const approach& by, std::string_view host) {
  const bool is_v6 = by.peer.find(':') != by.peer.npos;
  std::string text = is_v6 ? "for=\"[" + std::string(by.peer) + "]\"" : "for=" + std::string(by.peer);
  if (!host.empty()) text.append(";host=\"").append(host).append("\"");
  return text.append(by.tls ? ";proto=https" : ";proto=http");
}

}  // namespace

void tell_approach(const approach& by, const trusted_proxies& proxies, fields& request) {
  if (!proxies.trust(by.peer)) request.erase_where([](const field& each) { return is_forwarded_field(each.name); });
  const std::string host(request.first("Host"));
  append(request, "X-Forwarded-For", by.peer);
  append(request, "Forwarded", forwarded_of(by, host));
  add_where_absent(request, "X-Forwarded-Proto", by.tls ? "https" : "http");
  add_where_absent(request, "X-Forwarded-Host", host);
}

void add_via(unsigned minor, fields& to) { append(to, "Via", minor == 0 ? "1.0 abide" : "1.1 abide"); }

}  // namespace abide::detail::proxy
