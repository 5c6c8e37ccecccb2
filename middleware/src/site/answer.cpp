#include "site/answer.hpp"

#include <charconv>

#include "abide/describing.hpp"

namespace abide::detail {
namespace {

char digit(unsigned value) noexcept { return "0123456789abcdef"[value & 15u]; }

unsigned allowed_bits(const decision& d, bool shared) noexcept {
  unsigned bits = 0;
  for (const category c : categories)
    if (d.of(c, shared).allowed) bits |= 1u << static_cast<unsigned>(c);
  return bits;
}

unsigned exempt_bits(const decision& d) noexcept {
  unsigned bits = 0;
  for (const category c : categories) {
    const auto i = static_cast<unsigned>(c);
    if (d.declared_exempt.contains(c) && d.exempt[i].allowed) bits |= 1u << i;
  }
  return bits;
}

// Their numbers suffice to tell that a page was printed for another visitor.
void append_services(std::string& text, const decision& d) {
  for (std::size_t i = 0; i < d.service_count; ++i) {
    const allowed_service& each = d.services[i];
    text.append(1, '_').append(1, digit(static_cast<unsigned>(each.category) | (each.shared ? 8u : 0u)));
    char number[8];
    const auto end = std::to_chars(number, number + sizeof number, each.service, 36).ptr;
    text.append(number, end);
  }
}

unsigned flags_of(const decision& d) noexcept {
  unsigned flags = 0, bit = 1;
  for (const bool each :
       {has_chosen(d), has_grant(d), overrides_signal(d), mentions_exempt(d), uses_exempt(d), d.signal_active}) {
    if (each) flags |= bit;
    bit <<= 1;
  }
  return flags;
}

}  // namespace

std::string answer_of(const decision& d, const policy& p) {
  const unsigned flags = flags_of(d);
  std::string text;
  for (const unsigned each : {allowed_bits(d, false), allowed_bits(d, true), exempt_bits(d), flags >> 4, flags,
                              static_cast<unsigned>(d.notice)})
    text += digit(each);
  text.append(1, '-').append(answer_key_of(d, p));
  append_services(text, d);
  return text;
}

std::string answer_key_of(const decision& d, const policy& p) {
  std::string text(1, digit(static_cast<unsigned>(d.place->regime)));
  return text.append(1, '-').append(std::to_string(p.notice_version));
}

}  // namespace abide::detail
