#include "records/accounts.hpp"

#include "records/ids.hpp"

namespace abide::detail {

account_names::account_names(const std::vector<std::string>& secrets, const std::vector<std::string>& retired) {
  if (!secrets.empty()) keys_.emplace(secrets, "consent.keys", key_use::accounts, retired);
}

std::vector<std::string> account_names::of(std::string_view account) const {
  const std::string text = "abide-account\n" + std::string(account);
  return keys_ ? keys_->signatures(text) : std::vector<std::string>{sha256_hex(text)};
}

consent_event account_event(event_kind kind, std::string subject) {
  consent_event e;
  e.time_ms = now_ms();
  e.id = new_record_id(e.time_ms);
  e.kind = kind;
  e.source = source::account;
  e.subject = std::move(subject);
  return e;
}

std::size_t erase_account(log_edit& edit, const std::vector<std::string>& names) {
  std::vector<std::string> subjects = edit.forget(names);
  for (std::string& subject : subjects) edit.add(account_event(event_kind::erase, std::move(subject)));
  return subjects.size();
}

bool recent_links::add(const std::string& account, std::string_view subject, std::optional<std::int64_t> since) {
  std::string name = account + '~' + std::string(subject) + '~' + std::to_string(since.value_or(0));
  const std::lock_guard lock(busy_);
  if (made_.size() >= size_max) made_.clear();
  return made_.insert(std::move(name)).second;
}

void recent_links::clear() {
  const std::lock_guard lock(busy_);
  made_.clear();
}

std::optional<account_cache::entry> account_cache::find(const std::string& account, bool may_ask) const {
  const std::lock_guard lock(busy_);
  const auto at = entries_.find(account);
  if (at == entries_.end()) return {};
  const bool fresh = clock::now() - at->second.read <= age_;
  if (fresh || (!may_ask && at->second.since)) return at->second;
  return {};
}

void account_cache::put(const std::string& account, std::optional<std::int64_t> since) {
  const std::lock_guard lock(busy_);
  put_locked(account, since);
}

void account_cache::put_answer(const std::string& account, std::optional<std::int64_t> since, clock::time_point asked) {
  const std::lock_guard lock(busy_);
  const auto at = entries_.find(account);
  if (at == entries_.end() || at->second.read < asked) put_locked(account, since);
}

void account_cache::put_locked(const std::string& account, std::optional<std::int64_t> since) {
  if (entries_.size() >= size_max) {
    const auto now = clock::now();
    std::erase_if(entries_, [&](const auto& each) { return now - each.second.read > age_; });
    if (entries_.size() >= size_max) entries_.clear();
  }
  entries_.insert_or_assign(account, entry{since, clock::now()});
}

void account_cache::drop(const std::string& account) {
  const std::lock_guard lock(busy_);
  entries_.erase(account);
}

}  // namespace abide::detail
