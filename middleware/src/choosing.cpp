#include "choosing.hpp"

#include <algorithm>

namespace abide {
namespace {

// Events in one second keep their order: the later one must also be later in the record.
std::int64_t event_time(const record& before, std::int64_t now) {
  std::int64_t time = std::max(now, before.time + (before.time > 0 ? 1 : 0));
  if (before.sticky_since) time = std::max(time, *before.sticky_since + 1);
  return std::min(time, now + 30);
}

void set_all(record& r, choice c) {
  for (const category each : categories)
    if (each != category::required) r.choices[static_cast<unsigned>(each)] = c;
}

// `keep` is no choice: a box nobody ticked must neither renew an old grant nor lift an opt-out.
void save(const form& f, record& r, std::int64_t time) {
  for (const category c : categories) {
    if (c == category::required) continue;
    const bool granted = f.granted.contains(c) || f.excepted.contains(c);
    r.choices[static_cast<unsigned>(c)] = granted              ? choice::granted
                                          : f.kept.contains(c) ? choice::none
                                                               : choice::denied;
  }
  const bool is_new = !r.exception || (f.excepted.bits() & ~r.exception->purposes.bits()) != 0;
  const std::int64_t given = is_new ? time : r.exception->time;
  r.exception.reset();
  if (!f.excepted.empty()) r.exception = informed_exception{f.excepted, given};
}

// The signal holds again, and goes on holding when it is no longer sent (D4).
void undo(record& r, std::int64_t time) {
  if (!r.exception) return;
  for (const category c : categories)
    if (r.exception->purposes.contains(c)) r.choices[static_cast<unsigned>(c)] = choice::none;
  r.exception.reset();
  r.sticky_since = time;
}

}  // namespace

record after_wish(const form& f, const record* before, std::uint32_t notice_version, bool signal_active,
                  std::int64_t now) {
  record r = before ? *before : record{};
  const std::int64_t time = event_time(r, now);
  if (f.wish == wish::signal) return after_signal(before, source::gpc_js, now);
  switch (f.wish) {
    case wish::accept_all: set_all(r, choice::granted); break;  // no informed exception: D3a needs its own words
    case wish::save: save(f, r, time); break;
    case wish::undo: undo(r, time); break;
    case wish::opt_out:
      r.choices[static_cast<unsigned>(category::targeting)] = choice::denied;
      r.sticky_since = time;
      r.exception.reset();
      break;
    case wish::object:
      for (const category c : categories)
        if (f.objected.contains(c)) r.choices[static_cast<unsigned>(c)] = choice::denied;
      break;
    default: set_all(r, choice::denied); r.exception.reset();
  }
  if (signal_active) r.sticky_since = r.exception ? r.exception->time : time;
  r.source = f.from_banner ? source::banner : source::settings;
  // These say nothing of what was granted before: it must not look newer than it is.
  const bool is_partial = f.wish == wish::opt_out || f.wish == wish::undo || f.wish == wish::object;
  if (is_partial && r.time > 0) return r;
  r.time = time;
  r.notice = notice_version;
  return r;
}

record only_refusals(const record* before, const record& after) {
  record r = after;
  const record was = before ? *before : record{};
  for (const category c : categories) {
    const auto i = static_cast<unsigned>(c);
    if (r.choices[i] == choice::granted || was.choices[i] == choice::denied) r.choices[i] = was.choices[i];
  }
  r.time = was.time;  // no grant is renewed
  r.notice = was.notice;
  const bool keeps =
      r.exception && was.exception && (r.exception->purposes.bits() & ~was.exception->purposes.bits()) == 0;
  if (!keeps) r.exception.reset();
  if (was.sticky_since && !r.sticky_since) r.sticky_since = was.sticky_since;
  return r;
}

record after_signal(const record* before, source from, std::int64_t now) {
  record r = before ? *before : record{};
  r.sticky_since = event_time(r, now);
  r.exception.reset();
  if (r.time == 0) r.source = from;
  return r;
}

}  // namespace abide
