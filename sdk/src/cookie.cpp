#include "abide/cookie.hpp"

#include <array>
#include <cstring>

#include "ascii.hpp"
#include "calendar.hpp"
#include "cookie_scope.hpp"

namespace abide {

using namespace detail;

namespace {

constexpr std::size_t pair_size_max = 4096;  // rfc6265bis section 5.6
constexpr std::size_t attribute_size_max = 1024;
constexpr std::int64_t max_age_limit = 400 * calendar::seconds_a_day;

cookie_pair split_pair(std::string_view piece) noexcept {
  const std::size_t equals = piece.find('=');
  if (equals == std::string_view::npos) return {{}, ascii::trim(piece)};
  return {ascii::trim(ascii::part(piece, 0, equals)), ascii::trim(ascii::part(piece, equals + 1))};
}

// max-age-value = [ "-" / "+" ] 1*DIGIT ; any value that begins with "-" is a deletion, as in Firefox
std::optional<std::int64_t> max_age_of(std::string_view text) noexcept {
  const bool negative = !text.empty() && text.front() == '-';
  const auto unreadable = negative ? std::optional<std::int64_t>(-1) : std::nullopt;
  if (negative || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
  if (text.empty()) return unreadable;
  std::int64_t seconds = 0;
  for (const char c : text) {
    if (!ascii::is_digit(c)) return unreadable;
    seconds = seconds > max_age_limit ? seconds : seconds * 10 + (c - '0');
  }
  if (negative) return -seconds;
  return seconds > max_age_limit ? max_age_limit : seconds;
}

same_site read_same_site(std::string_view text) noexcept {
  if (ascii::same(text, "none")) return same_site::none;
  if (ascii::same(text, "lax")) return same_site::lax;
  return ascii::same(text, "strict") ? same_site::strict : same_site::unset;
}

std::string_view to_string(same_site value) noexcept {
  switch (value) {
    case same_site::none: return "None";
    case same_site::lax: return "Lax";
    case same_site::strict: return "Strict";
    case same_site::unset: break;
  }
  return {};
}

void read_path(std::string_view value, set_cookie& cookie) noexcept {
  cookie.path = !value.empty() && value.front() == '/' ? value : std::string_view{};
}

std::string_view domain_of(std::string_view value) noexcept {
  if (value.size() > 1 && value.front() == '.') value.remove_prefix(1);  // keep a lone dot: it matches no host
  return value;
}

// Calls `f` with each attribute after the pair, without leading white space.
//   *( ";" OWS cookie-av )
template <class Function>
void for_each_attribute(std::string_view field, Function f) noexcept {
  ascii::take_until(field, ';');
  while (!field.empty()) {
    std::string_view piece = ascii::take_until(field, ';');
    while (!piece.empty() && ascii::is_space(piece.front())) piece.remove_prefix(1);
    if (!piece.empty()) f(piece);
  }
}

// Whether the attribute has this name; `value` is then its value, perhaps empty. False if the value is too long:
// browsers ignore such attributes.
//   cookie-av = name [ OWS "=" OWS value OWS ]
template <std::size_t size>
[[gnu::always_inline]] inline bool is_attribute(std::string_view piece, const char (&known)[size],
                                                std::string_view& value) noexcept {
  if (!ascii::starts_with_word(piece, known)) return false;
  value = ascii::trim(ascii::part(piece, size - 1));
  if (value.empty()) return true;
  if (value.front() != '=') return false;
  value = ascii::trim(ascii::part(value, 1));
  return value.size() <= attribute_size_max;
}

// The first letter excludes most attributes.
void read_attribute(std::string_view piece, set_cookie& cookie) noexcept {
  std::string_view value;
  switch (ascii::lower(piece.front())) {
    case 'd':
      if (is_attribute(piece, "domain", value)) cookie.domain = domain_of(value);
      return;
    case 'e':
      if (is_attribute(piece, "expires", value)) cookie.expires = parse_cookie_date(value);
      return;
    case 'h':
      if (is_attribute(piece, "httponly", value)) cookie.http_only = true;
      return;
    case 'm':
      if (is_attribute(piece, "max-age", value)) cookie.max_age = max_age_of(value);
      return;
    case 'p':
      if (is_attribute(piece, "path", value)) read_path(value, cookie);
      else if (is_attribute(piece, "partitioned", value)) cookie.partitioned = true;
      return;
    case 's':
      if (is_attribute(piece, "secure", value)) cookie.secure = true;
      else if (is_attribute(piece, "samesite", value)) cookie.same_site = read_same_site(value);
      return;
    default: return;
  }
}

bool has_control(std::string_view text) noexcept {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && byte != '\t') || byte == 0x7f) return true;
  }
  return false;
}

