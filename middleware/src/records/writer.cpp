#include "records/writer.hpp"

#include <algorithm>

#include "records/accounts.hpp"
#include "records/ids.hpp"
#include "records/retention.hpp"

namespace abide::detail {
namespace {

using clock_time = std::chrono::steady_clock::duration;
constexpr auto back_off_first = std::chrono::milliseconds(100), back_off_last = std::chrono::milliseconds(10'000);
constexpr int attempts_max = 3;
constexpr clock_time look_interval = std::chrono::hours(1);
constexpr clock_time retention_pause = std::chrono::milliseconds(20);
constexpr std::int64_t leap_min_ms = 600'000;
constexpr std::int64_t ahead_max_ms = 30'000;

}  // namespace

log_writer::log_writer(std::unique_ptr<store> store, std::unique_ptr<detail::store> reading,
                       const records_options& options, const keys* signing)
    : store_(std::move(store)),
      options_(options),
      signing_(signing),
      log_{*store_, signing, false, {}},
      marks_(options.heads),
      reading_(std::move(reading)) {
  retry_at_ = clock::now();
  look_at_ = looked_ + std::chrono::minutes(1);
}

void log_writer::start() {
  {
    const std::lock_guard lock(mutex_);
    writing_.ended = false;
    reads_station_.ended = !reading_;
  }
  join_forks(this);
  thread_ = std::thread([this] { run(); });
  if (reading_) reader_ = std::thread([this] { read_on(); });
  watch_ = std::thread([this] { watch(); });
}

void log_writer::wait_for_first_try() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, options_.timeout, [&] { return first_try_over_; });
}

// The watch ends last: it answers in time even while the store is stuck.
log_writer::~log_writer() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  read_wake_.notify_all();
  thread_.join();
  if (reader_.joinable()) reader_.join();
  {
    const std::lock_guard lock(mutex_);
    watch_over_ = true;
  }
  watch_wake_.notify_all();
  watch_.join();
  leave_forks(this);
}

void log_writer::run() {
  own_station = &writing_;
  while (auto jobs = next()) {
    if (!is_open_ && !try_open()) {
      park_wanted_ ? put_back_to_wait(*jobs) : put_back(*jobs, state().why);
      continue;
    }
    if (!jobs->empty()) write(std::move(*jobs));
    run_question();
    if (clock::now() >= counts_at()) write_counts();
    look_if_due();
  }
  // After a fork, a process may have only counted, so its store is not open yet.
  const bool has_counts = counts_at() != clock::time_point::max();
  if (is_open_ || (has_counts && !is_away() && try_open())) write_counts();
  finish_queue();
  close_store();
  const std::lock_guard lock(mutex_);
  writing_.ended = true;
  changed_.notify_all();
}

void log_writer::close_store() {
  store_->close();
  is_open_ = false;
  ++closings_;
}

void log_writer::open_store(std::vector<std::string>& told) {
  told = store_->open();
  log_.is_settled = settle(*store_, signing_, told);
  is_open_ = true;
}

bool log_writer::try_open() {
  std::vector<std::string> told;
  std::string why;
  try {
    open_store(told);
  } catch (const store_error& error) {
    why = error.what();
  }
  for (const std::string& each : told) options_.warn(each);
  if (!is_open_ && park_wanted_) return false;
  if (!is_open_) go_away(why);
  bool is_idle = false;
  {
    const std::lock_guard lock(mutex_);
    if (is_open_) away_ = false;
    is_idle = is_open_ && queue_.empty();
    first_try_over_ = true;
  }
  changed_.notify_all();
  read_wake_.notify_one();
  if (is_idle) come_back();
  return is_open_;
}

// A callback that forked leaves SQLite's file closed (writer_watch.cpp).
void log_writer::open_again() {
  if (is_open_) return;
  std::vector<std::string> told;
  open_store(told);
  for (const std::string& each : told) options_.warn(each);
}

