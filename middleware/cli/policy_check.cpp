#include <algorithm>
#include <cstdio>
#include <ctime>
#include <iterator>
#include <string>

#include <nlohmann/json.hpp>

#include "command.hpp"
#include "policy/policy_reading.hpp"
#include "policy_file.hpp"
#include "start/preparing.hpp"
#include "tools/counted.hpp"
#include "tools/policy_warnings.hpp"

namespace abide::detail::cli {
namespace {

struct check_options {
  bool strict = false, json = false, elsewhere = false;
};

std::size_t warnings_of(const std::vector<finding>& all) {
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const finding& f) { return f.is_warning; }));
}

void take_over(std::vector<finding>& into, std::vector<finding> more) {
  into.insert(into.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void leave_out_machine(policy_reading& read, const check_options& how) {
  if (how.elsewhere) std::erase_if(read.findings, [](const finding& each) { return each.is_of_machine; });
}

void look_further(policy_reading& read) {
  take_over(read.findings, prepare(read.settings, {}).findings);
  take_over(read.findings, look_for_unwritable(read.settings));
  take_over(read.findings, policy_warnings(read.settings, static_cast<std::int64_t>(std::time(nullptr))));
  sort_by_place(read.findings);
}

std::string line_of(const finding& each, const std::string& file) {
  finding named = each;
  named.path.clear();
  named.text = (each.is_warning ? "warning: " : "error: ") + (each.path.empty() ? "" : each.path + ": ") + each.text;
  return told(named, file) + '\n';
}

std::string json_of(const finding& each, const std::string& file) {
  const auto number = [](std::size_t n) { return n == 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(n); };
  const nlohmann::ordered_json line{{"file", file},
                                    {"line", number(each.at.line)},
                                    {"column", number(each.at.column)},
                                    {"path", each.path},
                                    {"level", each.is_warning ? "warning" : "error"},
                                    {"text", each.text}};
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

std::string summary(const policy_reading& read) {
  const policy& rules = read.settings.policy;
  const std::size_t warned = warnings_of(read.findings);
  return read.source.file + ": ok, " + counted(rules.cookie_count, "cookie", "cookies") + ", " +
         counted(rules.exemption_count, "exemption", "exemptions") + ", mode " +
         (rules.mode == mode::enforce ? "enforce" : "observe") + ", notice version " +
         std::to_string(rules.notice_version) + (warned > 0 ? ", " + counted(warned, "warning", "warnings") : "") +
         '\n';
}

int tell(const policy_reading& read, const check_options& how) {
  const std::vector<finding>& found = read.findings;
  const std::string& file = read.source.file;
  for (const finding& each : found) how.json ? print(stdout, json_of(each, file)) : print(stderr, line_of(each, file));
  const std::size_t warned = warnings_of(found);
  const bool is_refused = has_errors(found), is_unwise = how.strict && warned > 0;
  if (!how.json && !is_refused && !is_unwise) print(stdout, summary(read));
  if (!how.json && (is_refused || is_unwise))
    print(stderr, file + ": " + counted(found.size() - warned, "error", "errors") + ", " +
                      counted(warned, "warning", "warnings") + (is_refused ? "" : " (not allowed with --strict)") +
                      '\n');
  return is_refused ? wrong_usage : is_unwise ? some_line_bad : ok;
}

int check(arguments& from) {
  check_options how;
  how.strict = from.take_flag("--strict");
  how.json = from.take_flag("--json");
  how.elsewhere = from.take_flag("--elsewhere");
  const std::string file = from.take_word("FILE");
  from.done();
  const policy_bytes policy = bytes_of_file(file);
  policy_reading read = read_policy(policy.json, policy.name);
  leave_out_machine(read, how);
  if (!has_errors(read.findings)) look_further(read);
  leave_out_machine(read, how);
  return tell(read, how);
}

}  // namespace

const command policy_check_command{
    "policy check", "FILE|- [--strict] [--json] [--elsewhere]",
    "Checks a policy file: all errors and warnings, each with its line",
    "  --strict      warnings fail too: exit status 1\n"
    "  --json        one JSON object for each finding, on standard output: file, line, column, path, level, text\n"
    "  --elsewhere   the site runs on another machine: ignores keys, files and folders missing on this one\n\n"
    "Errors prevent a site from starting on this machine, keys and files that it lacks included: exit status 2. Warnings\n"
    "point out what is valid but unwise: untrue statements of the site, and what the law of a place does not allow. FILE\n"
    "may be - for standard input. Paths in a policy are relative to the policy file.\n",
    check};

}  // namespace abide::detail::cli
