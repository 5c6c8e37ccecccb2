#include "proxy/approach.hpp"

#include <algorithm>
#include <string>

#include "base/ascii.hpp"
#include "base/fields.hpp"
#include "place/authority.hpp"
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

/// What the visitor asked for: as the trusted proxies in front say, or as this connection is.
struct asked {
  std::string proto, host;
};

asked asked_of(const approach& by, const forwarded& said, const fields& request) {
  const bool is_scheme = !said.proto.empty() && std::ranges::all_of(said.proto, ascii_text::is_alphanumeric);
  const std::string_view own_scheme = by.tls ? "https" : "http";
  const std::string_view host = read_authority(said.host) ? said.host : request.first("Host");
  return {std::string(is_scheme ? said.proto : own_scheme), std::string(host)};
}

/// RFC 7239 section 4: an IPv6 address is in brackets and quoted. Applications differ in which element and which of the
/// fields they read, so each says the same about scheme and host: else those behind a proxy for TLS redirect forever.
std::string forwarded_of(const approach& by, const asked& of) {
  const bool is_v6 = by.peer.find(':') != by.peer.npos;
  std::string text = "for=";
  text.append(is_v6 ? "\"[" : "").append(by.peer).append(is_v6 ? "]\"" : "");
  if (!of.host.empty()) text.append(";host=\"").append(of.host).append("\"");
  return text.append(";proto=").append(of.proto);
}

}  // namespace

void tell_approach(const approach& by, const trusted_proxies& proxies, fields& request) {
  const bool is_trusted = proxies.trust(by.peer);
  if (!is_trusted) request.erase_where([](const field& each) { return is_forwarded_field(each.name); });
  const asked of = asked_of(by, is_trusted ? read_forwarded(request, by.peer, proxies) : forwarded{}, request);
  append(request, "X-Forwarded-For", by.peer);
  append(request, "Forwarded", forwarded_of(by, of));
  add_where_absent(request, "X-Forwarded-Proto", of.proto);
  add_where_absent(request, "X-Forwarded-Host", of.host);
}

void add_via(unsigned minor, fields& to) { append(to, "Via", minor == 0 ? "1.0 abide" : "1.1 abide"); }

}  // namespace abide::detail::proxy
