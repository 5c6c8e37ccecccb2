#include "html/page_insert.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "abide/signal.hpp"

namespace abide {
namespace {

constexpr std::size_t none = std::string_view::npos;

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

// The body with each first mark replaced by what belongs there; a mark for which there is nothing stays.
void append_marked(std::string& page, std::string_view inside, const fragments& f) {
  struct place {
    std::size_t at;
    std::string_view mark, html;
  };
  std::array<place, 2> places{
      {{inside.find(status_mark), status_mark, f.status}, {inside.find(withdraw_mark), withdraw_mark, f.withdraw}}};
  if (places[1].at < places[0].at) std::swap(places[0], places[1]);
  std::size_t done = 0;
  for (const place& each : places) {
    if (each.at == none || each.html.empty()) continue;
    page.append(inside, done, each.at - done).append(each.html);
    done = each.at + each.mark.size();
  }
  page.append(inside, done, none);
}

}  // namespace

void insert(std::string& html, const fragments& f) {
  const std::size_t head = find_tag(html, "</head");
  const std::size_t body =
      std::max(end_of_tag(html, find_tag(html, "<body", head == none ? 0 : head)), end_of_tag(html, head));
  const std::size_t head_at = head == none ? body : std::min(head, body);  // `</head` may be cut off
  const std::size_t last = find_last_tag(html, "</body");
  const std::size_t end = last == none || last < body ? html.size() : last;
  std::string page;
  page.reserve(html.size() + f.head.size() + f.body_start.size() + f.status.size() + f.withdraw.size() +
               f.body_end.size());
  page.append(html, 0, head_at).append(f.head);
  page.append(html, head_at, body - head_at).append(f.body_start);
  const std::string_view inside = std::string_view(html).substr(body, end - body);
  append_marked(page, inside, f);
  if (inside.find(status_mark) == none) page.append(f.status);
  page.append(f.body_end).append(html, end, none);
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
