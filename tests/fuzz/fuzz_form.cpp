// A form post of any bytes: the way back leads to this site, and the next record can be written and read.
#include "input.hpp"
#include "linear.hpp"
#include "site/post.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const exact_copy copy({reinterpret_cast<const char*>(data), size});
  const auto form = abide::detail::read_form(copy.view());
  must_be_linear(copy.view(), [](std::string_view text) { (void)abide::detail::read_form(text); });
  if (!form) return 0;
  const std::string& back = form->return_path;
  must(!back.empty() && back.front() == '/', "the way back is a path");
  must(back.size() < 2 || (back[1] != '/' && back[1] != '\\'), "the way back names no host");
  for (const char c : back)
    must(static_cast<unsigned char>(c) > 0x20 && c != 0x7f, "the way back holds no space nor control character");
  abide::record before;
  for (int i = 0; i < 3; ++i) {
    const std::int64_t now = 1795305600 + i;
    const abide::jurisdiction& place = abide::find_jurisdiction(i == 0 ? "DE" : "US-CA", now);
    const abide::decision made = abide::decide({}, {i == 1, abide::dnt_value::absent}, place, &before, {}, now);
    before = abide::apply_wish(*form, &before, {}, made, now);
    char text[abide::record_text_max];
    must(abide::parse_record(std::string_view(text, abide::write_record(before, text))).has_value(),
         "the record reads back");
  }
  return 0;
}
