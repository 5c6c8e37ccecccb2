#pragma once
// Names that consent tools write as regular expressions: `/^_ga/`, `^_ga_[A-Z0-9]+$`, `/^(_ga|_gid)$/i`.
#include <string>
#include <string_view>
#include <vector>

namespace abide::detail::cli {

/// Whether a cell holds such an expression: at most 256 bytes, and anchored at the beginning of the name (`^`).
bool is_name_expression(std::string_view text) noexcept;

/// The names and patterns that cover what the expression matches: its literal beginning, followed by `*` if more may
/// come; at most 16. Empty if it has none, because a pattern that matches every cookie classifies nothing.
std::vector<std::string> names_of_expression(std::string_view text);

}  // namespace abide::detail::cli
