#include "records/side.hpp"

#include "abide/event.hpp"

namespace abide::detail {
namespace {

constexpr std::array<std::string_view, sides.size()> names{"account", "link", "text", "signal"};

int digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool read_hash(std::string_view hex, std::array<std::uint8_t, 32>& into) noexcept {
  if (hex.size() != 2 * into.size()) return false;
  for (std::size_t i = 0; i < into.size(); ++i) {
    const int high = digit(hex[2 * i]), low = digit(hex[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    into[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

std::string side_text(std::string_view hash) { return "abide-side\n" + std::string(hash) + '\n'; }

std::string ledger_text(std::string_view log, const ledger& from) {
  std::string text = "abide-ledger\n";
  text.append(log).append("\n").append(std::to_string(from.chain)).append("\n");
  text.append(std::to_string(from.changes)).append("\n");
  for (const side kind : sides) {
    const hash_sum& sum = from.sums[static_cast<std::size_t>(kind)];
    if (kind != side::signals || sum != hash_sum()) text.append(sum.hex()).append("\n");
  }
  return text.append(std::to_string(from.lost)).append("\n");
}

std::string roll_text(std::string_view log, const chain_roll& from) {
  return std::string("abide-roll\n").append(log).append("\n").append(from.chains).append("\n");
}

template <class sealed_thing>
sealed_thing with_mac(sealed_thing made, const std::string& text, const keys* signing) {
  made.key_name = signing ? std::string(signing->newest()) : std::string();
  made.mac = signing ? signing->sign(text) : std::string();
  return made;
}

}  // namespace

void hash_sum::add(std::string_view hash) noexcept {
  std::array<std::uint8_t, 32> other{};
  if (!read_hash(hash, other)) return;
  unsigned carry = 0;
  for (std::size_t i = bytes_.size(); i-- > 0; carry >>= 8) {
    carry += unsigned{bytes_[i]} + other[i];
    bytes_[i] = static_cast<std::uint8_t>(carry);
  }
}

void hash_sum::subtract(std::string_view hash) noexcept {
  std::array<std::uint8_t, 32> other{};
  if (!read_hash(hash, other)) return;
  int borrow = 0;
  for (std::size_t i = bytes_.size(); i-- > 0;) {
    const int left = bytes_[i] - other[i] - borrow;
    borrow = left < 0 ? 1 : 0;
    bytes_[i] = static_cast<std::uint8_t>(left + 256 * borrow);
  }
}

std::string hash_sum::hex() const {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t each : bytes_) text.append(1, digits[each >> 4]).append(1, digits[each & 15]);
  return text;
}

bool chain_roll::has(std::uint64_t chain) const {
  return (' ' + chains + ' ').find(' ' + std::to_string(chain) + ' ') != std::string::npos;
}

std::string hash_of(side kind, const side_row& from) {
  std::string text = "abide-" + std::string(names[static_cast<std::size_t>(kind)]) + '\n';
  for (std::size_t i = 0; i < cell_count(kind); ++i) {
    const bool is_body = kind == side::texts && i == 2;
    const std::string cell = is_body ? sha256_hex(from.cells[i]) : from.cells[i];
    text.append(std::to_string(cell.size())).append(":").append(cell).append("\n");
  }
  return sha256_hex(text);
}

side_row sealed(side kind, side_row made, const keys* signing) {
  made.hash = hash_of(kind, made);
  const std::string text = side_text(made.hash);
  return with_mac(std::move(made), text, signing);
}

bool mac_matches(const side_row& from, const keys& known) {
  return known.verify(from.key_name, side_text(from.hash), from.mac);
}

ledger sealed(std::string_view log, ledger made, const keys* signing) {
  const std::string text = ledger_text(log, made);
  return with_mac(std::move(made), text, signing);
}

bool mac_matches(std::string_view log, const ledger& from, const keys& known) {
  return known.verify(from.key_name, ledger_text(log, from), from.mac);
}

std::string hash_of(std::string_view log, const ledger& from) { return sha256_hex(ledger_text(log, from)); }

chain_roll sealed(std::string_view log, chain_roll made, const keys* signing) {
  const std::string text = roll_text(log, made);
  return with_mac(std::move(made), text, signing);
}

bool mac_matches(std::string_view log, const chain_roll& from, const keys& known) {
  return known.verify(from.key_name, roll_text(log, from), from.mac);
}

}  // namespace abide::detail
