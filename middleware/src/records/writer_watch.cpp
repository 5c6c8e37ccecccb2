// Deadlines and forks: work that must not wait for a thread that is stuck in the store.
#include <algorithm>

#include "records/writer.hpp"

namespace abide::detail {

void log_writer::limit(const std::shared_ptr<request>& each, deadlines& into, std::chrono::milliseconds timeout) {
  each->patience = timeout;
  each->deadline = clock::now() + timeout;
  while (!into.empty() && into.front()->answered) into.pop_front();
  into.push_back(each);
  if (each->deadline < watch_at_) watch_wake_.notify_one();
}

std::vector<std::function<void()>> log_writer::take_late() {
  std::vector<std::function<void()>> late;
  const auto now = clock::now();
  for (deadlines* list : {&quick_, &slow_})
    for (; !list->empty() && (list->front()->answered || list->front()->deadline <= now); list->pop_front()) {
      request& each = *list->front();
      if (std::exchange(each.answered, true)) continue;
      late.push_back(each.late_answer(store_->name(), each.patience));
    }
  return late;
}

log_writer::clock::time_point log_writer::next_deadline() const {
  auto first = clock::time_point::max();
  for (const deadlines* list : {&quick_, &slow_})
    if (!list->empty()) first = std::min(first, list->front()->deadline);
  return first;
}

void log_writer::watch() {
  std::unique_lock lock(mutex_);
  while (!watch_over_) {
    const auto late = take_late();
    if (!late.empty()) {
      lock.unlock();
      for (const auto& tell : late) call_back(tell);
      lock.lock();
      continue;
    }
    watch_at_ = next_deadline();
    if (watch_at_ == clock::time_point::max()) watch_wake_.wait(lock);
    else watch_wake_.wait_until(lock, watch_at_);
  }
}

// SQLite keeps a list of open files per process. A child inherits the list, but not the locks, so opening the same file
// there could corrupt it. Therefore the file is closed during a fork.
void log_writer::before_fork() noexcept {
  if (!store_->closes_for_forks()) return;
  std::unique_lock lock(mutex_);
  park_wanted_ = true;
  store_->hurry(true);
  if (reading_) reading_->hurry(true);
  wake_.notify_all();
  read_wake_.notify_all();
  changed_.wait(lock, [&] { return writing_.rests() && reads_station_.rests(); });
  if (writing_.tells) close_for_fork();
  if (reads_station_.tells) close_reading();
}

void log_writer::after_fork() noexcept {
  const std::lock_guard lock(mutex_);
  store_->hurry(false);
  if (reading_) reading_->hurry(false);
  park_wanted_ = false;
  writing_.parked = reads_station_.parked = false;
  wake_.notify_all();
  read_wake_.notify_all();
  changed_.notify_all();
}

void log_writer::close_for_fork() {
  store_->close_for_fork();
  is_open_ = false;
}

void log_writer::park(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  close_for_fork();
  lock.lock();
  writing_.parked = true;
  changed_.notify_all();
  wake_.wait(lock, [&] { return !writing_.parked; });
}

void log_writer::enter_callback() {
  if (!own_station) return;
  const std::lock_guard lock(mutex_);
  own_station->tells = true;
  changed_.notify_all();
}

// A thread that is forking has closed the connection; wait for it.
void log_writer::leave_callback() {
  if (!own_station) return;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !park_wanted_; });
  own_station->tells = false;
}

}  // namespace abide::detail
