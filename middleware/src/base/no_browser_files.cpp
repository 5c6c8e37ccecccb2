// For builds without em++: no browser files are built in.
#include "base/embedded.hpp"

namespace abide::detail {

std::span<const embedded_file> embedded_browser_files() noexcept { return {}; }

}  // namespace abide::detail
