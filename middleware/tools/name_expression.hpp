#pragma once
// Names that consent tools write as regular expressions: `/^_ga/`, `^_ga_[A-Z0-9]+$`, `/^(_ga|_gid)$/i`.
#include <string>
#include <string_view>
#include <vector>

namespace abide::detail::cli {

/// Whether a cell holds such an expression, of at most 256 bytes. Only those that match from the beginning of a name
/// are read.
bool is_name_expression(std::string_view text) noexcept;

/// The names and patterns that cover what the expression matches: its literal beginning, followed by `*` if more may
/// come; at most 16. Empty if it has none, for a pattern that fits every cookie says nothing about any.
std::vector<std::string> names_of_expression(std::string_view text);

}  // namespace abide::detail::cli
