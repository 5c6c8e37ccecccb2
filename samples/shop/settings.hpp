#pragma once
// What the shop is told when it starts.
#include <filesystem>
#include <string>

namespace firwick {

struct settings {
  std::filesystem::path root;  ///< the folder with pages, static, texts and products.json
  std::string ads, metrics;    ///< origins of the two stand-in vendors
  bool secure = false;         ///< reached over HTTPS: Secure cookies, __Host- names
};

}  // namespace firwick
