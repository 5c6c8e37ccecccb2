#pragma once
// What the application's accounts are called in the store, and what is remembered of their state.
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "policy/keys.hpp"
#include "records/edit.hpp"

namespace abide::detail {

/// Keyed hashes of an account's name, by the newest key first: who has the store alone cannot try names out. An account
/// that was stored under an older key is found as long as that key is configured, if only as a retired one, and moves
/// to the newest name when it is next used.
class account_names {
 public:
  account_names(const std::vector<std::string>& secrets, const std::vector<std::string>& retired);
  std::vector<std::string> of(std::string_view account) const;

 private:
  std::optional<keys> keys_;  // nothing: plain hashes
};

/// The event of a link or an erasure.
consent_event account_event(event_kind, std::string subject);

/// Drops what the store knows of an account, and says so in the log: one event for each subject that was linked, whose
/// number it returns. Throws store_error.
std::size_t erase_account(log_edit&, const std::vector<std::string>& names);

/// The links made lately, so that a page view costs the store nothing. Forgets all when there are many.
class recent_links {
 public:
  /// False when it was made lately, with this opt-out.
  bool add(const std::string& account, std::string_view subject, std::optional<std::int64_t> since);
  void clear();

 private:
  static constexpr std::size_t size_max = 65536;
  std::mutex busy_;
  std::unordered_set<std::string> made_;
};

/// Remembers states for a while, of a bounded number of accounts.
class account_cache {
 public:
  using clock = std::chrono::steady_clock;
  explicit account_cache(std::chrono::milliseconds age) : age_(age) {}

  struct entry {
    std::optional<std::int64_t> since;
    clock::time_point read;
  };
  /// What is known and not too old; an opt-out counts at any age, until it is asked for again.
  std::optional<entry> find(const std::string& account, bool may_ask) const;
  void put(const std::string& account, std::optional<std::int64_t> since);
  /// What the store answered to a question of this time: nothing that came later is overwritten.
  void put_answer(const std::string& account, std::optional<std::int64_t> since, clock::time_point asked);
  void drop(const std::string& account);

 private:
  static constexpr std::size_t size_max = 65536;
  void put_locked(const std::string& account, std::optional<std::int64_t> since);
  std::chrono::milliseconds age_;
  mutable std::mutex busy_;
  std::unordered_map<std::string, entry> entries_;
};

}  // namespace abide::detail
