#pragma once
// What waits for the store: changes and questions. Each is answered exactly once, by whoever settles it first.
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
  /// The answer when no other came in time.
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
  std::vector<std::string> accounts;  ///< hashes of change.account, the newest key's first
  bool erases = false;                ///< drops what is known of the account
  bool patient = false;               ///< waits for as long as the store is away
  log::saved_function done;           ///< may be empty

  // Guarded by the writer's mutex.
  std::uint64_t number = 0;  ///< in the order of the queue
  bool taken = false;        ///< being written
  bool unsure = false;       ///< it may be stored already

  std::string id() const { return change.event ? change.event->id : std::string(); }
  std::function<void()> late_answer(const std::string& store, std::chrono::milliseconds timeout) override {
    const bool may_be_stored = taken || unsure;
    std::string why = store + (may_be_stored ? ": no answer within " : ": no turn within ") +
                      std::to_string(timeout.count()) +
                      (may_be_stored ? " ms; the record may yet be stored" : " ms; nothing was stored");
    return [told = done, result = save_result{save_status::timed_out, {}, std::move(why)}] {
      if (told) told(result);
    };
  }
};

struct question : request {
  std::function<void(store&)> read;
  std::function<void(bool answered)> done;
  bool changes = false;     ///< the store: the thread that writes asks it
  std::uint64_t after = 0;  ///< its turn comes when the changes up to this number were written
  std::function<void()> late_answer(const std::string&, std::chrono::milliseconds) override {
    return [told = done] { told(false); };
  }
};

using job_pointer = std::shared_ptr<job>;
using question_pointer = std::shared_ptr<question>;

}  // namespace abide::detail
