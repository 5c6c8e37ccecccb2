#pragma once
// The only thread that changes the store. It takes all queued changes, writes them in one transaction, and calls their
// callbacks (group commit). While the store is unreachable, saves fail at once, patient changes stay queued, and the
// writer retries. A second thread reads, with its own connection, so that queries do not delay changes; an in-memory
// store has only one connection, so the first thread answers queries between two batches. A third thread answers
// requests whose deadline has passed.
#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "abide/records.hpp"
#include "records/edit.hpp"
#include "records/fork.hpp"
#include "records/heads_file.hpp"
#include "records/ids.hpp"
#include "records/job.hpp"
#include "records/store.hpp"

namespace abide::detail {

class log_writer : fork_guest {
 public:
  /// `reading`: a second connection for queries; null: the store has only one. `options.warn` must be set. `signing`
  /// may be null; must outlive the writer.
  log_writer(std::unique_ptr<store>, std::unique_ptr<store> reading, const records_options& options,
             const keys* signing);
  ~log_writer() override;

  void start();               ///< call once; earlier requests wait for it
  void wait_for_first_try();  ///< until the store was opened or failed to open; at most the timeout
  void save(const job_pointer&);
  bool save_later(const job_pointer&);
  void count(const signal_key&);  ///< written within a minute, and at the end
  /// Runs a query after all changes that were queued before it. `done` gets false if `read` did not finish in time;
  /// `read` may still run later, so it must own what it uses.
  void ask(const question_pointer&, std::chrono::milliseconds timeout);
  bool is_away() const { return away_.load(std::memory_order_relaxed); }
  records_state state() const;

 private:
  using clock = std::chrono::steady_clock;
  using batch = std::vector<job_pointer>;
  using deadlines = std::deque<std::shared_ptr<request>>;  // all with the same timeout, so the earliest is in front

  // the queue (writer_queue.cpp)
  bool put(const job_pointer&, save_result& why_not);
  void tell_lost(const std::string& why);
  std::uint64_t lost() const;
  bool may_ask(const question_pointer&, std::chrono::milliseconds timeout);
  save_result refusal(save_status, std::string why) const;
  std::optional<batch> next();
  bool has_work() const;
  clock::time_point next_duty() const;  ///< of periodic work
  clock::time_point counts_at() const;
  void wait_for_work(std::unique_lock<std::mutex>&);
  batch take_jobs(batch& left);
  question_pointer take_question(std::vector<question_pointer>& left);
  question_pointer next_question();
  std::vector<question_pointer> take_all_questions();
  template <class callback>
  void call_back(const callback&);
  void enter_callback();
  void leave_callback();
  void finish(const batch&, save_status, const std::string& why);
  void finish(const std::vector<question_pointer>&, bool answered);
  void put_back(const batch&, const std::string& why);
  void put_back_to_wait(const batch&);
  void finish_queue();

  // the thread that reads (writer_reads.cpp)
  void read_on();
  question_pointer next_read();
  bool has_read() const;
  void run_read(const question_pointer&);
  void open_reading();
  void close_reading();
  void park_reading(std::unique_lock<std::mutex>&);

  // deadlines (writer_watch.cpp)
  void watch();
  void limit(const std::shared_ptr<request>&, deadlines&, std::chrono::milliseconds timeout);
  std::vector<std::function<void()>> take_late();
  clock::time_point next_deadline() const;

  // forks (writer_watch.cpp)
  void before_fork() noexcept override;
  void after_fork() noexcept override;
  void park(std::unique_lock<std::mutex>&);
  void close_for_fork();

  // the store (writer.cpp)
  void run();
  bool try_open();
  void open_again();
  void open_store(std::vector<std::string>& told);
  void come_back();
  void lose_store(const store_error&);
  void go_away(const std::string& why, const batch& = {});
  void close_store();
  void run_question();
  void write(batch);
  void commit(const batch&);
  void all_written();
  batch without_stored(const batch&);
  void mark_unsure(const batch&);
  static bool has_time(const batch&);
  void write(log_edit&, const job&);
  void link(log_edit&, const job&);
  void set_opt_out(log_edit&, const job&, std::optional<std::int64_t> since);
  void keep_text(log_edit&, const consent_event&, std::set<std::string>& texts);
  bool looks() const { return options_.retain_days > 0 || marks_.is_on(); }
  void look_if_due();
  void set_look(clock::duration from_now);
  bool clock_leapt();
  bool retain(bool leapt);
  void write_counts();
  void put_back(const signal_counts::map&);

  std::unique_ptr<store> store_;
  const records_options options_;
  const keys* signing_;

  mutable std::mutex mutex_;
  std::condition_variable wake_, changed_, watch_wake_, read_wake_;
  std::deque<job_pointer> queue_;
  std::uint64_t writing_from_ = 0;  // number of the first job of the batch being written; 0: none
  std::deque<question_pointer> questions_, reads_;
  deadlines slow_, quick_;
  clock::time_point watch_at_ = clock::time_point::min();  // when the watch checks next; first time at once
  std::string fault_;
  bool stop_ = false, first_try_over_ = false, watch_over_ = false;

  /// State of a thread that has a connection. While the thread rests, a fork may close the connection.
  struct station {
    bool parked = false, tells = false, ended = true;  ///< tells: in a callback, with an idle connection
    bool rests() const noexcept { return parked || tells || ended; }
  };
  station writing_, reads_station_;
  inline static thread_local station* own_station = nullptr;  ///< of this thread; null if it has no connection

  std::uint64_t saved_ = 0, lost_ = 0, last_number_ = 0;
  std::optional<clock::time_point> lost_told_;
  std::size_t size_before_ = 0;  // of the previous batch
  clock::time_point retry_at_{}, look_at_{};
  signal_counts counts_;
  clock::time_point counts_at_ = clock::time_point::max();  // when the counts are written
  clock::time_point busy_since_{}, reading_since_{};        // the epoch: not busy
  clock::duration took_{};                                  // of the previous batch
  std::atomic<bool> away_{false}, park_wanted_{false};
  std::atomic<unsigned> closings_{0};  // of the store: the reading thread reopens it after each

  // Only for the writing thread.
  open_log log_;
  std::uint64_t lost_written_ = 0;
  const mark_keeper marks_;
  clock::time_point looked_ = clock::now();
  std::int64_t looked_ms_ = now_ms();
  bool is_open_ = false;
  std::set<std::string> kept_texts_;  ///< hashes; a site has few
  std::chrono::milliseconds back_off_{0};

  // Only for the reading thread.
  const std::unique_ptr<store> reading_;
  bool reads_open_ = false;
  unsigned read_closings_ = 0;
  std::string read_fault_;
  clock::time_point read_again_{};

  std::thread thread_, watch_, reader_;
};

/// Callbacks must not throw or fork. One that does must not affect other callers.
template <class callback>
void log_writer::call_back(const callback& tell) {
  const unsigned forks = fork_count();
  enter_callback();
  try {
    tell();
  } catch (const std::exception& error) {
    options_.warn(store_->name() + ": a callback of the log threw: " + error.what());
  } catch (...) {
    options_.warn(store_->name() + ": a callback of the log threw");
  }
  if (fork_count() != forks) end_lost_child();
  leave_callback();
}

}  // namespace abide::detail
