// Retention in a process whose clock is changed: back by an hour, ahead by years. This program replaces the clocks, and
// the test sets them.
#include <dlfcn.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>  // clock_gettime is not part of <ctime>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <sstream>

#include "catch.hpp"
#include "records/ids.hpp"
#include "records_place.hpp"

using namespace abide;
using namespace abide::detail;
using namespace records_test;

namespace {

// How many seconds the clocks are ahead: the real-time clock and the monotonic one.
std::atomic<std::int64_t> day_ahead{0}, steady_ahead{0};

std::int64_t ahead_of(clockid_t clock) {
  if (clock == CLOCK_REALTIME) return day_ahead;
  return clock == CLOCK_MONOTONIC ? steady_ahead.load() : 0;
}

}  // namespace

// The functions with which the standard library reads the clock and waits.
extern "C" int clock_gettime(clockid_t clock, timespec* at) noexcept {
  const long result = syscall(SYS_clock_gettime, clock, at);
  if (result == 0) at->tv_sec += ahead_of(clock);
  return static_cast<int>(result);
}

extern "C" int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                                      const timespec* until) {
  using function = int (*)(pthread_cond_t*, pthread_mutex_t*, clockid_t, const timespec*);
  static const auto real = reinterpret_cast<function>(dlsym(RTLD_NEXT, "pthread_cond_clockwait"));
  timespec shifted = *until;
  shifted.tv_sec -= ahead_of(clock);
  return real(condition, mutex, clock, &shifted);
}

namespace {

constexpr std::int64_t hour = 3600, day = 24 * hour, year = 365 * day;

struct leap {
  const char* name;
  std::int64_t by, lasts;
};

/// A server with retention of a year that saves two choices every hour, just when the log looks for expired records.
struct server {
  place at{"sqlite"};
  std::shared_ptr<warnings> told = std::make_shared<warnings>();
  std::unique_ptr<records> log;
  std::uint64_t saved = 0;

  server() {
    records_options options = options_for(told);
    options.retain_days = 365;
    options.timeout = std::chrono::hours(1000);  // the steady clock outruns the waiting threads
    log = records::open(at.url(), options);
  }
  void runs(std::int64_t seconds) {
    for (std::int64_t passed = 0; passed < seconds; passed += hour) {
      day_ahead += hour;
      steady_ahead += hour;
      save();  // an hour has passed, so the log then looks for expired records
      save();  // written after that look
    }
  }
  void save() {
    consent_event e = choice_of(new_subject());
    e.valid_until = 0;
    REQUIRE(log->append(e));
    ++saved;
  }
  std::uint64_t kept() const { return verify_at(at.url()).records; }
};

}  // namespace

TEST_CASE("a clock that is wrong for hours costs no record, and each leap causes a warning") {
  std::ostringstream table;
  table << "| the clock goes | for | saved | kept meanwhile | back again | three days later | verify | warned of |\n"
           "|---|---|---|---|---|---|---|---|\n";
  for (const leap& each : {leap{"right", 0, 3 * hour}, leap{"-1 h", -hour, 3 * hour}, leap{"+2 y", 2 * year, 3 * hour},
                           leap{"+6 y", 6 * year, 3 * hour}, leap{"+6 y", 6 * year, 3 * day}}) {
    server s;
    s.runs(30 * hour);
    day_ahead += each.by;
    s.runs(each.lasts);
    const std::uint64_t meanwhile = s.kept(), of = s.saved;
    day_ahead -= each.by;
    s.runs(hour);
    const std::uint64_t back = s.kept();
    s.runs(3 * day);
    const verification v = verify_at(s.at.url());
    const bool is_warned = s.told->contain("the clock was set");
    table << "| " << each.name << " | " << each.lasts / hour << " h | " << s.saved << " | " << meanwhile << " of " << of
          << " | " << back << " of " << of + 2 << " | " << v.records << " of " << s.saved << " | "
          << (v.finding_count == 0 ? "intact" : told_by(v)) << " | " << (is_warned ? "yes" : "no") << " |\n";
    INFO(table.str());
    CHECK(v.finding_count == 0);
    CHECK(is_warned == (each.by != 0));
    if (each.lasts < day) CHECK(v.records == s.saved);
  }
  std::fputs(table.str().c_str(), stdout);
}
