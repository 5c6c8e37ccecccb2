// Fragments into any page: nothing of the page is lost but the mark, and the fragments stand in their order.
#include "html/page_insert.hpp"
#include "input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input in(data, size);
  const std::string status = in.flag() ? "\x03S\x03" : "";
  const exact_copy page(in.rest());
  if (page.view().find('\x03') != std::string_view::npos) return 0;
  std::string html(page.view());
  const abide::detail::page_scan scan = abide::detail::scan_page(page.view(), "/consent");
  abide::detail::insert(html, scan,
                        {"\x03H\x03",
                         "\x03"
                         "B\x03",
                         status,
                         "\x03"
                         "E\x03"});
  std::string left;
  std::string order;
  for (std::size_t i = 0; i < html.size(); ++i) {
    if (html[i] != '\x03') {
      left += html[i];
      continue;
    }
    order += html[i + 1];
    i += 2;
  }
  must(order == (status.empty() ? "HBE" : "HBSE"), "every fragment stands once, in order");
  const bool whole = left == page.view();
  const bool without_mark = left.size() + abide::detail::status_mark.size() == page.size &&
                            page.view().find(abide::detail::status_mark) != std::string_view::npos;
  must(whole || (without_mark && !status.empty()), "nothing of the page is lost but the mark");
  must(within(page.view(), scan.language), "the language views the page");
  return 0;
}
