#include "page_insert.hpp"

#include <algorithm>

#include "abide/signal.hpp"

namespace abide {
namespace {

constexpr std::size_t none = std::string_view::npos;

std::size_t find_tag(std::string_view html, std::string_view tag, std::size_t from = 0) {
  for (std::size_t at = html.find('<', from); at != none; at = html.find('<', at + 1))
    if (same_field(html.substr(at, tag.size()), tag)) return at;
  return none;
}

std::size_t find_last_tag(std::string_view html, std::string_view tag) {
  for (std::size_t at = html.rfind('<'); at != none; at = at == 0 ? none : html.rfind('<', at - 1))
    if (same_field(html.substr(at, tag.size()), tag)) return at;
  return none;
}

std::size_t end_of_tag(std::string_view html, std::size_t start) {
  const std::size_t end = start == none ? none : html.find('>', start);
  return end == none ? 0 : end + 1;
}

}  // namespace

void insert(std::string& html, const fragments& f) {
  const std::size_t head = find_tag(html, "</head");
  const std::size_t body = std::max(end_of_tag(html, find_tag(html, "<body", head == none ? 0 : head)),
                                    end_of_tag(html, head));
  const std::size_t head_at = head == none ? body : head;
  const std::size_t mark = f.status.empty() ? none : html.find(status_mark, body);
  const std::size_t last = find_last_tag(html, "</body");
  const std::size_t end = last == none || last < body ? html.size() : last;
  std::string page;
  page.reserve(html.size() + f.head.size() + f.body_start.size() + f.status.size() + f.body_end.size());
  page.append(html, 0, head_at).append(f.head);
  page.append(html, head_at, body - head_at).append(f.body_start);
  if (mark != none && mark < end) {
    page.append(html, body, mark - body).append(f.status);
    page.append(html, mark + status_mark.size(), end - mark - status_mark.size());
  } else {
    page.append(html, body, end - body).append(f.status);
  }
  page.append(f.body_end).append(html, end, none);
  html.swap(page);
}

std::string_view language_of_page(std::string_view html) {
  html = html.substr(0, 2048);
  const std::size_t start = find_tag(html, "<html");
  if (start == none) return {};
  std::string_view tag = html.substr(start, html.find('>', start) - start);
  const std::size_t at = tag.find("lang=");
  if (at == none) return {};
  tag.remove_prefix(at + 5);
  const bool quoted = !tag.empty() && (tag.front() == '"' || tag.front() == '\'');
  if (quoted) tag.remove_prefix(1);
  return tag.substr(0, std::min(tag.find_first_of("\"' \t"), tag.size()));
}

std::string_view nonce_of(std::string_view policy) {
  constexpr std::string_view mark = "'nonce-";
  const std::size_t at = policy.find(mark);
  if (at == none) return {};
  policy.remove_prefix(at + mark.size());
  return policy.substr(0, policy.find('\''));
}

}  // namespace abide
