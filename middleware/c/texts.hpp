#pragma once
// Reads and writes the members that a caller's struct has.
#include <algorithm>
#include <cstddef>
#include <cstring>

#include "c_views.hpp"

namespace abide::detail::c {

/// A caller may have been built with an older header, whose struct was shorter, or with a newer one.
template <class Struct>
bool has_size(const Struct* from) noexcept {
  return from && from->size >= sizeof(std::size_t);
}

/// A copy of the caller's struct; members that the caller does not know are zero.
template <class Struct>
Struct taken(const Struct& from) noexcept {
  Struct mine{};
  std::memcpy(&mine, &from, std::min(from.size, sizeof mine));
  return mine;
}

/// Writes the members that the caller knows.
template <class Struct>
void give(Struct mine, Struct* to) noexcept {
  mine.size = to->size;
  std::memcpy(to, &mine, std::min(to->size, sizeof mine));
}

}  // namespace abide::detail::c
