#include "policy/suggestion.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "abide/jurisdiction.hpp"
#include "base/ascii.hpp"
#include "policy/address_range.hpp"
#include "policy/category_words.hpp"
#include "policy/other_words.hpp"

namespace abide::detail {
namespace {

// Levenshtein distance: how many letters to change, add or drop.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row.back();
}

bool has(const std::vector<std::string_view>& known, std::string_view word) {
  return std::find(known.begin(), known.end(), word) != known.end();
}

std::string folded(std::string_view word) {
  std::string plain = ascii_text::lower(ascii_text::trimmed(word));
  for (char& c : plain)
    if (c == ' ' || c == '-') c = '_';
  return plain;
}

std::string without_scheme_and_path(std::string_view text) {
  if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) text.remove_prefix(scheme + 3);
  return std::string(text.substr(0, text.find_first_of(":/?#")));
}

std::string with(std::string text, char from, char to) {
  std::replace(text.begin(), text.end(), from, to);
  return text;
}

std::string without_last_slashes(std::string text) {
  while (!text.empty() && text.back() == '/') text.pop_back();
  return text;
}

std::string code_of_place(std::string_view name) {
  const jurisdiction_table table = jurisdictions();
  for (std::size_t i = 0; i < table.count; ++i)
    if (ascii_text::same(table.rows[i].name, name)) return std::string(table.rows[i].code);
  return {};
}

std::string without_cookie_prefix(std::string_view text) {
  const std::size_t end = text.starts_with("__") ? text.find('-') : std::string_view::npos;
  return std::string(end == std::string_view::npos ? std::string_view{} : text.substr(end + 1));
}

std::string after_scheme(std::string_view text) {
  const std::size_t scheme = text.find("://");
  return std::string(scheme == std::string_view::npos ? text : text.substr(scheme + 3));
}

// `www.shop.example/privacy` is a URL without its scheme, `privacy.html` a path without its slash.
std::string without_scheme(const std::string& text) {
  const std::string_view first = std::string_view(text).substr(0, text.find('/'));
  const bool has_host = first.size() < text.size() ? first.find('.') != first.npos : text.starts_with("www.");
  return has_host && text.find("://") == text.npos ? "https://" + text : std::string();
}

std::string without_outer_dots(std::string_view text) {
  if (text.starts_with('.')) text.remove_prefix(1);
  if (text.ends_with('.')) text.remove_suffix(1);
  return std::string(text);
}

std::string range_of(const std::string& address) {
  for (const std::string_view bits : {"/32", "/128"})
    if (std::string range = address; read_address_range(range.append(bits))) return range;
  return {};
}

/// Corrections of frequent mistakes in such a text.
std::vector<std::string> mended(std::string_view text) {
  const std::string plain(ascii_text::trimmed(text));
  std::vector<std::string> made{plain,
                                ascii_text::lower(plain),
                                without_cookie_prefix(plain),
                                with(plain, '_', '-'),
                                code_of_place(plain),
                                without_last_slashes(plain),
                                without_scheme(plain),
                                without_last_slashes("/" + plain),
                                without_scheme_and_path(plain),
                                plain.substr(plain.starts_with('*')),
                                without_outer_dots(plain),
                                "https://" + after_scheme(plain),
                                without_last_slashes("https://" + after_scheme(plain)),
                                range_of(plain)};
  for (const other_word& each : other_words)
    if (each.word == folded(plain)) made.emplace_back(each.ours);
  return made;
}

}  // namespace

std::optional<category> category_meant(std::string_view word) {
  std::string plain = with(folded(word), '_', ' ');
  for (std::size_t i = 1; i < plain.size(); ++i) {
    const bool is_upper = plain[i - 1] == '\xc3' && static_cast<unsigned char>(plain[i]) <= 0x9e;  // `Ä`
    if (is_upper) plain[i] = static_cast<char>(plain[i] + 0x20);
  }
  for (const std::string_view more : {"cookies", "cookie"}) {  // `Leistungs-Cookies`, `Cookies de performance`
    if (plain.size() > more.size() && plain.ends_with(more)) plain.resize(plain.size() - more.size());
    if (plain.size() > more.size() && plain.starts_with(more)) plain.erase(0, more.size());
    plain = std::string(ascii_text::trimmed(plain));
  }
  for (const category_word& each : category_words)
    if (each.word == plain) return each.means;
  return std::nullopt;
}

std::string did_you_mean(std::string_view meant, std::string_view quote) {
  if (meant.empty()) return {};
  return std::string("; did you mean ").append(quote).append(meant).append(quote).append("?");
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known) {
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string_view candidate : known) {
    const std::size_t away = distance(word, candidate);
    if (away >= best_distance) continue;
    best = candidate;
    best_distance = away;
  }
  return best;
}

std::string_view meant_word(std::string_view word, const std::vector<std::string_view>& known) {
  const std::string plain = folded(word);
  for (const std::string_view each : known)
    if (folded(each) == plain) return each;
  for (const other_word& each : other_words)
    if (each.word == plain && has(known, each.ours)) return each.ours;
  if (const auto category = category_meant(word); category && has(known, to_string(*category)))
    return to_string(*category);
  return nearest(plain, known);
}

std::string meant_text(std::string_view text, const shape& wanted) {
  if (!wanted.may_be_told) return {};
  for (std::string& each : mended(text))
    if (!each.empty() && wanted.fits(each)) return std::move(each);
  return {};
}

}  // namespace abide::detail
