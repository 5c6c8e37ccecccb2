#pragma once
// --observe: reports what would be withheld, each cookie once.
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "abide/site.hpp"

namespace abide::detail::proxy {

/// Thread-safe.
class observed {
 public:
  explicit observed(const std::function<void(const std::string&)>& tell) : tell_(tell) {}
  void tell(const std::vector<report_item>&);

 private:
  static constexpr std::size_t most = 10'000;
  const std::function<void(const std::string&)>& tell_;
  std::mutex guard_;
  std::set<std::string> told_;
};

}  // namespace abide::detail::proxy
