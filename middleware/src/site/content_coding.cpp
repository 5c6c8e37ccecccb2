#include "site/content_coding.hpp"

#include "base/ascii.hpp"
#include "site/reading.hpp"

namespace abide::detail {
namespace {

/// Whether parameters such as `q=0.0` say that the coding must not be used (RFC 9110 section 12.4.2).
bool is_refused(std::string_view parameters) noexcept {
  const std::string_view name = ascii_text::trimmed(ascii_text::take_until(parameters, '='));
  const std::string_view weight = ascii_text::trimmed(parameters);
  return ascii_text::same(name, "q") && !weight.empty() && weight.find_first_not_of("0.") == weight.npos;
}

void read_list(std::string_view list, accepted_codings& accepted) noexcept {
  while (!list.empty()) {
    std::string_view parameters = ascii_text::take_until(list, ',');
    const std::string_view coding = ascii_text::trimmed(ascii_text::take_until(parameters, ';'));
    const bool counts = !is_refused(parameters);
    if (ascii_text::same(coding, "br")) accepted.brotli = counts;
    if (ascii_text::same(coding, "gzip") || ascii_text::same(coding, "x-gzip")) accepted.gzip = counts;
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
