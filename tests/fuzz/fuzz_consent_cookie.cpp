// The consent cookie: raw bytes grant nothing; a signed text is a choice exactly when it reads as a record.
#include "input.hpp"
#include "site/consent_reading.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const abide::detail::keys keys({std::string(32, 'k'), std::string(40, 'o')}, "",
                                        abide::detail::key_use::cookies);
  const abide::detail::cookie_realm here{"shop.example", false, false};
  const exact_copy copy({reinterpret_cast<const char*>(data), size});
  must(!abide::detail::read_consent_cookie(copy.view(), here, keys), "unsigned bytes are no choice");
  abide::detail::consent_reading found;
  found.add_refusals(copy.view());
  found.add_signal(copy.view());
  const auto unsigned_record = abide::detail::record_at(found, 1795305600);
  must(!unsigned_record || !abide::detail::grants_any(*unsigned_record), "unsigned bytes grant nothing");
  must(!unsigned_record || !unsigned_record->exception, "unsigned bytes except nothing");
  const std::string text(copy.view());
  if (text.find('~') != std::string::npos || text.find('\n') != std::string::npos) return 0;
  const std::string said = text + "~~0~0";
  const std::string value =
      said + "~" + std::string(keys.newest()) + "~" + keys.sign("abide-choice-2\nhttp\nhost\nshop.example\n" + said);
  must(abide::detail::read_consent_cookie(value, here, keys).has_value() == abide::parse_record(text).has_value(),
       "a signed text counts as its record");
  must(!abide::detail::read_consent_cookie(value, {"other.example", false, false}, keys), "a choice is one host's");
  must(!abide::detail::read_consent_cookie(value, {"shop.example", true, false}, keys), "a choice is one scheme's");
  return 0;
}
