#include "records/fork.hpp"

#include <pthread.h>
#include <unistd.h>

#include <cstdlib>
#include <mutex>
#include <string_view>
#include <vector>

namespace abide::detail {
namespace {

std::atomic<unsigned> forks{0};

// Never destroyed, because a thread may fork while the process ends. Locked during each fork, so that it is consistent
// in the child.
struct guest_list {
  std::mutex busy;
  std::vector<fork_guest*> all;
};
guest_list& guests() {
  static guest_list& list = *new guest_list;
  return list;
}

void before() {
  guests().busy.lock();
  for (fork_guest* each : guests().all) each->before_fork();
}

void after_in_parent() {
  for (fork_guest* each : guests().all) each->after_fork();
  guests().busy.unlock();
}

void after_in_child() {
  guests().all.clear();
  forks.fetch_add(1, std::memory_order_relaxed);
  guests().busy.unlock();
}

[[maybe_unused]] const int registered = (guests(), ::pthread_atfork(before, after_in_parent, after_in_child));

}  // namespace

unsigned fork_count() noexcept { return forks.load(std::memory_order_relaxed); }

// Does not use stdio, whose locks another thread of the parent may have held.
void end_lost_child() noexcept {
  constexpr std::string_view why = "abide: a callback of the log forked and returned in the child; ending the child\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, why.data(), why.size());
  std::_Exit(EXIT_FAILURE);
}

void join_forks(fork_guest* guest) {
  const std::lock_guard lock(guests().busy);
  guests().all.push_back(guest);
}

void leave_forks(fork_guest* guest) {
  const std::lock_guard lock(guests().busy);
  std::erase(guests().all, guest);
}

}  // namespace abide::detail
