#pragma once
// Finds what was edited, removed or put in another order, and says which.
#include <cstdint>
#include <iosfwd>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "records/store.hpp"

namespace abide::detail {

struct chain_fault {
  std::uint64_t chain = 0, number = 0;  ///< number 0: not one record
  std::string what;
};

/// What a chain holds now.
struct chain_summary {
  std::uint64_t chain = 0, first = 0, last = 0, deleted = 0,
                head_number = 0;  ///< deleted: by retention, up to this number
  std::string head;               ///< hash of the stored head
};

/// A chain's ledger as an earlier verification printed it: `ledger CHAIN CHANGES HASH`.
struct ledger_mark {
  std::uint64_t chain = 0, changes = 0;
  std::string hash;
};

/// What somebody kept elsewhere of an earlier verification.
struct kept_marks {
  std::vector<chain_place> heads;
  std::vector<ledger_mark> ledgers;
  std::uint64_t cut = 0;  ///< marks whose hash is not whole, as a full disk leaves them: they are not among those
};

struct verification {
  std::vector<chain_summary> chains;
  std::vector<ledger_mark> ledgers;
  std::uint64_t lost = 0;  ///< events that found the queue full: the log says so itself
  bool is_sealed = true;   ///< false: an older Abide's tables; accounts, links, texts and chains are in no count
  std::vector<chain_fault> findings;  ///< at most findings_max
  std::uint64_t finding_count = 0, records = 0, signed_records = 0;
  std::int64_t first_ms = 0, last_ms = 0;
};

inline constexpr std::size_t findings_max = 1000;

void add_finding(verification&, std::uint64_t chain, std::uint64_t number, const std::string& what);

/// What stands beside the chains (side.hpp), of a snapshot. `named`: the hashes of texts that records name.
void verify_sides(store&, const keys*, const std::vector<chain_state>&, std::span<const ledger_mark> kept,
                  const std::set<std::string>& named, verification& out);

/// Reads the whole store. Without keys the chain is checked but not who wrote it: whoever can write the store could
/// have made it anew. `kept`: heads of an earlier verification, kept elsewhere; they show a cut-off end even then.
verification verify(store&, const keys*, const kept_marks& kept = {});

/// `head CHAIN NUMBER HASH`, `ledger CHAIN CHANGES HASH`: to be kept elsewhere.
std::string head_line(const chain_summary&);
std::string ledger_line(const ledger_mark&);

/// Reads such lines, whatever stands before a mark in its line, as a log of the system has it.
kept_marks read_marks(std::istream&);

/// `2026-11-22T10:00:00.123Z`
std::string time_text(std::int64_t time_ms);

}  // namespace abide::detail
