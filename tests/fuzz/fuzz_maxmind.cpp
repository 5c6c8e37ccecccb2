// A MaxMind file with any tree and any data, with correct metadata or without: refused, or every address has a place
// code or none.
#include <string>

#include "abide/config.hpp"
#include "input.hpp"
#include "memory_file.hpp"
#include "mmdb.hpp"
#include "place/geo_database.hpp"

/// libmaxminddb 1.7 leaks the part of a description that it read before refusing it.
extern "C" const char* __lsan_default_suppressions() { return "leak:libmaxminddb"; }

namespace {

/// A valid file with some bytes changed, or the input itself.
std::string file_of(input& in) {
  const unsigned how = in.byte();
  if (how & 16) {
    std::string bytes = mmdb::one_node() + mmdb::metadata(1, 24, 6);
    while (!in.empty()) {
      const unsigned at = in.byte();
      bytes[at % bytes.size()] = static_cast<char>(in.byte());
    }
    return bytes;
  }
  const unsigned nodes = in.byte();
  std::string bytes(in.rest());
  return how & 1 ? bytes + mmdb::metadata(nodes, 24 + 4 * (how >> 1 & 3), how & 8 ? 6 : 4) : bytes;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input in(data, size);
  const bool is_right = size == 1 && (data[0] & 16) != 0;
  const memory_file file(file_of(in));
  try {
    const abide::detail::geo_database places(file.name());
    if (is_right) must(places.location("1.2.3.4") == "DE", "a right file is read");
    for (const char* address :
         {"1.2.3.4", "81.2.69.142", "255.255.255.255", "::1", "::ffff:1.2.3.4", "2001:db8::1", "ffff::", "", "x"}) {
      const std::string found = places.location(address);
      must(found.empty() || found.size() == 2 || (found.size() <= 6 && found[2] == '-'), "DE or US-CA, or nothing");
    }
  } catch (const abide::config_error& fault) {
    must(!is_right, "a right file is read");
    must(std::string_view(fault.what()).starts_with("jurisdiction.maxmind: "), "a fault names the setting");
  }
  return 0;
}
