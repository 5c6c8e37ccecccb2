#include <cstdio>
#include <ctime>
#include <string>

#include "abide/record.hpp"
#include "command.hpp"
#include "policy_file.hpp"
#include "tools/explain.hpp"

namespace abide::detail::cli {
namespace {

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
  const config site = policy_of_file(file);
  const std::string text = explain(site, file == "-" ? "standard input" : file, how);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return ok;
}

}  // namespace

const command policy_explain_command{
    "policy explain", "FILE [--location PLACE] [--gpc] [--now DATE]", "Explains in plain words what a policy does",
    "  --location PLACE   explain this place (US-CA, DE) instead of a few typical ones\n"
    "  --gpc              only what happens when the browser sends Global Privacy Control\n"
    "  --now DATE         the day whose law counts, such as 2027-01-01; default: today\n",
    explain_file};

}  // namespace abide::detail::cli
