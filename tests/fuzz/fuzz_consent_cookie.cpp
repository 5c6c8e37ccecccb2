// The consent cookie: raw bytes are no choice; a signed text is one exactly when it reads as a record.
#include "input.hpp"
#include "site/consent_cookie.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const abide::detail::keys keys({std::string(32, 'k'), std::string(40, 'o')}, "");
  const exact_copy copy({reinterpret_cast<const char*>(data), size});
  must(!abide::detail::read_consent_cookie(copy.view(), "shop.example", keys), "unsigned bytes are no choice");
  const std::string text(copy.view());
  if (text.find('~') != std::string::npos) return 0;
  const std::string value = text + "~~" + std::string(keys.newest()) + "~" + keys.sign(text + "~~shop.example");
  must(abide::detail::read_consent_cookie(value, "shop.example", keys).has_value() ==
           abide::read_record(text).has_value(),
       "a signed text counts as its record");
  must(!abide::detail::read_consent_cookie(value, "other.example", keys), "a choice is one host's");
  return 0;
}
