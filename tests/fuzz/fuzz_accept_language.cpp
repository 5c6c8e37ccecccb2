// Accept-Language: one of the available languages is picked, whatever the field holds, and a long field costs no more.
#include <array>

#include "input.hpp"
#include "linear.hpp"
#include "policy/texts.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::array<std::string, 6> available{"en", "de", "zh-Hans", "zh-Hant", "nb", "pt"};
  const exact_copy field({reinterpret_cast<const char*>(data), size});
  const std::string_view picked = abide::detail::pick_language(field.view(), available);
  must(std::find(available.begin(), available.end(), picked) != available.end(), "a language that there is");
  must(abide::detail::pick_language(field.view(), {}) == "en", "without any, English");
  must(abide::detail::texts::built_in().in(field.view()).tag().size() >= 2, "every tag has texts");
  const std::string doubled = std::string(field.view()) + std::string(2048, ' ') + ",de";
  if (size < 1024)
    must(picked == abide::detail::pick_language(doubled.substr(0, size + 1024 - size), available),
         "nothing behind the first kilobyte counts");
  must_be_linear(field.view(), [](std::string_view text) { (void)abide::detail::pick_language(text, available); });
  return 0;
}
