#include "policy/address_range.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace abide::detail {
namespace {

using address = std::array<std::uint8_t, 16>;

struct parsed_address {
  address bytes{};
  bool is_v4 = false;
};

std::optional<parsed_address> read_address(std::string_view text) noexcept {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.empty() || text.size() >= terminated.size() || text.find('\0') != std::string_view::npos) return {};
  std::copy(text.begin(), text.end(), terminated.begin());
  parsed_address read;
  if (inet_pton(AF_INET6, terminated.data(), read.bytes.data()) == 1) return read;
  if (inet_pton(AF_INET, terminated.data(), read.bytes.data() + 12) != 1) return {};
  read.bytes[10] = read.bytes[11] = 0xff;
  read.is_v4 = true;
  return read;
}

std::optional<unsigned> read_bits(std::string_view text, unsigned max) noexcept {
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (error != std::errc{} || end != text.data() + text.size() || bits > max) return {};
  if (text.size() > 1 && text.front() == '0') return {};
  return bits;
}

}  // namespace

std::optional<address_range> read_address_range(std::string_view text) noexcept {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return {};
  const auto start = read_address(text.substr(0, slash));
  if (!start) return {};
  const auto bits = read_bits(text.substr(slash + 1), start->is_v4 ? 32 : 128);
  if (!bits) return {};
  return address_range{start->bytes, start->is_v4 ? *bits + 96 : *bits};
}

bool is_address(std::string_view text) noexcept { return read_address(text).has_value(); }

std::optional<std::array<std::uint8_t, 16>> read_address_bytes(std::string_view text) noexcept {
  const auto read = read_address(text);
  if (!read) return {};
  return read->bytes;
}

std::string_view peer_address(std::string_view peer) noexcept {
  const std::size_t colon = peer.find(':');
  if (colon == peer.npos) return peer;  // IPv4, as usual
  if (peer.substr(0, colon) == "unix") return "127.0.0.1";
  return peer.substr(0, peer.find('%', colon));
}

bool contains(const address_range& range, std::string_view text) noexcept {
  const auto asked = read_address(text);
  if (!asked) return false;
  const std::size_t whole = range.bits / 8;
  if (!std::equal(asked->bytes.begin(), asked->bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                  range.network.begin()))
    return false;
  if (range.bits % 8 == 0) return true;
  const unsigned differing = asked->bytes[whole] ^ range.network[whole];
  return (differing >> (8 - range.bits % 8)) == 0;
}

}  // namespace abide::detail
