#include "place/authority.hpp"

#include <charconv>

#include "base/ascii.hpp"
#include "policy/address_range.hpp"

namespace abide::detail {
namespace {

constexpr std::size_t name_size_max = 253, label_size_max = 63;

bool is_label(std::string_view label) noexcept {
  if (label.empty() || label.size() > label_size_max) return false;
  for (const char c : label)
    if (!ascii_text::is_alphanumeric(c) && c != '-' && c != '_') return false;
  return true;
}

bool is_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > name_size_max) return false;
  for (;;) {
    const std::size_t dot = name.find('.');
    if (!is_label(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

bool is_host(std::string_view host) noexcept {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') return is_address(host.substr(1, host.size() - 2));
  return is_name(host);
}

}  // namespace

std::optional<authority> read_authority(std::string_view text) noexcept {
  authority read;
  const std::size_t colon = text.rfind(':');
  const bool has_port = colon != std::string_view::npos && text.find(']', colon) == std::string_view::npos;
  read.host = text.substr(0, has_port ? colon : text.size());
  if (has_port && colon + 1 < text.size()) {
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, read.port);
    if (error != std::errc{} || stop != end || read.port == 0) return {};
  }
  if (read.host.size() > 1 && read.host.back() == '.') read.host.remove_suffix(1);
  if (!is_host(read.host)) return {};
  return read;
}

}  // namespace abide::detail
