#include "abide/filter.hpp"

#include "base/ascii.hpp"
#include "command.hpp"
#include "lines.hpp"
#include "members.hpp"
#include "policy_option.hpp"
#include "visit_place.hpp"

namespace abide::detail::cli {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

// host [ ":" port ] ; an IPv6 address keeps its brackets
std::string host_of(const header_fields& request, std::string_view otherwise) {
  for (const auto& [name, value] : request) {
    if (!same_field(name, "Host")) continue;
    if (value.starts_with('[')) return ascii_text::lower(value.substr(0, value.find(']') + 1));  // npos + 1 is 0
    return ascii_text::lower(value.substr(0, value.find(':')));
  }
  return std::string(otherwise);
}

// Collects what the core would remove, also in observe mode.
struct removals {
  const decision* made;
  ordered_json list = ordered_json::array();

  static void see(void* context, const finding& found) {
    auto& self = *static_cast<removals*>(context);
    if (found.verdict.allowed) return;
    const std::string reason =
        std::string(to_string(found.verdict.rule)) + ": " + std::string(why(*self.made, found.verdict));
    self.list.push_back({{"from", found.from_request ? "request" : "response"},
                         {"name", found.name},
                         {"category", to_string(found.what.category)},
                         {"reason", reason}});
  }
};

ordered_json filter_request(const filter& by, const header_fields& fields) {
  ordered_json left = ordered_json::array();
  std::string room;
  for (const auto& [name, value] : fields) {
    if (!same_field(name, "Cookie")) {
      left.push_back({name, value});
      continue;
    }
    room.resize(filtered_size_max(value.size()));
    std::size_t removed = 0;
    const std::size_t size = filter_cookies(by, value, room.data(), removed);
    if (size == 0 && removed > 0) continue;
    left.push_back({name, std::string_view(room).substr(0, size)});
  }
  return left;
}

ordered_json filter_response(filter by, const header_fields& fields) {
  for (const auto& [name, value] : fields)
    if (same_field(name, "Date")) by.date = value;
  ordered_json left = ordered_json::array();
  std::string room;
  for (const auto& [name, value] : fields) {
    const set_cookie_action passes =
        same_field(name, "Set-Cookie") ? filter_set_cookie(by, value) : set_cookie_action::keep;
    if (passes == set_cookie_action::keep) left.push_back({name, value});
    if (passes != set_cookie_action::as_deletion) continue;
    room.resize(deletion_size_max(value.size()));
    left.push_back({name, std::string_view(room).substr(0, write_deletion(value, room.data()))});
  }
  return left;
}

ordered_json answer(const config& site, visit_place& where, const json& line) {
  const header_fields request = read_headers(member_of(line, "request"), "request.headers");
  const header_fields response = read_headers(member_of(line, "response"), "response.headers");
  const visit_facts facts = where.read(line, request);
  const decision made = decide_for(site.policy, request, facts);
  const std::string host = host_of(request, site.policy.host);
  removals removed{&made};
  const filter by{&site.policy, &made, host, facts.now, {removals::see, &removed}};
  ordered_json request_left = filter_request(by, request);
  ordered_json response_left = filter_response(by, response);
  return {{"request", {{"headers", std::move(request_left)}}},
          {"response", {{"headers", std::move(response_left)}}},
          {"removed", std::move(removed.list)}};
}

int run(arguments& from) {
  const config site = take_policy(from);
  from.done();
  visit_place where(site);
  return answer_lines([&](const json& line) { return answer(site, where, line); });
}

}  // namespace

const command filter_command{
    "filter", "[--policy FILE]", "Removes cookies that are not allowed from a request and its response",
    "in    {\"request\":{\"headers\":[[\"Cookie\",\"_ga=1\"]]},\"response\":{\"headers\":[[\"Set-Cookie\",\"_fbp=2\"]]},\"location\":\"DE\"}\n"
    "      now, record, visitor and peer as for abide decide\n"
    "out   the request and the response without those cookies, and \"removed\":[{\"from\",\"name\",\"category\",\"reason\"}]\n\n"
    "  --policy FILE   the site's policy; default: the strict policy {}\n",
    run};

}  // namespace abide::detail::cli
