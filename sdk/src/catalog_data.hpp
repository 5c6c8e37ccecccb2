#pragma once
// The packed form of sdk/data/catalog.tsv, hosts.tsv, requests.tsv and words.tsv, written by sdk/data/pack.cpp at build
// time. Stores no names, only 32 bits of their hash besides those of the bucket: about 1 in 10^8 unknown names matches
// an entry.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "catalog_hash.hpp"

namespace abide::detail::data {

/// Kinds of keys: an exact name, the part of a pattern before its star (head), the part after it if the pattern begins
/// with the star (tail), a host, a word within a name. Names and heads with capitals are also stored in lower case.
enum class key_kind : std::uint8_t { name, head, tail, host, word };

/// Entries of one hash bucket are adjacent; within a key, narrowed entries come first.
struct catalog_entry {
  std::uint32_t tag;     ///< the high half of the key's hash
  std::uint16_t vendor;  ///< a word; for a narrowed entry: an index into narrowings
  std::uint8_t flags;    ///< category, plus the flags below
  std::uint8_t confidence;
};
inline constexpr std::uint8_t category_bits = 3, shared_flag = 4, narrowed_flag = 8;

/// The restriction of an entry to a host, or to names that end like the pattern after its star.
struct narrowing {
  std::uint16_t vendor, host, tail;  ///< words
};

/// A piece of a URL and its classification. host: empty for any.
struct shape {
  std::uint16_t host, piece, vendor;  ///< words
  std::uint8_t flags, confidence;
};

/// Entries by the hash of their keys.
struct hashed_table {
  const catalog_entry* entries;
  const std::uint16_t* buckets;  ///< where each bucket's entries begin; one more than there are buckets
  std::uint32_t bucket_mask;
};

struct catalog_table {
  /// Words: one byte of length, then the bytes. A word is an offset into it; offset 0 is the empty word.
  const char* text;
  const narrowing* narrowings;
  hashed_table names, hosts;
  /// Bit n: some head of size n + 1 begins with four bytes of this hash (short heads: three bytes), or some tail of
  /// size n + 1 ends with three.
  const std::uint32_t* head_sizes;
  const std::uint8_t* short_head_sizes;
  const std::uint32_t* tail_sizes;
  const shape* shapes;  ///< those with a host first
  std::uint32_t shape_count, shapes_with_host;
  std::uint32_t entry_count, host_count, bytes, checksum;
  const char* version;
};

extern const catalog_table catalog;

inline std::string_view word(std::uint16_t at) noexcept {
  const char* length = catalog.text + at;
  return {length + 1, static_cast<unsigned char>(*length)};
}

inline constexpr std::size_t key_size_max = 32;  ///< bytes, of heads and tails
inline constexpr unsigned head_bits = 13, short_head_bits = 10, tail_bits = 11;
/// The index into the size tables for the first or last bytes of a key.
constexpr std::uint32_t outer_bucket(std::uint32_t bytes, unsigned bits) noexcept {
  return (bytes * 0x9e3779b1u) >> (32 - bits);
}
/// `text`: at least one byte. Shorter texts are padded with 0.
inline std::uint32_t first_four(std::string_view text) noexcept {
  return static_cast<std::uint32_t>(text.size() >= 4 ? load_4(text.data())
                                                     : load_rest(text.data(), text.size(), text.size()));
}
/// `text`: at least three bytes.
inline std::uint32_t last_three(std::string_view text) noexcept {
  const char* end = text.data() + text.size();
  return static_cast<std::uint32_t>(byte_at(end - 3, 0) | byte_at(end - 3, 1) | byte_at(end - 3, 2));
}
inline std::uint64_t key_hash(std::string_view key, key_kind kind) noexcept {
  return hash_of(key, static_cast<std::uint64_t>(kind));
}

}  // namespace abide::detail::data
