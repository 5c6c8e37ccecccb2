#pragma once
// abide records report --serve
#include "command.hpp"

namespace abide::detail::cli {

/// Answers until the process is stopped.
int serve_report(arguments&);

}  // namespace abide::detail::cli
