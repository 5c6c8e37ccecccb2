#pragma once
// A policy in plain words, for the people who are responsible for it.
#include <cstdint>
#include <string>
#include <string_view>

#include "abide/config.hpp"
#include "tools/page.hpp"

namespace abide::detail::cli {

/// The whole policy on one page: places by purposes, signals, differences from the default, records, cookies. `now`:
/// Unix seconds; the law of that day counts.
page explain(const config&, std::string_view file, std::int64_t now);

/// One place: its law, and what is on before a choice and with the signal, with reasons and clauses. `only_gpc`: only
/// the effect of Global Privacy Control.
std::string explain_place(const config&, std::string_view location, bool only_gpc, std::int64_t now);

}  // namespace abide::detail::cli
