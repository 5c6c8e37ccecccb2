#pragma once
// Reads the corpus that all implementations share: tests/cases/*.json. Each case has a command of `abide`, a policy, an
// input and the expected output.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace corpus {

using json = nlohmann::json;

struct one_case {
  std::string file, name, command;
  json policy;  ///< null: the command runs without a policy
  json in, out;

  bool is_error() const { return out.contains("error"); }
};

inline std::vector<one_case> all() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(ABIDE_SOURCE_DIR "/tests/cases"))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<one_case> cases;
  for (const auto& file : files) {
    std::ifstream in(file);
    for (const json& each : json::parse(in))
      cases.push_back({file.filename().string(), each.at("name"), each.at("command"), each.value("policy", json()),
                       each.at("in"), each.at("out")});
  }
  return cases;
}

/// Whether the answer `seen` is the expected one. A classification is compared only in the members that the case names.
inline bool agrees(const one_case& c, const json& seen) {
  if (c.command != "classify") return seen == c.out;
  return std::all_of(c.out.items().begin(), c.out.items().end(), [&](const auto& member) {
    return seen.contains(member.key()) && seen.at(member.key()) == member.value();
  });
}

}  // namespace corpus
