#pragma once
// Names of the application's accounts in the store, and caches of their state.
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

/// Keyed hashes of an account's name, the newest key's first. Without the keys, nobody can find accounts by trying
/// names. An account stored under an older key is found as long as that key is configured, at least as a retired one,
/// and is renamed to the newest hash on its next use.
class account_names {
 public:
  account_names(const std::vector<std::string>& secrets, const std::vector<std::string>& retired);
  std::vector<std::string> of(std::string_view account) const;

 private:
  std::optional<keys> keys_;  // nullopt: unkeyed hashes
};

/// The event for a link or an erasure.
consent_event account_event(event_kind, std::string subject);

/// Deletes what the store knows about an account and adds an event for each linked subject. Returns the number of
/// subjects. Throws store_error.
std::size_t erase_account(log_edit&, const std::vector<std::string>& names);

/// Recent links, so that a page view does not access the store. Forgets all when there are too many. Thread-safe.
class recent_links {
 public:
  /// Returns false if the link was made recently with the same opt-out.
  bool add(const std::string& account, std::string_view subject, std::optional<std::int64_t> since);
  void clear();

 private:
  static constexpr std::size_t size_max = 65536;
  std::mutex busy_;
  std::unordered_set<std::string> made_;
};

/// Caches the states of a bounded number of accounts for a while. Thread-safe.
class account_cache {
 public:
  using clock = std::chrono::steady_clock;
  explicit account_cache(std::chrono::milliseconds age) : age_(age) {}

  struct entry {
    std::optional<std::int64_t> since;
    clock::time_point read;
  };
  /// The cached state if it is not too old. If `may_ask` is false, an opt-out counts at any age.
  std::optional<entry> find(const std::string& account, bool may_ask) const;
  void put(const std::string& account, std::optional<std::int64_t> since);
  /// Caches the store's answer to a query made at `asked`; does not overwrite a later state.
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
