// The reading thread, so that queries do not delay changes.
#include "records/writer.hpp"

namespace abide::detail {
namespace {

constexpr auto read_pause = std::chrono::milliseconds(200);  // after a fault

}  // namespace

void log_writer::read_on() {
  own_station = &reads_station_;
  while (const question_pointer asked = next_read()) run_read(asked);
  close_reading();
  const std::lock_guard lock(mutex_);
  reads_station_.ended = true;
  changed_.notify_all();
}

// Whether the first query may run: everything queued before it is written, or it was cancelled.
bool log_writer::has_read() const {
  if (reads_.empty() || !first_try_over_) return false;
  const question& first = *reads_.front();
  const bool is_written =
      (queue_.empty() || queue_.front()->number > first.after) && (writing_from_ == 0 || writing_from_ > first.after);
  return is_written || first.is_left(clock::now());
}

// Null: stop.
question_pointer log_writer::next_read() {
  std::unique_lock lock(mutex_);
  for (;;) {
    reading_since_ = {};
    read_wake_.wait(lock, [&] { return stop_ || park_wanted_ || has_read(); });
    if (stop_) return {};
    if (park_wanted_) {
      park_reading(lock);
      continue;
    }
    question_pointer first = std::move(reads_.front());
    reads_.pop_front();
    reading_since_ = clock::now();
    if (!first->is_left(reading_since_)) return first;
    lock.unlock();
    finish({first}, false);
    lock.lock();
  }
}

void log_writer::run_read(const question_pointer& asked) {
  try {
    open_reading();
    asked->read(*reading_);
    finish({asked}, true);
    read_fault_.clear();
  } catch (const store_error& error) {
    close_reading();
    if (park_wanted_) return finish({asked}, false);  // hurry() interrupted it
    read_again_ = clock::now() + read_pause;
    if (std::exchange(read_fault_, error.what()) != error.what())
      options_.warn(std::string(error.what()) + ". Reads fail until the store is available again.");
    finish({asked}, false);
  }
}

// Reopens if the writing thread closed its store since: the file or server may have been replaced.
void log_writer::open_reading() {
  const unsigned closings = closings_;
  if (closings != read_closings_) close_reading();
  if (reads_open_) return;
  if (clock::now() < read_again_) throw store_error(read_fault_);
  reading_->open();
  reads_open_ = true;
  read_closings_ = closings;
}

void log_writer::close_reading() {
  reading_->close_for_fork();
  reading_->close();
  reads_open_ = false;
}

void log_writer::park_reading(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  close_reading();
  lock.lock();
  reads_station_.parked = true;
  changed_.notify_all();
  read_wake_.wait(lock, [&] { return !reads_station_.parked; });
}

}  // namespace abide::detail
