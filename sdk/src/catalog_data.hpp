#pragma once
// The packed form of sdk/data/catalog.tsv, written by sdk/data/pack.cpp at build time.
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace abide::data {

/// A piece of the text pool.
struct text_ref {
  std::uint32_t at;
  std::uint32_t size;
};

/// An entry is found by its key: an exact name, what stands before a pattern's star (its head), or, for a pattern that
/// begins with its star, what stands behind it (its tail).
enum class key_kind : std::uint8_t { name, head, tail };

/// Entries of one bucket of the hash stand together, and in it those of one kind and key: the ones with a host first, then
/// those with the longer tail.
struct catalog_entry {
  std::uint32_t name_at;       ///< head and tail, without the star
  std::uint16_t vendor, host;  ///< indices of words; 0 is the empty text
  std::uint8_t head_size, tail_size;
  std::uint8_t flags;       ///< category, plus 4 when shared, plus 8 times the key's kind
  std::uint8_t confidence;  ///< percent
};

struct catalog_table {
  const char* text;
  const text_ref* words;  ///< vendors and hosts
  const catalog_entry* entries;
  const std::uint16_t* buckets;  ///< where each bucket's entries begin; one more than there are buckets
  const std::uint8_t* tags;      ///< by entry: more bits of the hash, so that few others are looked at
  /// By the first three bytes: bit n says that some head of n + 1 bytes begins so. Tails: by the last three, from the end.
  const std::uint32_t* head_sizes;
  const std::uint32_t* tail_sizes;
  std::uint32_t entry_count, bucket_mask, bytes, checksum;
};

extern const catalog_table catalog;

inline constexpr std::size_t key_size_max = 32;  ///< of heads and tails
inline constexpr std::size_t head_buckets = 4096, tail_buckets = 1024;
constexpr std::size_t outer_bytes(char first, char second, char third) noexcept {
  return static_cast<unsigned char>(first) * 961u + static_cast<unsigned char>(second) * 31u +
         static_cast<unsigned char>(third);
}

/// FNV-1a, fed byte by byte so that one pass over a name hashes all its heads; tails are fed from their end.
inline constexpr std::uint32_t hash_start = 2166136261u;
constexpr std::uint32_t hash_step(std::uint32_t hash, char c) noexcept {
  return (hash ^ static_cast<unsigned char>(c)) * 16777619u;
}
/// The hash that names a key's bucket (its low bits) and tag (its high ones).
constexpr std::uint32_t key_hash(std::uint32_t hash, key_kind kind) noexcept {
  const std::uint32_t salted = (hash ^ static_cast<std::uint32_t>(kind)) * 0x9e3779b1u;
  return salted ^ (salted >> 15);
}
constexpr std::uint8_t tag_of(std::uint32_t key_hash) noexcept { return static_cast<std::uint8_t>(key_hash >> 24); }

}  // namespace abide::data
