#pragma once
// Finds and names what was edited, removed or reordered.
#include <cstdint>
#include <iosfwd>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "records/store.hpp"

namespace abide::detail {

struct chain_fault {
  std::uint64_t chain = 0, number = 0;  ///< number 0: not about one record
  std::string what;
};

/// What a chain holds now.
struct chain_summary {
  std::uint64_t chain = 0, first = 0, last = 0, deleted = 0,
                head_number = 0;  ///< deleted: retention deleted up to this number
  std::string head;               ///< hash of the stored head
};

/// A chain's ledger as an earlier verification printed it: `ledger CHAIN CHANGES HASH`.
struct ledger_mark {
  std::uint64_t chain = 0, changes = 0;
  std::string hash;
};

/// Marks of an earlier verification, kept elsewhere.
struct kept_marks {
  std::vector<chain_place> heads;
  std::vector<ledger_mark> ledgers;
  std::uint64_t cut = 0;  ///< marks with an incomplete hash, as a full disk leaves them; not counted above
};

struct verification {
  std::vector<chain_summary> chains;
  std::vector<ledger_mark> ledgers;
  std::uint64_t lost = 0;  ///< events lost because the queue was full, as noted in the log
  bool is_unused = false;  ///< no server took a chain, or the file was copied without its write-ahead log
  bool is_sealed = true;   ///< false: an older Abide's tables; accounts, links, texts and chains have no seals
  std::vector<chain_fault> findings;  ///< at most findings_max
  std::uint64_t finding_count = 0, records = 0, signed_records = 0;
  std::int64_t first_ms = 0, last_ms = 0;
};

inline constexpr std::size_t findings_max = 1000;

void add_finding(verification&, std::uint64_t chain, std::uint64_t number, const std::string& what);

/// Verifies the rows beside the chains (side.hpp), in a snapshot. `named`: the hashes of texts that records name.
void verify_sides(store&, const keys*, const std::vector<chain_state>&, std::span<const ledger_mark> kept,
                  const std::set<std::string>& named, verification& out);

/// Reads the whole store. Without keys it checks the chain, but not who wrote it: anyone who can write the store could
/// have rebuilt it. `kept`: marks of an earlier verification, kept elsewhere; they reveal a removed end even then.
verification verify(store&, const keys*, const kept_marks& kept = {});

/// `head CHAIN NUMBER HASH`, `ledger CHAIN CHANGES HASH`: keep them elsewhere.
std::string head_line(const chain_summary&);
std::string ledger_line(const ledger_mark&);

/// Reads such lines. A mark may have other text before it in its line, as in the system log.
kept_marks read_marks(std::istream&);

}  // namespace abide::detail