bool has_high_byte(std::string_view text) noexcept {
  for (const char c : text)
    if (static_cast<unsigned char>(c) >= 0x80) return true;
  return false;
}

// A rule for a name prefix (also for the value of a nameless cookie); case-insensitive (CK-16).
struct prefix_rule {
  std::string_view prefix;
  bool host, http;
};
constexpr std::array<prefix_rule, 4> prefix_rules{
    {{"__Host-Http-", true, true}, {"__Host-", true, false}, {"__Http-", false, true}, {"__Secure-", false, false}}};

const prefix_rule* prefix_of(std::string_view name) noexcept {
  for (const prefix_rule& rule : prefix_rules)
    if (ascii::starts_with_same(name, rule.prefix)) return &rule;
  return nullptr;
}

std::string_view why_prefix_rejected(const set_cookie& cookie) noexcept {
  if (cookie.name.empty() && cookie.value.find('=') != std::string_view::npos)
    return "nameless cookie that imitates a name";
  if (cookie.name.empty()) return prefix_of(cookie.value) ? "nameless cookie that imitates a prefix" : "";
  const prefix_rule* rule = prefix_of(cookie.name);
  if (!rule) return "";
  if (!cookie.secure) return "prefix without Secure";
  if (rule->http && !cookie.http_only) return "prefix without HttpOnly";
  if (rule->host && !cookie.domain.empty()) return "__Host- prefix with Domain";
  if (rule->host && cookie.path != "/") return "__Host- prefix without Path=/";
  return "";
}

bool is_ip_address(std::string_view host) noexcept {
  if (host.find(':') != std::string_view::npos) return true;
  return !host.empty() && ascii::is_digit(host.back());
}

// Cookie dates: rfc6265bis section 5.1.1, except that browsers also read years of one to five digits and before 1601.
bool is_date_delimiter(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x09 || (byte >= 0x20 && byte <= 0x2f) || (byte >= 0x3b && byte <= 0x40) ||
         (byte >= 0x5b && byte <= 0x60) || (byte >= 0x7b && byte <= 0x7e);
}

// min*max digits that no further digit follows; removes them from `text`.
std::optional<int> take_number(std::string_view& text, std::size_t min, std::size_t max) noexcept {
  std::size_t n = 0;
  int value = 0;
  while (n < text.size() && ascii::is_digit(text[n])) {
    if (n == max) return {};
    value = value * 10 + (text[n++] - '0');
  }
  if (n < min) return {};
  text.remove_prefix(n);
  return value;
}

struct clock_time {
  int hour, minute, second;
};

std::optional<clock_time> read_clock(std::string_view token) noexcept {
  const auto hour = take_number(token, 1, 2);
  if (!hour || token.empty() || token.front() != ':') return {};
  token.remove_prefix(1);
  const auto minute = take_number(token, 1, 2);
  if (!minute || token.empty() || token.front() != ':') return {};
  token.remove_prefix(1);
  const auto second = take_number(token, 1, 2);
  if (!second) return {};
  return clock_time{*hour, *minute, *second};
}

constexpr std::uint32_t packed(std::string_view letters) noexcept {
  return static_cast<std::uint32_t>(ascii::lower(letters[0])) |
         static_cast<std::uint32_t>(ascii::lower(letters[1])) << 8 |
         static_cast<std::uint32_t>(ascii::lower(letters[2])) << 16;
}

