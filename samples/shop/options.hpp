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
  unsigned short port = 8080;  ///< also uses the next two ports; 0: three free ports
  std::string address = "127.0.0.1";
  std::string location;  ///< empty: as the policy says
  std::optional<abide::mode> mode;
  std::string policy;  ///< empty: policy.json in the root folder
  std::filesystem::path root;
  std::string browser;  ///< the folder with gate.js, abide.mjs, abide.wasm; empty: the notice without scripts
  std::string records;  ///< the store for consent records; empty: as the policy says
  bool https = false;
};

/// No options if only help was requested; it has then been printed. Throws bad_option.
std::optional<options> read_options(int count, char** arguments);

}  // namespace firwick
