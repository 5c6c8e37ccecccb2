#include "abide/catalog.hpp"

#include <array>

#include "ascii.hpp"
#include "catalog_data.hpp"

namespace abide {
namespace {

using data::catalog_entry;
using data::name_kind;

std::string_view name_of_entry(const catalog_entry& entry) noexcept {
  return {data::catalog.text + entry.name_at, entry.name_size};
}

std::string_view word(std::uint16_t index) noexcept {
  const data::text_ref ref = data::catalog.words[index];
  return {data::catalog.text + ref.at, ref.size};
}

// The first entry of this kind and name in the hash table.
const catalog_entry* first_of(name_kind kind, std::string_view name, std::uint32_t hash) noexcept {
  const data::catalog_table& table = data::catalog;
  for (std::uint32_t slot = data::slot_of(hash, kind);; ++slot) {
    const std::uint16_t index = table.slots[slot & table.slot_mask];
    if (index == 0) return nullptr;
    const catalog_entry& entry = table.entries[index - 1];
    if (entry.kind == kind && name_of_entry(entry) == name) return &entry;
  }
}

// Of the entries that share a name, the first whose host fits: those with a host stand first.
const catalog_entry* for_host(const catalog_entry* entry, std::string_view host) noexcept {
  if (!entry) return nullptr;
  const catalog_entry* const end = data::catalog.entries + data::catalog.entry_count;
  const std::string_view name = name_of_entry(*entry);
  for (const catalog_entry* at = entry; at != end; ++at) {
    if (at->kind != entry->kind || name_of_entry(*at) != name) return nullptr;
    if (at->host == 0 || host_matches(word(at->host), host)) return at;
  }
  return nullptr;
}

// One pass: hashes the name and, at each length at which some prefix of its first byte ends, looks that prefix up.
const catalog_entry* find_hashed(std::string_view name, std::string_view host) noexcept {
  const std::uint64_t sizes = data::catalog.prefix_sizes[static_cast<unsigned char>(name.front())];
  const catalog_entry* best = nullptr;
  std::uint32_t hash = data::hash_start;
  for (std::size_t i = 0; i < name.size(); ++i) {
    hash = data::hash_step(hash, name[i]);
    if (i >= 64 || !((sizes >> i) & 1u)) continue;
    if (const auto* entry = for_host(first_of(name_kind::prefix, name.substr(0, i + 1), hash), host)) best = entry;
  }
  const auto* exact = for_host(first_of(name_kind::exact, name, hash), host);
  return exact ? exact : best;
}

const catalog_entry* find_glob(std::string_view name, std::string_view host, std::size_t longer_than) noexcept {
  const catalog_entry* best = nullptr;
  for (std::uint32_t i = 0; i < data::catalog.glob_count; ++i) {
    const catalog_entry& entry = data::catalog.entries[data::catalog.globs[i]];
    if (entry.name_size <= longer_than || !name_matches(name_of_entry(entry), name)) continue;
    if (entry.host != 0 && !host_matches(word(entry.host), host)) continue;
    longer_than = entry.name_size;
    best = &entry;
  }
  return best;
}

}  // namespace

std::string_view name_of(evidence e) noexcept {
  constexpr std::array<std::string_view, 6> names{"policy", "catalog", "pattern", "host", "model", "rule"};
  return static_cast<unsigned>(e) < names.size() ? names[static_cast<unsigned>(e)] : "rule";
}

bool look_up(std::string_view name, std::string_view host, classification& found) noexcept {
  if (name.empty() || name.size() > 255) return false;
  const catalog_entry* entry = find_hashed(name, host);
  if (!entry || entry->kind != name_kind::exact)
    if (const auto* glob = find_glob(name, host, entry ? entry->name_size : 0u)) entry = glob;
  if (!entry) return false;
  found.category = static_cast<category>(entry->category_and_shared & 3u);
  found.shared = (entry->category_and_shared & 4u) != 0;
  found.confidence = entry->confidence;
  found.from = entry->kind == name_kind::exact ? evidence::catalog : evidence::pattern;
  found.vendor = word(entry->vendor);
  return true;
}

catalog_info catalog() noexcept {
  return {data::catalog.entry_count, data::catalog.bytes, data::catalog.checksum};
}

bool name_matches(std::string_view pattern, std::string_view name) noexcept {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  return name.size() + 1 >= pattern.size() && ascii::starts_with(name, pattern.substr(0, star)) &&
         ascii::ends_with(name, pattern.substr(star + 1));
}

bool host_matches(std::string_view rule, std::string_view host) noexcept {
  if (rule.empty()) return true;
  if (rule.front() != '.') return ascii::same(rule, host);
  const std::string_view domain = rule.substr(1);
  if (ascii::same(domain, host)) return true;
  return host.size() > rule.size() && ascii::same(host.substr(host.size() - rule.size()), rule);
}

}  // namespace abide
