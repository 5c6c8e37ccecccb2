#include "policy/shapes.hpp"

#include "abide/record.hpp"
#include "base/ascii.hpp"
#include "policy/address_range.hpp"
#include "words/words.hpp"

namespace abide::detail {
namespace {

using ascii_text::is_alphanumeric, ascii_text::is_letter;

bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

template <class test>
bool all(std::string_view text, test passes) {
  for (const char c : text)
    if (!passes(c)) return false;
  return true;
}

/// Calls `passes` for each piece between the marks; an empty text is one empty piece.
template <class test>
bool each_piece(std::string_view text, char mark, test passes) {
  for (;;) {
    const std::size_t end = text.find(mark);
    if (!passes(text.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

bool is_plain(std::string_view text) noexcept {
  return all(text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
}

// host = label *( "." label )
bool is_host(std::string_view text) noexcept {
  return each_piece(text, '.', [](std::string_view label) {
    return !label.empty() && all(label, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; });
  });
}

bool is_domain(std::string_view text) noexcept { return is_host(text.substr(!text.empty() && text.front() == '.')); }

bool is_date(std::string_view text) noexcept { return text.size() == 10 && is_date_or_timestamp(text); }

bool is_network(std::string_view text) noexcept {
  for (const words::network& each : words::networks)
    if (text == each.name) return true;
  return read_address_range(text).has_value();
}

// origin = ( "http" / "https" ) "://" host [ ":" port ] [ prefix ]
bool is_origin(std::string_view text) noexcept {
  const std::size_t mark = text.find("://");
  if (mark == std::string_view::npos) return false;
  const std::string_view scheme = text.substr(0, mark), rest = text.substr(mark + 3);
  const std::size_t path = std::min(rest.find('/'), rest.size());
  const std::string_view authority = rest.substr(0, path);
  const std::size_t colon = std::min(authority.find(':'), authority.size());
  const std::string_view port = authority.substr(std::min(colon + 1, authority.size()));
  const bool has_port = colon == authority.size() ||
                        (!port.empty() && port.size() <= 5 && port.front() != '0' && all(port, ascii_text::is_digit));
  return (ascii_text::same(scheme, "http") || ascii_text::same(scheme, "https")) &&
         is_host(authority.substr(0, colon)) && has_port && (path == rest.size() || is_prefix(rest.substr(path)));
}

// token = 1*tchar (RFC 9110 section 5.6.2). Browsers accept names with these prefixes only over HTTPS, and __Host- only
// without a domain.
bool is_cookie_name(std::string_view text) noexcept {
  for (const std::string_view prefix : {"__host-", "__secure-", "__http-"})
    if (ascii_text::same(text.substr(0, prefix.size()), prefix)) return false;
  return !text.empty() && all(text, [](char c) { return is_alphanumeric(c) || is_one_of(c, "!#$%&'*+-.^_`|~"); });
}

// name-pattern = printable ASCII or UTF-8 without ";" and "=", with at most one "*"
bool is_name_pattern(std::string_view text) noexcept {
  const auto fits = [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != ';' && c != '=' && c != 0x7f; };
  const std::size_t star = text.find('*');
  const bool one_star = star == std::string_view::npos || text.find('*', star + 1) == std::string_view::npos;
  return !text.empty() && one_star && all(text, fits);
}

// path = 1*( "/" segment ) ; a segment does not begin with a dot
bool is_prefix(std::string_view text) noexcept {
  if (text.empty() || text.front() != '/') return false;
  return each_piece(text.substr(1), '/', [](std::string_view segment) {
    return !segment.empty() && segment.front() != '.' &&
           all(segment, [](char c) { return is_alphanumeric(c) || is_one_of(c, "._~-"); });
  });
}

// location = 2ALPHA [ "-" 1*3( ALPHA / DIGIT ) ] (ISO 3166-1 alpha-2, ISO 3166-2)
bool is_location(std::string_view text) noexcept {
  if (text.size() < 2 || !is_letter(text[0]) || !is_letter(text[1])) return false;
  if (text.size() == 2) return true;
  return text[2] == '-' && text.size() >= 4 && text.size() <= 6 && all(text.substr(3), is_alphanumeric);
}

// language = 2*3ALPHA *( "-" 2*8( ALPHA / DIGIT ) ) (the shape of BCP 47)
bool is_language(std::string_view text) noexcept {
  const std::string_view first = text.substr(0, text.find('-'));
  if (first.size() < 2 || first.size() > 3 || !all(first, is_letter)) return false;
  if (first.size() == text.size()) return true;
  return each_piece(text.substr(first.size() + 1), '-', [](std::string_view piece) {
    return piece.size() >= 2 && piece.size() <= 8 && all(piece, is_alphanumeric);
  });
}

// keys = ( "env:" / "file:" ) 1*plain
bool is_keys(std::string_view text) noexcept {
  if (!is_plain(text)) return false;
  return (text.starts_with("env:") && text.size() > 4) || (text.starts_with("file:") && text.size() > 5);
}

// store = "memory:" / "sqlite:" 1*plain / ( "postgres://" / "postgresql://" ) *plain
bool is_store(std::string_view text) noexcept {
  constexpr std::string_view file = "sqlite:";
  if (!is_plain(text)) return false;
  return text == "memory:" || (text.starts_with(file) && text.size() > file.size()) ||
         text.starts_with("postgres://") || text.starts_with("postgresql://");
}

// heads = "syslog" / "file:" 1*plain
bool is_heads(std::string_view text) noexcept {
  return is_plain(text) && (text == "syslog" || (text.starts_with("file:") && text.size() > 5));
}

// https-url = "https://" host [ ( "/" / "?" / "#" ) *( what RFC 3986 allows, but no quote ) ]
bool is_https_url(std::string_view text) noexcept {
  constexpr std::string_view scheme = "https://";
  if (text.substr(0, scheme.size()) != scheme) return false;
  const std::string_view rest = text.substr(scheme.size());
  const auto fits = [](char c) { return c > 0x20 && c < 0x7f && !is_one_of(c, "\"'<>\\^`{|}"); };
  return is_host(rest.substr(0, rest.find_first_of("/?#"))) && all(rest, fits);
}

bool is_link(std::string_view text) noexcept { return is_prefix(text) || is_https_url(text); }

}  // namespace abide::detail
