#pragma once
// What a cookie is for. The order is the wire order everywhere: bits, JSON, OneTrust's C0001..C0004.
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "abide/api.h"

namespace abide {

/// What a cookie is for.
enum class category : std::uint8_t { required, analytics, functional, targeting };

/// All categories, in their order.
inline constexpr std::array<category, 4> categories{category::required, category::analytics, category::functional,
                                                    category::targeting};

/// The lower-case English name used in policies, JSON and HTML attributes. Static lifetime.
[[nodiscard]] ABIDE_API std::string_view to_string(category) noexcept;

/// The category with exactly this name; nullopt for any other text.
[[nodiscard]] ABIDE_API std::optional<category> parse_category(std::string_view) noexcept;

/// A set of categories in one byte; bit n is the category with the value n. A plain value.
class category_set {
 public:
  constexpr category_set() noexcept = default;
  constexpr explicit category_set(std::uint8_t bits) noexcept : bits_(bits & 15u) {}
  constexpr bool contains(category c) const noexcept { return (bits_ >> index(c)) & 1u; }
  constexpr void insert(category c) noexcept { bits_ = static_cast<std::uint8_t>(bits_ | 1u << index(c)); }
  constexpr bool empty() const noexcept { return bits_ == 0; }
  constexpr std::uint8_t bits() const noexcept { return bits_; }

 private:
  static constexpr unsigned index(category c) noexcept { return static_cast<unsigned>(c); }
  std::uint8_t bits_ = 0;
};

}  // namespace abide
