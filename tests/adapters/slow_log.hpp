#pragma once
// A log that answers when the test says so, on the calling thread.
#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "abide/log.hpp"

namespace adapters {

class slow_log : public abide::log {
 public:
  bool answers_at_once = false;
  std::chrono::milliseconds longest{5000};
  abide::save_status tells = abide::save_status::saved;

  void save(abide::log_change, saved_function done, cancel_flag gone) override {
    take([this, done = std::move(done)] { done({tells, "id", {}}); }, std::move(gone));
  }
  bool save_later(abide::log_change) override {
    const std::lock_guard lock(busy_);
    ++later_;
    return true;
  }
  void account(std::string_view, account_function done, cancel_flag gone) override {
    take([done = std::move(done)] { done({true, 1}); }, std::move(gone));
  }
  void history(std::string_view, std::size_t, history_function done, cancel_flag gone) override {
    take([done = std::move(done)] { done(std::vector<abide::consent_record>{}); }, std::move(gone));
  }
  std::chrono::milliseconds timeout() const override { return longest; }

  /// Answers all waiting questions; returns their number.
  std::size_t answer() {
    std::vector<std::function<void()>> now;
    {
      const std::lock_guard lock(busy_);
      now.swap(waiting_);
    }
    for (const auto& tell : now) tell();
    return now.size();
  }

  std::size_t waiting() const {
    const std::lock_guard lock(busy_);
    return waiting_.size();
  }
  std::size_t later() const {
    const std::lock_guard lock(busy_);
    return later_;
  }
  /// Whether every caller so far has left or has been answered.
  bool all_gone() const {
    const std::lock_guard lock(busy_);
    return std::all_of(gone_.begin(), gone_.end(), [](const cancel_flag& gone) { return gone && gone->load(); });
  }

 private:
  void take(std::function<void()> tell, cancel_flag gone) {
    {
      const std::lock_guard lock(busy_);
      gone_.push_back(std::move(gone));
      if (!answers_at_once) return waiting_.push_back(std::move(tell));
    }
    tell();
  }

  mutable std::mutex busy_;
  std::vector<std::function<void()>> waiting_;
  std::vector<cancel_flag> gone_;
  std::size_t later_ = 0;
};

}  // namespace adapters
