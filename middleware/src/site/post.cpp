#include "site/post.hpp"

#include <charconv>

#include "abide/service.hpp"
#include "abide/signal.hpp"
#include "base/ascii.hpp"
#include "pages/template.hpp"

namespace abide::detail {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

category_set* set_of(form& f, std::string_view field) {
  if (field == "grant") return &f.granted;
  if (field == "keep") return &f.kept;
  return field == "exception" ? &f.excepted : nullptr;
}

/// The form, and the version of the notice that it had: a page may be older than the site's notice.
void read_sender(std::string_view value, form& into) noexcept {
  const std::string_view sender = ascii_text::take_until(value, '-');
  into.from_banner = sender == "banner";
  into.from_page = sender == "page";
  std::from_chars(value.data(), value.data() + value.size(), into.shown);
}

}  // namespace

std::string url_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0;
    if (escape) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::optional<form> read_form(std::string_view body) {
  form f;
  std::optional<wish> asked;
  while (!body.empty()) {
    const std::size_t end = body.find('&');
    const std::string_view pair = body.substr(0, end);
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string name = url_decoded(pair.substr(0, equals));
    const std::string value = url_decoded(pair.substr(equals + 1));
    if (name == "choice") asked = parse_wish(value);
    if (name == "gpc" && value == "1" && !asked) asked = wish::signal;
    if (name == "from") read_sender(value, f);
    if (name == "lang") f.language = value.size() <= 16 ? value : "";
    if (name == "service") f.service = service_id(value);
    if (name == "return") f.return_path = std::string(local_path(value));
    if (category_set* set = set_of(f, name))
      if (const auto c = parse_category(value)) set->insert(*c);
  }
  if (!asked) return {};
  f.wish = *asked;
  return f;
}

std::string read_return_path(std::string_view escaped) { return std::string(local_path(url_decoded(escaped))); }

}  // namespace abide::detail