int read_month(std::string_view token) noexcept {
  constexpr std::array<std::uint32_t, 12> months{packed("jan"), packed("feb"), packed("mar"), packed("apr"),
                                                 packed("may"), packed("jun"), packed("jul"), packed("aug"),
                                                 packed("sep"), packed("oct"), packed("nov"), packed("dec")};
  if (token.size() < 3) return 0;
  const std::uint32_t letters = packed(token);
  for (std::size_t month = 0; month < months.size(); ++month)
    if (letters == months[month]) return static_cast<int>(month) + 1;
  return 0;
}

struct cookie_date {
  int year, month, day;
  clock_time clock;
};

std::optional<std::int64_t> seconds_of(cookie_date read) noexcept {
  if (read.year >= 70 && read.year <= 99) read.year += 1900;
  if (read.year >= 0 && read.year <= 69) read.year += 2000;
  if (read.year > 9999) read.year = 9999;  // later years are as good as never
  if (read.day < 1 || read.day > calendar::days_in_month(read.year, read.month)) return {};
  if (read.clock.hour > 23 || read.clock.minute > 59 || read.clock.second > 59) return {};
  return calendar::days_of(read.year, read.month, read.day) * calendar::seconds_a_day + read.clock.hour * 3600 +
         read.clock.minute * 60 + read.clock.second;
}

// Negative if they are not digits.
int two_digits(const char* at) noexcept {
  const int first = at[0] - '0', second = at[1] - '0';
  return first < 0 || first > 9 || second < 0 || second > 9 ? -1 : first * 10 + second;
}

bool is_letter(char c) noexcept { return ascii::lower(c) >= 'a' && ascii::lower(c) <= 'z'; }

// A fast path for the form that servers write (RFC 9110 section 5.6.7), also with hyphens:
// `Sun, 06 Nov 1994 08:49:37 GMT`. Gives the same result as the general algorithm in parse_cookie_date.
bool read_usual_date(std::string_view text, cookie_date& read) noexcept {
  constexpr std::size_t size = 25;  // without the time zone, which is ignored
  if (text.size() < size || (text.size() > size && !is_date_delimiter(text[size]))) return false;
  const char* const at = text.data();
  const bool parted = at[3] == ',' && at[4] == ' ' && (at[7] == ' ' || at[7] == '-') && at[11] == at[7] &&
                      at[16] == ' ' && at[19] == ':' && at[22] == ':';
  if (!parted || !is_letter(at[0]) || !is_letter(at[1]) || !is_letter(at[2])) return false;
  read.day = two_digits(at + 5);
  const int century = two_digits(at + 12), rest = two_digits(at + 14);
  read.year = century * 100 + rest;
  read.clock = {two_digits(at + 17), two_digits(at + 20), two_digits(at + 23)};
  if ((read.day | century | rest | read.clock.hour | read.clock.minute | read.clock.second) < 0) return false;
  read.month = read_month(ascii::part(text, 8));
  return read.month != 0 && read_month(text) == 0;  // the first month counts
}

}  // namespace

bool cookie_walk::next(cookie_pair& next) noexcept {
  while (!rest_.empty()) {
    const std::string_view piece = ascii::trim(ascii::take_until(rest_, ';'));
    if (piece.empty()) continue;
    next = split_pair(piece);
    return true;
  }
  return false;
}

set_cookie parse_set_cookie(std::string_view field) noexcept {
  set_cookie cookie;
  const cookie_pair pair = split_pair(ascii::part(field, 0, field.find(';')));
  cookie.name = pair.name;
  cookie.value = pair.value;
  for_each_attribute(field, [&](std::string_view piece) { read_attribute(piece, cookie); });
  return cookie;
}

cookie_scope detail::read_scope(std::string_view field) noexcept {
  cookie_scope scope;
  for_each_attribute(field, [&](std::string_view piece) {
    std::string_view value;
    switch (ascii::lower(piece.front())) {
      case 'd':
        if (is_attribute(piece, "domain", value)) scope.domain = domain_of(value);
        return;
      case 'e':
        if (is_attribute(piece, "expires", value)) scope.expires = value;
        return;
      case 'm':
        if (is_attribute(piece, "max-age", value)) scope.max_age = value;
        return;
      default: return;
    }
  });
  return scope;
}

