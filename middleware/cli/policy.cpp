#include <cstdio>
#include <ctime>
#include <string>

#include "abide/record.hpp"
#include "command.hpp"
#include "tools/explain.hpp"
#include "tools/policy_warnings.hpp"

namespace abide::detail::cli {
namespace {

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + ' ' + std::string(count == 1 ? one : many);
}

int check(arguments& from) {
  const std::string file = from.take_word("FILE");
  from.done();
  const config site = load_config(file);
  const policy& rules = site.policy;
  const std::string line = file + ": ok, " + counted(rules.cookie_count, "cookie", "cookies") + ", " +
                           counted(rules.exemption_count, "exemption", "exemptions") + ", mode " +
                           (rules.mode == mode::enforce ? "enforce" : "observe") + ", notice version " +
                           std::to_string(rules.notice_version) + '\n';
  std::fputs(line.c_str(), stdout);
  for (const std::string& warning : policy_warnings(site, static_cast<std::int64_t>(std::time(nullptr))))
    std::fputs((file + ": warning: " + warning + '\n').c_str(), stderr);
  return ok;
}

std::int64_t take_time(arguments& from) {
  const auto text = from.take_option("--now");
  if (!text) return static_cast<std::int64_t>(std::time(nullptr));
  const auto time = parse_timestamp(text->size() == 10 ? *text + "T00:00:00Z" : *text);
  if (!time) throw usage_error("--now: expected a date such as 2027-01-01, or an RFC 3339 date-time");
  return *time;
}

int explain_file(arguments& from) {
  explanation how;
  how.location = from.take_option("--location");
  how.only_gpc = from.take_flag("--gpc");
  how.now = take_time(from);
  const std::string file = from.take_word("FILE");
  from.done();
  const std::string text = explain(load_config(file), file, how);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return ok;
}

}  // namespace

const command policy_check_command{
    "policy check", "FILE", "Checks a policy file: prints ok and warnings, or the first error",
    "The message names the file, the JSON path and what was expected; the exit status is then 2.\n"
    "Warnings, on standard error, name valid settings that are unwise: those that make the site say something untrue,\n"
    "and those that the law of a place does not allow.\n",
    check};

const command policy_explain_command{
    "policy explain", "FILE [--location PLACE] [--gpc] [--now DATE]", "Explains in plain words what a policy does",
    "  --location PLACE   explain this place (US-CA, DE) instead of a few typical ones\n"
    "  --gpc              only what happens when the browser sends Global Privacy Control\n"
    "  --now DATE         the day whose law counts, such as 2027-01-01; default: today\n",
    explain_file};

}  // namespace abide::detail::cli
