#include "abide/record.hpp"

#include "ascii.hpp"
#include "calendar.hpp"
#include "words.hpp"

namespace abide {

using namespace detail;

namespace {

char* put(char* out, std::string_view text) noexcept {
  for (const char c : text) *out++ = c;
  return out;
}

// Lower case, without leading zeros: each number has one text.
template <unsigned base = 10>
char* put_number(char* out, std::uint64_t number) noexcept {
  constexpr char digit[] = "0123456789abcdefghijklmnopqrstuvwxyz";
  char digits[20];
  std::size_t n = 0;
  do digits[n++] = digit[number % base];
  while ((number /= base) != 0);
  while (n > 0) *out++ = digits[--n];
  return out;
}

constexpr std::int64_t last_time = 999999999999, last_notice = 999999999;

// Times outside 1970..33658 are written as their nearest bound, so that the text always reads back.
std::uint64_t bounded(std::int64_t time) noexcept {
  return static_cast<std::uint64_t>(time < 0 ? 0 : time > last_time ? last_time : time);
}
std::uint64_t bounded_notice(std::uint32_t version) noexcept { return version > last_notice ? last_notice : version; }

char* put_time(char* out, std::int64_t time) noexcept { return put_number(out, bounded(time)); }

template <int base = 10>
std::optional<std::int64_t> read_number(std::string_view text, std::size_t digits_max) noexcept {
  if (text.empty() || text.size() > digits_max || (text.size() > 1 && text.front() == '0')) return {};
  std::int64_t value = 0;
  for (const char c : text) {
    const int digit = c <= '9' ? c - '0' : c >= 'a' ? c - 'a' + 10 : -1;
    if (digit < 0 || digit >= base) return {};
    value = value * base + digit;
  }
  return value;
}

bool read_choices(std::string_view text, std::array<choice, 4>& choices) noexcept {
  if (text.size() != choices.size()) return false;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (text[i] != 'n' && text[i] != 'g' && text[i] != 'd') return false;
    choices[i] = text[i] == 'g' ? choice::granted : text[i] == 'd' ? choice::denied : choice::none;
  }
  return true;
}

bool read_exception(std::string_view text, std::optional<informed_exception>& exception) noexcept {
  if (text.empty()) return true;
  const auto purposes = read_number(ascii::take_until(text, '-'), 2);
  const auto time = read_number(text, 12);
  if (!purposes || *purposes > 15 || !time) return false;
  exception = informed_exception{category_set(static_cast<std::uint8_t>(*purposes)), *time};
  return true;
}

bool read_opt_in(std::string_view text, std::optional<opt_in>& into) noexcept {
  const std::size_t mark = text.find_first_of("?!");
  if (mark == std::string_view::npos) return false;
  const auto purposes = read_number(ascii::part(text, 0, mark), 2), time = read_number(ascii::part(text, mark + 1), 12);
  if (!purposes || *purposes > 15 || !time) return false;
  into = opt_in{category_set(static_cast<std::uint8_t>(*purposes)), *time, text[mark] == '!'};
  return true;
}

char* put_service(char* out, const service_grant& grant) noexcept {
  *out++ = static_cast<char>('0' + static_cast<unsigned>(grant.category) % 4);
  out = put_number<36>(out, grant.service);
  *out++ = '-';
  out = put_number<36>(out, bounded(grant.time));
  *out++ = '-';
  return put_number<36>(out, bounded_notice(grant.notice));
}

bool read_service(std::string_view text, service_grant& into) noexcept {
  if (text.empty() || text[0] < '1' || text[0] > '3') return false;
  into.category = static_cast<category>(text[0] - '0');
  text.remove_prefix(1);
  const auto service = read_number<36>(ascii::take_until(text, '-'), 7);
  const auto time = read_number<36>(ascii::take_until(text, '-'), 8);
  const auto version = read_number<36>(text, 6);
  if (!service || !time || !version) return false;
  if (*service == 0 || *service > 0xffffffff || *time > last_time || *version > last_notice) return false;
  into.service = static_cast<std::uint32_t>(*service);
  into.time = *time;
  into.notice = static_cast<std::uint32_t>(*version);
  return true;
}

bool read_services(std::string_view text, service_grants& into) noexcept {
  while (true) {
    const std::size_t end = text.find('_');
    if (into.count == into.at.size() || !read_service(ascii::part(text, 0, end), into.at[into.count])) return false;
    ++into.count;
    if (end == std::string_view::npos) return true;
    text = ascii::part(text, end + 1);
  }
}

// [ opt-in ] [ "." services ] ; at least one of them, or the dot before them would be missing
bool read_later_fields(std::string_view text, record& r) noexcept {
  const std::size_t dot = text.find('.');
  const std::string_view step = ascii::part(text, 0, dot);
  if ((dot == std::string_view::npos || !step.empty()) && !read_opt_in(step, r.opt_in)) return false;
  return dot == std::string_view::npos || read_services(ascii::part(text, dot + 1), r.services);
}

// full-date = 4DIGIT "-" 2DIGIT "-" 2DIGIT ; taken off the front of `text`
std::optional<std::int64_t> take_date(std::string_view& text) noexcept {
  constexpr std::string_view form = "0000-00-00";
  if (text.size() < form.size()) return {};
  int parts[3]{}, part = 0;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == '-') {
      if (text[i] != '-') return {};
      ++part;
    } else {
      if (!ascii::is_digit(text[i])) return {};
      parts[part] = parts[part] * 10 + (text[i] - '0');
    }
  }
  if (parts[1] < 1 || parts[1] > 12 || parts[2] < 1 || parts[2] > calendar::days_in_month(parts[0], parts[1]))
    return {};
  text.remove_prefix(form.size());
  return calendar::days_of(parts[0], parts[1], parts[2]);
}

