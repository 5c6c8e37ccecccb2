#include "records/verify.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>
#include <memory>

#include "base/time.hpp"

namespace abide::detail {
namespace {

std::uint64_t number_in(const row& from, std::string_view name) {
  const std::string& text = cell(from, name);
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string span_text(std::uint64_t first, std::uint64_t last) {
  if (first == last) return "record " + std::to_string(first) + " is missing";
  return "records " + std::to_string(first) + " to " + std::to_string(last) + " are missing";
}

std::string named(const row& from) {
  return "id " + cell(from, "id") + ", " + time_text_ms(static_cast<std::int64_t>(number_in(from, "time_ms"))) + ": ";
}

// Checks one chain, record by record.
class chain_check {
 public:
  chain_check(std::uint64_t chain, const chain_state* known, std::string_view log, const keys* signing,
              verification& out)
      : chain_(chain), known_(known), log_(log), keys_(signing), out_(out) {
    summary_.chain = chain;
    previous_ = start_hash(log, chain);
    if (known && known->anchor) start_at(*known->anchor);
  }

  void take(const row& from);
  void keep(const chain_place& head) { kept_.emplace(head.number, head.hash); }
  void finish();

 private:
  void start_at(const chain_place& anchor);
  void check_number(std::uint64_t number, const row&);
  bool check_itself(std::uint64_t number, const row&);
  void check_kept(std::uint64_t number, const std::string& hash);
  void check_key(std::uint64_t number, const row&);
  void check_head(const chain_place&);
  void tell_suspects();
  void note(std::uint64_t number, const std::string& what);

  const std::uint64_t chain_;
  const chain_state* const known_;
  const std::string log_;
  const keys* const keys_;
  verification& out_;
  chain_summary summary_;
  std::uint64_t next_ = 1;  // the expected number
  std::string previous_;    // the expected previous hash; empty: unknown, because the previous record is missing
  bool before_is_bad_ = false;
  std::uint64_t current_since_ = 0;        // the first record that a current key signed; 0: none
  std::map<std::uint64_t, row> suspects_;  // records with a wrong hash: edited or moved
  std::vector<std::uint64_t> missing_;
  std::multimap<std::uint64_t, std::string> kept_;  // hashes of the kept heads, by number
};

void chain_check::note(std::uint64_t number, const std::string& what) { add_finding(out_, chain_, number, what); }

void chain_check::start_at(const chain_place& anchor) {
  summary_.deleted = anchor.number;
  next_ = anchor.number + 1;
  previous_ = anchor.hash;
  if (keys_ && !mac_matches(place_kind::anchor, log_, anchor, *keys_))
    note(0, "the anchor of retention is not signed with the given keys: records before " + std::to_string(next_) +
                " may have been removed by somebody else");
}

void chain_check::take(const row& from) {
  const std::uint64_t number = number_in(from, "number");
  if (summary_.first == 0) summary_.first = number;
  summary_.last = number;
  check_number(number, from);
  const bool good = check_itself(number, from);
  const bool follows = previous_.empty() || cell(from, "previous") == previous_;
  if (good && !follows && !before_is_bad_)
    note(number, named(from) + "does not follow the previous record: one of the two was changed or moved");
  check_kept(number, cell(from, "hash"));
  before_is_bad_ = !good;
  previous_ = cell(from, "hash");
  next_ = number + 1;
}

void chain_check::check_number(std::uint64_t number, const row& from) {
  if (number == next_) return;
  previous_.clear();
  if (number < next_) return note(number, named(from) + "comes before the anchor: retention had deleted it");
  note(next_, span_text(next_, number - 1) + (summary_.first == number ? " at the start" : ""));
  for (std::uint64_t each = next_; each < number && missing_.size() < findings_max; ++each) missing_.push_back(each);
}

bool chain_check::check_itself(std::uint64_t number, const row& from) {
  ++out_.records;
  if (!cell(from, "mac").empty()) ++out_.signed_records;
  if (hash_of(from) != cell(from, "hash")) {
    suspects_.emplace(number, from);
    return false;
  }
  if (!keys_) return true;
  if (mac_matches(from, *keys_)) {
    check_key(number, from);
    return true;
  }
  const std::string& key = cell(from, "key_name");
  note(number, named(from) + (key.empty() ? "is not signed: it was written or rewritten without the site's keys"
                                          : "its signature matches none of the given keys (it names key " + key + ")"));
  return false;
}

// Retired keys may have leaked: after the change of keys, they prove nothing.
void chain_check::check_key(std::uint64_t number, const row& from) {
  if (!keys_->is_retired(cell(from, "key_name"))) {
    if (current_since_ == 0) current_since_ = number;
  } else if (current_since_ != 0) {
    note(number, named(from) + "is signed with a retired key, although record " + std::to_string(current_since_) +
                     " has a current one: it was written with a key that leaked, or by a server with an old policy");
  }
}

void chain_check::check_kept(std::uint64_t number, const std::string& hash) {
  for (auto [each, end] = kept_.equal_range(number); each != end; ++each)
    if (each->second != hash) note(number, "is not the record that the kept head names: the log was rewritten");
}

void chain_check::finish() {
  tell_suspects();
  if (known_) check_head(known_->head);
  else note(0, summary_.last > 0 ? "the chain has records but no stored head" : "the chain is missing");
  if (const std::uint64_t last = kept_.empty() ? 0 : kept_.rbegin()->first; last >= next_)
    note(next_, span_text(next_, last) + " at the end: the kept head is record " + std::to_string(last));
  out_.chains.push_back(summary_);
}

void chain_check::check_head(const chain_place& head) {
  summary_.head = head.hash;
  summary_.head_number = head.number;
  const std::string number = std::to_string(head.number);
  const bool is_new = head.number == 0 && next_ == 1;
  if (keys_ && !is_new && !mac_matches(place_kind::head, log_, head, *keys_))
    note(0, "the stored head (record " + number + ") is not signed with the given keys");
  else if (keys_ && current_since_ != 0 && keys_->is_retired(head.key_name))
    note(0, "the stored head (record " + number + ") is signed with a retired key, although record " +
                std::to_string(current_since_) + " has a current one");
  if (next_ <= head.number)
    return note(next_, span_text(next_, head.number) + " at the end: the stored head is record " + number);
  if (next_ > head.number + 1)
    return note(head.number + 1,
                "records come after the stored head, which is record " + number + ": an older head was restored");
  if (head.hash != previous_ && !before_is_bad_) note(head.number, "is not the record that the stored head names");
}

// The hash of a moved record is correct at its original number. That is the place of another suspect or of a missing
// record.
void chain_check::tell_suspects() {
  std::vector<std::uint64_t> places = missing_;
  for (const auto& [number, from] : suspects_)
    if (places.size() < 2 * findings_max) places.push_back(number);
  for (auto& [number, from] : suspects_) {
    std::uint64_t own = 0;
    row moved = from;
    for (const std::uint64_t place : places) {
      moved[1] = std::to_string(place);
      if (place == number || hash_of(moved) != cell(from, "hash")) continue;
      own = place;
      break;
    }
    note(number, named(from) + (own ? "was moved: it was written as record " + std::to_string(own)
                                    : "was edited: its contents do not match its hash"));
  }
}

const chain_state* find_chain(const std::vector<chain_state>& chains, std::uint64_t chain) {
  const auto at =
      std::find_if(chains.begin(), chains.end(), [&](const auto& each) { return each.head.chain == chain; });
  return at == chains.end() ? nullptr : &*at;
}

using checks = std::map<std::uint64_t, std::unique_ptr<chain_check>>;

void read_all(store& from, checks& open, const std::function<chain_check&(std::uint64_t)>& check_of,
              std::set<std::string>& named, verification& out) {
  std::string last = "the first record";
  try {
    from.each({}, [&](const row& each) {
      check_of(number_in(each, "chain")).take(each);
      if (!cell(each, "notice_hash").empty()) named.insert(cell(each, "notice_hash"));
      const auto time = static_cast<std::int64_t>(number_in(each, "time_ms"));
      out.first_ms = out.records == 1 ? time : std::min(out.first_ms, time);
      out.last_ms = std::max(out.last_ms, time);
      last = "record " + cell(each, "number") + " of chain " + cell(each, "chain");
    });
    for (auto& [chain, check] : open) check->finish();
  } catch (const store_error& error) {
    add_finding(out, 0, 0, "cannot read the log after " + last + ": " + error.what());
  }
}

void check_texts(store& from, verification& out) {
  from.each_text([&](const std::string& hash, const std::string& text) {
    if (sha256_hex(text) != hash)
      add_finding(out, 0, 0, "the notice's text " + hash + " was edited: it does not match its hash");
  });
}

}  // namespace

void add_finding(verification& out, std::uint64_t chain, std::uint64_t number, const std::string& what) {
  ++out.finding_count;
  if (out.findings.size() < findings_max) out.findings.push_back({chain, number, printable(what)});
}

verification verify(store& from, const keys* signing, const kept_marks& kept) {
  verification out;
  for (const std::string& each : from.damage()) add_finding(out, 0, 0, each);
  from.snapshot();
  const std::vector<chain_state> chains = from.chains();
  checks open;
  const auto check_of = [&](std::uint64_t chain) -> chain_check& {
    auto& at = open[chain];
    if (!at) at = std::make_unique<chain_check>(chain, find_chain(chains, chain), from.log(), signing, out);
    return *at;
  };
  for (const chain_state& each : chains) check_of(each.head.chain);
  for (const chain_place& each : kept.heads) check_of(each.chain).keep(each);
  std::set<std::string> named;
  read_all(from, open, check_of, named, out);
  check_texts(from, out);
  verify_sides(from, signing, chains, kept.ledgers, named, out);
  from.roll_back();
  return out;
}

}  // namespace abide::detail
