#include "proxy/doors.hpp"

#include <cerrno>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "abide/config.hpp"
#include "policy/address_range.hpp"

namespace abide::detail::proxy {
namespace {

[[noreturn]] void fail(const std::string& what) { throw std::system_error(errno, std::generic_category(), what); }

door open_unix(const listen_place& where, const std::string& what) {
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  if (where.path.size() >= sizeof local.sun_path)
    throw config_error(what + ": " + where.path + ": path too long for a Unix socket");
  where.path.copy(local.sun_path, sizeof local.sun_path - 1);
  const auto* const to = reinterpret_cast<const sockaddr*>(&local);
  const int made = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (made < 0) fail(what + " " + where.path);
  const bool is_refused = ::connect(made, to, sizeof local) != 0 && errno == ECONNREFUSED;
  struct stat about {};
  if (is_refused && ::lstat(where.path.c_str(), &about) == 0) {
    if (!S_ISSOCK(about.st_mode))
      throw config_error(what + ": expected a socket or a new name, found the file " + where.path);
    ::unlink(where.path.c_str());  // left by a crash
  }
  const int fresh = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  ::close(made);
  if (fresh < 0 || ::bind(fresh, to, sizeof local) != 0 || ::listen(fresh, SOMAXCONN) != 0)
    fail(what + " " + where.path);
  return {fresh, "unix:" + where.path, where.path};
}

door open_tcp(const listen_place& where, bool tls, const std::string& what) {
  sockaddr_in6 six{};
  sockaddr_in four{};
  const bool is_six = ::inet_pton(AF_INET6, where.address.c_str(), &six.sin6_addr) == 1;
  if (!is_six && ::inet_pton(AF_INET, where.address.c_str(), &four.sin_addr) != 1)
    throw config_error(what + ": expected an IP address, found \"" + where.address + '"');
  six.sin6_family = AF_INET6;
  four.sin_family = AF_INET;
  six.sin6_port = four.sin_port = htons(where.port);
  const int made = ::socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  if (made >= 0) ::setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  auto* const to = is_six ? reinterpret_cast<sockaddr*>(&six) : reinterpret_cast<sockaddr*>(&four);
  socklen_t size = is_six ? sizeof six : sizeof four;
  const std::string name = (is_six ? '[' + where.address + ']' : where.address) + ':';
  if (made < 0 || ::bind(made, to, size) != 0 || ::listen(made, SOMAXCONN) != 0)
    fail(what + " " + name + std::to_string(where.port));
  ::getsockname(made, to, &size);
  const unsigned port = ntohs(is_six ? six.sin6_port : four.sin_port);
  return {made, (tls ? "https://" : "http://") + name + std::to_string(port) + '/', {}};
}

/// An IPv4-mapped address becomes IPv4.
std::string address_of(const sockaddr_storage& from) {
  if (from.ss_family == AF_UNIX) return std::string(peer_address("unix:"));
  char text[INET6_ADDRSTRLEN] = "";  // without the zone
  if (from.ss_family == AF_INET) {
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(from).sin_addr, text, sizeof text);
  } else if (from.ss_family == AF_INET6) {
    const in6_addr& six = reinterpret_cast<const sockaddr_in6&>(from).sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&six)) ::inet_ntop(AF_INET, &six.s6_addr[12], text, sizeof text);
    else ::inet_ntop(AF_INET6, &six, text, sizeof text);
  }
  return text;
}

}  // namespace

door open_door(const listen_place& where, bool tls, const std::string& what) {
  return where.path.empty() ? open_tcp(where, tls, what) : open_unix(where, what);
}

void remove_name(door& of) noexcept {
  if (!of.path.empty()) ::unlink(of.path.c_str());
  of.path.clear();
}

int accept_from(int door, std::string& peer) {
  sockaddr_storage from{};
  socklen_t size = sizeof from;
  const int made = ::accept4(door, reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (made < 0) return made;
  const int on = 1;
  if (from.ss_family != AF_UNIX) ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  peer = address_of(from);
  return made;
}

}  // namespace abide::detail::proxy
