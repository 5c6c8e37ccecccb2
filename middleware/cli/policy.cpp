#include <cstdio>
#include <string>

#include "command.hpp"
#include "policy_file.hpp"
#include "tools/explain.hpp"
#include "tools/policy_diff.hpp"

namespace abide::detail::cli {
namespace {

int explain_file(arguments& from) {
  const auto location = from.take_place("--location");
  const bool only_gpc = from.take_flag("--gpc"), html = from.take_flag("--html");
  const std::int64_t now = from.take_day("--now");
  const std::string file = from.take_word("FILE");
  from.done();
  if (html && location) throw usage_error("--html and --location cannot be combined");
  if (only_gpc && !location) throw usage_error("--gpc requires --location PLACE");
  const config site = policy_of_file(file);
  if (location) return print(explain_place(site, *location, only_gpc, now)), ok;
  const page made = explain(site, file == "-" ? "the policy" : file, now);
  print(html ? to_html(made) : to_text(made));
  return ok;
}

int diff_files(arguments& from) {
  const bool html = from.take_flag("--html");
  const std::int64_t now = from.take_day("--now");
  const std::string first = from.take_word("BEFORE"), second = from.take_word("AFTER");
  from.done();
  page made = policy_diff(policy_of_file(first), policy_of_file(second), now);
  const bool is_same = made.sections.empty();
  made.title = is_same ? "Nothing changes from " + first + " to " + second
                       : "What changes from " + first + " to " + second + ", on " + date_of(now);
  print(html ? to_html(made) : to_text(made));
  return is_same ? ok : some_line_bad;
}

}  // namespace

const command policy_explain_command{
    "policy explain", "FILE|- [--html] [--location PLACE [--gpc]] [--now DATE]",
    "Explains on one page what a policy does",
    "  --html             write the page in HTML\n"
    "  --location PLACE   explain one place (US-CA, DE) instead: its law, what is allowed there, and why\n"
    "  --gpc              with --location: only what happens when the browser sends Global Privacy Control\n"
    "  --now DATE         use the law of this day, such as 2027-01-01; default: today\n",
    explain_file};

const command policy_diff_command{"policy diff", "BEFORE AFTER [--html] [--now DATE]",
                                  "Shows what changes, and for whom, from one policy to the next",
                                  "  --html       write the page in HTML\n"
                                  "  --now DATE   use the law of this day; default: today\n\n"
                                  "Exit status: 0 no changes, 1 changes.\n",
                                  diff_files};

}  // namespace abide::detail::cli
