#pragma once
// Finds every place of a byte in a block of text at once, without a branch that the processor could guess wrong.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace abide::detail {

inline constexpr std::size_t word_size = sizeof(std::uint64_t), block_size = 64;
inline constexpr std::uint64_t every_byte = 0x0101010101010101u;

/// Eight bytes of a text, the first one lowest.
inline std::uint64_t load_word(const char* bytes) noexcept {
  std::uint64_t word;
  std::memcpy(&word, bytes, word_size);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

/// One bit for each byte of a block, the lowest for the first one: whether it is `wanted`. Works on any processor:
/// marks the highest bit of each equal byte, and gathers these bits by a multiplication.
inline std::uint64_t marks_by_words(const char* block, char wanted) noexcept {
  constexpr std::uint64_t low_bits = every_byte * 0x7f, gather = 0x0102040810204080u;
  std::uint64_t marks = 0;
  for (std::size_t i = 0; i < block_size; i += word_size) {
    const std::uint64_t differs = load_word(block + i) ^ every_byte * static_cast<unsigned char>(wanted);
    const std::uint64_t equal = ~(((differs & low_bits) + low_bits) | differs | low_bits);
    marks |= ((equal >> 7) * gather >> 56) << i;
  }
  return marks;
}

/// The same, with vector instructions where the compiler may use them.
inline std::uint64_t marks_in(const char* block, char wanted) noexcept {
#if defined(__SSE2__)
  std::uint64_t marks = 0;
  for (std::size_t i = 0; i < block_size; i += sizeof(__m128i)) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + i));
    const int equal = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(wanted)));
    marks |= static_cast<std::uint64_t>(equal) << i;
  }
  return marks;
#else
  return marks_by_words(block, wanted);
#endif
}

}  // namespace abide::detail
