#include "html/page_insert.hpp"

namespace abide {

void insert(std::string& html, const page_scan& at, const fragments& f) {
  std::string page;
  page.reserve(html.size() + f.head.size() + f.body_start.size() + f.status.size() + f.withdraw.size() +
               f.body_end.size());
  std::size_t done = 0;
  const auto put = [&](std::size_t where, std::size_t skipped, std::string_view fragment) {
    page.append(html, done, where - done).append(fragment);
    done = where + skipped;
  };
  const auto put_mark = [&](const page_scan::mark& mark, std::string_view fragment) {
    if (mark.size > 0 && !fragment.empty()) put(mark.at, mark.size, fragment);
  };
  const bool status_first = at.status.at <= at.withdraw.at;
  put(at.head, 0, f.head);
  put(at.body_start, 0, f.body_start);
  put_mark(status_first ? at.status : at.withdraw, status_first ? f.status : f.withdraw);
  put_mark(status_first ? at.withdraw : at.status, status_first ? f.withdraw : f.status);
  put(at.end, 0, at.status.size > 0 ? std::string_view{} : f.status);
  page.append(f.body_end).append(html, done, std::string::npos);
  html.swap(page);
}

}  // namespace abide
