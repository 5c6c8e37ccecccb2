#include "cart.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace firwick {
namespace {

constexpr int most_of_one = 20;

std::string_view next(std::string_view& rest, char separator) {
  const auto end = std::min(rest.find(separator), rest.size());
  const auto part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

cart::iterator line_of(cart& lines, std::string_view slug, std::string_view finish) {
  return std::find_if(lines.begin(), lines.end(),
                      [&](const cart_line& line) { return line.item->slug == slug && line.finish == finish; });
}

}  // namespace

cart read_cart(std::string_view cookie, const range& goods) {
  cart lines;
  while (!cookie.empty()) {
    auto line = next(cookie, '~');
    const product* item = goods.find(next(line, '.'));
    const auto finish = next(line, '.');
    int quantity = 0;
    std::from_chars(line.data(), line.data() + line.size(), quantity);
    if (item) add(lines, *item, finish, quantity);
  }
  return lines;
}

std::string written(const cart& lines) {
  std::string out;
  for (const auto& line : lines) {
    if (!out.empty()) out += '~';
    out += line.item->slug + '.' + line.finish + '.' + std::to_string(line.quantity);
  }
  return out;
}

void add(cart& lines, const product& item, std::string_view finish, int quantity) {
  if (quantity < 1 || !has_finish(item, finish)) return;
  auto line = line_of(lines, item.slug, finish);
  if (line == lines.end()) line = lines.insert(lines.end(), {&item, std::string(finish), 0});
  line->quantity = std::min(line->quantity + std::min(quantity, most_of_one), most_of_one);
}

void change(cart& lines, std::string_view slug, std::string_view finish, int quantity) {
  const auto line = line_of(lines, slug, finish);
  if (line == lines.end()) return;
  if (quantity < 1) lines.erase(line);
  else line->quantity = std::min(quantity, most_of_one);
}

int count(const cart& lines) {
  return std::accumulate(lines.begin(), lines.end(), 0, [](int sum, auto& line) { return sum + line.quantity; });
}

int total(const cart& lines) {
  return std::accumulate(lines.begin(), lines.end(), 0,
                         [](int sum, auto& line) { return sum + line.quantity * line.item->price; });
}

}  // namespace firwick
