#include "abide/live_site.hpp"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace abide {
namespace {

/// Runs jobs one after another in its own thread.
class worker {
 public:
  worker() : thread_([this] { run(); }) {}

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
    for (;;) {
      news_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      const std::function<void()> job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      job();
      lock.lock();
    }
  }

  std::mutex guard_;
  std::condition_variable news_;
  std::deque<std::function<void()>> jobs_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace

struct live_site::state {
  std::function<site()> open;
  mutable std::mutex guard;
  worker at_work;
  std::shared_ptr<const site> current;
  std::vector<std::function<void(const std::string&)>> asked{};  ///< callbacks of reopenings that have not begun

  ~state() { at_work.end(); }

  /// Opens a site. The thread that drops its last pointer does not wait until it is closed.
  std::shared_ptr<const site> opened() {
    return {new site(open()), [this](const site* old) { at_work.put([old] { delete old; }); }};
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
