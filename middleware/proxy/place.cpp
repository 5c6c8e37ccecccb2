#include "proxy/place.hpp"

#include <charconv>

namespace abide::detail::proxy {
namespace {

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<std::uint16_t> port_in(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return {};
  return port;
}

struct host_and_port {
  std::string host;
  std::optional<std::string_view> port;
};

/// Splits `name:1`, `[::1]:1`, and both without the port.
std::optional<host_and_port> split(std::string_view text) {
  std::size_t end = text.rfind(':');
  if (text.starts_with('[')) {
    const std::size_t closed = text.find(']');
    if (closed == text.npos) return {};
    if (closed + 1 == text.size()) return host_and_port{std::string(text.substr(1, closed - 1)), {}};
    if (text[closed + 1] != ':') return {};
    return host_and_port{std::string(text.substr(1, closed - 1)), text.substr(closed + 2)};
  }
  if (text.find(':') != end) return {};  // an IPv6 address without brackets
  if (end == text.npos) return host_and_port{std::string(text), {}};
  return host_and_port{std::string(text.substr(0, end)), text.substr(end + 1)};
}

}  // namespace

std::optional<backend_place> read_backend(std::string_view text) {
  backend_place made;
  made.text = text;
  if (take(text, "unix:") || take(text, "http+unix:")) {
    while (text.starts_with("//")) text.remove_prefix(1);
    if (!text.starts_with('/')) return {};
    made.path = text;
    return made;
  }
  if (take(text, "https://")) made.tls = true;
  else if (!take(text, "http://")) return {};
  if (text.ends_with('/')) text.remove_suffix(1);
  const auto parts = split(text);
  if (!parts || parts->host.empty() || parts->host.find_first_of("/?#@ ") != std::string::npos) return {};
  made.host = parts->host;
  made.port = made.tls ? 443 : 80;
  if (!parts->port) return made;
  const auto port = port_in(*parts->port);
  if (!port || *port == 0) return {};
  made.port = *port;
  return made;
}

std::string authority_of(const backend_place& of) {
  if (of.host.empty()) return "localhost";
  const std::string host = of.host.find(':') == of.host.npos ? of.host : '[' + of.host + ']';
  return of.port == (of.tls ? 443 : 80) ? host : host + ':' + std::to_string(of.port);
}

std::optional<listen_place> read_listen(std::string_view text) {
  listen_place made;
  if (take(text, "unix:")) {
    if (text.empty()) return {};
    made.path = text;
    return made;
  }
  if (const auto port = port_in(text)) {
    made.address = "127.0.0.1";
    made.port = *port;
    return made;
  }
  const auto parts = split(text);
  if (!parts || !parts->port) return {};
  const auto port = port_in(*parts->port);
  if (!port) return {};
  made.address = parts->host == "localhost" ? "127.0.0.1" : parts->host == "*" ? "0.0.0.0" : parts->host;
  made.port = *port;
  return made;
}

}  // namespace abide::detail::proxy
