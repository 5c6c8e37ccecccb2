#pragma once
// Where connections come in.
#include <string>

#include <sys/socket.h>

#include "proxy/place.hpp"

namespace abide::detail::proxy {

struct door {
  int socket = -1;
  std::string url;
};

/// Listens there. `what`: the option that names the place. Throws config_error and std::system_error.
door open_door(const listen_place&, bool tls, const std::string& what);

/// A connection that waits at the door, without blocking, and its peer's address; -1 and errno: none.
int accept_from(int door, std::string& peer);

}  // namespace abide::detail::proxy