bool detail::is_over(const cookie_scope& scope, std::int64_t now, std::string_view date) noexcept {
  if (const auto seconds = max_age_of(scope.max_age)) return *seconds <= 0;
  const auto time = scope.expires.empty() ? std::nullopt : parse_cookie_date(scope.expires);
  return time && *time <= parse_cookie_date(date).value_or(now);
}

std::string_view parse_cookie_domain(std::string_view field) noexcept { return read_scope(field).domain; }

bool deletes(const set_cookie& cookie, std::int64_t now) noexcept {
  if (cookie.max_age) return *cookie.max_age <= 0;
  return cookie.expires && *cookie.expires <= now;
}

std::size_t write_deletion(std::string_view field, char* out) noexcept {
  const set_cookie cookie = parse_set_cookie(field);
  std::size_t size = 0;
  const auto put = [&](std::string_view text) {
    if (!text.empty()) std::memcpy(out + size, text.data(), text.size());
    size += text.size();
  };
  const auto put_value = [&](std::string_view attribute, std::string_view value) {
    if (value.empty()) return;
    put(attribute);
    put(value);
  };
  put(cookie.name);
  put("=; Max-Age=0");
  put_value("; Path=", cookie.path);
  // Parsers remove leading white space and one leading dot; an extra dot preserves a domain that begins so.
  const bool is_odd = !cookie.domain.empty() && std::string_view(". \t").find(cookie.domain.front()) < 3;
  put_value(is_odd ? "; Domain=." : "; Domain=", cookie.domain);
  put_value("; SameSite=", to_string(cookie.same_site));
  if (cookie.secure) put("; Secure");
  if (cookie.http_only) put("; HttpOnly");
  if (cookie.partitioned) put("; Partitioned");
  return size;
}

std::string_view why_rejected(std::string_view field, const set_cookie& cookie, const cookie_origin& origin) noexcept {
  if (has_control(field)) return "control character";
  if (cookie.name.empty() && cookie.value.empty()) return "neither name nor value";
  if (cookie.name.size() + cookie.value.size() > pair_size_max) return "name and value over 4096 bytes";
  if (has_high_byte(cookie.domain)) return "Domain is not ASCII";
  if (!cookie.domain.empty() && !domain_matches(origin.host, cookie.domain)) return "Domain is not the host's";
  if (cookie.secure && !origin.secure) return "Secure from an insecure origin";
  if (cookie.same_site == same_site::none && !cookie.secure) return "SameSite=None without Secure";
  if (cookie.partitioned && !cookie.secure) return "Partitioned without Secure";
  return why_prefix_rejected(cookie);
}

std::optional<std::int64_t> parse_cookie_date(std::string_view text) noexcept {
  if (cookie_date read; read_usual_date(text, read)) return seconds_of(read);
  std::optional<clock_time> clock;
  std::optional<int> day, year;
  int month = 0;
  while (!text.empty()) {
    std::size_t end = 0;
    while (end < text.size() && !is_date_delimiter(text[end])) ++end;
    std::string_view token = ascii::part(text, 0, end);
    text.remove_prefix(end < text.size() ? end + 1 : end);
    if (token.empty()) continue;
    if (!clock && (clock = read_clock(token))) continue;
    std::string_view digits = token;
    if (!day && (day = take_number(digits, 1, 2))) continue;
    if (month == 0 && (month = read_month(token)) != 0) continue;
    digits = token;
    if (!year) year = take_number(digits, 1, 5);
  }
  if (!clock || !day || month == 0 || !year) return {};
  return seconds_of({*year, month, *day, *clock});
}

bool domain_matches(std::string_view host, std::string_view domain) noexcept {
  if (ascii::same(host, domain)) return true;
  if (host.size() <= domain.size() || domain.empty() || is_ip_address(host)) return false;
  const std::size_t start = host.size() - domain.size();
  return host[start - 1] == '.' && ascii::same(ascii::part(host, start), domain);
}

}  // namespace abide
