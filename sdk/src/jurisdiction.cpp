#include "abide/jurisdiction.hpp"

#include <array>

#include "ascii.hpp"
#include "calendar.hpp"
#include "jurisdiction_data.hpp"

namespace abide {
namespace {

template <typename Row>
const Row* find(const Row* rows, std::size_t count, std::string_view code) noexcept {
  std::size_t first = 0;
  while (count > 0) {
    const std::size_t half = count / 2;
    if (rows[first + half].code < code) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return &rows[first];
}

const jurisdiction* row_of(std::string_view code) noexcept {
  const jurisdiction_table& table = data::jurisdictions;
  const jurisdiction* row = find(table.rows, table.count, code);
  return row != table.rows + table.count && row->code == code ? row : nullptr;
}

const jurisdiction* in_force(const jurisdiction* row, std::int64_t now) noexcept {
  if (!row) return nullptr;
  return row->from * calendar::seconds_a_day <= now ? row : nullptr;
}

const jurisdiction* country_row(std::string_view code) noexcept {
  if (const jurisdiction* row = row_of(code)) return row;
  const data::place_alias* alias = find(data::aliases, data::alias_count, code);
  return alias != data::aliases + data::alias_count && alias->code == code ? row_of(alias->row) : nullptr;
}

}  // namespace

const jurisdiction& jurisdiction_of(std::string_view location, std::int64_t now) noexcept {
  constexpr std::size_t longest = 6;  // CC-RRR
  const jurisdiction& strictest = *row_of("ZZ");
  char text[longest];
  if (location.size() < 2 || location.size() > longest) return strictest;
  for (std::size_t i = 0; i < location.size(); ++i) text[i] = ascii::upper(location[i]);
  const std::string_view code(text, location.size());
  if (code.size() > 2 && code[2] != '-') return strictest;
  if (code.size() > 2)
    if (const jurisdiction* row = in_force(row_of(code), now)) return *row;
  const jurisdiction* row = in_force(country_row(ascii::part(code, 0, 2)), now);
  return row ? *row : strictest;
}

jurisdiction_table jurisdictions() noexcept { return data::jurisdictions; }

std::string_view name_of(regime r) noexcept {
  constexpr std::array<std::string_view, 3> names{"opt_in", "opt_out", "notice"};
  return names[static_cast<unsigned>(r) % names.size()];
}

}  // namespace abide
