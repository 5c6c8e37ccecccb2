// Writes and reads the lines `head CHAIN NUMBER HASH` and `ledger CHAIN CHANGES HASH`.
#include <algorithm>
#include <charconv>
#include <istream>
#include <optional>
#include <sstream>

#include "records/verify.hpp"

namespace abide::detail {
namespace {

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return number;
}

bool is_whole(std::string_view hash) {
  constexpr std::size_t size = 64;
  return hash.size() == size && hash.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string head_line(const chain_summary& from) {
  return "head " + std::to_string(from.chain) + ' ' + std::to_string(from.head_number) + ' ' + from.head;
}

std::string ledger_line(const ledger_mark& from) {
  return "ledger " + std::to_string(from.chain) + ' ' + std::to_string(from.changes) + ' ' + from.hash;
}

kept_marks read_marks(std::istream& in) {
  kept_marks kept;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string word, chain, number, hash;
    while (words >> word && word != "head" && word != "ledger") continue;
    if (!(words >> chain >> number >> hash)) continue;
    const auto of = number_in(chain), at = number_in(number);
    if (!of || !at || *at == 0) continue;
    if (!is_whole(hash)) ++kept.cut;
    else if (word == "head") kept.heads.push_back({*of, *at, hash, {}, {}});
    else kept.ledgers.push_back({*of, *at, hash});
  }
  return kept;
}

}  // namespace abide::detail
