// The `abide` command: one sub-command for each question that a program, a script or a lawyer asks about a policy.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>

#include "abide/abide.hpp"
#include "abide/config.hpp"
#include "abide/version.h"
#include "command.hpp"
#include "policy/suggestion.hpp"
#include "tools/counted.hpp"

namespace abide::detail::cli {
namespace {

constexpr const command* commands[] = {
    &classify_command,       &signals_command,         &gpc_json_command,       &insert_command,
    &set_cookie_command,     &decide_command,          &choose_command,         &filter_command,
    &policy_init_command,    &policy_check_command,    &policy_explain_command, &policy_diff_command,
    &policy_text_command,    &records_verify_command,  &records_export_command, &records_report_command,
    &catalog_import_command, &catalog_lint_command,    &catalog_subset_command, &records_erase_command,
    &records_retain_command, &records_migrate_command,
#ifdef ABIDE_PROXY
    &proxy_command,
#endif
};

std::string usage_of(const command& which) {
  std::string line = "usage: abide " + std::string(which.name);
  if (!which.takes.empty()) line += ' ' + std::string(which.takes);
  return line + '\n';
}

std::string help_of(const command& which) {
  return usage_of(which) + '\n' + std::string(which.summary) + ".\n\n" + std::string(which.help);
}

std::string overview() {
  std::string text = "usage: abide COMMAND [OPTION...]\n\n";
  std::size_t width = 0;
  for (const command* each : commands) width = std::max(width, each->name.size());
  for (const command* each : commands)
    text += "  " + std::string(each->name) + std::string(width + 3 - each->name.size(), ' ') +
            std::string(each->summary) + '\n';
  return text +
         "\nThe commands from classify to filter read lines from standard input and print one line for each, in order.\n"
         "Run abide COMMAND --help for details. Exit status: 0 success, 1 a bad line or a finding, 2 wrong usage or\n"
         "configuration, or output that could not be written.\n";
}

std::string version() {
  const catalog_info names = catalog();
  const jurisdiction_table places = jurisdictions();
  return std::string("abide ") + abide_version() + "\ncatalog: " + counted(names.entries, "name", "names") + ", " +
         counted(names.hosts, "host", "hosts") + ", version " + std::string(names.version) + ", checksum " +
         std::to_string(names.checksum) + "\njurisdictions: " + counted(places.count, "row", "rows") + " as of " +
         std::string(places.version) + " (" + std::string(jurisdiction_version()) + ")\n";
}

// Removes the words of a command's name from the front.
const command* take_command(std::vector<std::string>& words) {
  for (std::size_t count = std::min<std::size_t>(2, words.size()); count > 0; --count) {
    const std::string name = count == 2 ? words[0] + ' ' + words[1] : words[0];
    for (const command* each : commands) {
      if (each->name != name) continue;
      words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count));
      return each;
    }
  }
  return nullptr;
}

struct other_command {
  std::string_view word, ours;
};
/// The names of commands in other tools.
constexpr other_command other_commands[] = {
    {"validate", "policy check"}, {"lint", "policy check"},
    {"verify", "records verify"}, {"describe", "policy explain"},
    {"new", "policy init"},       {"create", "policy init"},
    {"setup", "policy init"},     {"compare", "policy diff"},
    {"serve", "proxy"},           {"run", "proxy"},
    {"start", "proxy"},           {"audit", "records report"},
};

/// The command that was probably meant; empty: none.
std::string_view meant_command(const std::vector<std::string>& words) {
  std::vector<std::string_view> names;
  for (const command* each : commands) names.push_back(each->name);
  const std::string& first = words[0];
  const std::string both = words.size() > 1 ? first + ' ' + words[1] : first;
  for (const other_command& each : other_commands)
    if (each.word == first || (words.size() > 1 && each.word == words[1])) return each.ours;
  if (const std::string_view near = nearest(both, names); !near.empty()) return near;
  if (const std::string_view near = nearest(first, names); !near.empty()) return near;
  for (const std::string_view name : names)
    if (name.ends_with(' ' + first)) return name;
  return {};
}

/// The sub-commands that begin with a word: `policy check, policy explain`.
std::string below(std::string_view first) {
  std::string list;
  for (const command* each : commands)
    if (each->name.starts_with(std::string(first) + ' ')) list += (list.empty() ? "" : ", ") + std::string(each->name);
  return list;
}

int unknown(const std::vector<std::string>& words) {
  if (words.empty()) return print(stderr, overview()), wrong_usage;
  const std::string_view meant = meant_command(words);
  const std::string some = below(words[0]);
  const std::string said = words.size() > 1 && !some.empty() ? words[0] + ' ' + words[1] : words[0];
  std::string text = "abide: ";
  if (!some.empty() && words.size() == 1) text += "expected one of " + some;
  else
    text +=
        "unknown command \"" + said + '"' + did_you_mean(meant.empty() ? "" : std::string("abide ").append(meant), "");
  print(stderr, text + '\n');
  if (meant.empty() && some.empty()) print(stderr, '\n' + overview());
  return wrong_usage;
}

bool asks_for_help(const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(), [](const auto& word) { return word == "--help" || word == "-h"; });
}

/// Returns `status` only if all output was written: the disk may be full, or the pipe closed.
int when_printed(int status) {
  const bool had_failed = std::ferror(stdout) != 0;
  if (std::fflush(stdout) == 0 && !had_failed) return status;
  print(stderr, "abide: cannot write to standard output; the output is incomplete\n");
  return wrong_usage;
}

int run(std::vector<std::string> words) {
  const command* which = take_command(words);
  if (asks_for_help(words)) return print(stdout, which ? help_of(*which) : overview()), ok;
  if (!which && words.size() == 1 && words[0] == "--version") return print(stdout, version()), ok;
  if (!which) return unknown(words);
  try {
    arguments rest(std::move(words), std::string(which->takes) + ' ' + std::string(which->help));
    return which->run(rest);
  } catch (const usage_error& error) {
    print(stderr, "abide " + std::string(which->name) + ": " + error.what() + '\n' + usage_of(*which));
  } catch (const config_error& error) {
    print(stderr, std::string(error.what()) + '\n');
  } catch (const std::exception& error) {
    print(stderr, "abide " + std::string(which->name) + ": " + error.what() + '\n');
  }
  return wrong_usage;
}

}  // namespace
}  // namespace abide::detail::cli

int main(int count, char** words) {
  using namespace abide::detail::cli;
  return when_printed(run({words + std::min(count, 1), words + count}));
}