// The fault is cleared only after queued changes were written: a store that opens may still be too full to write.
void log_writer::come_back() {
  if (back_off_.count() == 0) return;
  back_off_ = std::chrono::milliseconds(0);
  {
    const std::lock_guard lock(mutex_);
    fault_.clear();
  }
  options_.warn(store_->name() + ": available again");
}

void log_writer::go_away(const std::string& why, const batch& jobs) {
  close_store();
  back_off_ = std::clamp<std::chrono::milliseconds>(back_off_ * 2, back_off_first, back_off_last);
  bool is_news = false;
  {
    const std::lock_guard lock(mutex_);
    is_news = fault_ != why;
    fault_ = why;
    away_ = true;
    retry_at_ = clock::now() + back_off_;
    size_before_ = 0;
  }
  if (is_news) options_.warn(why + ". Saves fail until the store is available again; refusals and signals wait.");
  put_back(jobs, why);
}

// For work that no change waits for. A lost connection is opened again for the next work, and only if that fails is the
// store away: else the restart of a server would fail saves.
void log_writer::lose_store(const store_error& error) {
  if (error.may_reopen || park_wanted_) close_store();
  else go_away(error.what());
}

// Only one: changes queued meanwhile must not wait for all queries.
void log_writer::run_question() {
  const question_pointer asked = is_open_ ? next_question() : nullptr;
  if (!asked) return;
  try {
    open_again();
    asked->read(*store_);
    finish({asked}, true);
  } catch (const store_error& error) {
    finish({asked}, false);
    lose_store(error);
  }
}

// Reconnects after a lost connection, so that a restart of the server does not fail saves. An interrupted commit may
// have succeeded; the ids tell.
void log_writer::write(batch jobs) {
  for (int attempt = 1;; ++attempt) {
    try {
      open_again();
      jobs = without_stored(jobs);
      open_again();
      commit(jobs);
      all_written();
      finish(jobs, save_status::saved, {});
      return come_back();
    } catch (const store_error& error) {
      close_store();
      if (error.is_unsure) mark_unsure(jobs);
      if (park_wanted_) return put_back_to_wait(jobs);  // hurry() interrupted it
      if (error.may_reopen && attempt < attempts_max && has_time(jobs)) continue;
      return go_away(error.what(), jobs);
    }
  }
}

// From here on, readers find the batch.
void log_writer::all_written() {
  {
    const std::lock_guard lock(mutex_);
    writing_from_ = 0;
  }
  read_wake_.notify_one();
}

bool log_writer::has_time(const batch& jobs) {
  const auto now = clock::now();
  return std::any_of(jobs.begin(), jobs.end(), [&](const auto& each) { return each->patient || each->deadline > now; });
}

void log_writer::mark_unsure(const batch& jobs) {
  const std::lock_guard lock(mutex_);
  for (const job_pointer& each : jobs) each->unsure = true;
}

log_writer::batch log_writer::without_stored(const batch& jobs) {
  std::vector<std::string> ids;
  for (const job_pointer& each : jobs)
    if (each->unsure && each->change.event) ids.push_back(each->id());
  if (ids.empty()) return jobs;
  const auto found = store_->present(ids);
  const std::set<std::string> stored(found.begin(), found.end());
  batch done, rest;
  for (const job_pointer& each : jobs) (stored.count(each->id()) ? done : rest).push_back(each);
  finish(done, save_status::saved, {});
  return rest;
}

void log_writer::commit(const batch& jobs) {
  if (jobs.empty()) return;
  log_edit edit(log_);
  std::set<std::string> texts;
  for (const job_pointer& each : jobs) {
    if (each->change.event) keep_text(edit, *each->change.event, texts);
    write(edit, *each);
  }
  const std::uint64_t lost_now = lost();
  if (lost_now > lost_written_ && log_.is_settled) edit.add_lost(lost_now - lost_written_);
  edit.commit();
  lost_written_ = lost_now;
  kept_texts_.merge(texts);
}

