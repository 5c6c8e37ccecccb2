#pragma once
// What the opaque pointers of abide/site.h point to.
#include <cstddef>
#include <string>
#include <utility>

#include "abide/site.h"
#include "abide/site.hpp"
#include "base/spare_rooms.hpp"
#include "start/metrics.hpp"

struct abide_site {
  abide::site inner;
  abide::detail::counting::metrics* counts = nullptr;  ///< owned by the caller
};

struct abide_exchange {
  static void* operator new(std::size_t size) { return abide::detail::spare_rooms<abide_exchange>::take(size); }
  static void operator delete(void* room) noexcept { abide::detail::spare_rooms<abide_exchange>::give(room); }

  abide::visit inner;
  abide::own_reply reply{};
  abide::page_parts parts{};
  const abide_site* site = nullptr;
  bool asks = false;           ///< the page contains the notice
  bool is_unrecorded = false;  ///< it is a choice, but the site keeps no records
  bool is_counted = false;
};

struct abide_insertion {
  abide::page_insertion inner;
  std::string out{};
};

namespace abide::detail::c {

/// Null if no effect is wanted.
abide_effect* new_effect(const abide_exchange&, effect);
/// The result of the effect; frees it.
effect_result result_of(abide_effect*);

}  // namespace abide::detail::c
