#pragma once
// The parts of an http or https URL that cookies depend on.
#include <optional>
#include <string>
#include <string_view>

namespace abide::detail::cli {

struct web_url {
  std::string host;     ///< lower case, without port; an IPv6 address with its brackets
  bool secure = false;  ///< https, or a loopback host, which browsers trust
};

/// Nothing if the text is not an http or https URL.
std::optional<web_url> read_web_url(std::string_view) noexcept;

}  // namespace abide::detail::cli
