#include "site/answer.hpp"

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
  return text.append(1, '-').append(answer_key_of(d, p));
}

std::string answer_key_of(const decision& d, const policy& p) {
  std::string text(1, digit(static_cast<unsigned>(d.place->regime)));
  return text.append(1, '-').append(std::to_string(p.notice_version));
}

}  // namespace abide::detail
