#include "records/writer.hpp"

#include <algorithm>

#include "records/accounts.hpp"
#include "records/ids.hpp"
#include "records/retention.hpp"

namespace abide {
namespace {

constexpr auto back_off_first = std::chrono::milliseconds(100), back_off_last = std::chrono::milliseconds(10'000);
constexpr int attempts_max = 3;

}  // namespace

writer::writer(std::unique_ptr<store> store, const records_options& options, const keys* signing)
    : store_(std::move(store)), options_(options), signing_(signing) {
  fault_ = store_->name() + ": not yet open";
  retry_at_ = clock::now();
  retain_at_ = clock::now() + std::chrono::minutes(1);
  thread_ = std::thread([this] { run(); });
  std::unique_lock lock(mutex_);
  done_.wait_for(lock, options_.timeout, [&] { return first_try_over_; });
}

writer::~writer() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void writer::run() {
  while (auto taken = next()) {
    if (!is_open_ && !try_open()) {
      answer(taken->questions, false);
      put_back(taken->jobs, fault_);
      continue;
    }
    run_questions(*taken);
    if (!taken->jobs.empty()) write(std::move(taken->jobs));
    retain_if_due();
  }
  finish_queue();
  if (is_open_) store_->close();
}

bool writer::try_open() {
  std::vector<std::string> told;
  std::string why;
  try {
    told = store_->open();
    is_open_ = true;
  } catch (const store_error& error) {
    why = error.what();
  }
  for (const std::string& each : told) options_.warn(each);
  if (!is_open_) go_away(why);
  bool is_idle = false;
  {
    const std::lock_guard lock(mutex_);
    if (is_open_) away_ = false;
    is_idle = is_open_ && queue_.empty();
    first_try_over_ = true;
  }
  done_.notify_all();
  if (is_idle) come_back();
  return is_open_;
}

// The fault is forgotten when what waited was written: what opens well may still be too full for that.
void writer::come_back() {
  if (back_off_.count() == 0) return;
  back_off_ = std::chrono::milliseconds(0);
  {
    const std::lock_guard lock(mutex_);
    fault_.clear();
  }
  options_.warn(store_->name() + ": is back");
}

void writer::go_away(const std::string& why, const batch& jobs) {
  store_->close();
  is_open_ = false;
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
  if (is_news) options_.warn(why + ". Saves fail until it is back; signals wait.");
  put_back(jobs, why);
}

void writer::run_questions(work& taken) {
  for (std::size_t i = 0; i < taken.questions.size(); ++i) {
    const std::vector<std::shared_ptr<question>> one{taken.questions[i]};
    if (!is_open_) {
      answer(one, false);
      continue;
    }
    try {
      one.front()->f(*store_);
      answer(one, true);
    } catch (const store_error& error) {
      answer(one, false);
      go_away(error.what());
    }
  }
}

// A lost connection is made anew once: a server that was restarted costs nobody a save. What was being committed then
// is stored or not; its ids tell.
void writer::write(batch jobs) {
  for (int attempt = 1;; ++attempt) {
    try {
      if (!is_open_) {
        for (const std::string& each : store_->open()) options_.warn(each);
        is_open_ = true;
      }
      jobs = without_stored(jobs);
      commit(jobs);
      finish(jobs, save_status::saved, {});
      return come_back();
    } catch (const store_error& error) {
      store_->close();
      is_open_ = false;
      if (error.is_unsure) mark_unsure(jobs);
      if (error.may_reopen && attempt < attempts_max && has_time(jobs)) continue;
      return go_away(error.what(), jobs);
    }
  }
}

bool writer::has_time(const batch& jobs) {
  const auto now = clock::now();
  return std::any_of(jobs.begin(), jobs.end(), [&](const auto& each) { return each->patient || each->deadline > now; });
}

void writer::mark_unsure(const batch& jobs) {
  const std::lock_guard lock(mutex_);
  for (const job_pointer& each : jobs) each->unsure = true;
}

writer::batch writer::without_stored(const batch& jobs) {
  std::vector<std::string> ids;
  for (const job_pointer& each : jobs)
    if (each->unsure && each->what == job::kind::append) ids.push_back(each->event.id);
  if (ids.empty()) return jobs;
  const auto found = store_->present(ids);
  const std::set<std::string> stored(found.begin(), found.end());
  batch done, rest;
  for (const job_pointer& each : jobs) (stored.count(each->event.id) ? done : rest).push_back(each);
  finish(done, save_status::saved, {});
  return rest;
}

void writer::commit(const batch& jobs) {
  if (jobs.empty()) return;
  const chain_place before = store_->begin();
  chain_place head = before;
  std::vector<row> rows;
  rows.reserve(jobs.size());
  std::set<std::string> texts;
  for (const job_pointer& each : jobs) {
    keep_text(each->event, texts);
    for (consent_event& event : events_of(*each)) rows.push_back(seal(std::move(event), head, signing_));
  }
  if (!rows.empty()) store_->insert(rows, before, sealed_place(place_kind::head, store_->log(), head, signing_));
  store_->commit();
  kept_texts_.merge(texts);
}

// A text is the same for thousands of visitors: the store is asked once for each.
void writer::keep_text(const consent_event& of, std::set<std::string>& texts) {
  if (of.notice_text.empty() || kept_texts_.count(of.notice_hash) || !texts.insert(of.notice_hash).second) return;
  store_->keep_text(of.notice_hash, of.notice_text);
}

std::vector<consent_event> writer::events_of(job& from) {
  switch (from.what) {
    case job::kind::append: return {from.event};
    case job::kind::link: {
      consent_event made = account_event(event_kind::account_link, from.event.subject);
      // An opt-out from before the last link is told already: since then the account may have opted in elsewhere.
      const std::int64_t renew = from.since ? *from.since * 1000 : 0;
      const std::int64_t linked = std::max(made.time_ms, renew);  // a choice's time may be a second ahead
      if (!store_->link(from.accounts.front(), from.event.subject, linked, renew)) return {};
      if (from.since) store_->set_opted_out(from.accounts.front(), from.since);
      return {std::move(made)};
    }
    case job::kind::opt_out:
      // An opt-out that an older key's name holds would come back otherwise.
      for (std::size_t i = 1; i < from.accounts.size(); ++i) store_->set_opted_out(from.accounts[i], {});
      store_->set_opted_out(from.accounts.front(), from.since);
      return {};
    case job::kind::erase: return erase_account(*store_, from.accounts);
  }
  return {};
}

void writer::retain_if_due() {
  if (options_.retain_days == 0 || !is_open_ || clock::now() < retain_at_) return;
  try {
    const std::uint64_t count = retain_slice(*store_, retention_end(options_.retain_days, now_ms()), signing_);
    const std::lock_guard lock(mutex_);
    retain_at_ = clock::now() + (count > 0 ? clock::duration(std::chrono::milliseconds(20)) : std::chrono::hours(24));
  } catch (const store_error& error) {
    {
      const std::lock_guard lock(mutex_);
      retain_at_ = clock::now() + std::chrono::hours(1);
    }
    go_away(error.what());
  }
}

}  // namespace abide
