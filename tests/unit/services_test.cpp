// One service of a category in a whole site: the form, the cookies, the log and its exports.
#include <string>

#include "abide/service.hpp"
#include "abide/site.hpp"
#include "catch.hpp"
#include "fields.hpp"
#include "log_on_paper.hpp"
#include "records/new_event.hpp"
#include "records/receipt.hpp"
#include "records/row.hpp"
#include "site/changes.hpp"
#include "site/consent_cookie.hpp"
#include "site/consent_reading.hpp"
#include "tools/export.hpp"

using namespace abide;
using namespace abide::detail;

namespace {

constexpr std::int64_t today = 1795305600;  // 2026-11-22
const std::string secret(32, 'k');
const cookie_realm here{"www.shop.example", false, false};

constexpr std::string_view policy_text = R"({
  "site": {"name": "Shop", "host": "www.shop.example"},
  "jurisdiction": {"from": "cloudflare", "trusted_proxies": ["10.0.0.0/8"]},
  "cookies": [{"name": "t", "category": "targeting", "vendor": "Tally"},
              {"name": "u", "category": "targeting", "vendor": "Uni"}]
})";

site open_site(std::shared_ptr<log_on_paper> log) {
  site_options options;
  options.keys = {secret};
  options.log = std::move(log);
  if (!options.log) options.records = "none";
  options.warn = [](const std::string&) {};
  return site(parse_config(policy_text, "policy.json"), std::move(options));
}

record with_service(std::string_view vendor, category c = category::targeting, std::int64_t time = today - 100) {
  record r;
  r.services.at[0] = {service_id(vendor), c, 1, time};
  r.services.count = 1;
  return r;
}

std::string cookie_of(const record& r, const std::string& subject = std::string(32, 's')) {
  const std::string field =
      write_consent_cookie("abide", {r, subject, 1, today, true}, here, keys({secret}, "", key_use::cookies), 395);
  return field.substr(0, field.find(';'));
}

struct answer {
  unsigned status = 0;
  std::string body, choice, twin;
  std::vector<log_change> saved;
};

answer post(const std::string& body, const std::string& cookie = "", const std::string& place = "DE",
            bool stores = true, const latest_choice& said = {}) {
  const auto log = std::make_shared<log_on_paper>();
  const site shop = open_site(log);
  field_list request{{"Host", "www.shop.example"}, {"Sec-Fetch-Site", "same-origin"}, {"Accept", "application/json"}};
  request.add("CF-IPCountry", place.substr(0, 2));
  if (place.size() > 2) request.add("CF-Region-Code", place.substr(3));
  if (!cookie.empty()) request.add("Cookie", cookie);
  visit v = shop.begin("POST", "/consent", request, {"10.0.0.1", transport::plain}, today);
  answer a;
  effect wanted = v.answer("POST", "/consent", request, body);
  while (wanted) {
    effect_result result;
    result.saved.status = stores ? save_status::saved : save_status::failed;
    result.latest = said;
    if (wanted.kind == effect_kind::save) a.saved.push_back(wanted.change);
    wanted = v.resume(std::move(result), request);
  }
  const auto reply = v.take_reply();
  REQUIRE(reply);
  a.status = reply->status;
  a.body = reply->body;
  for (const auto& [name, value] : reply->fields) {
    if (name == "Set-Cookie" && value.starts_with("abide=")) a.choice = value.substr(0, value.find(';'));
    if (name == "Set-Cookie" && value.starts_with("now_abide=")) a.twin = value.substr(0, value.find(';'));
  }
  return a;
}

std::string record_in(const std::string& cookie) { return cookie.substr(6, cookie.find('~') - 6); }

