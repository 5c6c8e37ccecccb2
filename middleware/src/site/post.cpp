#include "site/post.hpp"

#include <charconv>

#include "abide/service.hpp"
#include "abide/signal.hpp"
#include "base/ascii.hpp"
#include "pages/template.hpp"
#include "place/origin.hpp"

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
  into.from_settings = sender == "settings";
  std::from_chars(value.data(), value.data() + value.size(), into.shown);
}

/// What was read of a form so far.
struct form_reading {
  form read;
  std::optional<wish> asked;
  bool names_choice = false;  ///< perhaps one that only another version of this server knows

  void take(std::string_view name, std::string_view value) {
    if (name == "choice") asked = parse_wish(value);
    names_choice = names_choice || name == "choice";
    if (name == "gpc" && value == "1" && !asked) asked = wish::signal;
    if (name == "from") read_sender(value, read);
    if (name == "lang") read.language = value.size() <= 16 ? value : "";
    if (name == "service") read.service = service_id(value);
    if (name == "return") read.return_path = std::string(local_path(value));
    if (category_set* set = set_of(read, name))
      if (const auto c = parse_category(value)) set->insert(*c);
  }
};

void read_urlencoded(std::string_view body, form_reading& into) {
  while (!body.empty()) {
    std::string_view value = ascii_text::take_until(body, '&');
    if (value.find('=') == std::string_view::npos) continue;
    const std::string name = url_decoded(ascii_text::take_until(value, '='));
    into.take(name, url_decoded(value));
  }
}

/// text/plain (HTML section 4.10.21.8): a line for each field.
void read_lines(std::string_view body, form_reading& into) {
  while (!body.empty()) {
    std::string_view line = ascii_text::take_until(body, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::string_view name = ascii_text::take_until(line, '=');
    into.take(name, line);
  }
}

/// The name in the header of a part (RFC 7578 section 4.2); empty: none.
std::string_view name_of_part(std::string_view header) {
  while (!header.empty()) {
    std::string_view line = ascii_text::take_until(header, '\n');
    if (!ascii_text::same(ascii_text::trimmed(ascii_text::take_until(line, ':')), "content-disposition")) continue;
    while (!line.empty()) {
      std::string_view value = ascii_text::trimmed(ascii_text::take_until(line, ';'));
      if (ascii_text::same(ascii_text::take_until(value, '='), "name") && value.size() > 2)
        return value.substr(1, value.size() - 2);  // no name of ours needs an escape
    }
  }
  return {};
}

/// multipart/form-data. The first line is the delimiter: browsers write nothing before it.
void read_multipart(std::string_view body, form_reading& into) {
  constexpr std::string_view line_end = "\r\n", header_end = "\r\n\r\n";
  const std::string delimiter = std::string(line_end).append(body.substr(0, body.find(line_end)));
  body.remove_prefix(delimiter.size() - line_end.size());
  while (body.starts_with(line_end)) {
    const std::size_t header = body.find(header_end);
    if (header == std::string_view::npos) return;
    const std::size_t value = header + header_end.size(), end = body.find(delimiter, value);
    if (end == std::string_view::npos) return;
    into.take(name_of_part(body.substr(0, header)), body.substr(value, end - value));
    body.remove_prefix(end + delimiter.size());
  }
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
  form_reading reading;
  if (body.ends_with("\r\n")) body.remove_suffix(2);
  // Within urlencoded forms, line breaks are escaped.
  if (body.find("\r\n") == std::string_view::npos) read_urlencoded(body, reading);
  else if (body.starts_with("--")) read_multipart(body, reading);
  else read_lines(body, reading);
  if (!reading.names_choice && !reading.asked && reading.read.from_settings) reading.asked = wish::save;
  if (!reading.asked) return {};
  reading.read.wish = *reading.asked;
  return std::move(reading.read);
}

std::string with_query(std::string_view path, std::string_view referer) {
  const std::string_view page = origin_form(referer.substr(0, referer.find('#')));
  const bool is_same = page.size() > path.size() && page.starts_with(path) && page[path.size()] == '?';
  return is_same && page.size() <= return_path_max ? std::string(local_path(page)) : std::string(path);
}

std::string read_return_path(std::string_view escaped) { return std::string(local_path(url_decoded(escaped))); }

}  // namespace abide::detail
