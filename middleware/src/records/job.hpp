#pragma once
// Requests that wait for the store: changes and queries. Each is answered exactly once, by the thread that is first.
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "abide/log.hpp"
#include "records/store.hpp"

namespace abide::detail {

struct request {
  using clock = std::chrono::steady_clock;
  virtual ~request() = default;
  /// The answer if there was no other in time.
  virtual std::function<void()> late_answer(const std::string& store, std::chrono::milliseconds timeout) = 0;
  bool is_left(clock::time_point now) const {
    return answered || now >= deadline || (gone && gone->load(std::memory_order_relaxed));
  }

  clock::time_point deadline = clock::time_point::max();
  log::cancel_flag gone;
  std::chrono::milliseconds patience{0};
  bool answered = false;  ///< guarded by the writer's mutex
};

struct job : request {
  log_change change;
  std::vector<std::string> accounts;  ///< hashes of change.account; the newest key's first
  bool erases = false;                ///< deletes what is stored about the account
  bool patient = false;               ///< waits for as long as the store is unreachable
  log::saved_function done;           ///< may be empty

  // Guarded by the writer's mutex.
  std::uint64_t number = 0;  ///< position in the queue's order
  bool taken = false;        ///< it is being written
  bool unsure = false;       ///< it may already be stored

  std::string id() const { return change.event ? change.event->id : std::string(); }
  std::function<void()> late_answer(const std::string& store, std::chrono::milliseconds timeout) override {
    const bool may_be_stored = taken || unsure;
    std::string why = store + (may_be_stored ? ": no answer within " : ": not started within ") +
                      std::to_string(timeout.count()) +
                      (may_be_stored ? " ms; the record may still be stored" : " ms; nothing was stored");
    return [told = done, result = save_result{save_status::timed_out, {}, std::move(why)}] {
      if (told) told(result);
    };
  }
};

struct question : request {
  std::function<void(store&)> read;
  std::function<void(bool answered)> done;
  bool changes = false;     ///< it changes the store, so the writing thread runs it
  std::uint64_t after = 0;  ///< it runs after all changes up to this number are written
  std::function<void()> late_answer(const std::string&, std::chrono::milliseconds) override {
    return [told = done] { told(false); };
  }
};

using job_pointer = std::shared_ptr<job>;
using question_pointer = std::shared_ptr<question>;

}  // namespace abide::detail