// Thousands of visitors see the same text, so each text goes to the store only once. A hash without a text is noted
// too, so that verify can tell when a text was removed.
void log_writer::keep_text(log_edit& edit, const consent_event& of, std::set<std::string>& texts) {
  if (of.notice_hash.empty()) return;
  std::string known = of.notice_hash + (of.notice_text.empty() ? "-" : "");
  if (kept_texts_.count(of.notice_hash) || kept_texts_.count(known) || !texts.insert(std::move(known)).second) return;
  edit.keep_text(of.notice_hash, of.notice_text);
}

void log_writer::write(log_edit& edit, const job& from) {
  if (from.erases) return static_cast<void>(erase_account(edit, from.accounts));
  // Otherwise an opt-out stored under an older key's name would come back.
  for (std::size_t i = 1; i < from.accounts.size(); ++i) edit.move_account(from.accounts[i], from.accounts.front());
  if (!from.change.subject.empty()) link(edit, from);
  if (from.change.step == log_change::account_step::opt_out) set_opt_out(edit, from, from.change.since);
  if (from.change.step == log_change::account_step::opt_in) set_opt_out(edit, from, {});
  if (from.change.event) edit.add(*from.change.event);
}

void log_writer::link(log_edit& edit, const job& from) {
  const std::optional<std::int64_t>& since = from.change.carried_out;
  consent_event linked = account_event(event_kind::account_link, from.change.subject);
  // An opt-out older than the last link was already adopted, and the account may have opted in elsewhere since. The
  // time of a choice may be a second ahead; a time further ahead comes from a broken clock.
  const std::int64_t latest = linked.time_ms + ahead_max_ms;
  const std::int64_t renew = since ? std::min(*since, latest / 1000) * 1000 : 0;
  const std::int64_t time = std::max(linked.time_ms, renew);
  if (!edit.link(from.accounts.front(), from.change.subject, time, renew)) return;
  if (since) edit.opt_out(from.accounts.front(), *since);
  edit.add(std::move(linked));
}

void log_writer::set_opt_out(log_edit& edit, const job& from, std::optional<std::int64_t> since) {
  since ? edit.opt_out(from.accounts.front(), *since) : edit.opt_in(from.accounts.front());
}

void log_writer::write_counts() {
  signal_counts::map counts;
  {
    const std::lock_guard lock(mutex_);
    counts_at_ = clock::time_point::max();
    counts = counts_.take();
  }
  if (counts.empty() || !is_open_) return put_back(counts);
  try {
    log_edit edit(log_);
    for (const auto& [key, count] : counts) edit.count_signals(key, count);
    edit.commit();
  } catch (const store_error& error) {
    put_back(counts);
    lose_store(error);
  }
}

// Every hour: exports the marks and continues retention.
void log_writer::look_if_due() {
  if (!looks() || !is_open_ || clock::now() < look_at_) return;
  try {
    const bool leapt = clock_leapt();
    if (const std::string why = marks_.keep(*store_); !why.empty()) options_.warn(why);
    const bool goes_on = options_.retain_days > 0 && retain(leapt);
    set_look(goes_on ? retention_pause : look_interval);
  } catch (const store_error& error) {
    set_look(look_interval);
    lose_store(error);
  }
}

void log_writer::set_look(clock::duration from_now) {
  const std::lock_guard lock(mutex_);
  look_at_ = clock::now() + from_now;
}

// Whether the system clock advanced by much more or less than the steady clock.
bool log_writer::clock_leapt() {
  const std::int64_t now = now_ms();
  const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - looked_).count();
  const std::int64_t by = now - looked_ms_ - passed;
  looked_ = clock::now();
  looked_ms_ = now;
  if (by > -leap_min_ms && by < leap_min_ms) return false;
  options_.warn("the clock was set " + std::to_string(by < 0 ? -by / 1000 : by / 1000) + " s " +
                (by < 0 ? "back" : "forward") +
                (options_.retain_days > 0 ? ": retention stops, and its waiting time starts again" : ""));
  return true;
}

bool log_writer::retain(bool leapt) {
  if (leapt) forget_noted(*store_);
  const retained step = retain_step(*store_, options_.retain_days, now_ms(), signing_);
  for (const std::string& each : step.told) options_.warn(each);
  return step.any();
}

}  // namespace abide::detail
