#include "abide/catalog.hpp"

#include <array>

#include "ascii.hpp"
#include "catalog_data.hpp"

namespace abide {
namespace {

using data::catalog_entry;
using data::key_kind;

constexpr std::uint8_t shared_flag = 4;

key_kind kind_of(const catalog_entry& entry) noexcept { return static_cast<key_kind>(entry.flags >> 3); }

std::string_view head_of(const catalog_entry& entry) noexcept {
  return {data::catalog.text + entry.name_at, entry.head_size};
}

std::string_view tail_of(const catalog_entry& entry) noexcept {
  return {data::catalog.text + entry.name_at + entry.head_size, entry.tail_size};
}

std::string_view key_of(const catalog_entry& entry) noexcept {
  return kind_of(entry) == key_kind::tail ? tail_of(entry) : head_of(entry);
}

std::string_view word(std::uint16_t index) noexcept {
  const data::text_ref ref = data::catalog.words[index];
  return {data::catalog.text + ref.at, ref.size};
}

bool has_key(const catalog_entry& entry, key_kind kind, std::string_view key) noexcept {
  return kind_of(entry) == kind && key_of(entry) == key;
}

// The entry for a key: of those that share it, the first that fits the rest of the name and the host.
const catalog_entry* find_key(key_kind kind, std::string_view key, std::uint32_t hash, std::string_view rest,
                              std::string_view host) noexcept {
  const data::catalog_table& table = data::catalog;
  const std::uint32_t mixed = data::key_hash(hash, kind);
  const std::uint32_t bucket = mixed & table.bucket_mask;
  const std::uint8_t tag = data::tag_of(mixed);
  for (std::uint32_t i = table.buckets[bucket]; i < table.buckets[bucket + 1]; ++i) {
    if (table.tags[i] != tag) continue;
    const catalog_entry& entry = table.entries[i];
    if (!has_key(entry, kind, key)) continue;
    if (kind == key_kind::head && entry.tail_size > 0 && !ascii::ends_with(rest, tail_of(entry))) continue;
    if (entry.host == 0 || host_matches(word(entry.host), host)) return &entry;
  }
  return nullptr;
}

bool is_longer(const catalog_entry* a, const catalog_entry* b) noexcept {
  return a && (!b || a->head_size + a->tail_size > b->head_size + b->tail_size);
}

std::size_t take_size(std::uint32_t& sizes) noexcept {
  const auto size = static_cast<std::size_t>(__builtin_ctz(sizes)) + 1;
  sizes &= sizes - 1;
  return size;
}

// The sizes of keys that could stand at one end of the name, given its outer bytes there: no longer than the name.
std::uint32_t sizes_in(std::uint32_t sizes, std::size_t name_size) noexcept {
  return name_size >= data::key_size_max ? sizes : sizes & ((std::uint32_t{1} << name_size) - 1);
}

char at(std::string_view name, std::size_t i) noexcept { return i < name.size() ? name[i] : '\0'; }

const catalog_entry* find_by_tail(std::string_view name, std::string_view host) noexcept {
  const std::size_t n = name.size();
  if (n < 3) return nullptr;
  const std::size_t outer = data::outer_bytes(name[n - 1], name[n - 2], name[n - 3]);
  std::uint32_t sizes = sizes_in(data::catalog.tail_sizes[outer % data::tail_buckets], n);
  const catalog_entry* best = nullptr;
  std::uint32_t hash = data::hash_start;
  for (std::size_t done = 0; sizes != 0;) {
    const std::size_t size = take_size(sizes);
    for (; done < size; ++done) hash = data::hash_step(hash, name[n - 1 - done]);
    if (const auto* entry = find_key(key_kind::tail, ascii::part(name, n - size), hash, {}, host)) best = entry;
  }
  return best;
}

const catalog_entry* find_exact(std::string_view name, std::string_view host) noexcept {
  std::uint32_t hash = data::hash_start;
  for (const char c : name) hash = data::hash_step(hash, c);
  return find_key(key_kind::name, name, hash, {}, host);
}

// Hashes the name once, and looks a head up only at sizes at which one ends.
const catalog_entry* find_by_head(std::string_view name, std::string_view host) noexcept {
  const std::size_t outer = data::outer_bytes(name[0], at(name, 1), at(name, 2));
  std::uint32_t sizes = sizes_in(data::catalog.head_sizes[outer % data::head_buckets], name.size());
  const catalog_entry* best = nullptr;
  std::uint32_t hash = data::hash_start;
  for (std::size_t done = 0; sizes != 0;) {
    const std::size_t size = take_size(sizes);
    for (; done < size; ++done) hash = data::hash_step(hash, name[done]);
    const auto* entry = find_key(key_kind::head, ascii::part(name, 0, size), hash, ascii::part(name, size), host);
    if (is_longer(entry, best)) best = entry;
  }
  return best;
}

// An exact name wins over patterns, a longer pattern over a shorter one.
const catalog_entry* find(std::string_view name, std::string_view host) noexcept {
  if (const auto* exact = find_exact(name, host)) return exact;
  const catalog_entry* by_head = find_by_head(name, host);
  const catalog_entry* by_tail = find_by_tail(name, host);
  return is_longer(by_tail, by_head) ? by_tail : by_head;
}

}  // namespace

std::string_view name_of(evidence e) noexcept {
  constexpr std::array<std::string_view, 6> names{"policy", "catalog", "pattern", "host", "model", "rule"};
  return static_cast<unsigned>(e) < names.size() ? names[static_cast<unsigned>(e)] : "rule";
}

bool look_up(std::string_view name, std::string_view host, classification& found) noexcept {
  if (name.empty() || name.size() > 255) return false;
  const catalog_entry* entry = find(name, host);
  if (!entry) return false;
  found.category = static_cast<category>(entry->flags & 3u);
  found.shared = (entry->flags & shared_flag) != 0;
  found.confidence = entry->confidence;
  found.from = kind_of(*entry) == key_kind::name ? evidence::catalog : evidence::pattern;
  found.vendor = word(entry->vendor);
  return true;
}

catalog_info catalog() noexcept {
  return {data::catalog.entry_count, data::catalog.bytes, data::catalog.checksum};
}

bool name_matches(std::string_view pattern, std::string_view name) noexcept {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  return name.size() + 1 >= pattern.size() && ascii::starts_with(name, ascii::part(pattern, 0, star)) &&
         ascii::ends_with(name, ascii::part(pattern, star + 1));
}

bool host_matches(std::string_view rule, std::string_view host) noexcept {
  if (rule.empty()) return true;
  if (rule.front() != '.') return ascii::same(rule, host);
  const std::string_view domain = ascii::part(rule, 1);
  if (ascii::same(domain, host)) return true;
  return host.size() > rule.size() && ascii::same(ascii::part(host, host.size() - rule.size()), rule);
}

}  // namespace abide
