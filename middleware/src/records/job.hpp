#pragma once
// One change that waits for the store, and what became of it.
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "abide/records.hpp"

namespace abide {

struct job {
  enum class kind { append, link, opt_out, erase };
  kind what = kind::append;
  consent_event event;                ///< of append; link: its subject
  std::vector<std::string> accounts;  ///< hashes, the newest key's first
  std::optional<std::int64_t> since;  ///< of opt_out; link: the visitor's opt-out, which the account takes over

  bool patient = false;  ///< waits for as long as the store is away
  std::chrono::steady_clock::time_point deadline;
  std::function<void(const save_result&)> done;  ///< may be empty

  // Guarded by the writer's mutex.
  bool taken = false, finished = false, left = false;  ///< left: whoever waited went away
  bool unsure = false;                                 ///< it may be stored already
  save_result result;
};

using job_pointer = std::shared_ptr<job>;

}  // namespace abide
