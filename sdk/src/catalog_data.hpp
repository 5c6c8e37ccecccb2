#pragma once
// The packed form of sdk/data/catalog.tsv, written by sdk/data/pack.cpp at build time.
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace abide::data {

enum class name_kind : std::uint8_t { exact, prefix, glob };

/// A piece of the text pool.
struct text_ref {
  std::uint32_t at;
  std::uint32_t size;
};

/// Entries of one kind and name stand together, those with a host first.
struct catalog_entry {
  std::uint32_t name_at;
  std::uint16_t vendor, host;  ///< indices; 0 is the empty text
  std::uint8_t name_size;      ///< of a prefix: without its star
  name_kind kind;
  std::uint8_t category_and_shared;  ///< category, plus 4 when shared
  std::uint8_t confidence;           ///< percent
};

struct catalog_table {
  const char* text;
  const text_ref* words;  ///< vendors and hosts
  const catalog_entry* entries;
  const std::uint16_t* slots;  ///< open addressing: 1 + index of an entry, 0 free
  const std::uint16_t* globs;  ///< indices of patterns with a star that is not last
  /// By first byte: bit n says that a prefix of n + 1 bytes begins with it.
  const std::uint64_t* prefix_sizes;
  std::uint32_t entry_count, slot_mask, glob_count, bytes, checksum;
};

extern const catalog_table catalog;

/// FNV-1a, fed byte by byte so that one pass over a name hashes all its prefixes.
inline constexpr std::uint32_t hash_start = 2166136261u;
constexpr std::uint32_t hash_step(std::uint32_t hash, char c) noexcept {
  return (hash ^ static_cast<unsigned char>(c)) * 16777619u;
}
/// Where a name of this hash and kind begins to look.
constexpr std::uint32_t slot_of(std::uint32_t hash, name_kind kind) noexcept {
  const std::uint32_t salted = kind == name_kind::prefix ? hash ^ 0x9e3779b9u : hash;
  return salted ^ (salted >> 15);
}

}  // namespace abide::data
