#pragma once
// The settings that the shop gets when it starts.
#include <filesystem>
#include <string>

namespace firwick {

struct settings {
  std::filesystem::path root;  ///< the folder with pages, static, texts and products.json
  std::string ads, metrics;    ///< origins of the two stand-in vendors
  bool secure = false;         ///< visitors reach it over HTTPS: Secure cookies, __Host- names
};

}  // namespace firwick
