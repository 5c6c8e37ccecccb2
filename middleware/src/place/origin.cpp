#include "place/origin.hpp"

#include <algorithm>
#include <array>

#include "abide/catalog.hpp"
#include "abide/request.hpp"
#include "base/ascii.hpp"
#include "base/bytes.hpp"
#include "base/cookie_domain.hpp"
#include "base/fields.hpp"
#include "place/authority.hpp"
#include "policy/shapes.hpp"

namespace abide::detail {
namespace {

using ascii_text::same;

constexpr std::uint16_t https_port = 443, http_port = 80;

struct absolute_url {
  std::string_view scheme, authority, rest;
};

// scheme "://" authority [ rest ]
std::optional<absolute_url> read_url(std::string_view url) noexcept {
  const std::size_t mark = url.find("://");
  if (mark == std::string_view::npos || mark > 5) return {};
  absolute_url read{url.substr(0, mark), url.substr(mark + 3), {}};
  if (!same(read.scheme, "http") && !same(read.scheme, "https")) return {};
  const std::size_t end = read.authority.find_first_of("/?#");
  if (end == std::string_view::npos) return read;
  read.rest = read.authority.substr(end);
  read.authority = read.authority.substr(0, end);
  return read;
}

bool is_secure_scheme(std::string_view proto) noexcept {
  return same(proto, "https") || same(proto, "wss") || same(proto, "ssl");
}

std::string_view without_slash(std::string_view path) noexcept {
  return path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
}

std::uint16_t port_of(std::string_view digits) noexcept {
  unsigned port = 0;
  for (const char c : digits) {
    if (!ascii_text::is_digit(c) || port > 6553) return 0;
    port = port * 10 + static_cast<unsigned>(c - '0');
  }
  return port <= 65535 ? static_cast<std::uint16_t>(port) : 0;
}

std::string_view lowered(std::string_view host, std::array<char, 256>& room) noexcept {
  const std::size_t size = std::min(host.size(), room.size());
  std::transform(host.begin(), host.begin() + size, room.begin(), [](char c) { return ascii_text::lower(c); });
  return {room.data(), size};
}

/// The default port of the other scheme belongs to an internal hop, not to the one that visitors reach.
std::uint16_t believable_port(bool secure, std::uint16_t port) noexcept {
  return port == (secure ? http_port : https_port) ? 0 : port;
}

std::uint16_t full_port(bool secure, std::uint16_t port) noexcept {
  return port != 0 ? port : secure ? https_port : http_port;
}

/// Whether an Origin or Referer value belongs to the origin.
bool is_from(std::string_view sender, const public_origin& own) noexcept {
  const auto url = read_url(sender);
  if (!url) return false;
  const auto from = read_authority(url->authority);
  const bool secure = same(url->scheme, "https");
  if (!from || !same(from->host, own.host) || (own.secure && !secure)) return false;
  // Port 0: a proxy may have passed on the host without the port, so the port cannot be compared.
  return own.port == 0 || full_port(own.secure, own.port) == full_port(secure, from->port);
}

}  // namespace

origins::origins(const config& settings)
    : fixed_(settings.origin), host_(settings.policy.host), hosts_(settings.hosts) {
  const auto named = read_authority(host_);
  has_plain_host_ = named && named->host == host_;
  if (!fixed_.empty() && !fixed())
    throw config_error("site.origin: expected an origin such as https://www.shop.example, found \"" + fixed_ + '"');
}

std::optional<public_origin> origins::fixed() const noexcept {
  const auto url = read_url(fixed_);
  const auto named = url ? read_authority(url->authority) : std::nullopt;
  if (!named) return {};
  return public_origin{same(url->scheme, "https"), named->host, named->port, without_slash(url->rest)};
}

bool origins::serves(std::string_view host) const noexcept {
  if (hosts_.empty() || host == host_) return true;
  for (const std::string& each : hosts_)
    if (host_matches(each, host)) return true;
  return false;
}

// Whether the host is an internal name of this server: another site's name used by a proxy, or a name that visitors
// cannot use.
bool origins::is_backend(std::string_view host, bool by_proxy) const noexcept {
  if (host_.empty() || !hosts_.empty() || is_same_site(host, host_)) return false;
  return by_proxy || cookie_domains(host).empty();
}

// The usual case: the host as the policy spells it, and no statements of proxies.
bool origins::is_usual(const origin_facts& facts, const forwarded& said) const noexcept {
  return has_plain_host_ && fixed_.empty() && facts.hosts == 1 && same_bytes(facts.host, host_) &&
         facts.target.starts_with('/') && said.host.empty() && said.port.empty() && said.prefix.empty();
}

std::optional<public_origin> origins::of(const origin_facts& facts, const forwarded& said) const noexcept {
  public_origin made;
  made.secure = facts.tls || is_secure_scheme(said.proto) || (said.proto.empty() && said.port == "443");
  if (is_usual(facts, said)) {
    made.host = facts.host;
    return made;
  }
  const std::string_view asked = requested_host(facts.target, facts.host);
  const auto forwarded_host = read_authority(said.host);
  const auto own = read_authority(asked);
  if (facts.hosts > 1 || (!asked.empty() && !own)) return {};
  const auto& named = forwarded_host ? forwarded_host : own;
  std::array<char, 256> room;  // longer than any host
  const std::string_view host = named ? lowered(named->host, room) : std::string_view{};
  if (named && !serves(host)) return {};
  if (!fixed_.empty()) return fixed();
  if (named && (forwarded_host || !is_backend(host, facts.by_proxy))) {
    made.host = named->host;
    made.port = believable_port(made.secure, named->port != 0 ? named->port : port_of(said.port));
  } else {
    made.host = host_;
  }
  if (is_prefix(without_slash(said.prefix))) made.prefix = without_slash(said.prefix);
  return made;
}

std::string_view requested_host(std::string_view target, std::string_view host_field) noexcept {
  const auto url = target.starts_with('/') ? std::nullopt : read_url(target);
  return url ? url->authority : host_field;
}

std::string_view origin_form(std::string_view target) noexcept {
  if (target.starts_with('/')) return target;
  const auto url = read_url(target);
  if (!url) return target;
  return url->rest.starts_with('/') ? url->rest : "/";
}

namespace {

/// The value of a field, or `null`, which no site has, if two fields of this name contradict each other.
std::string_view agreed(const header_section& request, std::string_view name) {
  std::string_view agreed = request.first(name);
  for_each_field(request, [&](std::string_view each, std::string_view value) {
    if (same(each, name) && value != agreed) agreed = "null";
  });
  return agreed;
}

}  // namespace

bool is_own_form(const header_section& request, const public_origin& own, std::string_view request_host) {
  const std::string_view site = agreed(request, "Sec-Fetch-Site");
  if (!site.empty()) return site == "same-origin";
  std::string_view sender = agreed(request, "Origin");
  if (sender.empty()) sender = agreed(request, "Referer");
  if (sender.empty() || is_from(sender, own)) return true;
  // The host that the browser requested is the site's own, even if the policy or a proxy names another host or port.
  const auto asked = read_authority(request_host);
  if (!asked || (asked->port == 0 && same(asked->host, own.host))) return false;
  return is_from(sender, {own.secure, asked->host, asked->port, {}});
}

}  // namespace abide::detail
