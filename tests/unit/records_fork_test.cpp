// A log that was opened before fork() works in the parent and in the child.
#include <sys/wait.h>

#include <atomic>
#include <functional>
#include <future>
#include <iostream>
#include <thread>

#include "abide/config.hpp"
#include "catch.hpp"
#include "records_place.hpp"

using namespace abide;
using namespace abide::detail;
using namespace records_test;

namespace {

#if defined(__SANITIZE_THREAD__)
constexpr bool has_thread_sanitizer = true;
#elif defined(__has_feature)
constexpr bool has_thread_sanitizer = __has_feature(thread_sanitizer);
#else
constexpr bool has_thread_sanitizer = false;
#endif

/// The thread sanitizer ends the child of a multi-threaded process with exit status 66 as soon as the child starts a
/// thread. That is a rule of the sanitizer, not a finding; with die_after_fork=0 it takes new threads for old ones
/// instead.
bool child_may_start_threads() {
  if (has_thread_sanitizer) std::cout << "skipped: threads in a child, under the thread sanitizer\n";
  return !has_thread_sanitizer;
}

#if defined(__SANITIZE_ADDRESS__)
constexpr bool has_address_sanitizer = true;
#elif defined(__has_feature)
constexpr bool has_address_sanitizer = __has_feature(address_sanitizer);
#else
constexpr bool has_address_sanitizer = false;
#endif

/// The address sanitizer of GCC 12 does not release its allocator's locks in a child. If another thread held one during
/// the fork, the child hangs as soon as it needs memory.
bool child_may_allocate() {
  if (has_address_sanitizer) std::cout << "skipped: forks while other threads run, under the address sanitizer\n";
  return !has_address_sanitizer;
}

constexpr unsigned child_patience = 30;  // seconds until a child that hangs is ended

/// The exit status of a child that runs `f`: 0 if `f` returned true.
int in_child(const std::function<bool()>& f) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(child_patience);
    std::_Exit(f() ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return status;
}

bool works(records& log) {
  const std::string subject = new_subject();
  if (const save_result saved = log.append(choice_of(subject)); !saved) {
    std::cerr << "not saved: " << saved.why << '\n';
    return false;
  }
  if (!log.save_later(event_only(choice_of(subject)))) return false;
  const auto history = log.history(subject);
  return history && history->size() == 2 && log.set_opted_out("kim " + subject, 1'795'000'000) &&
         log.read_account("kim " + subject).opted_out();
}

constexpr std::uint64_t records_each = 2;

void check_whole(const place& at, std::uint64_t processes) {
  const verification v = verify_at(at.url());
  INFO(told_by(v));
  CHECK(v.finding_count == 0);
  CHECK(v.records == processes * records_each);
}

}  // namespace

TEST_CASE("a log opened before a fork works in the child and continues in the parent") {
  if (!child_may_start_threads()) return;
  const auto at = any_place();
  if (!at) return;
  const bool is_used = GENERATE(false, true);
  auto log = records::open(at->url(), options_for());
  if (is_used) REQUIRE(works(*log));
  CHECK(in_child([&] { return works(*log); }) == 0);
  CHECK(works(*log));
  check_whole(*at, is_used ? 3 : 2);
}

TEST_CASE("a child, and a child of the child, write while the parent writes") {
  if (!child_may_start_threads()) return;
  const auto at = any_place();
  if (!at) return;
  auto log = records::open(at->url(), options_for());
  REQUIRE(works(*log));
  const auto child = [&] { return works(*log) && in_child([&] { return works(*log); }) == 0 && works(*log); };
  CHECK(in_child(child) == 0);
  CHECK(in_child(child) == 0);
  CHECK(works(*log));
  check_whole(*at, 8);
}

TEST_CASE("a child that ends its log does not affect the parent's") {
  if (!child_may_start_threads()) return;
  const auto at = any_place();
  if (!at) return;
  auto log = records::open(at->url(), options_for());
  REQUIRE(works(*log));
  CHECK(in_child([&] { return log.reset(), true; }) == 0);
  CHECK(in_child([&] { return works(*log) && (log.reset(), true); }) == 0);
  CHECK(works(*log));
  check_whole(*at, 3);
}

TEST_CASE("a child writes the notices that it counted, and its parent those from before and after") {
  if (!child_may_start_threads()) return;
  const place at("sqlite");
  const notice_view view{"DE", notice_layout::bar, 1'795'305'600};
  auto log = records::open(at.url(), options_for());
  log->count_notice(view);
  CHECK(in_child([&] { return log->count_notice(view), log.reset(), true; }) == 0);
  log->count_notice(view);
  log.reset();
  const auto written = store_at(at.url(), store_use::read, std::chrono::seconds(5));
  written->open();
  std::uint64_t counted = 0;
  written->each_side(side::signals, [&](const side_row& each) { counted += std::stoull(each.cells[4]); });
  CHECK(counted == 3);
  CHECK(verify_at(at.url()).finding_count == 0);
}

TEST_CASE("forks while other threads of the parent use the log: every child works, and nothing is lost") {
  if (!child_may_start_threads() || !child_may_allocate()) return;
  const auto at = any_place();
  if (!at) return;
  const auto log = records::open(at->url(), options_for());
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> saved{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      for (int n = 0; !stop; ++n) {
        saved += log->append(choice_of(new_subject())) ? 1 : 0;
        log->read_account("kim" + std::to_string(i) + std::to_string(n));
      }
    });
  constexpr std::uint64_t children = 20;
  for (std::uint64_t i = 0; i < children; ++i) CHECK(in_child([&] { return works(*log); }) == 0);
  stop = true;
  for (std::thread& each : threads) each.join();
  const verification v = verify_at(at->url());
  INFO(told_by(v));
  CHECK(v.finding_count == 0);
  CHECK(v.records == saved + children * records_each);
}

TEST_CASE("a fork while SQLite waits for a lock does not make the waiting save fail") {
  const place at("sqlite");
  fill(at.url(), 1);
  const auto log = records::open(at.url(), options_for());
  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open(at.file().c_str(), &other) == SQLITE_OK);
  REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  std::promise<save_result> told;
  log->save(event_only(choice_of(new_subject())), [&](const save_result& r) { told.set_value(r); });
  while (log->state().waiting > 0) std::this_thread::yield();
  CHECK(in_child([] { return true; }) == 0);
  sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  CHECK(told.get_future().get());
}

