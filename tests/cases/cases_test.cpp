// Runs the corpus through the `abide` command, the C interface and `node wasm/cases.mjs`. http/corpus_test.cpp runs it
// over HTTP.
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <set>

#include "c_answers.hpp"
#include "catch.hpp"
#include "corpus.hpp"

using corpus::json;
using corpus::one_case;

namespace {

// One folder for each process, because tests may run in parallel.
const std::filesystem::path folder = std::filesystem::path(ABIDE_BINARY_DIR) / "cases" / std::to_string(getpid());
struct leaves_nothing {
  ~leaves_nothing() { std::filesystem::remove_all(folder); }
} const at_end;

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}
std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells{""};
  for (const char c : line)
    if (c == '\t') cells.emplace_back();
    else cells.back() += c;
  return cells;
}

std::string input_line(const one_case& c) {
  if (c.command != "classify") return c.in.dump() + "\n";
  std::string line;
  for (const json& cell : c.in) line += (line.empty() && &cell == &c.in.front() ? "" : "\t") + cell.get<std::string>();
  return line + "\n";
}

// A program that answers cases: the native command, or the browser module in Node.
struct answerer {
  std::string program, options;
};
const answerer native{std::string("'") + ABIDE_COMMAND + "' ", ""};

struct output {
  std::string bytes;
  int status = 0;
};

// Runs the program once for all cases that share a command and a policy.
output run(const answerer& by, const std::string& command, const json& policy,
           const std::vector<const one_case*>& cases) {
  std::filesystem::create_directories(folder);
  std::string input =
      command == "classify" ? "name\thost\tsite\tparty\tsession\tmax_age\thttp_only\tsecure\tsame_site\n" : "";
  for (const one_case* c : cases) input += input_line(*c);
  write(folder / "in", input);
  std::string line = by.program + command + by.options;
  if (!policy.is_null()) {
    write(folder / "policy.json", policy.dump());
    line += " --policy '" + (folder / "policy.json").string() + "'";
  }
  const int status =
      std::system((line + " <'" + (folder / "in").string() + "' >'" + (folder / "out").string() + "'").c_str());
  return {read(folder / "out"), status};
}

std::vector<json> answers_in(const std::string& command, const std::string& bytes) {
  std::vector<json> answers;
  for (const std::string& each : lines_of(bytes)) {
    if (command != "classify") {
      answers.push_back(json::parse(each, nullptr, false));
      continue;
    }
    const auto cells = cells_of(each);
    REQUIRE(cells.size() == 4);
    answers.push_back({{"category", cells[0]}, {"confidence", cells[1]}, {"source", cells[2]}, {"vendor", cells[3]}});
  }
  return answers;
}

using groups = std::map<std::pair<std::string, std::string>, std::vector<const one_case*>>;

groups grouped(const std::vector<one_case>& cases) {
  groups made;
  for (const one_case& c : cases) made[{c.command, c.policy.dump()}].push_back(&c);
  return made;
}

}  // namespace

TEST_CASE("the corpus is whole: all 34 rows of the decision table, and no name twice") {
  std::set<std::string> names;
  unsigned rows = 0, filters = 0, choices = 0, names_known = 0;
  for (const one_case& c : corpus::all()) {
    CAPTURE(c.name);
    CHECK(names.insert(c.name).second);
    rows += c.name.size() > 3 && c.name[0] == 'T' && c.name[1] >= '0' && c.name[1] <= '3' && c.name[3] == ' ' ? 1 : 0;
    filters += c.command == "filter" ? 1 : 0;
    choices += c.command == "choose" ? 1 : 0;
    names_known += c.command == "classify" ? 1 : 0;
  }
  CHECK(rows == 34);
  CHECK(filters >= 30);
  CHECK(choices >= 30);
  CHECK(names_known >= 50);
}

TEST_CASE("the abide command answers every case as the corpus says") {
  const auto cases = corpus::all();
  for (const auto& [key, group] : grouped(cases)) {
    const output out = run(native, key.first, group.front()->policy, group);
    const auto answers = answers_in(key.first, out.bytes);
    CAPTURE(key.first, key.second);
    REQUIRE(answers.size() == group.size());
    CHECK((out.status != 0) ==
          std::any_of(group.begin(), group.end(), [](const one_case* c) { return c->is_error(); }));
    for (std::size_t i = 0; i < group.size(); ++i) {
      CAPTURE(group[i]->file, group[i]->name, group[i]->in.dump(), group[i]->out.dump(), answers[i].dump());
      CHECK(corpus::agrees(*group[i], answers[i]));
    }
  }
}

#ifdef ABIDE_NODE
TEST_CASE("the browser module gives the command's answers, byte for byte") {
  const answerer browser{std::string("'") + ABIDE_NODE + "' '" ABIDE_SOURCE_DIR "/wasm/cases.mjs' ",
                         " --wasm '" ABIDE_BINARY_DIR "/wasm/abide.wasm'"};
  const auto cases = corpus::all();
  for (const auto& [key, group] : grouped(cases)) {
    const output expected = run(native, key.first, group.front()->policy, group);
    const output seen = run(browser, key.first, group.front()->policy, group);
    CAPTURE(key.first, key.second);
    CHECK(seen.bytes == expected.bytes);
    CHECK((seen.status != 0) == (expected.status != 0));
  }
}
#endif

TEST_CASE("the C interface answers every case as the corpus says") {
  for (const one_case& c : corpus::all()) {
    if (c.is_error()) continue;  // errors in the command's input; C callers pass typed values
    const json seen = answer_in_c(c);
    CAPTURE(c.file, c.name, c.in.dump(), c.out.dump(), seen.dump());
    CHECK(corpus::agrees(c, seen));
  }
}
