#include "abide/choosing.hpp"

#include <algorithm>

#include "asking.hpp"
#include "calendar.hpp"
#include "words.hpp"

namespace abide {

using namespace detail;

namespace {

// Seconds. A clock that is further ahead of this one is broken: new times do not follow its times.
constexpr std::int64_t clock_skew = 30;

// Of two events in one second, the later one also gets a later time. Never 0, which means none.
std::int64_t event_time(const record& before, std::int64_t now) noexcept {
  const auto later_than = [now](std::int64_t time) {
    return calendar::later(std::min(time, calendar::later(now, clock_skew - 1)), 1);
  };
  std::int64_t time = std::max<std::int64_t>(now, 1);
  if (before.time > 0) time = std::max(time, later_than(before.time));
  if (before.sticky_since) time = std::max(time, later_than(*before.sticky_since));
  for (const service_grant& each : before.services) time = std::max(time, later_than(each.time));
  return time;
}

template <typename Keeps>
void keep_services(service_grants& list, Keeps keeps) noexcept {
  std::uint8_t kept = 0;
  for (std::size_t i = 0; i < list.count; ++i)
    if (keeps(list.at[i])) list.at[kept++] = list.at[i];
  while (list.count > kept) list.at[--list.count] = {};
}

choice& choice_in(record& r, category c) noexcept { return r.choices[static_cast<unsigned>(c)]; }

// Corrects times in the future, which a broken clock wrote: refusals count as made now, so that a later grant can end
// them; grants and exceptions are dropped.
record settled(const record* before, std::int64_t now) noexcept {
  record r = before ? *before : record{};
  const auto is_future = [now](std::int64_t time) { return calendar::is_future(time, now); };
  if (r.sticky_since && is_future(*r.sticky_since)) r.sticky_since = std::max<std::int64_t>(now, 1);
  if (r.exception && is_future(r.exception->time)) r.exception.reset();
  if (r.opt_in && is_future(r.opt_in->time)) r.opt_in.reset();
  keep_services(r.services, [&](const service_grant& each) { return !is_future(each.time); });
  if (!is_future(r.time)) return r;
  for (const category c : categories)
    if (choice_in(r, c) == choice::granted) choice_in(r, c) = choice::none;
  r.time = std::max<std::int64_t>(now, 1);
  return r;
}

void set_all(record& r, choice to) noexcept {
  for (const category c : categories)
    if (c != category::required) choice_in(r, c) = to;
}

constexpr category_set optional{14}, targeting_alone{8};

category_set both(category_set a, category_set b) noexcept { return category_set(a.bits() & b.bits()); }

category_set without_required(category_set set) noexcept { return both(set, optional); }

bool holds_all(category_set all, category_set some) noexcept { return (some.bits() & ~all.bits()) == 0; }

rule rule_of(const decision& d, category c, bool shared) noexcept { return d.of(c, shared).rule; }

// Categories that the visitor, an earlier signal or the account opted out of sale and sharing, in opt-out places only.
category_set opted_out(const decision& d) noexcept {
  category_set out;
  if (d.place->regime != regime::opt_out) return out;
  for (const category c : categories) {
    const rule why = rule_of(d, c, true);
    if (c != category::required && (why == rule::d2 || why == rule::d4)) out.insert(c);
  }
  return out;
}

// Whether a choice could change the category. The notice does not name what an earlier opt-out denies; the settings do.
// In an opt-out place there is no notice, and a grant given under a signal takes effect, in two steps, when the signal
// is gone.
bool is_offered(const indication& i, const decision& d, category c) noexcept {
  const rule why = rule_of(d, c, false);
  if (c == category::required || why == rule::d1) return false;
  if (d.place->regime == regime::opt_out) return true;
  return why != rule::d3c && !(i.from_banner && why == rule::d4);
}

// What "Accept all" covers.
category_set named(const indication& i, const policy& p, const decision& d) noexcept {
  const category_set declared = declared_for_consent(p, *d.place, d.declared_exempt), exempt = exempt_in_use(d);
  category_set all;
  for (const category c : categories)
    if (is_offered(i, d, c) && (declared.empty() ? !exempt.contains(c) : declared.contains(c))) all.insert(c);
  return all;
}

// Makes no choice for the category: keeps a refusal, grants and renews nothing.
void leave(record& r, category c) noexcept {
  if (choice_in(r, c) != choice::denied) choice_in(r, c) = choice::none;
}

// Whether, by the site's policy, a cookie of the category may be sold or shared.
bool may_be_shared(const policy& p, category c) noexcept {
  bool declares = false;
  for (std::size_t i = 0; i < p.cookie_count; ++i) {
    if (p.cookies[i].category != c) continue;
    if (p.cookies[i].shared) return true;
    declares = true;
  }
  return c == category::targeting || !declares;
}

// Grants the categories, but only notes the request for those that were opted out (11 CCR 7028(a)). If all were opted
// out, or a signal is active, the categories other than targeting are granted and only their shared cookies wait: the
// opt-out is renewed, as by a signal, and keeps those off. Otherwise the whole category waits.
void grant(record& r, category_set wanted, const policy& p, const decision& d, std::int64_t time) noexcept {
  const category_set out = opted_out(d), held = both(wanted, out);
  const bool renews = d.signal_active || holds_all(out, optional);
  bool asks = false;
  for (const category c : categories) {
    if (!wanted.contains(c)) continue;
    const bool waits = held.contains(c) && (c == category::targeting || !renews);
    if (waits) leave(r, c);
    else choice_in(r, c) = choice::granted;
    asks = asks || (held.contains(c) && (waits || may_be_shared(p, c)));
  }
  if (!held.empty() && renews) r.sticky_since = time;
  if (asks && !d.signal_active) r.opt_in = opt_in{held, time, false};
}

void accept_all(const indication& i, record& r, const policy& p, const decision& d, std::int64_t time) noexcept {
  const category_set all = named(i, p, d), excepted = r.exception ? r.exception->purposes : category_set{};
  for (const category c : categories)
    if (c != category::required && !all.contains(c) && !excepted.contains(c)) leave(r, c);
  grant(r, all, p, d, time);  // makes no informed exception: D3a needs its own wording
}

// An exception answers a signal. Without a signal it is an ordinary grant.
category_set excepted_in(const indication& i, const decision& d) noexcept {
  const bool answers = d.place->regime != regime::opt_out || d.signal_active;
  return answers ? without_required(i.excepted) : category_set{};
}

void except(record& r, category_set excepted, std::int64_t time) noexcept {
  const bool is_new = !r.exception || !holds_all(r.exception->purposes, excepted);
  const std::int64_t given = is_new ? time : r.exception->time;
  r.exception.reset();
  if (!excepted.empty()) r.exception = informed_exception{excepted, given};
}

// Keeps refusals and an exception. A record has one time for all grants, so a grant that is not named must be dropped:
// it would be renewed.
void add(const indication& i, record& r, const policy& p, const decision& d, std::int64_t time) noexcept {
  for (const category c : categories)
    if (c != category::required && !i.granted.contains(c)) leave(r, c);
  grant(r, without_required(i.granted), p, d, time);
}

// `keep` is not a choice: an untouched box must neither renew an old grant nor lift an opt-out.
void save(const indication& i, record& r, const policy& p, const decision& d, std::int64_t time) noexcept {
  const category_set excepted = excepted_in(i, d), out = opted_out(d);
  category_set wanted;
  for (const category c : categories) {
    if (c == category::required) continue;
    if (excepted.contains(c)) choice_in(r, c) = choice::granted;
    else if (i.granted.contains(c) || i.excepted.contains(c)) wanted.insert(c);
    else if (!i.kept.contains(c)) choice_in(r, c) = choice::denied;
    else if (out.contains(c)) leave(r, c);
    else choice_in(r, c) = choice::none;
  }
  grant(r, wanted, p, d, time);
  except(r, excepted, time);
}

// The second step: grants what was requested, at a time later than the opt-out.
void confirm(record& r, const decision& d, std::int64_t time) noexcept {
  for (const category c : categories)
    if (d.unconfirmed.contains(c)) choice_in(r, c) = choice::granted;
  r.opt_in = opt_in{d.unconfirmed, time, true};
}

// Whether the opt-in is still valid: a later opt-out or refusal ends a confirmed one.
bool still_stands(const record& r) noexcept {
  if (!r.opt_in) return false;
  if (r.sticky_since && *r.sticky_since >= r.opt_in->time) return !r.opt_in->confirmed;
  for (const category c : categories)
    if (r.opt_in->purposes.contains(c) && r.opt_in->confirmed && r.choices[static_cast<unsigned>(c)] != choice::granted)
      return false;
  return true;
}

// The signal applies again, and still applies when it is no longer sent (D4).
void undo(record& r, std::int64_t time) noexcept {
  if (!r.exception) return;
  for (const category c : categories)
    if (r.exception->purposes.contains(c)) choice_in(r, c) = choice::none;
  r.exception.reset();
  r.sticky_since = time;
}

void opt_out(record& r, std::int64_t time) noexcept {
  choice_in(r, category::targeting) = choice::denied;
  r.sticky_since = time;
  r.exception.reset();
}

void object(const indication& i, record& r) noexcept {
  const category_set objected = without_required(i.objected);
  for (const category c : categories)
    if (objected.contains(c)) choice_in(r, c) = choice::denied;
}

bool is_meant(const indication& i, const service_grant& grant) noexcept {
  return grant.service == i.service && (i.granted.empty() || i.granted.contains(grant.category));
}

category_set where_allowed(const indication& i, const decision& d) noexcept {
  const category_set open(static_cast<std::uint8_t>(d.service_own.bits() | d.service_shared.bits()));
  return i.service == 0 ? category_set{} : both(i.granted, open);
}

bool holds(const record* r, const indication& i) noexcept {
  return r && std::any_of(r->services.begin(), r->services.end(), [&](const auto& each) { return is_meant(i, each); });
}

void drop_oldest(service_grants& list) noexcept {
  const auto is_older = [](const service_grant& a, const service_grant& b) { return a.time < b.time; };
  const service_grant* oldest = std::min_element(list.begin(), list.end(), is_older);
  keep_services(list, [&](const service_grant& each) { return &each != oldest; });
}

void allow_service(const indication& i, record& r, const policy& p, const decision& d, std::int64_t time) noexcept {
  const category_set where = where_allowed(i, d);
  for (const category c : categories) {
    if (!where.contains(c)) continue;
    keep_services(r.services, [&](const auto& each) { return each.service != i.service || each.category != c; });
    if (r.services.count == r.services.at.size()) drop_oldest(r.services);
    r.services.at[r.services.count++] = {i.service, c, p.notice_version, time};
  }
}

void withdraw_service(const indication& i, record& r) noexcept {
  keep_services(r.services, [&](const service_grant& each) { return !is_meant(i, each); });
}

// Categories that the wish itself refuses. `add` and others keep an old refusal and the services allowed after it.
category_set refused(const indication& i, const record& r) noexcept {
  category_set denied;
  for (const category c : categories)
    if (r.choices[static_cast<unsigned>(c)] == choice::denied) denied.insert(c);
  switch (i.wish) {
    case wish::save: return category_set(static_cast<std::uint8_t>(denied.bits() & ~i.kept.bits()));
    case wish::object: return both(denied, i.objected);
    case wish::opt_out: return targeting_alone;
    case wish::reject_all:
    case wish::withdraw: return denied;
    default: return {};
  }
}

bool is_about_service(wish w) noexcept { return w == wish::allow_service || w == wish::withdraw_service; }

bool allows_any(const record& r) noexcept {
  const auto is_granted = [](choice each) { return each == choice::granted; };
  return r.exception || r.services.count != 0 || std::any_of(r.choices.begin(), r.choices.end(), is_granted);
}

// These wishes do not renew earlier grants, so the time of the record must not change.
bool is_partial(wish w) noexcept { return w == wish::opt_out || w == wish::undo || w == wish::object; }

}  // namespace

std::optional<wish> parse_wish(std::string_view name) noexcept {
  for (std::size_t i = 0; i < words::wish.size(); ++i)
    if (name == words::wish[i]) return static_cast<wish>(i);
  return {};
}

void complete(indication& i, const decision& d) noexcept {
  if (i.wish == wish::object) i.objected = exempt_in_use(d);
  if (i.wish != wish::add) return;
  for (const category c : categories) {
    const rule own = d.of(c, false).rule, shared = d.of(c, true).rule;
    const bool is_excepted = own == rule::d3a || shared == rule::d3a;
    if (is_excepted || (own == rule::d5 && shared != rule::d4)) i.granted.insert(c);
  }
}

record apply_wish(const indication& i, const record* before, const policy& p, const decision& d,
                  std::int64_t now) noexcept {
  if (i.wish == wish::signal) return apply_signal(before, source::gpc_js, now);
  if (changes_nothing(i, before, d)) return before ? *before : record{};
  record r = settled(before, now);
  if (r.opt_in && !r.opt_in->confirmed) r.opt_in.reset();  // any other wish withdraws a request
  const std::int64_t time = event_time(r, now);
  switch (i.wish) {
    case wish::accept_all: accept_all(i, r, p, d, time); break;
    case wish::save: save(i, r, p, d, time); break;
    case wish::add: add(i, r, p, d, time); break;
    case wish::confirm: confirm(r, d, time); break;
    case wish::undo: undo(r, time); break;
    case wish::opt_out: opt_out(r, time); break;
    case wish::object: object(i, r); break;
    case wish::allow_service: allow_service(i, r, p, d, time); break;
    case wish::withdraw_service: withdraw_service(i, r); break;
    default: set_all(r, choice::denied); r.exception.reset();
  }
  if (d.signal_active) r.sticky_since = r.exception ? r.exception->time : time;
  if (!still_stands(r)) r.opt_in.reset();
  const category_set ended = refused(i, r);
  keep_services(r.services, [&](const service_grant& each) { return !ended.contains(each.category); });
  r.source = i.from_banner ? source::banner : source::settings;
  if (is_about_service(i.wish)) return r;
  if (is_partial(i.wish) && r.time > 0) return r;
  r.time = time;
  r.notice = p.notice_version;
  return r;
}

bool changes_nothing(const indication& i, const record* before, const decision& d) noexcept {
  if (i.wish == wish::confirm) return d.unconfirmed.empty();
  if (i.wish == wish::object) return without_required(i.objected).empty();
  if (i.wish == wish::allow_service) return where_allowed(i, d).empty();
  if (i.wish == wish::withdraw_service) return !holds(before, i);
  return i.wish == wish::undo && !(before && before->exception);
}

record only_refusals(const record* before, const record& after) noexcept {
  record r = after;
  const record was = before ? *before : record{};
  for (const category c : categories) {
    const auto i = static_cast<unsigned>(c);
    if (r.choices[i] == choice::granted || was.choices[i] == choice::denied) r.choices[i] = was.choices[i];
  }
  if (allows_any(after)) {  // renews no grant
    r.time = was.time;
    r.notice = was.notice;
  }
  const bool keeps = r.exception && was.exception && holds_all(was.exception->purposes, r.exception->purposes);
  if (!keeps) r.exception.reset();
  if (r.opt_in) r.opt_in = was.opt_in;  // adds no request or confirmation
  if (was.sticky_since && !r.sticky_since) r.sticky_since = was.sticky_since;
  r.services = was.services;
  keep_services(r.services, [&](const service_grant& old) {
    return std::any_of(after.services.begin(), after.services.end(), [&](const service_grant& each) {
      return each.service == old.service && each.category == old.category;
    });
  });
  return r;
}

record apply_signal(const record* before, source from, std::int64_t now) noexcept {
  record r = settled(before, now);
  r.sticky_since = event_time(r, now);
  r.exception.reset();
  r.opt_in.reset();
  if (r.time == 0) r.source = from;
  return r;
}

category_set exempt_in_use(const decision& d) noexcept {
  category_set in_use;
  for (const category c : categories) {
    const verdict& v = d.exempt[static_cast<unsigned>(c)];
    if (d.declared_exempt.contains(c) && v.allowed && v.rule == rule::d6e) in_use.insert(c);
  }
  return in_use;
}

}  // namespace abide
