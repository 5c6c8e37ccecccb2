// Verifies the rows beside the chains: accounts, links, texts, counts, their ledgers, and the roll of chains.
#include <algorithm>

#include "records/verify.hpp"

namespace abide::detail {
namespace {

constexpr std::array<std::string_view, sides.size()> words{"an account's opt-out", "an account's link",
                                                           "a notice's text", "a count of signals"};
constexpr std::array<std::string_view, sides.size()> tables{"accounts' opt-outs", "accounts' links", "notices' texts",
                                                            "counts of signals"};

std::string_view of(const std::array<std::string_view, sides.size()>& list, side kind) {
  return list[static_cast<std::size_t>(kind)];
}

std::string chain_text(std::uint64_t chain) { return "chain " + std::to_string(chain); }

class side_check {
 public:
  side_check(store& from, const keys* signing, verification& out) : from_(from), keys_(signing), out_(out) {}

  void roll(const std::vector<chain_state>&, const std::optional<chain_roll>&);
  void ledgers(std::span<const ledger_mark> kept);
  void rows(side, const std::set<std::string>& named);

 private:
  void note(const std::string& what) { add_finding(out_, 0, 0, what); }
  void book(const ledger&, std::span<const ledger_mark> kept);
  void check_row(side, const side_row&);

  store& from_;
  const keys* keys_;
  verification& out_;
  std::array<hash_sum, sides.size()> sums_;
};

void side_check::roll(const std::vector<chain_state>& chains, const std::optional<chain_roll>& list) {
  if (!list) return note("the list of chains is missing: whole chains may have been removed");
  if (keys_ && !mac_matches(from_.log(), *list, *keys_)) note("the list of chains is not signed with the given keys");
  std::string left = ' ' + list->chains + ' ';
  for (const chain_state& each : chains) {
    const std::string number = ' ' + std::to_string(each.head.chain) + ' ';
    const std::size_t at = left.find(number);
    if (each.head.number == 0) continue;
    if (at == std::string::npos) note(chain_text(each.head.chain) + " has records, but is not in the list of chains");
    else left.erase(at, number.size() - 1);
  }
  left.erase(0, left.find_first_not_of(' '));
  left.erase(left.find_last_not_of(' ') + 1);
  if (!left.empty()) note("chains that had records are missing or empty: " + left);
}

void side_check::ledgers(std::span<const ledger_mark> kept) {
  std::set<std::uint64_t> found;
  for (const ledger& each : from_.ledgers()) {
    found.insert(each.chain);
    book(each, kept);
  }
  for (const ledger_mark& each : kept)
    if (found.insert(each.chain).second)
      note("the ledger of " + chain_text(each.chain) + " is missing; the kept heads name it");
}

void side_check::book(const ledger& from, std::span<const ledger_mark> kept) {
  const std::string name = "the ledger of " + chain_text(from.chain), hash = hash_of(from_.log(), from);
  if (keys_ && !mac_matches(from_.log(), from, *keys_)) note(name + " is not signed with the given keys");
  const auto is_later = [&](const ledger_mark& each) {
    return each.chain == from.chain &&
           (each.changes > from.changes || (each.changes == from.changes && each.hash != hash));
  };
  if (std::any_of(kept.begin(), kept.end(), is_later))
    note(name + " is older than the kept one, or another: older accounts, links or texts were restored");
  for (const side kind : sides)
    sums_[static_cast<std::size_t>(kind)].add(from.sums[static_cast<std::size_t>(kind)].hex());
  out_.lost += from.lost;
  out_.ledgers.push_back({from.chain, from.changes, hash});
}

void side_check::check_row(side kind, const side_row& each) {
  const std::string name = std::string(of(words, kind)) + " (" + each.cells[0].substr(0, 12) + "...) ";
  if (each.hash.empty()) return note(name + "was added without Abide: it has no seal");
  if (hash_of(kind, each) != each.hash) return note(name + "was edited: it does not match its hash");
  if (!keys_ || mac_matches(each, *keys_)) return;
  note(name + "is not signed with the given keys");
}

void side_check::rows(side kind, const std::set<std::string>& named) {
  hash_sum there;
  std::set<std::string> missing = kind == side::texts ? named : std::set<std::string>{};
  from_.each_side(kind, [&](const side_row& each) {
    check_row(kind, each);
    there.add(each.hash);
    missing.erase(each.cells[0]);
  });
  for (const std::string& each : missing) note("the notice's text " + each + ", which records name, is missing");
  if (there == sums_[static_cast<std::size_t>(kind)]) return;
  note("the " + std::string(of(tables, kind)) + " do not match the ledgers: rows were removed, added or restored");
}

}  // namespace

void verify_sides(store& from, const keys* signing, const std::vector<chain_state>& chains,
                  std::span<const ledger_mark> kept, const std::set<std::string>& named, verification& out) {
  const std::optional<chain_roll> list = from.roll();
  out.is_sealed = list || !kept.empty() || from.has_sealed_record() || !from.ledgers().empty();
  out.is_unused = !out.is_sealed && chains.empty() && from.is_sealed();
  if (!out.is_sealed) return;
  if (!from.is_sealed()) return add_finding(out, 0, 0, "the tables are older than the records in them");
  side_check check(from, signing, out);
  check.roll(chains, list);
  check.ledgers(kept);
  for (const side kind : sides) check.rows(kind, named);
}

}  // namespace abide::detail