std::optional<int> take_two_digits(std::string_view& text, int most) noexcept {
  if (text.size() < 2 || !ascii::is_digit(text[0]) || !ascii::is_digit(text[1])) return {};
  const int value = (text[0] - '0') * 10 + (text[1] - '0');
  text.remove_prefix(2);
  if (value > most) return {};
  return value;
}

bool take(std::string_view& text, char c) noexcept {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// time-offset = "Z" / ( "+" / "-" ) 2DIGIT ":" 2DIGIT ; seconds east of UTC
std::optional<std::int64_t> read_offset(std::string_view text) noexcept {
  if (text == "Z" || text == "z") return 0;
  const bool west = take(text, '-');
  if (!west && !take(text, '+')) return {};
  const auto hours = take_two_digits(text, 23);
  if (!hours || !take(text, ':')) return {};
  const auto minutes = take_two_digits(text, 59);
  if (!minutes || !text.empty()) return {};
  const std::int64_t seconds = *hours * 3600 + *minutes * 60;
  return west ? -seconds : seconds;
}

}  // namespace

std::string_view to_string(source s) noexcept { return words::source[static_cast<unsigned>(s) & 7u]; }

std::optional<source> parse_source(std::string_view name) noexcept {
  for (std::size_t i = 1; i < words::source.size(); ++i)
    if (name == words::source[i]) return static_cast<source>(i);
  return {};
}

std::size_t write_record(const record& r, char* const out) noexcept {
  char* at = put(out, "1.");
  for (const choice c : r.choices) *at++ = c == choice::granted ? 'g' : c == choice::denied ? 'd' : 'n';
  *at++ = '.';
  at = put_time(at, r.time);
  *at++ = '.';
  at = put_number(at, bounded_notice(r.notice));
  *at++ = '.';
  at = put_number(at, static_cast<std::uint64_t>(r.source));
  *at++ = '.';
  if (r.sticky_since) at = put_time(at, *r.sticky_since);
  *at++ = '.';
  if (r.exception) {
    at = put_number(at, r.exception->purposes.bits());
    *at++ = '-';
    at = put_time(at, r.exception->time);
  }
  const bool has_services = r.services.count != 0;
  if (r.opt_in || has_services) *at++ = '.';
  if (r.opt_in) {
    at = put_number(at, r.opt_in->purposes.bits());
    *at++ = r.opt_in->confirmed ? '!' : '?';
    at = put_time(at, r.opt_in->time);
  }
  for (const service_grant& grant : r.services) {
    *at++ = &grant == r.services.begin() ? '.' : '_';
    at = put_service(at, grant);
  }
  return static_cast<std::size_t>(at - out);
}

std::optional<record> parse_record(std::string_view text) noexcept {
  if (text.size() > record_text_max || ascii::take_until(text, '.') != "1") return {};
  record r;
  if (!read_choices(ascii::take_until(text, '.'), r.choices)) return {};
  const auto time = read_number(ascii::take_until(text, '.'), 12);
  const auto notice = read_number(ascii::take_until(text, '.'), 9);
  const auto from = read_number(ascii::take_until(text, '.'), 1);
  if (!time || !notice || !from || *from >= static_cast<std::int64_t>(words::source.size())) return {};
  r.time = *time;
  r.notice = static_cast<std::uint32_t>(*notice);
  r.source = static_cast<source>(*from);
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return {};
  if (dot > 0) {
    r.sticky_since = read_number(ascii::part(text, 0, dot), 12);
    if (!r.sticky_since) return {};
  }
  text = ascii::part(text, dot + 1);
  const std::size_t last = text.find('.');
  if (!read_exception(ascii::part(text, 0, last), r.exception)) return {};
  if (last != std::string_view::npos && !read_later_fields(ascii::part(text, last + 1), r)) return {};
  return r;
}

std::optional<std::int64_t> parse_timestamp(std::string_view text) noexcept {
  const auto days = take_date(text);
  if (!days || !(take(text, 'T') || take(text, 't'))) return {};
  const auto hour = take_two_digits(text, 23);
  if (!hour || !take(text, ':')) return {};
  const auto minute = take_two_digits(text, 59);
  if (!minute || !take(text, ':')) return {};
  const auto second = take_two_digits(text, 60);  // RFC 3339 section 5.7: leap seconds
  if (!second) return {};
  if (take(text, '.')) {
    if (text.empty() || !ascii::is_digit(text.front())) return {};
    while (!text.empty() && ascii::is_digit(text.front())) text.remove_prefix(1);
  }
  const auto offset = read_offset(text);
  if (!offset) return {};
  return *days * calendar::seconds_a_day + *hour * 3600 + *minute * 60 + *second - *offset;
}

bool is_date_or_timestamp(std::string_view text) noexcept {
  if (parse_timestamp(text)) return true;
  return take_date(text) && text.empty();
}

void write_date(std::int64_t time, char* out) noexcept {
  const std::int64_t days = (time >= 0 ? time : time - calendar::seconds_a_day + 1) / calendar::seconds_a_day;
  const calendar::date d = calendar::date_of(days);
  const int digits[]{
      d.year / 1000 % 10, d.year / 100 % 10, d.year / 10 % 10, d.year % 10, -1, d.month / 10, d.month % 10, -1,
      d.day / 10,         d.day % 10};
  for (const int digit : digits) *out++ = digit < 0 ? '-' : static_cast<char>('0' + digit);
}

}  // namespace abide
