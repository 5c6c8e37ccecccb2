#pragma once
// Runs `abide` as a script does.
#include <unistd.h>

#include <sys/wait.h>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "catch.hpp"

namespace command_test {

struct outcome {
  int status = -1;
  std::string text;  ///< standard output and standard error
};

inline outcome run_in_shell(const std::string& line) {
  outcome made;
  std::FILE* out = popen(("{ " + line + "; } 2>&1").c_str(), "r");
  REQUIRE(out);
  char chunk[4096];
  while (const std::size_t size = std::fread(chunk, 1, sizeof chunk, out)) made.text.append(chunk, size);
  made.status = WEXITSTATUS(pclose(out));
  return made;
}

inline outcome run(const std::string& words) { return run_in_shell("'" ABIDE_COMMAND "' " + words); }

/// A policy file that is deleted at the end of the test.
struct policy_file {
  explicit policy_file(const std::string& json, const std::string& name = "policy")
      : path((std::filesystem::temp_directory_path() / ("abide-" + name + "-" + std::to_string(getpid()) + ".json"))
                 .string()) {
    std::ofstream(path) << json;
  }
  ~policy_file() { std::filesystem::remove(path); }
  std::string path;
};

inline bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace command_test