/// What the application sees of `t=1; u=2`.
std::string seen_with(const std::string& cookie, const latest_choice& said = {}) {
  const site shop = open_site(std::make_shared<log_on_paper>());
  field_list request{{"Host", "www.shop.example"}, {"CF-IPCountry", "DE"}, {"Cookie", "t=1; u=2; " + cookie}};
  visit v = shop.begin("GET", "/", request, {"10.0.0.1", transport::plain}, today);
  for (effect wanted = v.answer("GET", "/", request, ""); wanted;) {
    effect_result result;
    result.latest = said;
    wanted = v.resume(std::move(result), request);
  }
  v.abandon();
  const std::string seen(request.first("Cookie"));
  return seen.substr(0, seen.find("; abide="));
}

const std::string allow_tally = "choice=allow-service&service=tally&grant=targeting&from=settings";

}  // namespace

TEST_CASE("a form allows one service, and the signed cookie, its twin, the state and the log name it") {
  const answer a = post(allow_tally);
  CHECK(a.status == 200);
  const auto kept = parse_record(record_in(a.choice));
  REQUIRE(kept.has_value());
  REQUIRE(kept->services.count == 1);
  CHECK(kept->services.at[0].service == service_id("Tally"));
  CHECK(kept->time == 0);
  CHECK(a.body.find(R"("services":[{"service":"Tally","category":"targeting","shared":true}])") != std::string::npos);
  CHECK(a.body.find(R"("notice":"banner")") != std::string::npos);
  CHECK(a.twin.find("_b") != std::string::npos);
  REQUIRE(a.saved.size() == 1);
  const consent_event& e = a.saved[0].event.value();
  CHECK(e.kind == event_kind::grant);
  CHECK(e.services == std::vector<event_service>{{category::targeting, "Tally"}});
  CHECK(e.valid_until > today);
  CHECK(seen_with(a.choice) == "t=1");
}

TEST_CASE("an unknown service is refused, and one that the law does not allow in one step is not granted") {
  CHECK(post("choice=allow-service&service=Nobody%20Knows&grant=targeting").status == 400);
  CHECK(post("choice=allow-service&grant=targeting").status == 400);
  record opted_out;
  opted_out.sticky_since = today - 1000;
  const answer a = post(allow_tally, cookie_of(opted_out), "US-CA");
  CHECK(a.status == 200);
  CHECK(a.saved.empty());
  CHECK(a.body.find("Tally") == std::string::npos);
}

TEST_CASE(
    "a service that cannot be recorded is not allowed, and one that is withdrawn ends even if that cannot be recorded") {
  const answer lost = post(allow_tally, "", "DE", false);
  CHECK(lost.status == 503);
  CHECK(lost.choice.empty());
  const answer ended = post("choice=withdraw-service&service=Tally", cookie_of(with_service("Tally")), "DE", false,
                            {true, 1, {}, {}, {{category::targeting, "Tally"}}});
  CHECK(ended.status == 503);
  REQUIRE_FALSE(ended.choice.empty());
  CHECK(parse_record(record_in(ended.choice))->services.count == 0);
}

TEST_CASE(
    "a withdrawal counts although the policy no longer lists the service, and changes nothing if it was not allowed") {
  const answer ended = post("choice=withdraw-service&service=Nobody%20Knows", cookie_of(with_service("Nobody Knows")));
  CHECK(ended.status == 200);
  CHECK(parse_record(record_in(ended.choice))->services.count == 0);
  CHECK(ended.saved.size() == 1);
  const answer none = post("choice=withdraw-service&service=Nobody%20Knows", cookie_of(with_service("Tally")));
  CHECK(none.status == 200);
  CHECK(none.saved.empty());
}

TEST_CASE("an old cookie does not bring back a service whose withdrawal is in the log") {
  const std::string cookie = cookie_of(with_service("Tally"));
  CHECK(seen_with(cookie) == "t=1");  // the log has no choice: the signature counts
  CHECK(seen_with(cookie, {true, today * 1000, {}, {}, {{category::targeting, "TALLY"}}}) == "t=1");
  CHECK(seen_with(cookie, {true, today * 1000, {}, {}, {}}).starts_with("abide="));
  CHECK(seen_with(cookie, {true, today * 1000, {}, {}, {{category::analytics, "Tally"}}}).starts_with("abide="));
}

