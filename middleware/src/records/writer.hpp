#pragma once
// The one thread that uses the store. It takes everything that waits, writes it in one transaction, and wakes all
// (group commit). While the store is away, saves fail at once; what can wait stays queued, and the store is tried
// again.
#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "records/job.hpp"
#include "records/store.hpp"

namespace abide {

class writer {
 public:
  /// `options.warn` must be set. `signing` may be null, and must outlive the writer.
  writer(std::unique_ptr<store>, const records_options& options, const keys* signing);
  ~writer();

  save_result save(const job_pointer&);  ///< queues and waits
  void save_async(const job_pointer&);   ///< queues; `done` is told
  bool save_later(const job_pointer&);   ///< queues, patiently
  /// Runs `f` with the store; false when it did not happen in time. `f` may run later all the same: it owns what it
  /// uses.
  bool ask(std::function<void(store&)> f, std::chrono::milliseconds timeout);
  bool is_away() const { return away_.load(std::memory_order_relaxed); }
  records_state state() const;

 private:
  using clock = std::chrono::steady_clock;
  using batch = std::vector<job_pointer>;
  struct question {
    std::function<void(store&)> f;
    bool finished = false, answered = false;
  };
  struct work {
    std::vector<std::shared_ptr<question>> questions;
    batch jobs;
  };

  // the queue (writer_queue.cpp)
  bool put(const job_pointer&, save_result& why_not);
  save_result refusal(save_status, std::string why) const;
  std::optional<work> next();
  batch take_jobs();
  void finish(const batch&, save_status, const std::string& why);
  void put_back(const batch&, const std::string& why);
  void answer(const std::vector<std::shared_ptr<question>>&, bool answered);
  void finish_queue();

  // the store (writer.cpp)
  void run();
  bool try_open();
  void come_back();
  void go_away(const std::string& why, const batch& = {});
  void run_questions(work&);
  void write(batch);
  void commit(const batch&);
  batch without_stored(const batch&);
  void mark_unsure(const batch&);
  static bool has_time(const batch&);
  std::vector<consent_event> events_of(job&);
  void keep_text(const consent_event&, std::set<std::string>& texts);
  void retain_if_due();

  std::unique_ptr<store> store_;
  const records_options options_;
  const keys* signing_;

  mutable std::mutex mutex_;
  std::condition_variable wake_, done_;
  std::deque<job_pointer> queue_;
  std::deque<std::shared_ptr<question>> questions_;
  std::string fault_;
  bool stop_ = false, first_try_over_ = false;
  std::uint64_t saved_ = 0, lost_ = 0;
  std::size_t size_before_ = 0;  // of the batch before
  clock::time_point retry_at_{}, retain_at_{};
  clock::time_point busy_since_{};  // the epoch: not busy
  clock::duration took_{};          // of the batch before
  std::atomic<bool> away_{true};

  // The thread's own.
  bool is_open_ = false;
  std::set<std::string> kept_texts_;  ///< their hashes; a site has few
  std::chrono::milliseconds back_off_{0};
  std::thread thread_;
};

}  // namespace abide
