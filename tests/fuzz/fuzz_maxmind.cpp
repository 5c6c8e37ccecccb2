// A MaxMind file with any tree and any data, with right metadata or without: refused, or every address has a place's
// code or none.
#include <string>

#include "abide/config.hpp"
#include "input.hpp"
#include "memory_file.hpp"
#include "place/geo_database.hpp"

/// libmaxminddb 1.7 leaks what it read of a description when it refuses one.
extern "C" const char* __lsan_default_suppressions() { return "leak:libmaxminddb"; }

namespace {

// https://maxmind.github.io/MaxMind-DB/
std::string text(std::string_view of) { return std::string(1, static_cast<char>(2 << 5 | of.size())).append(of); }
std::string number(unsigned type, unsigned size, unsigned value) {
  std::string made(1, static_cast<char>(type << 5 | size));
  for (unsigned i = size; i > 0; --i) made += static_cast<char>(value >> 8 * (i - 1));
  return made;
}

std::string metadata(unsigned nodes, unsigned record_bits, unsigned ip_version) {
  return std::string("\xab\xcd\xefMaxMind.com") + static_cast<char>(7 << 5 | 9) + text("binary_format_major_version") +
         number(5, 2, 2) + text("binary_format_minor_version") + number(5, 2, 0) + text("build_epoch") +
         std::string("\1\2\1", 3) + text("languages") + std::string("\1\4", 2) + text("en") + text("description") +
         '\xe0' + text("database_type") + text("fuzz") + text("ip_version") + number(5, 2, ip_version) +
         text("node_count") + number(6, 4, nodes) + text("record_size") + number(5, 2, record_bits);
}

/// One node, whose both sides lead to {"country": {"iso_code": "DE"}}.
std::string right_file() {
  const std::string side("\0\0\x11", 3), record = std::string(1, '\xe1') + text("country") + '\xe1' + text("iso_code");
  return side + side + std::string(16, '\0') + record + text("DE");
}

/// A right file in which some bytes are others, or what the input holds.
std::string file_of(input& in) {
  const unsigned how = in.byte();
  if (how & 16) {
    std::string bytes = right_file() + metadata(1, 24, 6);
    while (!in.empty()) {
      const unsigned at = in.byte();
      bytes[at % bytes.size()] = static_cast<char>(in.byte());
    }
    return bytes;
  }
  const unsigned nodes = in.byte();
  std::string bytes(in.rest());
  return how & 1 ? bytes + metadata(nodes, 24 + 4 * (how >> 1 & 3), how & 8 ? 6 : 4) : bytes;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input in(data, size);
  const bool is_right = size == 1 && (data[0] & 16) != 0;
  const memory_file file(file_of(in));
  try {
    const abide::detail::geo_database places(file.name());
    if (is_right) must(places.location("1.2.3.4") == "DE", "a right file is read");
    for (const char* address : {"1.2.3.4", "81.2.69.142", "255.255.255.255", "::1", "2001:db8::1", "ffff::", "", "x"}) {
      const std::string found = places.location(address);
      must(found.empty() || found.size() == 2 || (found.size() <= 6 && found[2] == '-'), "DE or US-CA, or nothing");
    }
  } catch (const abide::config_error& fault) {
    must(!is_right, "a right file is read");
    must(std::string_view(fault.what()).starts_with("jurisdiction.maxmind: "), "a fault names the setting");
  }
  return 0;
}
