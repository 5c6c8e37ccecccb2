#include "records/edit.hpp"

#include <set>

#include "records/ids.hpp"

namespace abide::detail {
namespace {

constexpr std::int64_t clock_skew_ms = 60'000;

ledger ledger_of(store& from, std::uint64_t chain) {
  for (ledger& each : from.ledgers())
    if (each.chain == chain) return each;
  ledger made;
  made.chain = chain;
  return made;
}

bool is_signed(store& from) {
  for (const chain_state& each : from.chains())
    if (!each.head.key_name.empty()) return true;
  return false;
}

std::vector<side_row> unsealed(store& from, side kind) {
  std::vector<side_row> found;
  from.each_side(kind, [&](const side_row& each) {
    if (each.hash.empty()) found.push_back(each);
  });
  return found;
}

// Adds a row without body for each text that records name but that was never given.
void note_missing_texts(store& from, const keys* signing, ledger& book) {
  std::set<std::string> kept;
  from.each_text([&](const std::string& hash, const std::string&) { kept.insert(hash); });
  for (const std::string& hash : from.named_texts()) {
    if (kept.count(hash)) continue;
    const side_row made = sealed(side::texts, {{hash, "", ""}, {}, {}, {}}, signing);
    if (from.put(side::texts, made, {})) book.of(side::texts).add(made.hash);
  }
}

std::string chains_with_records(store& from) {
  std::string list;
  for (const chain_state& each : from.chains())
    if (each.head.number > 0) list += (list.empty() ? "" : " ") + std::to_string(each.head.chain);
  return list;
}

void seal_all(store& from, const keys* signing, std::uint64_t chain) {
  ledger book = ledger_of(from, chain);
  for (const side kind : sides)
    for (const side_row& each : unsealed(from, kind)) {
      const side_row made = sealed(kind, each, signing);
      if (from.seal(kind, made)) book.of(kind).add(made.hash);
    }
  note_missing_texts(from, signing, book);
  ++book.changes;
  from.set_ledger(sealed(from.log(), std::move(book), signing));
  from.set_roll(sealed(from.log(), chain_roll{chains_with_records(from), {}, {}}, signing));
}

}  // namespace

bool settle(store& from, const keys* signing, std::vector<std::string>& told) {
  if (from.roll()) return true;
  if (!signing && is_signed(from)) {
    told.push_back(from.name() + ": the log is signed, but no keys were given: new table rows stay unsealed");
    return false;
  }
  const chain_place at = from.begin();
  from.lock_roll();
  const bool is_new = !from.roll();
  const bool was_sealed = is_new && (!from.ledgers().empty() || from.has_sealed_record());
  if (is_new && !was_sealed) seal_all(from, signing, at.chain);
  from.commit();
  if (was_sealed) told.push_back(from.name() + ": the list of chains was removed; run abide records verify");
  return !was_sealed;
}

log_edit::log_edit(open_log& log) : log_(log), before_(log.at.begin()), head_(before_) {}

log_edit::~log_edit() {
  if (!is_over_) log_.at.roll_back();
}

void log_edit::add(consent_event event) {
  rows_.push_back(
      seal(std::move(event), head_, log_.signing, log_.is_settled ? record_form::settled : record_form::old));
}

ledger& log_edit::book() {
  if (book_) return *book_;
  log_.at.join();
  book_ = ledger_of(log_.at, before_.chain);
  const auto own = log_.changes.find(before_.chain);
  if (own != log_.changes.end() && book_->changes < own->second)
    throw store_error(log_.at.name() + ": the ledger of chain " + std::to_string(before_.chain) +
                      " is older than what this process wrote: an older log was restored; run abide records verify");
  return *book_;
}

// Returns false if the store keeps the row that it has.
bool log_edit::put(side kind, std::array<std::string, 5> cells, store::link_times times) {
  ledger& sums = book();
  const side_row made = sealed(kind, {std::move(cells), {}, {}, {}}, log_.signing);
  const auto replaced = log_.at.put(kind, made, times);
  if (!replaced) return false;
  sums.of(kind).subtract(*replaced);
  sums.of(kind).add(made.hash);
  is_changed_ = true;
  return true;
}

std::vector<side_row> log_edit::take_out(side kind, const std::string& key) {
  ledger& sums = book();
  std::vector<side_row> rows = log_.at.take_out(kind, key);
  for (const side_row& each : rows) sums.of(kind).subtract(each.hash);
  is_changed_ = is_changed_ || !rows.empty();
  return rows;
}

bool log_edit::link(const std::string& account, const std::string& subject, std::int64_t time_ms,
                    std::int64_t renew_ms) {
  return put(side::links, {account, subject, std::to_string(time_ms)}, {renew_ms, now_ms() + clock_skew_ms});
}

void log_edit::opt_out(const std::string& account, std::int64_t since) {
  put(side::accounts, {account, "", std::to_string(since)});
}

void log_edit::opt_in(const std::string& account) { take_out(side::accounts, account); }

void log_edit::move_account(const std::string& from, const std::string& to) {
  for (const side_row& each : take_out(side::links, from)) {
    const std::int64_t time_ms = std::stoll(each.cells[2]);
    link(to, each.cells[1], time_ms, time_ms);
  }
  for (const side_row& each : take_out(side::accounts, from)) {
    const std::int64_t since = std::stoll(each.cells[2]);
    const auto known = log_.at.opted_out(std::vector<std::string>{to}).front();
    if (!known || *known < since) opt_out(to, since);
  }
}

std::vector<std::string> log_edit::forget(const std::vector<std::string>& accounts) {
  std::vector<std::string> subjects;
  log_.at.erases();
  for (const std::string& account : accounts) {
    for (side_row& link : take_out(side::links, account)) subjects.push_back(std::move(link.cells[1]));
    take_out(side::accounts, account);
  }
  return subjects;
}

void log_edit::keep_text(const std::string& hash, const std::string& text) { put(side::texts, {hash, "", text}); }

void log_edit::add_lost(std::uint64_t count) {
  book().lost += count;
  is_changed_ = true;
}

void log_edit::count_signals(const signal_key& of, std::uint64_t count) {
  book();
  side_row known{};
  known.cells = {std::to_string(of.start), std::to_string(before_.chain), of.place, std::string(of.what), {}};
  known.cells[4] = std::to_string(log_.at.signal_count(known) + count);
  put(side::signals, std::move(known.cells));
}

std::uint64_t log_edit::forget_signals(std::int64_t before) {
  return take_out(side::signals, std::to_string(before)).size();
}

void log_edit::enter_roll() {
  log_.at.join();
  log_.at.lock_roll();
  chain_roll list = log_.at.roll().value_or(chain_roll{});
  if (list.has(head_.chain)) return;
  list.chains += (list.chains.empty() ? "" : " ") + std::to_string(head_.chain);
  log_.at.set_roll(sealed(log_.at.log(), std::move(list), log_.signing));
}

void log_edit::commit() {
  if (!rows_.empty() && before_.number == 0 && log_.is_settled) enter_roll();
  if (is_changed_) ++book_->changes, log_.at.set_ledger(sealed(log_.at.log(), *book_, log_.signing));
  if (!rows_.empty())
    log_.at.insert(rows_, before_, sealed_place(place_kind::head, log_.at.log(), head_, log_.signing));
  log_.at.commit();
  is_over_ = true;
  if (book_) log_.changes[before_.chain] = book_->changes;
}

}  // namespace abide::detail
