#include "abide/choosing.hpp"

#include <algorithm>

#include "words.hpp"

namespace abide {

using namespace detail;

namespace {

// A clock ahead of this one by more is broken: its times are not carried on.
constexpr std::int64_t clock_skew = 30;

// Servers that share keys may differ by this many seconds; a later time comes from a broken clock (decision.cpp).
constexpr std::int64_t future_begins = 60;

// The later of two events in one second must also be later in the record. Never 0, which stands for none.
std::int64_t event_time(const record& before, std::int64_t now) noexcept {
  const auto later_than = [now](std::int64_t time) { return std::min(time, now + clock_skew - 1) + 1; };
  std::int64_t time = std::max<std::int64_t>(now, 1);
  if (before.time > 0) time = std::max(time, later_than(before.time));
  if (before.sticky_since) time = std::max(time, later_than(*before.sticky_since));
  return time;
}

choice& choice_in(record& r, category c) noexcept { return r.choices[static_cast<unsigned>(c)]; }

// What a broken clock dated into the future: a refusal counts as made now, so that a later grant can end it; a grant is
// none, and an exception is none.
record settled(const record* before, std::int64_t now) noexcept {
  record r = before ? *before : record{};
  const auto is_future = [now](std::int64_t time) { return time > now + future_begins; };
  if (r.sticky_since && is_future(*r.sticky_since)) r.sticky_since = std::max<std::int64_t>(now, 1);
  if (r.exception && is_future(r.exception->time)) r.exception.reset();
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

category_set without_required(category_set set) noexcept { return category_set(set.bits() & 14u); }

bool holds_all(category_set all, category_set some) noexcept { return (some.bits() & ~all.bits()) == 0; }

// `keep` is no choice: a box nobody ticked must neither renew an old grant nor lift an opt-out.
void save(const indication& i, record& r, std::int64_t time) noexcept {
  const category_set excepted = without_required(i.excepted);
  for (const category c : categories) {
    if (c == category::required) continue;
    const bool granted = i.granted.contains(c) || excepted.contains(c);
    choice_in(r, c) = granted ? choice::granted : i.kept.contains(c) ? choice::none : choice::denied;
  }
  const bool is_new = !r.exception || !holds_all(r.exception->purposes, excepted);
  const std::int64_t given = is_new ? time : r.exception->time;
  r.exception.reset();
  if (!excepted.empty()) r.exception = informed_exception{excepted, given};
}

// Refusals and an exception stay. A record has one time for all grants: one that is not named would be renewed.
void add(const indication& i, record& r) noexcept {
  for (const category c : categories) {
    if (c == category::required) continue;
    if (i.granted.contains(c)) {
      choice_in(r, c) = choice::granted;
    } else if (choice_in(r, c) == choice::granted) {
      choice_in(r, c) = choice::none;
    }
  }
}

// The signal holds again, and goes on holding when it is no longer sent (D4).
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

// These say nothing of what was granted before: it must not look newer than it is.
bool is_partial(wish w) noexcept { return w == wish::opt_out || w == wish::undo || w == wish::object; }

}  // namespace

std::optional<wish> wish_named(std::string_view name) noexcept {
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

record after_wish(const indication& i, const record* before, std::uint32_t notice_version, bool signal_active,
                  std::int64_t now) noexcept {
  if (i.wish == wish::signal) return after_signal(before, source::gpc_js, now);
  if (changes_nothing(i, before)) return before ? *before : record{};
  record r = settled(before, now);
  const std::int64_t time = event_time(r, now);
  switch (i.wish) {
    case wish::accept_all: set_all(r, choice::granted); break;  // no informed exception: D3a needs its own words
    case wish::save: save(i, r, time); break;
    case wish::add: add(i, r); break;
    case wish::undo: undo(r, time); break;
    case wish::opt_out: opt_out(r, time); break;
    case wish::object: object(i, r); break;
    default: set_all(r, choice::denied); r.exception.reset();
  }
  if (signal_active) r.sticky_since = r.exception ? r.exception->time : time;
  r.source = i.from_banner ? source::banner : source::settings;
  if (is_partial(i.wish) && r.time > 0) return r;
  r.time = time;
  r.notice = notice_version;
  return r;
}

bool changes_nothing(const indication& i, const record* before) noexcept {
  if (i.wish == wish::object) return without_required(i.objected).empty();
  return i.wish == wish::undo && !(before && before->exception);
}

record only_refusals(const record* before, const record& after) noexcept {
  record r = after;
  const record was = before ? *before : record{};
  for (const category c : categories) {
    const auto i = static_cast<unsigned>(c);
    if (r.choices[i] == choice::granted || was.choices[i] == choice::denied) r.choices[i] = was.choices[i];
  }
  r.time = was.time;  // no grant is renewed
  r.notice = was.notice;
  const bool keeps = r.exception && was.exception && holds_all(was.exception->purposes, r.exception->purposes);
  if (!keeps) r.exception.reset();
  if (was.sticky_since && !r.sticky_since) r.sticky_since = was.sticky_since;
  return r;
}

record after_signal(const record* before, source from, std::int64_t now) noexcept {
  record r = settled(before, now);
  r.sticky_since = event_time(r, now);
  r.exception.reset();
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
