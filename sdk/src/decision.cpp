#include "abide/decision.hpp"

#include "abide/service.hpp"
#include "ascii.hpp"
#include "asking.hpp"
#include "calendar.hpp"
#include "words.hpp"

namespace abide {

using namespace detail;

namespace {

struct situation {
  const abide::policy& policy;
  const jurisdiction& place;
  const record* chosen;
  const abide::visitor& visitor;
  std::int64_t now;
  bool signal_active;
  bool spares_all = false;   // D3b, for a site that names no programmes: the whole category
  bool spares_some = false;  // D3b, for a site that does: cookies of the visitor's programme, see judge()
};

constexpr verdict allow(rule r) noexcept { return {true, r}; }
constexpr verdict deny(rule r) noexcept { return {false, r}; }

choice choice_of(const situation& s, category c) noexcept {
  return s.chosen ? s.chosen->choices[static_cast<unsigned>(c)] : choice::none;
}

std::int64_t consent_seconds(const situation& s) noexcept {
  return consent_days(s.policy, s.place) * calendar::seconds_a_day;
}

// Whether a grant given at `time` has not expired. A time in the future comes from a broken clock and is not valid.
bool is_current(const situation& s, std::int64_t time) noexcept {
  return time > 0 && !calendar::is_future(time, s.now) && s.now - time < consent_seconds(s);
}

// Version 0 means no notice: nobody can have agreed to it.
bool has_valid_grant(const situation& s, category c) noexcept {
  return choice_of(s, c) == choice::granted && s.policy.notice_version != 0 &&
         s.chosen->notice == s.policy.notice_version && is_current(s, s.chosen->time);
}

// D3a: the exception answers the signal, so it cannot be older than the signal. It needs a known visitor.
bool has_exception(const situation& s, category c) noexcept {
  if (s.policy.exception != exception_policy::informed || !s.visitor.known) return false;
  if (!s.chosen || !s.chosen->exception) return false;
  const informed_exception& given = *s.chosen->exception;
  if (!given.purposes.contains(c) || !is_current(s, given.time)) return false;
  if (s.chosen->notice != 0 && s.chosen->notice != s.policy.notice_version) return false;
  return !s.chosen->sticky_since || given.time >= *s.chosen->sticky_since;
}

bool is_american(const jurisdiction& place) noexcept { return ascii::part(place.code, 0, 2) == "US"; }

// D3b: 11 CCR 7025(c)(4).
bool has_incentive(const situation& s) noexcept {
  return is_american(s.place) && s.visitor.known && s.visitor.incentive_asked && s.visitor.incentive_kept;
}

// D4: only a later grant ends an opt-out by a signal. An account's opt-out applies on every device.
bool is_opted_out(const situation& s, category c) noexcept {
  if (s.visitor.opted_out) return true;
  if (!s.chosen || !s.chosen->sticky_since) return false;
  return !(choice_of(s, c) == choice::granted && s.chosen->time > *s.chosen->sticky_since);
}

// What a signal or an opt-out covers: sale, sharing, targeted ads.
constexpr bool is_opt_out_matter(category c, bool shared) noexcept {
  return c != category::required && (shared || c == category::targeting);
}

verdict by_default(const situation& s, category c, bool shared) noexcept {
  const bool concerns = s.place.minors_all || is_opt_out_matter(c, shared);
  const bool minor = concerns && s.place.minors_opt_in.contain(s.visitor.age);
  const category_set on = shared ? s.place.on_shared : s.place.on;
  return !minor && on.contains(c) ? allow(rule::d6) : deny(rule::d6);
}

verdict decide_one(const situation& s, category c, bool shared, bool exempt) noexcept {
  if (c == category::required) return allow(rule::d0);
  const bool signalled = is_opt_out_matter(c, shared);
  if (signalled && s.place.minors_banned.contain(s.visitor.age)) return deny(rule::d1);
  if (choice_of(s, c) == choice::denied) return deny(rule::d2);
  if (signalled && s.signal_active) {
    if (has_exception(s, c)) return allow(rule::d3a);
    if (s.spares_all) return allow(rule::d3b);
    return deny(rule::d3c);
  }
  if (signalled && is_opted_out(s, c)) return deny(rule::d4);
  if (has_valid_grant(s, c)) return allow(rule::d5);
  if (exempt) return allow(rule::d6e);
  return by_default(s, c, shared);
}

bool signal_is_active(const policy& p, const signals& seen, const jurisdiction& place) noexcept {
  if (seen.gpc) return true;
  if (seen.dnt != dnt_value::one || p.dnt == dnt_policy::ignore) return false;
  return p.dnt == dnt_policy::as_gpc || place.dnt_objects;
}

// A refusal from the future would postpone the next question by as much as the clock was ahead.
bool refusal_is_old(const situation& s) noexcept {
  if (calendar::is_future(s.chosen->time, s.now)) return true;
  return s.now >= calendar::later(s.chosen->time, s.place.refusal_days * calendar::seconds_a_day);
}

bool needs_asking(const situation& s, category c) noexcept {
  switch (choice_of(s, c)) {
    case choice::granted: return !has_valid_grant(s, c);
    case choice::denied: return s.chosen->notice != s.policy.notice_version || refusal_is_old(s);
    case choice::none: break;
  }
  return true;
}

// The cookies that a site declares say what to ask for. If it declares none, every category may be in use.
bool is_any_to_ask_for(const situation& s, const decision& d, category_set open) noexcept {
  if (open.empty()) return false;
  const category_set declared = declared_for_consent(s.policy, s.place, d.declared_exempt);
  if (declared.empty()) return d.declared_exempt.empty();
  return (open.bits() & declared.bits()) != 0;
}

// Saving a choice that leaves the exempt cookies on is an answer too.
bool left_on(const situation& s, const decision& d, category c) noexcept {
  return d.declared_exempt.contains(c) && choice_of(s, c) == choice::none && s.chosen && s.chosen->time > 0 &&
         s.chosen->notice == s.policy.notice_version;
}

bool wants_banner(const situation& s, const decision& d) noexcept {
  if (s.place.regime != regime::opt_in) return false;
  category_set open;
  for (const category c : categories) {
    if (c == category::required || left_on(s, d, c)) continue;
    if (is_open(d, c) && needs_asking(s, c)) open.insert(c);
  }
  return is_any_to_ask_for(s, d, open);
}

notice notice_of(const situation& s, const decision& d) noexcept {
  if (wants_banner(s, d)) return notice::banner;
  if (s.signal_active) return notice::status;
  return d.declared_exempt.empty() ? notice::none : notice::objection;
}

// A grant given after the signal was last remembered would outlive it, so remember the signal again. Not after an
// informed exception: the signal was remembered with it.
bool must_remember(const situation& s, const decision& d) noexcept {
  if (!is_in_force(d, rule::d3c) || is_in_force(d, rule::d3a)) return false;
  return !s.chosen || !s.chosen->sticky_since || s.chosen->time > *s.chosen->sticky_since;
}

// A request expires after a day. One from a clock that is ahead does not count.
category_set unconfirmed(const situation& s) noexcept {
  if (!s.chosen || !s.chosen->opt_in || s.chosen->opt_in->confirmed) return {};
  if (s.place.regime != regime::opt_out || s.signal_active) return {};
  const std::int64_t asked = s.chosen->opt_in->time;
  const bool waits = !calendar::is_future(asked, s.now) && s.now < calendar::later(asked, calendar::seconds_a_day);
  return waits ? s.chosen->opt_in->purposes : category_set{};
}

// Whether a service may be allowed individually: no signal, opt-out or ban for minors applies. Ending an opt-out takes
// two steps in an opt-out place; allowing a service is only one.
bool is_free(const situation& s, category c) noexcept {
  if (s.signal_active || s.visitor.opted_out || s.place.minors_banned.contain(s.visitor.age)) return false;
  if (s.place.regime != regime::opt_out) return true;
  return choice_of(s, c) != choice::denied && !(s.chosen && s.chosen->sticky_since);
}

void set_where_services_count(const situation& s, decision& d) noexcept {
  if (s.policy.notice_version == 0) return;
  for (const category c : categories) {
    if (c == category::required) continue;
    const bool free = is_free(s, c);
    if (free) d.service_shared.insert(c);
    if (free || !is_opt_out_matter(c, false)) d.service_own.insert(c);
  }
}

// Services of categories refused after the grant are no longer in the record (choosing.cpp).
void set_services(const situation& s, decision& d) noexcept {
  for (const service_grant& grant : s.chosen->services) {
    if (grant.notice != s.policy.notice_version || !is_current(s, grant.time)) continue;
    const bool is_later = !s.chosen->sticky_since || grant.time > *s.chosen->sticky_since;
    const category c = grant.category;
    const bool own = d.service_own.contains(c) && (is_later || !is_opt_out_matter(c, false));
    const bool shared = d.service_shared.contains(c) && is_later;
    if (own || shared) d.services[d.service_count++] = {grant.service, c, own, shared};
  }
}

gpc_duty duty_at(const jurisdiction& place, std::int64_t now) noexcept {
  return place.gpc_from * calendar::seconds_a_day <= now ? place.duty : gpc_duty::none;
}

bool is_of_programme(const decision& d, const policy& p, const cookie_facts& facts) noexcept {
  const std::string_view programme = find_programme(p, facts);
  return !programme.empty() && (d.programme.empty() || programme == d.programme);
}

verdict judge_category(const decision& d, const policy& p, const cookie_facts& facts,
                       const classification& what) noexcept {
  // A vendor that shares what it learns can never be exempt (ICO on PECR Sch. A1 para 5).
  if (!what.shared && d.declared_exempt.contains(what.category) && is_exempt(p, *d.place, facts.name, what.category))
    return d.exempt[static_cast<unsigned>(what.category)];
  const verdict given = d.of(what.category, what.shared);
  if (d.in_programme && given.rule == rule::d3c && is_of_programme(d, p, facts)) return allow(rule::d3b);
  return given;
}

// ---- The clauses

std::string_view first_of(std::string_view clause, std::string_view otherwise) noexcept {
  return clause.empty() ? otherwise : clause;
}

// The law behind a signal that denies now.
std::string_view signal_law(const decision& d) noexcept {
  const jurisdiction& place = *d.place;
  if (!place.objection_law.empty()) return place.objection_law;
  if (!d.seen.gpc) return "no law gives Do Not Track this effect; the site's policy does";
  if (d.duty != gpc_duty::none) return first_of(place.gpc_cite, place.law);
  return "no law of this place names the signal; it is honoured by policy";
}

// The law behind a remembered opt-out. Where no law names the signal, opting out is still the visitor's right.
std::string_view opt_out_law(const decision& d) noexcept {
  const jurisdiction& place = *d.place;
  const std::string_view signal = d.duty == gpc_duty::none ? std::string_view{} : place.gpc_cite;
  return first_of(place.objection_law, first_of(signal, place.law));
}

std::string_view exception_law(const jurisdiction& place) noexcept {
  if (!is_american(place)) return first_of(place.consent_law, place.law);
  return first_of(place.conflict_law, "11 CCR 7025(c)(3), followed here by policy");
}

}  // namespace

category_set left_by_opt_out(bool is_shared) noexcept {
  category_set left;
  for (const category c : categories)
    if (!is_opt_out_matter(c, is_shared)) left.insert(c);
  return left;
}

std::uint32_t consent_days(const policy& p, const jurisdiction& place) noexcept {
  return p.lifetime_days != 0 ? p.lifetime_days : place.consent_days;
}

decision decide(const policy& p, const signals& seen, const jurisdiction& place, const record* chosen,
                const visitor& who, std::int64_t now) noexcept {
  situation s{p, place, chosen, who, now, signal_is_active(p, seen, place)};
  if (s.signal_active && has_incentive(s)) (has_programmes(p) ? s.spares_some : s.spares_all) = true;
  decision d;
  d.place = &place;
  d.seen = seen;
  d.signal_active = s.signal_active;
  d.declared_exempt = declared_exempt(p, place);
  d.minor = place.minors_opt_in.contain(who.age);
  d.in_programme = s.spares_some;
  d.programme = who.programme;
  d.duty = duty_at(place, now);
  for (const category c : categories) {
    const auto i = static_cast<unsigned>(c);
    d.own[i] = decide_one(s, c, false, false);
    d.shared[i] = decide_one(s, c, true, false);
    d.exempt[i] = d.declared_exempt.contains(c) ? decide_one(s, c, false, true) : d.own[i];
  }
  d.notice = notice_of(s, d);
  d.remember = must_remember(s, d);
  d.unconfirmed = unconfirmed(s);
  set_where_services_count(s, d);
  if (chosen && chosen->services.count != 0) set_services(s, d);
  return d;
}

verdict judge(const decision& d, const policy& p, const cookie_facts& facts, const classification& what) noexcept {
  const verdict given = judge_category(d, p, facts, what);
  if (given.allowed || !allows_service(d, what)) return given;
  return allow(rule::d5s);
}

bool allows_service(const decision& d, const classification& what) noexcept {
  if (d.service_count == 0) return false;
  const std::uint32_t id = service_id(what.vendor);
  for (std::size_t i = 0; i < d.service_count; ++i) {
    const allowed_service& each = d.services[i];
    if (each.service == id && each.category == what.category) return what.shared ? each.shared : each.own;
  }
  return false;
}

std::string_view to_string(rule r) noexcept {
  const std::size_t number = static_cast<std::size_t>(r);
  return number < words::rule.size() ? words::rule[number] : words::rule[static_cast<std::size_t>(rule::d6)];
}

std::string_view to_string(notice n) noexcept { return words::notice[static_cast<unsigned>(n) & 3u]; }

std::string_view why(const decision& d, const verdict& v) noexcept {
  switch (v.rule) {
    case rule::d0: return "strictly necessary for the service the visitor asked for";
    case rule::d1: return "the visitor is known to be of an age for which this place bans ads and sale";
    case rule::d2: return "the visitor refused it";
    case rule::d3a: return "the visitor allowed it, told that the browser's signal says otherwise";
    case rule::d3b: return "the visitor chose to stay in a financial-incentive programme";
    case rule::d3c: return d.seen.gpc ? "the browser sends Global Privacy Control" : "the browser sends Do Not Track";
    case rule::d4: return "an earlier signal or the visitor's account opted out, and no later choice says otherwise";
    case rule::d5: return "the visitor agreed to it";
    case rule::d5s: return "the visitor allowed this service";
    case rule::d6e: return "exempt from consent in this place, with information and a way to object";
    case rule::d6: break;
  }
  if (!v.allowed) return "this place asks for consent first, and there is no valid consent";
  return d.place->regime == regime::opt_out ? "on in this place until the visitor opts out"
                                            : "this place asks for a notice only";
}

std::string_view law_of(const decision& d, const verdict& v) noexcept {
  const jurisdiction& place = *d.place;
  switch (v.rule) {
    case rule::d0: break;
    case rule::d1: return first_of(place.minors_law, place.law);
    case rule::d2: return first_of(place.consent_law, place.law);
    case rule::d3a: return exception_law(place);
    case rule::d3b: return first_of(place.incentive_law, "11 CCR 7025(c)(4), followed here by policy");
    case rule::d3c: return signal_law(d);
    case rule::d4: return opt_out_law(d);
    case rule::d5:
    case rule::d5s: return first_of(place.consent_law, place.law);
    case rule::d6e: return first_of(place.exempt_law, place.law);
    case rule::d6:
      if (d.minor && !v.allowed && place.regime != regime::opt_in) return place.minors_law;
  }
  return place.law;
}

std::string_view status_line(const decision& d) noexcept {
  if (is_in_force(d, rule::d3a)) return "Opt-out signal overridden by your choice";
  if (is_in_force(d, rule::d3c)) return "Opt-out request honored";
  return {};
}

}  // namespace abide
