#include "policy/plural.hpp"

namespace abide::detail {
namespace {

bool within(std::uint32_t n, std::uint32_t first, std::uint32_t last) noexcept { return n >= first && n <= last; }

bool ends_in_one(std::uint32_t n) noexcept { return n % 10 == 1 && n % 100 != 11; }
bool ends_in_few(std::uint32_t n) noexcept { return within(n % 10, 2, 4) && !within(n % 100, 12, 14); }

std::size_t one_form(std::uint32_t) noexcept { return 0; }
std::size_t one_other(std::uint32_t n) noexcept { return n == 1 ? 0 : 1; }
std::size_t icelandic(std::uint32_t n) noexcept { return ends_in_one(n) ? 0 : 1; }
std::size_t czech(std::uint32_t n) noexcept { return n == 1 ? 0 : within(n, 2, 4) ? 1 : 2; }
std::size_t polish(std::uint32_t n) noexcept { return n == 1 ? 0 : ends_in_few(n) ? 1 : 2; }
std::size_t east_slavic(std::uint32_t n) noexcept { return ends_in_one(n) ? 0 : ends_in_few(n) ? 1 : 2; }
std::size_t hebrew(std::uint32_t n) noexcept { return n == 1 ? 0 : n == 2 ? 1 : 2; }

std::size_t slovenian(std::uint32_t n) noexcept {
  const std::uint32_t end = n % 100;
  return end == 1 ? 0 : end == 2 ? 1 : within(end, 3, 4) ? 2 : 3;
}

std::size_t lithuanian(std::uint32_t n) noexcept {
  if (n % 10 == 0 || within(n % 100, 11, 19)) return 2;
  return n % 10 == 1 ? 0 : 1;
}

std::size_t latvian(std::uint32_t n) noexcept {
  if (n % 10 == 0 || within(n % 100, 11, 19)) return 0;
  return ends_in_one(n) ? 1 : 2;
}

std::size_t romanian(std::uint32_t n) noexcept {
  if (n == 1) return 0;
  return n == 0 || within(n % 100, 1, 19) ? 1 : 2;
}

std::size_t irish(std::uint32_t n) noexcept {
  if (within(n, 1, 2)) return n - 1;
  return within(n, 3, 6) ? 2 : within(n, 7, 10) ? 3 : 4;
}

std::size_t maltese(std::uint32_t n) noexcept {
  if (within(n, 1, 2)) return n - 1;
  return n == 0 || within(n % 100, 3, 10) ? 2 : within(n % 100, 11, 19) ? 3 : 4;
}

std::size_t arabic(std::uint32_t n) noexcept {
  if (within(n, 1, 2)) return n - 1;
  return within(n % 100, 3, 10) ? 2 : within(n % 100, 11, 99) ? 3 : 4;
}

struct plural_rule {
  std::string_view name;
  std::size_t forms;
  std::size_t (*form)(std::uint32_t) noexcept;
};

constexpr plural_rule rules[] = {
    {"one_other", 2, one_other}, {"none", 1, one_form},         {"icelandic", 2, icelandic},
    {"czech", 3, czech},         {"polish", 3, polish},         {"east_slavic", 3, east_slavic},
    {"slovenian", 4, slovenian}, {"lithuanian", 3, lithuanian}, {"latvian", 3, latvian},
    {"romanian", 3, romanian},   {"irish", 5, irish},           {"maltese", 5, maltese},
    {"arabic", 5, arabic},       {"hebrew", 3, hebrew},
};

const plural_rule* find(std::string_view name) noexcept {
  for (const plural_rule& each : rules)
    if (each.name == name) return &each;
  return nullptr;
}

}  // namespace

std::size_t plural_forms(std::string_view rule) noexcept {
  const plural_rule* found = find(rule);
  return found ? found->forms : 0;
}

std::size_t plural_form(std::string_view rule, std::uint32_t number) noexcept {
  const plural_rule* found = find(rule);
  return found ? found->form(number) : one_other(number);
}

std::string_view piece_of(std::string_view text, std::size_t n) noexcept {
  for (std::size_t bar; n > 0 && (bar = text.find('|')) != std::string_view::npos; --n) text.remove_prefix(bar + 1);
  return text.substr(0, text.find('|'));
}

}  // namespace abide::detail