TEST_CASE("a callback that forks: its child ends when the callback returns, and the parent's log goes on") {
  const auto at = any_place();
  if (!at) return;
  const auto log = records::open(at->url(), options_for());
  std::atomic<int> children{0}, ended{0};
  const auto fork_here = [&] {
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(child_patience);
      return;
    }
    ++children;
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_FAILURE) ++ended;
  };
  std::promise<void> over;
  const auto left = std::make_shared<std::atomic<bool>>(true);
  log->save(event_only(choice_of(new_subject())), [&](const save_result&) {
    fork_here();
    log->history(
        new_subject(), 1, [&](auto) { fork_here(); }, left);
    log->history(new_subject(), 1, [&](auto) { fork_here(); });
    log->save(event_only(choice_of(new_subject())), [&](const save_result&) {
      fork_here();
      over.set_value();
    });
  });
  over.get_future().wait();
  CHECK(works(*log));
  CHECK(children == 4);
  CHECK(ended == 4);
  CHECK(verify_at(at->url()).finding_count == 0);
}

TEST_CASE("a callback that forks while others of its batch are not written yet does not affect them") {
  const auto at = any_place();
  if (!at) return;
  for (int turn = 0; turn < 20; ++turn) {
    const auto log = records::open(at->url(), options_for());
    std::atomic<int> saved{0};
    std::vector<std::promise<void>> told(8);
    for (std::promise<void>& each : told)
      log->save(event_only(choice_of(new_subject())), [&](const save_result& result) {
        if (::fork() == 0) std::_Exit(0);
        saved += result ? 1 : 0;
        each.set_value();
      });
    for (std::promise<void>& each : told) each.get_future().wait();
    while (::waitpid(-1, nullptr, 0) > 0) continue;
    CHECK(saved == 8);
  }
  CHECK(verify_at(at->url()).finding_count == 0);
}
