#include "abide/live_site.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "abide/records.hpp"

namespace abide {
namespace {

/// Runs jobs one after another in its own thread, and between them, every second, what returns true as long as it has
/// something left to do.
class worker {
 public:
  explicit worker(std::function<bool()> between) : between_(std::move(between)), thread_([this] { run(); }) {}

  void put(const std::function<void()>& job) {
    std::unique_lock lock(guard_);
    const bool ended = ending_;
    if (!ended) jobs_.push_back(job);
    lock.unlock();
    if (ended) job();  // the thread has ended
    else news_.notify_one();
  }

  /// Runs the remaining jobs and ends the thread. Call it once.
  void end() {
    std::unique_lock lock(guard_);
    ending_ = true;
    lock.unlock();
    news_.notify_one();
    thread_.join();
  }

 private:
  void run() {
    std::unique_lock lock(guard_);
    for (bool has_more = false;;) {
      std::function<void()> job = [] {};
      if (wait(lock, has_more)) {
        if (jobs_.empty()) return;
        job = std::move(jobs_.front());
        jobs_.pop_front();
      }
      lock.unlock();
      job();
      has_more = between_();
      lock.lock();
    }
  }

  /// Returns whether there is a job, or the end.
  bool wait(std::unique_lock<std::mutex>& lock, bool at_most_a_second) {
    const auto has_news = [this] { return ending_ || !jobs_.empty(); };
    if (at_most_a_second) return news_.wait_for(lock, std::chrono::seconds(1), has_news);
    news_.wait(lock, has_news);
    return true;
  }

  const std::function<bool()> between_;
  std::mutex guard_;
  std::condition_variable news_;
  std::deque<std::function<void()>> jobs_;
  bool ending_ = false;
  std::thread thread_;
};

/// Sites that were replaced while their logs could not reach the store. They are closed when these have saved what they
/// hold: refusals above all, about which visitors were told that they count. Only for one thread at a time.
class replaced_sites {
 public:
  void add(const site* old) {
    if (kept_.size() == count_max) kept_.erase(kept_.begin());  // its log says what it loses
    kept_.emplace_back(old);
  }

  /// Closes those that hold nothing. Returns whether some are left.
  bool look() {
    std::erase_if(kept_, [](const std::unique_ptr<const site>& each) { return !holds_events(*each); });
    return !kept_.empty();
  }

 private:
  static constexpr std::size_t count_max = 16;
  static bool holds_events(const site& of) {
    const records* const kept = of.records();
    if (!kept) return false;
    const records_state now = kept->state();
    return now.waiting > 0 || now.writing > 0;
  }
  std::vector<std::unique_ptr<const site>> kept_;
};

}  // namespace

struct live_site::state {
  std::function<site()> open;
  mutable std::mutex guard;
  replaced_sites replaced;
  worker at_work{[this] { return replaced.look(); }};
  std::shared_ptr<const site> current;
  std::vector<std::function<void(const std::string&)>> asked{};  ///< callbacks of reopenings that have not begun

  ~state() { at_work.end(); }

  /// Opens a site. The thread that drops its last pointer does not wait until it is closed.
  std::shared_ptr<const site> opened() {
    return {new site(open()), [this](const site* old) { at_work.put([this, old] { replaced.add(old); }); }};
  }

  /// Requests made while a site is being opened share one that is opened afterwards.
  void ask(std::function<void(const std::string&)> done) {
    std::unique_lock lock(guard);
    asked.push_back(std::move(done));
    const bool is_first = asked.size() == 1;
    lock.unlock();
    if (is_first) at_work.put([this] { replace(); });
  }

  void replace() {
    std::unique_lock taking(guard);
    const auto told = std::exchange(asked, {});
    taking.unlock();
    std::string why;
    try {
      std::shared_ptr<const site> next = opened();
      const std::lock_guard lock(guard);
      current.swap(next);
    } catch (const std::exception& error) {
      why = error.what();
    }
    for (const auto& done : told) done(why);
  }
};

live_site::live_site(std::function<site()> open) : state_(std::make_unique<state>()) {
  state_->open = std::move(open);
  state_->current = state_->opened();
}

live_site::~live_site() = default;

std::shared_ptr<const site> live_site::now() const noexcept {
  const std::lock_guard lock(state_->guard);
  return state_->current;
}

void live_site::reload(std::function<void(const std::string& why)> done) { state_->ask(std::move(done)); }

}  // namespace abide
