#include "abide/signal.hpp"

#include "ascii.hpp"

namespace abide {

using namespace detail;

bool same_field(std::string_view a, std::string_view b) noexcept { return ascii::same(a, b); }

bool expresses_gpc(std::string_view value, joined_values joined) noexcept {
  if (value == "1") return true;  // as browsers send it
  if (joined == joined_values::literal) return ascii::trim(value) == "1";
  while (!value.empty())
    if (ascii::trim(ascii::take_until(value, ',')) == "1") return true;
  return false;
}

// No value contains a comma (DNT-1): servers and proxies join several fields with it.
dnt_value parse_dnt(std::string_view value) noexcept {
  dnt_value most = dnt_value::absent;
  while (!value.empty()) {
    const std::string_view each = ascii::trim(ascii::take_until(value, ','));
    if (each.empty()) continue;
    if (each.front() == '1') return dnt_value::one;
    if (each.front() == '0') most = dnt_value::zero;
  }
  return most;
}

void read_signal(std::string_view name, std::string_view value, signals& seen, joined_values joined) noexcept {
  if (name.size() == 7 && ascii::starts_with_word(name, "sec-gpc")) {
    seen.gpc = seen.gpc || expresses_gpc(value, joined);
    return;
  }
  if (name.size() != 3 || !ascii::starts_with_word(name, "dnt")) return;
  // Several DNT fields are undefined (DNT-2): the one that asks for more privacy counts.
  const dnt_value read = parse_dnt(value);
  if (read > seen.dnt) seen.dnt = read;
}

}  // namespace abide
