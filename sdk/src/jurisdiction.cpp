#include "abide/jurisdiction.hpp"

#include <array>

#include "ascii.hpp"
#include "calendar.hpp"
#include "jurisdiction_data.hpp"
#include "words.hpp"

namespace abide {

using namespace detail;

namespace {

constexpr std::uint64_t country_of(std::uint64_t key) noexcept { return key & ~std::uint64_t{0xffffffff}; }

// Index of the first row whose code is not less than `key`.
std::size_t lower_bound(std::uint64_t key) noexcept {
  std::size_t first = 0;
  for (std::size_t count = data::jurisdictions.count; count > 0;) {
    const std::size_t half = count / 2;
    if (data::keys[first + half] < key) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return first;
}

// The latest row of the place that is in force at `now`.
const jurisdiction* row_of(std::uint64_t key, std::int64_t now) noexcept {
  const jurisdiction_table& table = data::jurisdictions;
  const jurisdiction* found = nullptr;
  for (std::size_t i = lower_bound(key); i < table.count && data::keys[i] == key; ++i) {
    if (table.rows[i].from * calendar::seconds_a_day > now) break;
    found = &table.rows[i];
  }
  return found;
}

const jurisdiction* alias_row(std::uint64_t key, std::int64_t now) noexcept {
  for (std::size_t i = 0; i < data::alias_count; ++i)
    if (data::aliases[i].code == key) return row_of(data::aliases[i].row, now);
  return nullptr;
}

// place = 2CHAR [ "-" 1*3CHAR ], CHAR = ALPHA / DIGIT; 0 for any other text
std::uint64_t read_place(std::string_view text) noexcept {
  if (text.size() < 2 || text.size() == 3 || text.size() > data::code_size_max) return 0;
  char code[data::code_size_max];
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = code[i] = ascii::upper(text[i]);
    const bool fits = i == 2 ? c == '-' : ascii::is_digit(c) || (c >= 'A' && c <= 'Z');
    if (!fits) return 0;
  }
  return data::key_of({code, text.size()});
}

}  // namespace

const jurisdiction& find_jurisdiction(std::string_view location, std::int64_t now) noexcept {
  if (const std::uint64_t place = read_place(location)) {
    const std::uint64_t country = country_of(place);
    if (const jurisdiction* row = row_of(place, now)) return *row;
    if (const jurisdiction* row = place == country ? nullptr : row_of(country, now)) return *row;
    if (const jurisdiction* row = alias_row(country, now)) return *row;
  }
  return data::jurisdictions.rows[lower_bound(data::key_of("ZZ"))];
}

jurisdiction_table jurisdictions() noexcept { return data::jurisdictions; }

std::string_view jurisdiction_version() noexcept { return data::version; }

std::string_view caution(const jurisdiction& place) noexcept {
  if (place.confidence != "low") return {};
  return "low confidence: this row rests on background knowledge or conflicting sources; have it checked";
}

std::string_view to_string(regime r) noexcept {
  return words::regime[static_cast<std::size_t>(r) % words::regime.size()];
}

}  // namespace abide
