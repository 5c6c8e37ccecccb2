#pragma once
// The rows beside the chains: accounts, links, texts and counts of signals. They are added, changed and deleted, so a
// chain cannot hold them. Each row has its own hash and MAC. The ledger of each chain holds the sum of the hashes that
// its writers added, minus those that they removed; the sum over all ledgers is that of the existing rows. The roll
// lists all chains that ever had a record.
//
//   row hash = SHA-256 of "abide-" kind LF *( size ":" cell LF ); instead of a text's body, its SHA-256 in hex
//   mac      = HMAC-SHA256 of "abide-side" LF row hash LF
//   sum      = the hashes as 256-bit numbers, added modulo 2^256, in hex
//   ledger's mac = HMAC-SHA256 of "abide-ledger" LF log LF chain LF changes LF accounts LF links LF texts LF
//                  [ signals LF ] lost LF ; signals: only if there is a count; older logs have none
//   roll's mac   = HMAC-SHA256 of "abide-roll" LF log LF chains LF
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "policy/keys.hpp"

namespace abide::detail {

enum class side : std::uint8_t { accounts, links, texts, signals };
inline constexpr std::array<side, 4> sides{side::accounts, side::links, side::texts, side::signals};
/// Number of cells in a row.
inline constexpr std::array<std::size_t, sides.size()> cell_counts{3, 3, 3, 5};
inline constexpr std::size_t cell_count(side kind) { return cell_counts[static_cast<std::size_t>(kind)]; }

struct side_row {
  /// Accounts: name, "", Unix seconds of the opt-out. Links: account, subject, Unix milliseconds. Texts: hash, "",
  /// body; an empty body means that the text was never given. Signals: Unix seconds of the minute, chain, place,
  /// signal, count; or of the day, chain, place, `notice:` and the layout, count.
  std::array<std::string, 5> cells;
  std::string hash, key_name, mac;
};

/// A sum of hashes. Ignores texts that are not SHA-256 in hex.
class hash_sum {
 public:
  hash_sum() = default;
  explicit hash_sum(std::string_view hex) { add(hex); }
  void add(std::string_view hash) noexcept;
  void subtract(std::string_view hash) noexcept;
  std::string hex() const;
  friend bool operator==(const hash_sum&, const hash_sum&) = default;

 private:
  std::array<std::uint8_t, 32> bytes_{};  // big-endian
};

/// What the writers of one chain changed beside the chain.
struct ledger {
  std::uint64_t chain = 0, changes = 0;
  std::array<hash_sum, sides.size()> sums;
  std::uint64_t lost = 0;  ///< events lost because the queue was full
  std::string key_name, mac;
  hash_sum& of(side kind) { return sums[static_cast<std::size_t>(kind)]; }
};

struct chain_roll {
  std::string chains;  ///< numbers separated by spaces: `1 2 7`
  std::string key_name, mac;
  bool has(std::uint64_t chain) const;
};

std::string hash_of(side, const side_row&);
side_row sealed(side, side_row, const keys*);
bool mac_matches(const side_row&, const keys&);
ledger sealed(std::string_view log, ledger, const keys*);
bool mac_matches(std::string_view log, const ledger&, const keys&);
/// SHA-256 in hex of everything that the MAC covers, for marks kept elsewhere.
std::string hash_of(std::string_view log, const ledger&);
chain_roll sealed(std::string_view log, chain_roll, const keys*);
bool mac_matches(std::string_view log, const chain_roll&, const keys&);

}  // namespace abide::detail
