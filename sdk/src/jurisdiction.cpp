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

// The latest of the place's rows that is in force.
const jurisdiction* row_of(std::string_view code, std::int64_t now) noexcept {
  const jurisdiction_table& table = data::jurisdictions;
  const jurisdiction* found = nullptr;
  for (const jurisdiction* row = find(table.rows, table.count, code); row != table.rows + table.count; ++row) {
    if (row->code != code || row->from * calendar::seconds_a_day > now) break;
    found = row;
  }
  return found;
}

const jurisdiction* country_row(std::string_view code, std::int64_t now) noexcept {
  if (const jurisdiction* row = row_of(code, now)) return row;
  const data::place_alias* alias = find(data::aliases, data::alias_count, code);
  return alias != data::aliases + data::alias_count && alias->code == code ? row_of(alias->row, now) : nullptr;
}

constexpr std::size_t longest = 6;  // CC-RRR

// place = 2CHAR [ "-" 1*3CHAR ], CHAR = ALPHA / DIGIT; what is cut off or written otherwise is no place
bool is_place(std::string_view text) noexcept {
  if (text.size() < 2 || text.size() == 3 || text.size() > longest) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = ascii::upper(text[i]);
    const bool fits = i == 2 ? c == '-' : ascii::is_digit(c) || (c >= 'A' && c <= 'Z');
    if (!fits) return false;
  }
  return true;
}

}  // namespace

const jurisdiction& jurisdiction_of(std::string_view location, std::int64_t now) noexcept {
  const jurisdiction& strictest = *find(data::jurisdictions.rows, data::jurisdictions.count, "ZZ");
  char text[longest];
  if (!is_place(location)) return strictest;
  for (std::size_t i = 0; i < location.size(); ++i) text[i] = ascii::upper(location[i]);
  const std::string_view code(text, location.size());
  if (code.size() > 2)
    if (const jurisdiction* row = row_of(code, now)) return *row;
  const jurisdiction* row = country_row(ascii::part(code, 0, 2), now);
  return row ? *row : strictest;
}

jurisdiction_table jurisdictions() noexcept { return data::jurisdictions; }

std::string_view jurisdiction_version() noexcept { return data::version; }

std::string_view caution(const jurisdiction& place) noexcept {
  if (place.confidence != "low") return {};
  return "low confidence: this row rests on background knowledge or conflicting sources; have it checked";
}

std::string_view name_of(regime r) noexcept {
  constexpr std::array<std::string_view, 3> names{"opt_in", "opt_out", "notice"};
  return names[static_cast<unsigned>(r) % names.size()];
}

}  // namespace abide
