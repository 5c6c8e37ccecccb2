#pragma once
// Where the proxy accepts connections.
#include <string>

#include <sys/socket.h>

#include "proxy/place.hpp"

namespace abide::detail::proxy {

struct door {
  int socket = -1;
  std::string url;
  std::string path;  ///< of a Unix socket: its name in the file system
};

/// Listens at the place. `what`: the option that names it. Throws config_error and std::system_error.
door open_door(const listen_place&, bool tls, const std::string& what);

/// Removes the name of a Unix socket. Before the socket is closed: then another process may take the name.
void remove_name(door&) noexcept;

/// Accepts a waiting connection without blocking, and tells its peer's address; -1 and errno: none.
int accept_from(int door, std::string& peer);

}  // namespace abide::detail::proxy
