#include "abide/describing.hpp"

#include <algorithm>

#include "abide/choosing.hpp"
#include "ascii.hpp"
#include "asking.hpp"

namespace abide {

using namespace detail;

bool is_exempt_here(const policy& p, const decision& d, const cookie_rule& cookie) noexcept {
  return !cookie.shared && is_exempt(p, *d.place, cookie.name, cookie.category);
}

namespace {

// The time of the choice or of the opt-out, whichever is later.
std::int64_t latest(const record* chosen) noexcept {
  return chosen ? std::max(chosen->time, chosen->sticky_since.value_or(0)) : 0;
}

switch_field field_of(const verdict& own, bool exempt_runs) noexcept {
  switch (own.rule) {
    case rule::d0:
    case rule::d1:
    case rule::d3c: return switch_field::none;
    case rule::d3a: return switch_field::exception;
    default: break;
  }
  const bool by_default = own.rule == rule::d6 || own.rule == rule::d3b;
  return exempt_runs || (own.allowed && by_default) ? switch_field::keep : switch_field::grant;
}

stated_reason reason_of(const decision& d, const record* chosen, const verdict& own, bool exempt_runs) noexcept {
  const std::int64_t time = chosen ? chosen->time : 0;
  if (exempt_runs && !own.allowed) return {"reason.exempt"};
  // After a request to allow it again, the record's time is that of the request, not of the opt-out.
  const bool asked_again = chosen && chosen->opt_in && !chosen->opt_in->confirmed;
  if (asked_again && (own.rule == rule::d2 || own.rule == rule::d4)) return {"reason.opted_out"};
  switch (own.rule) {
    case rule::d0: return {};
    case rule::d1: return {"reason.age"};
    case rule::d2: return {"reason.refused", latest(chosen)};
    case rule::d3a: return {"reason.exception", chosen && chosen->exception ? chosen->exception->time : time};
    case rule::d3b: return {"reason.incentive"};
    case rule::d3c: return {d.seen.gpc ? "reason.gpc" : "reason.dnt"};
    case rule::d4:
      if (!chosen || !chosen->sticky_since) return {"reason.opted_out"};
      return {"reason.opted_out.date", *chosen->sticky_since};
    case rule::d5: return {"reason.granted", time};
    case rule::d5s:  // for services, never for categories
    case rule::d6e:
    case rule::d6: break;
  }
  return {own.allowed ? "reason.default_on" : "reason.default_off"};
}

std::string_view partly_off(const decision& d, const category_description& told, category c) noexcept {
  const verdict& shared = d.of(c, true);
  if (!told.on || told.shared == 0 || told.shared == told.cookies || shared.allowed) return {};
  if (shared.rule == rule::d4) return "reason.shared.opted_out";
  if (shared.rule != rule::d3c) return {};
  return d.seen.gpc ? "reason.shared.gpc" : "reason.shared.dnt";
}

void count_cookies(const policy& p, const decision& d, category c, category_description& told) noexcept {
  for (std::size_t i = 0; i < p.cookie_count; ++i) {
    const cookie_rule& cookie = p.cookies[i];
    if (cookie.category != c) continue;
    ++told.cookies;
    if (cookie.shared) ++told.shared;
    if (is_exempt_here(p, d, cookie)) ++told.exempt;
  }
}

}  // namespace

bool overrides_signal(const decision& d) noexcept { return is_in_force(d, rule::d3a); }

bool signal_decides(const decision& d) noexcept { return is_in_force(d, rule::d3c); }

bool has_grant(const decision& d) noexcept { return is_in_force(d, rule::d5) || overrides_signal(d); }

bool has_chosen(const decision& d) noexcept {
  return d.notice != notice::banner && (has_grant(d) || is_in_force(d, rule::d2));
}

bool uses_exempt(const decision& d) noexcept { return !exempt_in_use(d).empty(); }

bool only_counts_visits(const decision& d) noexcept {
  return d.declared_exempt.contains(category::analytics) && !d.declared_exempt.contains(category::functional);
}

bool mentions_exempt(const decision& d) noexcept {
  return d.notice == notice::objection && !signal_decides(d) && uses_exempt(d);
}

category_set categories_to_ask(const policy& p, const decision& d) noexcept {
  const category_set declared = declared_for_consent(p, *d.place, d.declared_exempt);
  category_set asked;
  for (const category c : categories)
    if (is_open(d, c) && (declared.empty() ? !exempt_in_use(d).contains(c) : declared.contains(c))) asked.insert(c);
  return asked;
}

text_keys describe_status(const policy& p, const decision& d) noexcept {
  if (p.mode == mode::observe) return {};
  if (overrides_signal(d)) return {"status.set_aside", "status.set_aside.text"};
  if (signal_decides(d)) return {"status.honored", d.seen.gpc ? "status.gpc" : "status.dnt"};
  if (!d.unconfirmed.empty()) return {"status.unconfirmed", "status.unconfirmed.text"};
  if (mentions_exempt(d)) return {{}, only_counts_visits(d) ? "status.objection" : "status.exempt"};
  return {};
}

std::string_view known_vendor(const cookie_rule& cookie, std::string_view member) noexcept {
  constexpr std::uint8_t sure = 90;
  if (cookie.category == category::required) return {};  // a site's own `cart` may have the name of a vendor's cookie
  const std::string_view host =
      !cookie.host.empty() && cookie.host.front() == '.' ? ascii::part(cookie.host, 1) : cookie.host;
  classification known;
  if (!look_up(member, host, known)) return {};
  const bool is_known = known.category == cookie.category && known.confidence >= sure && known.vendor != "First party";
  return is_known ? known.vendor : std::string_view{};
}

bool exemption_applies(const decision& d, const exemption& e, category& of) noexcept {
  if (!applies(e, *d.place)) return false;
  of = category_of(e.purpose);
  return d.exempt[static_cast<unsigned>(of)].allowed;
}

bool is_vendor_exempt(const policy& p, const decision& d, std::string_view vendor) noexcept {
  if (vendor.empty() || d.declared_exempt.empty()) return false;
  bool found = false;
  for (std::size_t i = 0; i < p.cookie_count; ++i) {
    const cookie_rule& cookie = p.cookies[i];
    if (cookie.vendor != vendor) continue;
    if (!is_exempt_here(p, d, cookie) || !d.exempt[static_cast<unsigned>(cookie.category)].allowed) return false;
    found = true;
  }
  return found;
}

category_description describe_category(const policy& p, const decision& d, const record* chosen, category c) noexcept {
  category_description told;
  count_cookies(p, d, c, told);
  const bool all_shared = told.cookies > 0 && told.shared == told.cookies, exempt_runs = exempt_in_use(d).contains(c);
  const verdict own = d.of(c, all_shared);
  told.on = own.allowed || exempt_runs;
  told.always = own.rule == rule::d0;
  told.field = field_of(own, exempt_runs);
  told.offers_others = exempt_runs && !own.allowed && told.cookies > told.exempt;
  told.offers_exception =
      own.rule == rule::d3c && p.exception == exception_policy::informed && chosen && chosen->sticky_since;
  told.reason = reason_of(d, chosen, own, exempt_runs);
  told.partly = partly_off(d, told, c);
  return told;
}

}  // namespace abide
