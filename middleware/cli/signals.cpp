#include "command.hpp"
#include "lines.hpp"
#include "members.hpp"
#include "policy_option.hpp"

namespace abide::detail::cli {
namespace {

int run(arguments& from) {
  const config site = take_policy(from);
  from.done();
  return answer_lines([&](const nlohmann::json& line) -> nlohmann::ordered_json {
    const signals seen = signals_in(read_headers(line, "headers"), site.policy.joined);
    return {{"gpc", seen.gpc}, {"dnt", dnt_json(seen.dnt)}};
  });
}

}  // namespace

const command signals_command{
    "signals", "[--policy FILE]", "Reads Global Privacy Control and Do Not Track from header fields",
    "in    {\"headers\":[[\"Sec-GPC\",\"1\"],[\"DNT\",\"1\"]]}\n"
    "out   {\"gpc\":true,\"dnt\":1}      dnt: 1, 0, or null if absent\n\n"
    "  --policy FILE   the site's policy: its signals.joined_values sets how `0, 1` in one field is read\n",
    run};

}  // namespace abide::detail::cli
