#pragma once
// The shop's command line.
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

#include <abide/policy.hpp>

namespace firwick {

class bad_option : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct options {
  unsigned short port = 8080;  ///< and the two after it; 0: three free ones
  std::string address = "127.0.0.1";
  std::string location;  ///< empty: as the policy says
  std::optional<abide::mode> mode;
  std::string policy;  ///< empty: policy.json of the root folder
  std::filesystem::path root;
  std::string browser;  ///< the folder with gate.js, abide.mjs, abide.wasm; empty: the notice without scripts
  std::string records;  ///< where the consent records go; empty: as the policy says
  bool https = false;
};

/// Nothing when only help was asked for, and printed. Throws bad_option.
std::optional<options> read_options(int count, char** arguments);

}  // namespace firwick
