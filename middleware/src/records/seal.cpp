#include "records/seal.hpp"

namespace abide::detail {
namespace {

std::string mac_text(std::string_view hash) { return "abide-mac\n" + std::string(hash) + '\n'; }

std::string place_text(place_kind kind, std::string_view log, const chain_place& at) {
  std::string text = kind == place_kind::head ? "abide-head\n" : "abide-anchor\n";
  text.append(log).append("\n").append(std::to_string(at.chain)).append("\n");
  return text.append(std::to_string(at.number)).append("\n").append(at.hash).append("\n");
}

}  // namespace

std::string hash_of(const row& from) {
  std::string text = "abide-record\n";
  text.reserve(768);
  for (std::size_t i = 0; i < hashed_columns; ++i)
    text.append(columns[i].name).append("=").append(from[i]).append("\n");
  return sha256_hex(text);
}

std::string start_hash(std::string_view log, std::uint64_t chain) {
  return sha256_hex("abide-chain\n" + std::string(log) + '\n' + std::to_string(chain) + '\n');
}

chain_place sealed_place(place_kind kind, std::string_view log, chain_place at, const keys* signing) {
  at.key_name = signing ? std::string(signing->newest()) : std::string();
  at.mac = signing ? signing->sign(place_text(kind, log, at)) : std::string();
  return at;
}

row seal(consent_event event, chain_place& head, const keys* signing, record_form form) {
  consent_record made;
  made.chain = head.chain;
  made.number = ++head.number;
  made.event = std::move(event);
  made.previous = head.hash;
  if (signing) made.key_name = signing->newest();
  row sealed = row_of(made, form);
  head.hash = hash_of(sealed);
  sealed[hashed_columns] = head.hash;
  if (signing) sealed[hashed_columns + 1] = signing->sign(mac_text(head.hash));
  return sealed;
}

bool mac_matches(const row& from, const keys& known) {
  return known.verify(cell(from, "key_name"), mac_text(cell(from, "hash")), cell(from, "mac"));
}

bool mac_matches(place_kind kind, std::string_view log, const chain_place& at, const keys& known) {
  return known.verify(at.key_name, place_text(kind, log, at), at.mac);
}

}  // namespace abide::detail
