#pragma once
// A policy in plain words, for the people who answer for it.
#include <cstdint>
#include <string>
#include <string_view>

#include "abide/config.hpp"
#include "tools/page.hpp"

namespace abide::detail::cli {

/// The whole policy on one page: places by purposes, signals, what differs from the default, records, cookies. `now`,
/// in Unix seconds, is the day whose law counts.
page explain(const config&, std::string_view file, std::int64_t now);

/// One place: its law, and what is on before a choice and with the signal, with reasons and clauses. `only_gpc`: only
/// what happens with Global Privacy Control.
std::string explain_place(const config&, std::string_view location, bool only_gpc, std::int64_t now);

}  // namespace abide::detail::cli
