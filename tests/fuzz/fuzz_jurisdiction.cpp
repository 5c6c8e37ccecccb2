// Any text is a place, if only the unknown one, and its row is in force.
#include "abide/abide.hpp"
#include "input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input in(data, size);
  const std::int64_t now = in.flag() ? 1795305600 : in.number();
  const exact_copy location(in.rest());
  const abide::jurisdiction& row = abide::find_jurisdiction(location.view(), now);
  std::string upper(location.view());
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  must(&abide::find_jurisdiction(upper, now) == &row, "letter case changes nothing");
  must(row.code == "ZZ" || row.from == INT32_MIN || row.from * std::int64_t{86400} <= now, "the row is in force");
  if (row.code == "ZZ") return 0;
  must(row.code.size() == 2 || upper == row.code, "a region's row is asked for by name");
  return 0;
}
