#pragma once
// The smallest MaxMind DB file, byte by byte: https://maxmind.github.io/MaxMind-DB/
#include <string>
#include <string_view>

namespace mmdb {

inline std::string text(std::string_view of) {
  return std::string(1, static_cast<char>(2 << 5 | of.size())).append(of);
}
inline std::string number(unsigned type, unsigned size, unsigned value) {
  std::string made(1, static_cast<char>(type << 5 | size));
  for (unsigned i = size; i > 0; --i) made += static_cast<char>(value >> 8 * (i - 1));
  return made;
}

inline std::string metadata(unsigned nodes, unsigned record_bits, unsigned ip_version) {
  return std::string("\xab\xcd\xefMaxMind.com") + static_cast<char>(7 << 5 | 9) + text("binary_format_major_version") +
         number(5, 2, 2) + text("binary_format_minor_version") + number(5, 2, 0) + text("build_epoch") +
         std::string("\1\2\1", 3) + text("languages") + std::string("\1\4", 2) + text("en") + text("description") +
         '\xe0' + text("database_type") + text("fuzz") + text("ip_version") + number(5, 2, ip_version) +
         text("node_count") + number(6, 4, nodes) + text("record_size") + number(5, 2, record_bits);
}

/// One node; both sides lead to {"country": {"iso_code": "DE"}}.
inline std::string one_node() {
  const std::string side("\0\0\x11", 3), record = std::string(1, '\xe1') + text("country") + '\xe1' + text("iso_code");
  return side + side + std::string(16, '\0') + record + text("DE");
}

}  // namespace mmdb
