#pragma once
// Makes edits detectable: each record's hash covers its fields and the previous hash; the site's keys sign the hash.
//
//   text = "abide-record" LF *( column "=" value LF ) ; columns `chain` to `key_name`, in order
//   hash     = SHA-256 of text, in hex
//   previous = the hash of the previous record in its chain; for the first: SHA-256 of
//              "abide-chain" LF log LF chain LF, where `log` is the store's random name
//   mac      = HMAC-SHA256 of "abide-mac" LF hash LF, in base64url
//
// The head of a chain (its latest record) and its anchor (the latest record that retention deleted) are signed too:
//   mac      = HMAC-SHA256 of "abide-" ("head" / "anchor") LF log LF chain LF number LF hash LF
#include <string>
#include <string_view>

#include "policy/keys.hpp"
#include "records/row.hpp"

namespace abide::detail {

/// A place in a chain: the record with this number has this hash. Number 0: before the first.
struct chain_place {
  std::uint64_t chain = 0, number = 0;
  std::string hash, key_name, mac;
};

enum class place_kind { head, anchor };

std::string hash_of(const row&);
std::string start_hash(std::string_view log, std::uint64_t chain);

/// Signs with the newest key; `keys` null: unsigned.
chain_place sealed_place(place_kind, std::string_view log, chain_place, const keys*);
/// Makes the event the next record after `head`, and moves `head` to it.
row seal(consent_event, chain_place& head, const keys*, record_form);

bool mac_matches(const row&, const keys&);
bool mac_matches(place_kind, std::string_view log, const chain_place&, const keys&);

}  // namespace abide::detail