TEST_CASE("the longest record fits the signed cookie") {
  record r = with_service("Tally");
  r.time = today;
  r.notice = 999999999;
  r.sticky_since = today;
  r.exception = informed_exception{category_set(14), today};
  r.opt_in = opt_in{category_set(14), today, true};
  for (service_grant& each : r.services.at) each = {0xffffffffu, category::targeting, 999999999, today};
  r.services.count = service_grants_max;
  const std::string cookie = cookie_of(r, std::string(64, 's'));
  const auto read = read_consent_cookie(cookie.substr(6), here, keys({secret}, "", key_use::cookies));
  REQUIRE(read.has_value());
  CHECK(read->record.services.count == service_grants_max);
}

TEST_CASE("with several consent cookies a service counts if all of them allow it, and a new refusal ends it") {
  const auto reading_of = [](const record& one, const record& other) {
    consent_reading found;
    found.add({one, {}, 0, today, true});
    found.add({other, {}, 0, today, true});
    return found.choice->record;
  };
  CHECK(
      reading_of(with_service("Tally"), with_service("Tally", category::targeting, today - 500)).services.at[0].time ==
      today - 500);
  CHECK(reading_of(with_service("Tally"), with_service("Uni")).services.count == 0);
  CHECK(reading_of(with_service("Tally"), record{}).services.count == 0);
  consent_reading found;
  found.add({with_service("Tally"), {}, 0, today, true});
  found.add_refusals("1.nddd.0.0.0..");
  CHECK(found.choice->record.services.count == 0);
}

TEST_CASE("the log records a choice of a service as a grant, a change or a withdrawal") {
  const record none, tally = with_service("Tally");
  record both = tally;
  both.services.at[1] = {service_id("Uni"), category::targeting, 1, today};
  both.services.count = 2;
  CHECK(kind_of_choice(nullptr, tally) == event_kind::grant);
  CHECK(kind_of_choice(&tally, both) == event_kind::grant);
  CHECK(kind_of_choice(&both, tally) == event_kind::change);
  CHECK(kind_of_choice(&tally, none) == event_kind::withdraw);
  record refused;
  refused.time = today;
  refused.choices[3] = choice::denied;
  CHECK(kind_of_choice(&tally, refused) == event_kind::withdraw);  // although only a service was allowed before
}

TEST_CASE("the log's rows, its exports and the receipt name the services") {
  consent_record r;
  r.event.id = "x";
  r.event.subject = std::string(32, 's');
  r.event.kind = event_kind::grant;
  r.event.choices = {choice::none, choice::granted, choice::none, choice::denied};
  r.event.services = {{category::targeting, "Tally"}, {category::functional, "Caf\xc3\xa9 Maps"}};
  CHECK(why_refused(r.event).empty());
  const row stored = row_of(r);
  CHECK(cell(stored, "choices") == "ngnd\t3Tally\t2Caf\xc3\xa9 Maps");
  CHECK(record_of(stored).event.services == r.event.services);
  CHECK(record_of(stored).event.choices == r.event.choices);
  CHECK(csv_heading().ends_with(",services\r\n"));
  CHECK(to_csv(stored).ends_with(",targeting: Tally; functional: Caf\xc3\xa9 Maps\r\n"));
  const site_facts site;
  CHECK(json_ld_receipts({r}, site).find(R"("dct:title":"Tally")") != std::string::npos);
  CHECK(to_kantara(stored, site).value().find(R"("thirdPartyName":"Tally")") != std::string::npos);
  r.event.services = {{category::targeting, "Tab\tulated"}};
  CHECK_FALSE(why_refused(r.event).empty());
  r.event.services = {{category::required, "Tally"}};
  CHECK_FALSE(why_refused(r.event).empty());
  for (const char* text : {"ngnd", "ngnd\t", "ngnd\t3", "ngnd\t0Tally", "ngnd\t9Tally", "ng"}) {
    row odd = row_of(r);
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (columns[i].name == "choices") odd[i] = text;
    CHECK(record_of(odd).event.services.empty());
  }
}

