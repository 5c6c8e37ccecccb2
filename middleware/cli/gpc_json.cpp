#include "pages/gpc_json.hpp"

#include "command.hpp"
#include "lines.hpp"
#include "members.hpp"

namespace abide::detail::cli {
namespace {

nlohmann::ordered_json answer(const nlohmann::json& line) {
  const auto status = whole_of(member_of(line, "status"), 999);
  const nlohmann::json& type = member_of(line, "content_type");
  const nlohmann::json& body = member_of(line, "body");
  if (!status) throw line_error("status: expected an HTTP status");
  if (!type.is_null() && !type.is_string()) throw line_error("content_type: expected a string or null");
  if (!body.is_string()) throw line_error("body: expected a string");

  const gpc_support read =
      read_gpc_json(static_cast<int>(*status), type.is_null() ? "" : type.get_ref<const std::string&>(),
                    body.get_ref<const std::string&>());
  nlohmann::ordered_json answered{{"support", to_string(read.answer)}, {"lastUpdate", nullptr}};
  if (read.last_update) answered["lastUpdate"] = *read.last_update;
  return answered;
}

int run(arguments& from) {
  from.done();
  return answer_lines(answer);
}

}  // namespace

const command gpc_json_command{
    "gpc-json", "", "Reads a site's /.well-known/gpc.json from the response to a GET request",
    "in    {\"status\":200,\"content_type\":\"application/json\",\"body\":\"{\\\"gpc\\\":true}\"}\n"
    "out   {\"support\":\"abides\",\"lastUpdate\":null}      support: abides, does-not-abide or unknown\n",
    run};

}  // namespace abide::detail::cli
