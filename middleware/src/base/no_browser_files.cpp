// In builds without em++: nothing that browsers load is built in.
#include "base/embedded.hpp"

namespace abide::detail {

std::span<const embedded_file> embedded_browser_files() noexcept { return {}; }

}  // namespace abide::detail
