#include <algorithm>

#include "records/writer.hpp"

namespace abide {
namespace {

constexpr std::size_t batch_max = 1024;
constexpr auto lull_max = std::chrono::microseconds(1000);

}  // namespace

save_result writer::refusal(save_status status, std::string why) const {
  return {status, {}, store_->name() + ": " + std::move(why)};
}

bool writer::put(const job_pointer& each, save_result& why_not) {
  const std::lock_guard lock(mutex_);
  // What can wait leaves room for what a visitor waits for.
  const std::size_t room = each->patient ? options_.queue_max - options_.queue_max / 4 : options_.queue_max;
  if (stop_) why_not = refusal(save_status::failed, "the records are being closed");
  else if (is_away() && !each->patient) why_not = {save_status::failed, {}, fault_};
  else if (queue_.size() >= room)
    why_not = refusal(save_status::full, std::to_string(queue_.size()) + " events wait already");
  else {
    each->deadline = clock::now() + options_.timeout;
    queue_.push_back(each);
    // A thread that gathers a batch needs no call for each one of it.
    if (queue_.size() == 1 || queue_.size() >= size_before_) wake_.notify_one();
    return true;
  }
  if (each->patient) ++lost_;
  return false;
}

save_result writer::save(const job_pointer& each) {
  save_result refused;
  if (!put(each, refused)) return refused;
  std::unique_lock lock(mutex_);
  if (done_.wait_until(lock, each->deadline, [&] { return each->finished; })) return each->result;
  each->left = true;
  const std::string waited = std::to_string(options_.timeout.count()) + " ms";
  if (!each->taken && !each->unsure)
    return refusal(save_status::timed_out, "no turn within " + waited + "; nothing was stored");
  return refusal(save_status::timed_out, "no answer within " + waited + "; the record may yet be stored");
}

void writer::save_async(const job_pointer& each) {
  save_result refused;
  if (!put(each, refused)) each->done(refused);
}

bool writer::save_later(const job_pointer& each) {
  each->patient = true;
  save_result refused;
  return put(each, refused);
}

bool writer::ask(std::function<void(store&)> f, std::chrono::milliseconds timeout) {
  auto asked = std::make_shared<question>();
  asked->f = std::move(f);
  std::unique_lock lock(mutex_);
  const auto now = clock::now();
  const bool stuck = busy_since_ != clock::time_point{} && now - busy_since_ > timeout;
  if (is_away() || stuck || stop_ || questions_.size() >= options_.queue_max) return false;
  questions_.push_back(asked);
  wake_.notify_one();
  done_.wait_until(lock, now + timeout, [&] { return asked->finished; });
  return asked->answered;
}

records_state writer::state() const {
  const std::lock_guard lock(mutex_);
  return {is_away(), fault_, queue_.size(), saved_, lost_};
}

// Nothing: the end.
std::optional<writer::work> writer::next() {
  std::unique_lock lock(mutex_);
  took_ = busy_since_ == clock::time_point{} ? clock::duration{} : clock::now() - busy_since_;
  busy_since_ = {};
  const auto has_work = [&] { return stop_ || !queue_.empty() || !questions_.empty(); };
  if (is_away()) wake_.wait_until(lock, retry_at_, [&] { return stop_; });
  else if (options_.retain_days > 0) wake_.wait_until(lock, retain_at_, has_work);
  else wake_.wait(lock, has_work);
  if (stop_ && (queue_.empty() || is_away())) return {};
  // After a batch its writers come back one by one: a moment later they are one batch again, not many small ones. The
  // moment is short beside what a batch takes.
  if (!stop_ && size_before_ > 1 && queue_.size() < size_before_ && !queue_.empty())
    wake_.wait_for(lock, std::min<clock::duration>(lull_max, took_ / 3),
                   [&] { return stop_ || queue_.size() >= size_before_; });
  work taken;
  taken.questions.assign(questions_.begin(), questions_.end());
  questions_.clear();
  taken.jobs = take_jobs();
  size_before_ = taken.jobs.size();
  busy_since_ = clock::now();
  return taken;
}

writer::batch writer::take_jobs() {
  batch taken;
  while (!queue_.empty() && taken.size() < batch_max) {
    const job_pointer each = queue_.front();
    queue_.pop_front();
    if (each->left && !each->unsure) continue;
    each->taken = true;
    taken.push_back(each);
  }
  return taken;
}

void writer::finish(const batch& jobs, save_status status, const std::string& why) {
  if (jobs.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    for (const job_pointer& each : jobs) {
      each->result = {status, each->event.id, why};
      each->finished = true;
    }
    if (status == save_status::saved) saved_ += jobs.size();
  }
  done_.notify_all();
  for (const job_pointer& each : jobs)
    if (each->done) each->done(each->result);
}

// The store is away: who waits is told so, and what can wait goes back to the front.
void writer::put_back(const batch& jobs, const std::string& why) {
  batch told;
  {
    const std::lock_guard lock(mutex_);
    queue_.insert(queue_.begin(), jobs.begin(), jobs.end());
    std::deque<job_pointer> patient;
    for (const job_pointer& each : queue_) {
      each->taken = false;
      if (each->patient) patient.push_back(each);
      else told.push_back(each);
    }
    queue_.swap(patient);
  }
  for (const job_pointer& each : told)
    finish({each}, save_status::failed, each->unsure ? why + "; the record may yet be stored" : why);
}

void writer::answer(const std::vector<std::shared_ptr<question>>& asked, bool answered) {
  if (asked.empty()) return;
  const std::lock_guard lock(mutex_);
  for (const auto& each : asked) {
    each->finished = true;
    each->answered = answered;
  }
  done_.notify_all();
}

void writer::finish_queue() {
  batch rest;
  {
    const std::lock_guard lock(mutex_);
    rest.assign(queue_.begin(), queue_.end());
    queue_.clear();
    for (const job_pointer& each : rest) lost_ += each->patient ? 1 : 0;
    for (const auto& each : questions_) each->finished = true;
    questions_.clear();
  }
  done_.notify_all();
  finish(rest, save_status::failed, store_->name() + ": the records are being closed");
  if (!rest.empty()) options_.warn(store_->name() + ": " + std::to_string(rest.size()) + " events could not be stored");
}

}  // namespace abide