TEST_CASE("the preference page lists a category's services, each with a button that allows or withdraws it") {
  const auto page = [](const std::string& cookie, const std::string& place) {
    const site shop = open_site(nullptr);
    field_list request{{"Host", "www.shop.example"}, {"Accept", "text/html"}};
    request.add("CF-IPCountry", place.substr(0, 2));
    if (place.size() > 2) request.add("CF-Region-Code", place.substr(3));
    if (!cookie.empty()) request.add("Cookie", cookie);
    visit v = shop.begin("GET", "/consent", request, {"10.0.0.1", transport::plain}, today);
    CHECK_FALSE(v.answer("GET", "/consent", request, ""));
    return v.take_reply().value().body;
  };
  const auto has = [](const std::string& html, std::string_view part) { return html.find(part) != std::string::npos; };
  const std::string allow_uni = R"(form="abide-allow-targeting" name="service" value="Uni")";
  const std::string end_tally = R"(form="abide-withdraw-targeting" name="service" value="Tally")";
  const std::string fresh = page("", "DE");
  CHECK(has(fresh, "Services (2)"));
  CHECK(has(fresh, allow_uni));
  CHECK(has(fresh, "Always show Tally"));
  CHECK(has(fresh, R"(<form id="abide-allow-targeting")"));
  CHECK_FALSE(has(fresh, R"(<form id="abide-withdraw-targeting")"));
  const std::string allowed = page(cookie_of(with_service("Tally")), "DE");
  CHECK(has(allowed, end_tally));
  CHECK(has(allowed, allow_uni));
  CHECK(has(allowed, R"(<form id="abide-withdraw-targeting")"));
  CHECK_FALSE(has(page("", "US-CA"), "abide-allow-targeting"));  // the whole category is on
}

TEST_CASE(
    "the preference page offers a service only if that lets its cookies pass, and calls it on only if they pass") {
  struct vendor {
    std::string name, cookie;
  };
  for (const std::string place : {"US-CA", "DE"})
    for (const bool gpc : {false, true})
      for (const vendor& each : {vendor{"Counter", "c=1"}, vendor{"Reviews", "r=1"}}) {
        site_options options;
        options.keys = {secret};
        options.records = "none";
        options.warn = [](const std::string&) {};
        const site shop(parse_config(R"({"jurisdiction": {"fixed": ")" + place + R"("}, "cookies": [
            {"name": "c", "category": "analytics", "vendor": "Counter", "contract": "processor"},
            {"name": "r", "category": "analytics", "vendor": "Reviews", "shared": true}]})",
                                     "policy.json"),
                        std::move(options));
        const auto ask = [&](const std::string& target, bool allowed) {
          field_list request{{"Host", "www.shop.example"}, {"Accept", "text/html"}};
          if (gpc) request.add("Sec-GPC", "1");
          const record r = with_service(each.name, category::analytics);
          request.add("Cookie", (allowed ? cookie_of(r) + "; " : "") + each.cookie);
          visit v = shop.begin("GET", target, request, {"10.0.0.1", transport::plain}, today);
          if (target == "/") return request.all("Cookie");
          CHECK_FALSE(v.answer("GET", target, request, ""));
          return v.take_reply().value().body;
        };
        const auto has = [](const std::string& in, const std::string& part) {
          return in.find(part) != std::string::npos;
        };
        const auto passes = [&](bool allowed) { return has(ask("/", allowed), each.cookie); };
        INFO(place << (gpc ? " under GPC: " : ": ") << each.name);
        const std::string allow = R"(form="abide-allow-analytics" name="service" value=")" + each.name + '"';
        CHECK(has(ask("/consent", false), allow) == (!passes(false) && passes(true)));
        CHECK(has(ask("/consent", true), "<bdi>" + each.name + R"(</bdi> <span class="abide-mark">On)") ==
              passes(true));
        CHECK(has(ask("/consent", true), R"(form="abide-withdraw-analytics" name="service" value=")" + each.name));
      }
}
