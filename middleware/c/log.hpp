#pragma once
// A log that the caller of the C interface keeps.
#include <memory>

#include "abide/log.hpp"
#include "abide/site.h"

namespace abide::detail::c {

/// Whether every required function is set.
bool is_complete(const abide_log_functions&) noexcept;

/// Copies the functions; `of` is their first argument.
std::shared_ptr<log> log_of(const abide_log_functions&, void* of);

}  // namespace abide::detail::c
