#include "html/page_insert.hpp"

#include <algorithm>
#include <array>

#include "abide/signal.hpp"

namespace abide::detail {
namespace {

constexpr std::size_t none = std::string_view::npos;
constexpr std::size_t language_within = 2048;

bool ends_name(char c) noexcept {
  return c == '>' || c == '/' || c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/// Whether the tag's name stands here, and not only the beginning of a longer one: `<head`, not `<header`.
bool is_tag(std::string_view rest, std::string_view tag) noexcept {
  if (rest.size() < tag.size() || !same_field(rest.substr(0, tag.size()), tag)) return false;
  return rest.size() == tag.size() || ends_name(rest[tag.size()]);
}

bool contains_same(std::string_view text, std::string_view word) noexcept {
  for (; text.size() >= word.size(); text.remove_prefix(1))
    if (same_field(text.substr(0, word.size()), word)) return true;
  return false;
}

std::string_view language_in(std::string_view tag) noexcept {
  for (std::size_t at = 5; at + 5 < tag.size(); ++at) {
    if (!ends_name(tag[at]) || !same_field(tag.substr(at + 1, 5), "lang=")) continue;
    std::string_view value = tag.substr(at + 6);
    const bool quoted = !value.empty() && (value.front() == '"' || value.front() == '\'');
    if (quoted) value.remove_prefix(1);
    return value.substr(0, value.find_first_of("\"' \t\n"));
  }
  return {};
}

bool leads_to(std::string_view tag, std::string_view path) noexcept {
  constexpr std::string_view href = "href=\"";
  const std::size_t at = tag.find(href);
  if (at == none) return false;
  const std::string_view target = tag.substr(at + href.size());
  if (target.substr(0, path.size()) != path || target.size() == path.size()) return false;
  return target[path.size()] == '"' || target[path.size()] == '?';
}

/// Goes from tag to tag.
class scanner {
 public:
  scanner(std::string_view html, std::string_view path) noexcept : html_(html), path_(path) {}

  page_scan scan() {
    for (std::size_t at = html_.find('<'); at != none;) at = html_.find('<', look(at));
    finish();
    return found_;
  }

 private:
  std::string_view tag_at(std::size_t at) const noexcept { return html_.substr(at, html_.find('>', at) - at); }

  /// Behind the tag's `>`; 0 for one that never ends.
  std::size_t end_of(std::size_t at) const noexcept {
    const std::size_t end = html_.find('>', at);
    return end == none ? 0 : end + 1;
  }

  /// Looks at the tag that may begin here, and says where to go on: behind one whose inside was read, so that no byte
  /// is read twice.
  std::size_t look(std::size_t at) {
    const std::string_view rest = html_.substr(at);
    if (rest.size() < 3) return html_.size();
    switch (rest[1] | 0x20) {
      case '/': look_at_end(at, rest); break;
      case 'a': return look_at_link(at);
      case 'b':
        if (body_ == none && is_tag(rest, "<body")) take_body(at);
        break;
      case 'h':
        if (at < language_within && !has_html_ && is_tag(rest, "<html")) take_language(at);
        break;
      case 'm':
        if (head_ == none && is_tag(rest, "<meta")) return look_at_meta(at);
        break;
      case 's': look_for_marks(at, rest); break;
      default: break;
    }
    return at + 1;
  }

  std::size_t look_at_link(std::size_t at) {
    const std::string_view tag = tag_at(at);
    found_.links = found_.links || leads_to(tag, path_);
    return at + tag.size();
  }

  std::size_t look_at_meta(std::size_t at) {
    const std::string_view tag = tag_at(at);
    found_.has_policy = found_.has_policy || contains_same(tag, "content-security-policy");
    return at + tag.size();
  }

  void look_at_end(std::size_t at, std::string_view rest) {
    if (head_ == none && is_tag(rest, "</head")) {
      head_ = at;
      body_ = none;  // a <body> before it is none
      start_body(end_of(at));
    } else if (is_tag(rest, "</body")) {
      last_body_end_ = at;
    }
  }

  void take_body(std::size_t at) {
    body_ = at;
    start_body(end_of(at));
  }

  void start_body(std::size_t at) {
    found_.body_start = head_ == none || body_ == none ? at : std::max(found_.body_start, at);
    found_.status = found_.withdraw = {};  // what stands before the body is in no body
  }

  void take_language(std::size_t at) {
    has_html_ = true;
    found_.language = language_in(tag_at(at).substr(0, language_within));
  }

  void look_for_marks(std::size_t at, std::string_view rest) {
    if (at < found_.body_start) return;
    const auto take = [&](page_scan::mark& into, std::string_view mark) {
      if (into.size == 0 && rest.substr(0, mark.size()) == mark) into = {at, mark.size()};
    };
    take(found_.status, status_mark);
    take(found_.withdraw, withdraw_mark);
  }

  void finish() {
    found_.head = head_ == none ? found_.body_start : std::min(head_, found_.body_start);  // `</head` may be cut off
    found_.end = last_body_end_ == none || last_body_end_ < found_.body_start ? html_.size() : last_body_end_;
    for (page_scan::mark* each : {&found_.status, &found_.withdraw})
      if (each->size == 0 || each->at + each->size > found_.end) *each = {found_.end, 0};
  }

  std::string_view html_, path_;
  page_scan found_;
  std::size_t head_ = none, body_ = none, last_body_end_ = none;
  bool has_html_ = false;
};

}  // namespace

page_scan scan_page(std::string_view html, std::string_view path) { return scanner(html, path).scan(); }

std::string inserted(std::string_view html, const page_scan& at, const fragment_source& source, std::size_t size) {
  std::string page;
  page.reserve(html.size() + size);
  std::size_t done = 0;
  const auto put = [&](std::size_t where, std::size_t skipped, fragment what) {
    page.append(html, done, where - done);
    source.append(what, page);
    done = where + skipped;
  };
  const auto put_mark = [&](const page_scan::mark& mark, fragment what) {
    if (mark.size > 0 && source.has(what)) put(mark.at, mark.size, what);
  };
  const bool status_first = at.status.at <= at.withdraw.at;
  put(at.head, 0, fragment::head);
  put(at.body_start, 0, fragment::body_start);
  if (status_first) put_mark(at.status, fragment::status);
  put_mark(at.withdraw, fragment::withdraw);
  if (!status_first) put_mark(at.status, fragment::status);
  page.append(html, done, at.end - done);
  if (at.status.size == 0) source.append(fragment::status, page);
  source.append(fragment::body_end, page);
  page.append(html, at.end, std::string::npos);
  return page;
}

namespace {

class given_fragments final : public fragment_source {
 public:
  explicit given_fragments(const fragments& f) : texts_{f.head, f.body_start, f.status, f.body_end, f.withdraw} {}
  bool has(fragment what) const override { return !texts_[static_cast<std::size_t>(what)].empty(); }
  void append(fragment what, std::string& page) const override { page += texts_[static_cast<std::size_t>(what)]; }
  std::size_t size() const noexcept {
    std::size_t sum = 0;
    for (const std::string_view text : texts_) sum += text.size();
    return sum;
  }

 private:
  std::array<std::string_view, 5> texts_;
};

}  // namespace

void insert(std::string& html, const page_scan& at, const fragments& f) {
  const given_fragments source(f);
  html = inserted(html, at, source, source.size());
}

}  // namespace abide::detail
