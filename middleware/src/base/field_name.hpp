#pragma once
// Compares a field name with one known at compile time: case-insensitive, eight bytes per step.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace abide::detail {

/// `known`: letters, digits and hyphens only.
template <std::size_t size>
struct field_name {
  consteval field_name(const char (&known)[size + 1]) {
    for (std::size_t i = 0; i < size; ++i) {
      const bool is_letter = (known[i] >= 'a' && known[i] <= 'z') || (known[i] >= 'A' && known[i] <= 'Z');
      case_bits[i] = is_letter ? 0x20 : 0;
      text[i] = static_cast<char>(known[i] | case_bits[i]);
    }
  }

  /// Whether `name`, of the same size, is equal in the bytes of a Word from `at`.
  template <class Word>
  bool has_part(const char* name, std::size_t at) const noexcept {
    Word part, bits, expected;
    std::memcpy(&part, name + at, sizeof(Word));
    std::memcpy(&bits, case_bits.data() + at, sizeof(Word));
    std::memcpy(&expected, text.data() + at, sizeof(Word));
    return static_cast<Word>(part | bits) == expected;
  }

  std::array<char, size> text{}, case_bits{};
};
template <std::size_t size_and_zero>
field_name(const char (&)[size_and_zero]) -> field_name<size_and_zero - 1>;

template <field_name known>
inline bool is_field(std::string_view name) noexcept {
  constexpr std::size_t size = known.text.size();
  if (name.size() != size) return false;
  if constexpr (size >= 8) {
    for (std::size_t at = 0; at + 8 < size; at += 8)
      if (!known.template has_part<std::uint64_t>(name.data(), at)) return false;
    return known.template has_part<std::uint64_t>(name.data(), size - 8);
  } else if constexpr (size >= 4) {
    return known.template has_part<std::uint32_t>(name.data(), 0) &&
           known.template has_part<std::uint32_t>(name.data(), size - 4);
  } else {
    for (std::size_t at = 0; at < size; ++at)
      if (!known.template has_part<unsigned char>(name.data(), at)) return false;
    return true;
  }
}

/// Whether a name ends so, and has more in front.
template <field_name known>
inline bool is_kin_of_field(std::string_view name) noexcept {
  constexpr std::size_t size = known.text.size();
  if (name.size() <= size || (name.back() | known.case_bits.back()) != known.text.back()) return false;
  return is_field<known>(name.substr(name.size() - size));
}

/// A set of names, each shorter than 64 bytes.
template <field_name... known>
struct field_names {
  static constexpr std::array<std::string_view, sizeof...(known)> names{
      std::string_view(known.text.data(), known.text.size())...};  ///< in lower case

  static bool has(std::string_view name) noexcept {
    constexpr std::uint64_t sizes = ((std::uint64_t{1} << known.text.size()) | ...);
    if (name.size() >= 64 || (sizes >> name.size() & 1) == 0) return false;
    return (is_field<known>(name) || ...);
  }
};

}  // namespace abide::detail
