// A site's own file of texts: read completely, or refused with a config_error that names the file. No text is lost or
// invented.
#include "abide/config.hpp"
#include "input.hpp"
#include "policy/plural.hpp"
#include "policy/texts.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace abide::detail;
  const exact_copy json({reinterpret_cast<const char*>(data), size});
  const text_file own[]{{"de", json.view(), "texts/de.json"}};
  static const std::string tags[]{"de"};
  try {
    const auto read = texts::of(tags, own);
    must(read->languages().size() == 2, "English and the one asked for");
    for (const auto& [key, text] : read->in("en").all()) must(!read->in("de")[key].empty(), "every key has its text");
    must(plural_forms(read->in("de")["plural"]) > 0, "the plural has a rule");
  } catch (const abide::config_error& fault) {
    must(std::string_view(fault.what()).starts_with("texts/de.json"), "a fault names the file");
    must(std::string_view(fault.what()).size() <= size + 200, "and is no longer than what it quotes");
  }
  return 0;
}
