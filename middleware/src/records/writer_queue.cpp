#include <algorithm>

#include "records/writer.hpp"

namespace abide::detail {
namespace {

constexpr std::size_t batch_max = 1024;
constexpr auto lost_interval = std::chrono::minutes(1), counts_interval = std::chrono::minutes(1);
constexpr auto lull_max = std::chrono::microseconds(1000);

}  // namespace

save_result log_writer::refusal(save_status status, std::string why) const {
  return {status, {}, store_->name() + ": " + std::move(why)};
}

bool log_writer::put(const job_pointer& each, save_result& why_not) {
  const std::lock_guard lock(mutex_);
  // Patient changes leave room for those that a visitor waits for.
  const std::size_t room = each->patient ? options_.queue_max - options_.queue_max / 4 : options_.queue_max;
  if (stop_) why_not = refusal(save_status::failed, "the log is closing");
  else if (is_away() && !each->patient) why_not = {save_status::failed, {}, fault_};
  else if (queue_.size() >= room)
    why_not = refusal(save_status::full, "the queue is full (" + std::to_string(queue_.size()) + " events)");
  else {
    each->number = ++last_number_;
    if (!each->patient) limit(each, slow_, options_.timeout);
    queue_.push_back(each);
    // While the writer gathers a batch, it needs no notification for each job.
    if (queue_.size() == 1 || queue_.size() >= size_before_) wake_.notify_one();
    return true;
  }
  each->answered = true;
  if (each->patient) ++lost_;
  return false;
}

void log_writer::save(const job_pointer& each) {
  save_result refused;
  if (!put(each, refused) && each->done) each->done(refused);
}

bool log_writer::save_later(const job_pointer& each) {
  each->patient = true;
  save_result refused;
  if (put(each, refused)) return true;
  tell_lost(refused.why);
  return false;
}

void log_writer::count(const signal_key& of) {
  bool is_lost = false;
  {
    const std::lock_guard lock(mutex_);
    is_lost = !counts_.add(of);
    if (is_lost) ++lost_;
    if (counts_at_ == clock::time_point::max()) {
      counts_at_ = clock::now() + counts_interval;
      wake_.notify_one();  // so that it waits no longer than that
    }
  }
  if (is_lost) tell_lost(store_->name() + ": the queue of counts is full");
}

// Counts for which there is no room left are lost.
void log_writer::put_back(const signal_counts::map& counts) {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, count] : counts)
    if (!counts_.add(key, count)) lost_ += count;
  if (!counts_.empty()) counts_at_ = std::min(counts_at_, clock::now() + counts_interval);
}

log_writer::clock::time_point log_writer::counts_at() const {
  const std::lock_guard lock(mutex_);
  return counts_at_;
}

// No caller waits for these, so the log warns: at the first loss, and every minute while there are more.
void log_writer::tell_lost(const std::string& why) {
  std::uint64_t lost = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto now = clock::now();
    if (lost_told_ && now - *lost_told_ < lost_interval) return;
    lost_told_ = now;
    lost = lost_;
  }
  options_.warn(why + ": " + std::to_string(lost) + (lost == 1 ? " event" : " events") + " lost so far");
}

std::uint64_t log_writer::lost() const {
  const std::lock_guard lock(mutex_);
  return lost_;
}

bool log_writer::may_ask(const question_pointer& asked, std::chrono::milliseconds timeout) {
  const bool reads = reading_ && !asked->changes;
  const std::lock_guard lock(mutex_);
  const auto is_late = [&](clock::time_point since) {
    return since != clock::time_point{} && clock::now() - since > timeout;
  };
  const bool waits_for_writing = !reads || writing_from_ != 0 || !queue_.empty();
  const bool stuck = (reads && is_late(reading_since_)) || (waits_for_writing && is_late(busy_since_));
  auto& waiting = reads ? reads_ : questions_;
  if (is_away() || stuck || stop_ || waiting.size() >= options_.queue_max) return false;
  asked->after = last_number_;
  limit(asked, timeout == options_.timeout ? slow_ : quick_, timeout);
  waiting.push_back(asked);
  (reads ? read_wake_ : wake_).notify_one();
  return true;
}

void log_writer::ask(const question_pointer& asked, std::chrono::milliseconds timeout) {
  if (!may_ask(asked, timeout)) asked->done(false);
}

records_state log_writer::state() const {
  const std::lock_guard lock(mutex_);
  return {is_away(), fault_, queue_.size(), saved_, lost_, writing_from_ == 0 ? 0 : size_before_};
}

bool log_writer::has_work() const { return stop_ || park_wanted_ || !queue_.empty() || !questions_.empty(); }

void log_writer::wait_for_work(std::unique_lock<std::mutex>& lock) {
  if (!first_try_over_) return;
  if (is_away()) wake_.wait_until(lock, retry_at_, [&] { return stop_ || park_wanted_; });
  else if (const auto end = next_duty(); end != clock::time_point::max())
    wake_.wait_until(lock, end, [&] { return has_work() || next_duty() < end; });
  else wake_.wait(lock, [&] { return has_work() || next_duty() != clock::time_point::max(); });
}

log_writer::clock::time_point log_writer::next_duty() const {
  return looks() ? std::min(look_at_, counts_at_) : counts_at_;
}

