#include "html/page_insert.hpp"

#include <algorithm>
#include <cstring>

#include "abide/signal.hpp"

namespace abide {
namespace {

constexpr std::size_t none = std::string_view::npos;

/// The C library's search is faster than the string's, and linear.
std::size_t find_text(std::string_view html, std::string_view text, std::size_t from = 0) {
  if (from > html.size()) return none;
  const void* at = memmem(html.data() + from, html.size() - from, text.data(), text.size());
  return at ? static_cast<std::size_t>(static_cast<const char*>(at) - html.data()) : none;
}

bool ends_name(char c) { return c == '>' || c == '/' || c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

// Whether the tag's name stands here, and not only the beginning of a longer one: `<head`, not `<header`.
bool is_tag(std::string_view html, std::size_t at, std::string_view tag) {
  if (!same_field(html.substr(at, tag.size()), tag)) return false;
  return at + tag.size() == html.size() || ends_name(html[at + tag.size()]);
}

std::size_t find_tag(std::string_view html, std::string_view tag, std::size_t from = 0) {
  for (std::size_t at = html.find('<', from); at != none; at = html.find('<', at + 1))
    if (is_tag(html, at, tag)) return at;
  return none;
}

std::size_t find_last_tag(std::string_view html, std::string_view tag) {
  for (std::size_t at = html.rfind('<'); at != none; at = at == 0 ? none : html.rfind('<', at - 1))
    if (is_tag(html, at, tag)) return at;
  return none;
}

std::size_t end_of_tag(std::string_view html, std::size_t start) {
  const std::size_t end = start == none ? none : html.find('>', start);
  return end == none ? 0 : end + 1;
}

places_in_page::mark find_mark(std::string_view html, std::string_view mark, std::size_t from, std::size_t end) {
  const std::size_t at = find_text(html.substr(0, end), mark, from);
  return at == none ? places_in_page::mark{end, 0} : places_in_page::mark{at, mark.size()};
}

}  // namespace

places_in_page find_places(std::string_view html) {
  places_in_page places;
  const std::size_t head = find_tag(html, "</head");
  places.body_start =
      std::max(end_of_tag(html, find_tag(html, "<body", head == none ? 0 : head)), end_of_tag(html, head));
  places.head = head == none ? places.body_start : std::min(head, places.body_start);  // `</head` may be cut off
  const std::size_t last = find_last_tag(html, "</body");
  places.end = last == none || last < places.body_start ? html.size() : last;
  places.status = find_mark(html, status_mark, places.body_start, places.end);
  places.withdraw = find_mark(html, withdraw_mark, places.body_start, places.end);
  return places;
}

bool links_to(std::string_view html, std::string_view path) {
  std::string link("href=\"");
  link += path;
  for (std::size_t at = find_text(html, link); at != none; at = find_text(html, link, at + 1)) {
    const std::size_t next = at + link.size();
    if (next < html.size() && (html[next] == '"' || html[next] == '?')) return true;
  }
  return false;
}

void insert(std::string& html, const fragments& f) {
  const places_in_page at = find_places(html);
  std::string page;
  page.reserve(html.size() + f.head.size() + f.body_start.size() + f.status.size() + f.withdraw.size() +
               f.body_end.size());
  std::size_t done = 0;
  const auto put = [&](std::size_t where, std::size_t skipped, std::string_view fragment) {
    page.append(html, done, where - done).append(fragment);
    done = where + skipped;
  };
  const auto put_mark = [&](const places_in_page::mark& mark, std::string_view fragment) {
    if (mark.size > 0 && !fragment.empty()) put(mark.at, mark.size, fragment);
  };
  const bool status_first = at.status.at <= at.withdraw.at;
  put(at.head, 0, f.head);
  put(at.body_start, 0, f.body_start);
  put_mark(status_first ? at.status : at.withdraw, status_first ? f.status : f.withdraw);
  put_mark(status_first ? at.withdraw : at.status, status_first ? f.withdraw : f.status);
  put(at.end, 0, at.status.size > 0 ? std::string_view{} : f.status);
  page.append(f.body_end).append(html, done, none);
  html.swap(page);
}

std::string_view language_of_page(std::string_view html) {
  html = html.substr(0, 2048);
  const std::size_t start = find_tag(html, "<html");
  if (start == none) return {};
  const std::string_view tag = html.substr(start, html.find('>', start) - start);
  for (std::size_t at = 5; at + 5 < tag.size(); ++at) {
    if (!ends_name(tag[at]) || !same_field(tag.substr(at + 1, 5), "lang=")) continue;
    std::string_view value = tag.substr(at + 6);
    const bool quoted = !value.empty() && (value.front() == '"' || value.front() == '\'');
    if (quoted) value.remove_prefix(1);
    return value.substr(0, value.find_first_of("\"' \t\n"));
  }
  return {};
}

bool has_policy_of_its_own(std::string_view html) {
  const std::size_t head = find_tag(html, "</head");
  for (std::size_t at = find_tag(html, "<meta"); at < head; at = find_tag(html, "<meta", at + 1)) {
    std::string_view tag = html.substr(at, html.find('>', at) - at);
    constexpr std::string_view name = "content-security-policy";
    for (; tag.size() >= name.size(); tag.remove_prefix(1))
      if (same_field(tag.substr(0, name.size()), name)) return true;
  }
  return false;
}

}  // namespace abide
