#include "site/content_coding.hpp"

#include "base/ascii.hpp"
#include "site/reading.hpp"

namespace abide::detail {
namespace {

/// qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ), in thousandths; anything else is 0.
unsigned read_qvalue(std::string_view text) noexcept {
  if (text.empty() || text.size() > 5 || text.front() > '1' || (text.size() > 1 && text[1] != '.')) return 0;
  unsigned weight = 0, unit = 1000;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 1) continue;
    if (!ascii_text::is_digit(text[i])) return 0;
    weight += static_cast<unsigned>(text[i] - '0') * unit;
    unit /= 10;
  }
  return weight <= 1000 ? weight : 0;
}

/// The weight in parameters such as `q=0.5`.
unsigned weight_of(std::string_view parameters) noexcept {
  if (ascii_text::trimmed(parameters).empty()) return 1000;
  const std::string_view name = ascii_text::trimmed(ascii_text::take_until(parameters, '='));
  return ascii_text::same(name, "q") ? read_qvalue(ascii_text::trimmed(parameters)) : 0;
}

void read_list(std::string_view list, accepted_codings& accepted) noexcept {
  while (!list.empty()) {
    std::string_view parameters = ascii_text::take_until(list, ',');
    const std::string_view coding = ascii_text::trimmed(ascii_text::take_until(parameters, ';'));
    if (ascii_text::same(coding, "br")) accepted.brotli = weight_of(parameters);
    if (ascii_text::same(coding, "gzip") || ascii_text::same(coding, "x-gzip")) accepted.gzip = weight_of(parameters);
    if (ascii_text::same(coding, "identity")) accepted.identity = weight_of(parameters);
  }
}

}  // namespace

accepted_codings read_accepted_codings(const header_section& request) {
  accepted_codings accepted;
  for_each_field(request, [&](std::string_view name, std::string_view value) {
    if (is_field<"Accept-Encoding">(name)) read_list(value, accepted);
  });
  return accepted;
}

}  // namespace abide::detail