// nullopt: stop.
std::optional<log_writer::batch> log_writer::next() {
  std::unique_lock lock(mutex_);
  took_ = busy_since_ == clock::time_point{} ? clock::duration{} : clock::now() - busy_since_;
  busy_since_ = {};
  wait_for_work(lock);
  while (park_wanted_) {
    park(lock);
    wait_for_work(lock);
  }
  if (stop_ && (queue_.empty() || is_away())) return {};
  // After a batch, its callers return one by one. Waiting a moment makes one batch of their next changes instead of
  // many small ones. The moment is short compared with the time of a batch.
  if (!stop_ && size_before_ > 1 && queue_.size() < size_before_ && !queue_.empty())
    wake_.wait_for(lock, std::min<clock::duration>(lull_max, took_ / 3),
                   [&] { return stop_ || park_wanted_ || queue_.size() >= size_before_; });
  batch left;
  batch taken = take_jobs(left);
  writing_from_ = taken.empty() ? 0 : taken.front()->number;
  size_before_ = taken.size();
  busy_since_ = clock::now();
  lock.unlock();
  finish(left, save_status::timed_out, store_->name() + ": the caller left; nothing was stored");
  return taken;
}

log_writer::batch log_writer::take_jobs(batch& left) {
  batch taken;
  const auto now = clock::now();
  while (!queue_.empty() && taken.size() < batch_max) {
    const job_pointer each = std::move(queue_.front());
    queue_.pop_front();
    const bool is_left = !each->patient && !each->unsure && each->is_left(now);
    if (!is_left) each->taken = true;
    (is_left ? left : taken).push_back(each);
  }
  return taken;
}

// Null: no query may run yet. Moves cancelled and late queries to `left`.
question_pointer log_writer::take_question(std::vector<question_pointer>& left) {
  const std::lock_guard lock(mutex_);
  const auto now = clock::now();
  while (!questions_.empty()) {
    question_pointer first = questions_.front();
    const bool is_left = first->is_left(now);
    if (!is_left && !queue_.empty() && queue_.front()->number <= first->after) return {};
    questions_.pop_front();
    if (!is_left) return first;
    left.push_back(std::move(first));
  }
  return {};
}

question_pointer log_writer::next_question() {
  std::vector<question_pointer> left;
  question_pointer taken = take_question(left);
  finish(left, false);
  return taken;
}

void log_writer::finish(const batch& jobs, save_status status, const std::string& why) {
  batch told;
  {
    const std::lock_guard lock(mutex_);
    for (const job_pointer& each : jobs)
      if (!std::exchange(each->answered, true) && each->done) told.push_back(each);
    if (status == save_status::saved) saved_ += jobs.size();
  }
  for (const job_pointer& each : told) call_back([&] { each->done({status, each->id(), why}); });
}

void log_writer::finish(const std::vector<question_pointer>& asked, bool answered) {
  std::vector<question_pointer> told;
  {
    const std::lock_guard lock(mutex_);
    for (const question_pointer& each : asked)
      if (!std::exchange(each->answered, true)) told.push_back(each);
  }
  for (const question_pointer& each : told) call_back([&] { each->done(answered); });
}

void log_writer::put_back_to_wait(const batch& jobs) {
  const std::lock_guard lock(mutex_);
  for (const job_pointer& each : jobs) each->taken = false;
  writing_from_ = 0;
  queue_.insert(queue_.begin(), jobs.begin(), jobs.end());
}

// The store is unreachable: fails the jobs that callers wait for, and returns patient ones to the front of the queue.
void log_writer::put_back(const batch& jobs, const std::string& why) {
  batch sure, unsure;
  std::vector<question_pointer> asked;
  put_back_to_wait(jobs);
  {
    const std::lock_guard lock(mutex_);
    std::deque<job_pointer> patient;
    for (const job_pointer& each : queue_) {
      if (each->patient) patient.push_back(each);
      else (each->unsure ? unsure : sure).push_back(each);
    }
    queue_.swap(patient);
    asked = take_all_questions();
  }
  finish(sure, save_status::failed, why);
  finish(unsure, save_status::failed, why + "; the record may still be stored");
  finish(asked, false);
}

std::vector<question_pointer> log_writer::take_all_questions() {
  std::vector<question_pointer> all(questions_.begin(), questions_.end());
  all.insert(all.end(), reads_.begin(), reads_.end());
  questions_.clear();
  reads_.clear();
  return all;
}

void log_writer::finish_queue() {
  batch rest;
  signal_counts::map counted;
  std::uint64_t uncounted = 0;
  std::vector<question_pointer> asked;
  {
    const std::lock_guard lock(mutex_);
    rest.assign(queue_.begin(), queue_.end());
    queue_.clear();
    for (const job_pointer& each : rest) lost_ += each->patient ? 1 : 0;
    asked = take_all_questions();
    counted = counts_.take();
  }
  for (const auto& [key, count] : counted) uncounted += count;
  finish(rest, save_status::failed, store_->name() + ": the log is closing");
  finish(asked, false);
  if (!rest.empty())
    options_.warn(store_->name() + ": " + std::to_string(rest.size()) + (rest.size() == 1 ? " event" : " events") +
                  " could not be stored");
  if (uncounted > 0)
    options_.warn(store_->name() + ": " + std::to_string(uncounted) +
                  (uncounted == 1 ? " counted signal or notice" : " counted signals and notices") +
                  " could not be stored");
}

}  // namespace abide::detail
