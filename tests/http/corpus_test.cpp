// The filter cases of the corpus over a real socket: the middleware changes both messages as the core does.
#include "cases/corpus.hpp"

#include <algorithm>
#include <atomic>

#include "abide/config.hpp"
#include "catch.hpp"
#include "shop.hpp"
#include "site/consent_cookie.hpp"

using namespace http_test;
using corpus::json;
using corpus::one_case;

namespace {

const std::string secret(32, 'k');

bool is_field_value(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f); });
}

std::string trimmed(std::string text) {
  text.erase(0, text.find_first_not_of(" \t"));
  text.erase(text.find_last_not_of(" \t") + 1);
  return text;
}

field_pairs fields_of(const json& headers) {
  field_pairs fields;
  for (const json& field : headers)
    fields.emplace_back(field[0].get<std::string>(), trimmed(field[1].get<std::string>()));
  return fields;
}

// The value of Cookie, however it is spread over lines.
std::string joined(const field_pairs& fields) {
  std::string out;
  for (const auto& [name, value] : fields)
    if (abide::same_field(name, "Cookie")) out += (out.empty() || value.empty() ? "" : "; ") + value;
  return out;
}

std::vector<std::string> set_cookies_of(const field_pairs& fields) {
  std::vector<std::string> out;
  for (const auto& [name, value] : fields)
    if (abide::same_field(name, "Set-Cookie")) out.push_back(value);
  return out;
}

abide::record record_of(const json& from) {
  abide::record r;
  const json choices = from.value("choices", json::object());
  for (const auto& [name, choice] : choices.items())
    r.choices[static_cast<unsigned>(abide::parse_category(name).value())] =
        choice == "granted" ? abide::choice::granted : abide::choice::denied;
  r.time = from.contains("time") ? words::at(from["time"].get<std::string>()) : 0;
  r.notice = from.value("notice", 0u);
  if (from.contains("sticky_since")) r.sticky_since = words::at(from["sticky_since"].get<std::string>());
  for (const json& each : from.value("services", json::array()))
    r.services.at.at(r.services.count++) = {abide::service_id(each["service"].get<std::string>()),
                                            abide::parse_category(each["category"].get<std::string>()).value(),
                                            each["notice"].get<std::uint32_t>(),
                                            words::at(each["time"].get<std::string>())};
  return r;
}

std::string signed_record(const one_case& c, const field_pairs& request) {
  std::string host = all_of(request, "Host");
  const abide::detail::keys keys({secret}, "", abide::detail::key_use::cookies);
  const std::string field = abide::detail::write_consent_cookie(
      "abide", {record_of(c.in["record"]), {}, 0, 9999999999, true}, {host, false, false}, keys, 1);
  return field.substr(0, field.find(';'));
}

bool may_travel(const one_case& c) {
  if (c.command != "filter" || c.is_error() || c.in.contains("visitor")) return false;
  for (const char* message : {"request", "response"})
    for (const json& field : c.in[message]["headers"])
      if (!is_field_value(field[1])) return false;
  // Two consent cookies are not a choice: such a case cannot have a record as well.
  return true;
}

}  // namespace

TEST_CASE("filter cases come out of a Beast server as they come out of the core") {
  unsigned ran = 0;
  for (const one_case& c : corpus::all()) {
    if (!may_travel(c)) continue;
    CAPTURE(c.file, c.name);
    json policy = c.policy.is_null() ? json::object() : c.policy;
    policy["notice"]["insert"] = false;
    const auto now = std::make_shared<std::atomic<std::int64_t>>(words::at(c.in["now"].get<std::string>()));
    setting how;
    how.location = c.in["location"].is_string() ? c.in["location"].get<std::string>() : "";
    how.policy = policy.dump();
    told next{200, {{"Content-Type", "text/plain"}}, "x"};
    for (const auto& field : fields_of(c.in["response"]["headers"]))
      if (!abide::same_field(field.first, "Content-Type")) next.fields.push_back(field);
    test_server server(shop::site_of(how, {secret}, now), [&](const asked&) { return next; });

    field_pairs request = fields_of(c.in["request"]["headers"]);
    std::string consent;
    if (c.in.contains("record")) request.emplace_back("Cookie", consent = signed_record(c, request));
    request.emplace_back("Connection", "close");
    const auto answers = talk(server.port(), request_text("GET", "/", request, ""));
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].status == 200);

    field_pairs expected = fields_of(c.out["request"]["headers"]);
    if (!consent.empty()) expected.emplace_back("Cookie", consent);
    CHECK(joined(server.seen().fields) == joined(expected));

    // Abide adds its fields after the application's own.
    const auto kept = set_cookies_of(fields_of(c.out["response"]["headers"]));
    auto set = answers[0].set_cookies();
    REQUIRE(set.size() >= kept.size());
    CHECK(std::vector<std::string>(set.begin(), set.begin() + static_cast<std::ptrdiff_t>(kept.size())) == kept);
    for (std::size_t i = kept.size(); i < set.size(); ++i)
      CHECK((set[i].find("=; Max-Age=0") != std::string::npos || set[i].rfind("signal_abide=", 0) == 0 ||
             set[i].rfind("now_abide=", 0) == 0));

    std::vector<std::string> removed, reported;
    for (const json& item : c.out["removed"])
      removed.push_back(item["name"].get<std::string>() + " " + item["reason"].get<std::string>());
    for (const auto& item : server.report())
      if (!item.allowed) reported.push_back(item.name + " " + std::string(item.rule) + ": " + std::string(item.why));
    CHECK(reported == removed);
    ++ran;
  }
  CHECK(ran >= 30);
}
