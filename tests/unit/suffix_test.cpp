// The core's packed Public Suffix List gives the same answers as libpsl, for every rule of the list.
#include <libpsl.h>

#include <fstream>
#include <set>
#include <string>

#include "abide/request.hpp"
#include "catch.hpp"

namespace {

std::set<std::string> lines_of(const std::string& file) {
  std::ifstream in(std::string(ABIDE_SOURCE_DIR) + "/sdk/data/" + file);
  REQUIRE(in.is_open());
  std::set<std::string> lines;
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && line[0] != '#') lines.insert(line);
  return lines;
}

bool is_below_any(const std::string& host, const std::set<std::string>& domains) {
  for (const std::string& each : domains)
    if (host == each || host.ends_with('.' + each)) return true;
  return false;
}

void check_as_libpsl(const std::string& host) {
  INFO(host);
  const char* domain = psl_registrable_domain(psl_builtin(), host.c_str());
  if (!domain) {
    CHECK_FALSE(abide::is_same_site("zz." + host, host));
    return;
  }
  const std::string suffix = psl_unregistrable_domain(psl_builtin(), host.c_str());
  CHECK(abide::is_same_site(host, domain));
  CHECK_FALSE(abide::is_same_site(host, "zz." + suffix));
  CHECK_FALSE(abide::is_same_site(host, suffix));
}

}  // namespace

TEST_CASE("A host's site is the one that libpsl gives, for every rule of the list") {
  const std::set<std::string> more = lines_of("suffixes_more.txt");
  const std::set<std::string> rules = lines_of("suffixes.txt");
  CHECK(rules.size() > 8000);
  for (const std::string& rule : rules) {
    const std::string name = rule.substr(rule[0] == '!' ? 1 : rule[0] == '*' ? 2 : 0);
    if (is_below_any(name, more)) continue;
    for (const char* before : {"", "b.", "a.b.", "x.a.b."}) check_as_libpsl(before + name);
  }
}
