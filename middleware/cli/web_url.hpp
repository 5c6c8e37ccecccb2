#pragma once
// The parts of an http or https URL that cookies depend on.
#include <optional>
#include <string>
#include <string_view>

namespace abide::detail::cli {

struct web_url {
  std::string host;     ///< lower case, without port; an IPv6 address in its brackets
  bool secure = false;  ///< https, or a loopback host, which browsers trust
};

/// Nothing for what is no http or https URL.
std::optional<web_url> read_web_url(std::string_view) noexcept;

}  // namespace abide::detail::cli
