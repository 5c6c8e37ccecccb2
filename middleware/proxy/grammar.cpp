#include "proxy/grammar.hpp"

#include <array>
#include <cstring>

#include "base/ascii.hpp"
#include "place/authority.hpp"

namespace abide::detail::proxy {
namespace {

enum kind : unsigned char { token = 1, value = 2, target = 4 };

// Which bytes are allowed where: RFC 9110 sections 5.6.2 and 5.5, RFC 3986 plus the bytes beyond ASCII that browsers
// send.
constexpr std::array<unsigned char, 256> kinds = [] {
  std::array<unsigned char, 256> made{};
  for (unsigned c = 0x20; c < 256; ++c)
    if (c != 0x7f) made[c] |= value;
  made['\t'] |= value;
  for (unsigned c = 0x21; c < 256; ++c)
    if (c != 0x7f && c != '#' && c != '\\' && c != '"' && c != '<' && c != '>') made[c] |= target;
  for (unsigned c = 0; c < 128; ++c)
    if (ascii_text::is_alphanumeric(static_cast<char>(c))) made[c] |= token;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) made[static_cast<unsigned char>(c)] |= token;
  return made;
}();

bool consists_of(std::string_view text, kind which) noexcept {
  for (const char c : text)
    if (!(kinds[static_cast<unsigned char>(c)] & which)) return false;
  return true;
}

std::string_view take_line(std::string_view& lines) noexcept {
  const std::size_t at = lines.find("\r\n");
  const std::string_view line = lines.substr(0, at);
  lines.remove_prefix(at == lines.npos ? lines.size() : at + 2);
  return line;
}

/// Removes scheme and authority from an absolute target; nothing: it is not an http URL.
std::optional<std::string_view> take_authority(std::string_view& text) noexcept {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!ascii_text::same(text.substr(0, scheme.size()), scheme)) continue;
    text.remove_prefix(scheme.size());
    const std::size_t end = std::min(text.find_first_of("/?"), text.size());
    const std::string_view authority = text.substr(0, end);
    text.remove_prefix(end);
    if (text.empty()) text = "/";
    return text.starts_with('/') ? std::optional(authority) : std::nullopt;
  }
  return {};
}

/// False: a line is not a field.
bool read_fields(std::string_view lines, proxy::fields& to) {
  while (!lines.empty()) {
    const std::string_view line = take_line(lines);
    if (line.empty()) return true;
    const std::size_t colon = line.find(':');
    if (colon == line.npos || colon == 0) return false;
    const std::string_view name = line.substr(0, colon);  // no space before the colon,
    if (!consists_of(name, token)) return false;          // and none before the name: obs-fold
    const std::string_view text = ascii_text::trimmed(line.substr(colon + 1));
    if (!consists_of(text, value)) return false;
    to.add_received(name, text);
  }
  return true;
}

/// Returns 0 or 400. There must be one Host field with a valid host, and it must equal the target's host, if that has
/// one.
unsigned check_host(request_head& head) {
  const std::size_t hosts = head.fields.count("Host");
  if (hosts > 1 || (hosts == 0 && head.minor > 0)) return 400;
  const std::string_view host = head.fields.first("Host");
  if (hosts == 1 && !host.empty() && !read_authority(host)) return 400;
  if (head.target.starts_with('/') || head.target == "*") return 0;
  const auto named = take_authority(head.target);
  return named && ascii_text::same(*named, host) ? 0 : 400;
}

}  // namespace

section_end::found section_end::look(std::string_view bytes) noexcept {
  if (looked == 0 && bytes == "\r") return found::not_yet;  // it may begin an empty line before the section
  while (looked < bytes.size()) {
    const void* const at = std::memchr(bytes.data() + looked, '\n', bytes.size() - looked);
    if (!at) {
      looked = bytes.size();
      return found::not_yet;
    }
    const auto end = static_cast<std::size_t>(static_cast<const char*>(at) - bytes.data());
    looked = end + 1;
    if (end == line || bytes[end - 1] != '\r') return found::bad;
    const bool is_empty = end == line + 1;
    line = looked;
    if (is_empty) return found::whole;
  }
  return found::not_yet;
}

unsigned read_request_line(std::string_view line, request_head& head) noexcept {
  const std::size_t first = line.find(' ');
  if (first == line.npos) return 400;
  const std::size_t last = line.rfind(' ');
  head.method = line.substr(0, first);
  if (head.method.empty() || head.method.size() > 32 || !consists_of(head.method, token)) return 400;
  if (last == first) return 400;  // HTTP/0.9
  head.target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!version.starts_with("HTTP/") || version.size() != 8 || version[6] != '.') return 400;
  if (!ascii_text::is_digit(version[5]) || !ascii_text::is_digit(version[7])) return 400;
  if (version[5] != '1') return 505;
  head.minor = version[7] == '0' ? 0 : 1;
  if (head.target.empty() || !consists_of(head.target, target)) return 400;
  if (head.method == "CONNECT" || head.method == "TRACE") return 405;
  if (head.target == "*") return head.method == "OPTIONS" ? 0 : 400;
  return 0;
}

unsigned read_request(std::string_view section, request_head& head) {
  const std::string_view line = take_line(section);
  if (const unsigned status = read_request_line(line, head)) return status;
  if (!read_fields(section, head.fields)) return 400;
  return check_host(head);
}

void read_begun_fields(std::string_view section, proxy::fields& to) {
  take_line(section);
  const std::size_t end = section.rfind("\r\n");
  if (end != section.npos) read_fields(section.substr(0, end), to);
}

bool read_response(std::string_view section, response_head& head) {
  const std::string_view line = take_line(section);
  if (line.size() < 12 || !line.starts_with("HTTP/1.") || line[8] != ' ') return false;
  head.minor = line[7] == '0' ? 0 : 1;
  const auto status = read_number(line.substr(9, 3));
  if (!status || *status < 100) return false;  // above 599, recipients treat it as 5xx (RFC 9110 section 15)
  head.status = static_cast<unsigned>(*status);
  if (line.size() > 12 && line[12] != ' ') return false;
  head.reason = line.size() > 13 ? line.substr(13) : std::string_view();
  return consists_of(head.reason, value) && read_fields(section, head.fields);
}

std::optional<unsigned long long> read_number(std::string_view text) noexcept {
  if (text.empty() || text.size() > 18) return {};
  unsigned long long number = 0;
  for (const char c : text) {
    if (!ascii_text::is_digit(c)) return {};
    number = number * 10 + static_cast<unsigned long long>(c - '0');
  }
  return number;
}

}  // namespace abide::detail::proxy
