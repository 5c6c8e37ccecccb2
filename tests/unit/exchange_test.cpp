// One exchange without an HTTP library, a log or other threads.
#include <random>
#include <string>
#include <thread>

#include "abide/carry.hpp"
#include "abide/service.hpp"
#include "abide/site.hpp"
#include "catch.hpp"
#include "fields.hpp"
#include "log_on_paper.hpp"
#include "site/consent_cookie.hpp"

using namespace abide;
using namespace abide::detail;

namespace {

constexpr std::int64_t today = 1795305600;  // 2026-11-22
const std::string secret(32, 'k');

constexpr std::string_view policy_text = R"({
  "site": {"name": "Shop", "host": "www.shop.example"},
  "jurisdiction": {"from": "cloudflare", "trusted_proxies": ["10.0.0.0/8"]},
  "notice": {"languages": ["en", "de"]},
  "exempt": ["GB:statistical:a"],
  "cookies": [{"name": "r", "category": "required"}, {"name": "a", "category": "analytics"},
              {"name": "f", "category": "functional"}, {"name": "t", "category": "targeting", "vendor": "Tally"},
              {"name": "s", "category": "analytics", "shared": true},
              {"name": "l", "category": "targeting", "programme": "loyalty"},
              {"name": "m", "category": "targeting", "programme": "miles"}]
})";

/// Another site with the same keys and host, whose policy differs for the same cookies.
constexpr std::string_view other_policy_text = R"({
  "site": {"name": "Other", "host": "www.shop.example"},
  "jurisdiction": {"from": "cloudflare", "trusted_proxies": ["10.0.0.0/8"]},
  "notice": {"languages": ["de", "en"]},
  "cookies": [{"name": "r", "category": "targeting"}, {"name": "a", "category": "required"},
              {"name": "f", "category": "analytics", "shared": true}, {"name": "t", "category": "functional"}]
})";

struct shop {
  std::shared_ptr<log_on_paper> log;
  std::vector<std::string> warnings;
  abide::site site;

  explicit shop(std::shared_ptr<log_on_paper> kept = nullptr, std::string_view policy = policy_text)
      : log(std::move(kept)), site(made(*this, policy)) {}

  static abide::site made(shop& s, std::string_view policy) {
    site_options options;
    options.keys = {secret};
    options.log = s.log;
    if (!s.log) options.records = "none";
    options.warn = [&s](const std::string& text) { s.warnings.push_back(text); };
    return abide::site(parse_config(policy, "policy.json"), std::move(options));
  }
};

std::string signed_cookie(const record& r, std::string_view host = "www.shop.example",
                          const std::string& key = secret) {
  const std::string field = write_consent_cookie("abide", {r, {}, 0, r.time, true}, {host, false, false},
                                                 keys({key}, "", key_use::cookies), 395);
  return field.substr(0, field.find(';'));
}

field_list request_of(std::initializer_list<std::pair<std::string, std::string>> more) {
  field_list request{{"Host", "www.shop.example"}};
  request.list.insert(request.list.end(), more);
  return request;
}

const connection direct{"10.0.0.1", transport::plain};
constexpr std::string_view page = "<!doctype html><html lang=en><head><title>x</title></head><body>hi</body></html>";

// ---- Random exchanges

struct dice {
  std::mt19937 random;
  std::size_t below(std::size_t n) { return random() % n; }
  bool happens() { return below(2) == 0; }
  template <std::size_t count>
  std::string_view one(const std::string_view (&words)[count]) {
    return words[below(count)];
  }
};

/// Few shapes, so that visitors often share one; the times differ.
record random_record(dice& d, std::int64_t now) {
  record r;
  const choice rest = d.happens() ? choice::denied : choice::granted;
  if (d.below(4) != 0) r.choices = {choice::none, rest, rest, d.happens() ? rest : choice::denied};
  r.time = now - static_cast<std::int64_t>(d.below(120));
  r.notice = d.below(6) == 0 ? 2 : 1;
  if (d.below(3) == 0) r.sticky_since = r.time - 10 + static_cast<std::int64_t>(d.below(20));
  if (d.below(3) == 0) {
    r.services.at[0] = {service_id("Tally"), category::targeting, r.notice, r.time};
    r.services.count = 1;
  }
  if (r.sticky_since && d.happens()) r.exception = informed_exception{category_set(8), *r.sticky_since + 1};
  return r;
}

std::string random_cookies(dice& d, std::int64_t now) {
  std::string cookies;
  for (const std::string_view name : {"r", "a", "f", "t", "s", "l", "m", "_ga", "_fbp"})
    if (d.happens()) cookies.append(name).append("=").append(1, static_cast<char>('0' + d.below(3))).append("; ");
  if (d.below(4) != 0) cookies.append(signed_cookie(random_record(d, now)));
  if (d.below(10) == 0) cookies += "; abide=1.nnnn.0.0.0..~~forged~signature";
  return cookies;
}

field_list random_request(dice& d, const std::string& cookies) {
  field_list request{{"Host", std::string(d.one({"www.shop.example", "WWW.Shop.Example:8080", "shop.example"}))}};
  request.add("CF-IPCountry", d.one({"DE", "GB", "US", "BR", "XX"}));
  if (d.below(4) == 0) request.add("CF-Region-Code", "CA");
  if (d.below(3) == 0) request.add("Sec-GPC", "1");
  if (d.below(6) == 0) request.add("DNT", d.one({"1", "0"}));
  if (d.below(6) == 0) request.add("Sec-Fetch-Dest", d.one({"iframe", "empty", "image"}));
  if (d.below(8) == 0) request.add("Sec-Purpose", "prefetch");
  if (!cookies.empty()) request.add("Cookie", cookies);
  if (d.below(12) == 0) request.add("Cookie", "t=second; a=1");
  return request;
}

field_list random_response(dice& d) {
  field_list response{
      {"Content-Type", std::string(d.one({"text/html", "text/html; charset=utf-8", "application/json"}))}};
  for (const std::string_view field : {"r=1; Path=/", "a=1; Domain=shop.example; Max-Age=60", "t=; Max-Age=0", "_fbp=1",
                                       "_ga=1; Expires=Sun, 06 Nov 1994 08:49:37 GMT"})
    if (d.happens()) response.add("Set-Cookie", field);
  if (d.below(3) == 0)
    response.add("Content-Security-Policy",
                 d.one({"default-src 'self'", "script-src 'nonce-abc'; style-src 'nonce-xyz'"}));
  if (d.below(4) == 0) response.add("Cache-Control", d.one({"public, max-age=60", "no-store"}));
  return response;
}

/// One whole exchange: the request, and what the application would answer.
struct script {
  const abide::site* site = nullptr;
  transport via = transport::plain;
  std::string method = "GET", target, form, account;
  abide::visitor about;
  field_list request, response;
  unsigned status = 200;
  std::string_view html;
  std::int64_t now = 0;

  bool knows_person() const { return !account.empty() || about.age >= 0 || about.opted_out || about.incentive_kept; }
};

script random_script(dice& d, const std::string& cookies, std::string_view html, int number, std::int64_t now) {
  script s;
  s.request = random_request(d, cookies);
  s.response = random_response(d);
  s.html = html;
  s.now = now;
  // A different page each time: what was sent for the last one is therefore not left out here.
  s.target = "/page-" + std::to_string(number);
  if (d.below(5) == 0) s.target = d.one({"/consent/policy", "/consent/cookies?lang=de", "/consent/state?reasons=1"});
  if (d.below(8) == 0) s.method = "HEAD";
  if (d.below(8) == 0) s.via = transport::tls;
  if (d.below(6) == 0) s.account = "kim";
  if (d.below(12) == 0) s.about.age = 15;
  if (d.below(12) == 0) s.about.opted_out = true;
  if (d.below(3) == 0) {
    s.about.incentive_asked = s.about.incentive_kept = true;
    s.about.programme = d.one({"loyalty", "miles"});
  }
  constexpr unsigned statuses[]{101, 103, 204, 206, 302, 304, 404};
  if (d.below(4) == 0) s.status = statuses[d.below(std::size(statuses))];
  if (d.below(6) == 0) {
    s.method = "POST";
    s.target = "/consent";
    s.form = "choice=" + std::string(d.one({"accept-all", "reject-all", "save&grant=analytics"})) + "&from=banner";
  }
  return s;
}

struct outcome {
  std::vector<std::pair<std::string, std::string>> request, response;
  std::string body;
  unsigned status = 0;
  bool operator==(const outcome&) const = default;
};

outcome run(const script& of) {
  field_list request = of.request, response = of.response;
  visit v = of.site->begin(of.method, of.target, request, {"10.0.0.1", of.via}, of.now);
  outcome o;
  const auto carry = [&](effect wanted) {
    while (wanted) wanted = v.resume({}, request);
  };
  if (of.knows_person()) carry(v.identify(of.account, of.about, request));
  carry(v.answer(of.method, of.target, request, of.form));
  if (const auto own = v.take_reply()) return {request.list, own->fields, own->body, own->status};
  o.body = of.html;
  v.finish(of.status, response, &o.body);
  o.request = request.list;
  o.response = response.list;
  return o;
}

}  // namespace

TEST_CASE("a browser without pseudonym is linked to an account by the response that stores one, never before") {
  for (const char* place : {"DE", "US-CA"})
    for (const char* destination : {"document", "style"})
      for (const unsigned status : {200u, 404u}) {
        CAPTURE(place, destination, status);
        shop s(std::make_shared<log_on_paper>());
        field_list request{{"Host", "www.shop.example"},
                           {"CF-IPCountry", std::string(place).substr(0, 2)},
                           {"CF-Region-Code", "CA"},
                           {"Sec-Fetch-Dest", destination},
                           {"Sec-GPC", "1"},
                           {"Cookie", "signal_abide=1.nnnn.0.1795305500.gh.~1795305500"}};
        visit v = s.site.begin("GET", "/", request, {"10.0.0.1", transport::plain}, today);
        REQUIRE(v.chosen());
        REQUIRE(v.identify("ann", {}, request).kind == effect_kind::account);
        effect_result known;
        known.account = {true, today - 1000};
        CHECK_FALSE(v.resume(std::move(known), request));
        CHECK_FALSE(v.answer("GET", "/", request, {}));
        field_list response{{"Content-Type", "text/html"}};
        std::string body = "<!doctype html><p>x";
        v.finish(status, response, &body);
        std::vector<std::string> linked;
        for (const log_change& each : v.take_notes())
          if (!each.subject.empty()) linked.push_back(each.subject);
        const std::string cookies = response.all("Set-Cookie");
        CHECK(linked.size() == (cookies.find("abide=1.") == std::string::npos ? 0u : 1u));
        for (const std::string& subject : linked) CHECK(cookies.find('~' + subject + '~') != std::string::npos);
        const bool may_store = place == std::string("US-CA") && destination == std::string("document") && status == 200;
        CHECK(linked.size() == (may_store ? 1u : 0u));
      }
}

TEST_CASE("a proxy is trusted however its server writes its address, and only if the policy names it") {
  const shop s(nullptr, R"({"jurisdiction": {"from": "cloudflare", "trusted_proxies": ["loopback", "fe80::/10"]}})");
  const std::pair<const char*, bool> peers[] = {
      {"127.0.0.1", true},    {"unix:", true},           {"unix:/run/a", true}, {"::1%lo", true},
      {"fe80::1", true},      {"fe80::1%eth0", true},    {"", false},           {"127.0.0.1%lo", false},
      {"10.0.0.1%lo", false}, {"2001:db8::1%lo", false}, {"localhost", false}};
  for (const auto& [peer, is_trusted] : peers) {
    CAPTURE(peer);
    field_list request = request_of({{"CF-IPCountry", "GB"}, {"X-Forwarded-For", "192.0.2.1"}});
    visit v = s.site.begin("GET", "/", request, {peer, transport::plain}, today);
    CHECK((v.decision().place->code == "GB") == is_trusted);
    v.abandon();
  }
}

TEST_CASE("a thread with full caches answers like a thread without any") {
  shop first, second(nullptr, other_policy_text);
  dice d{std::mt19937(11)};
  std::int64_t now = today;
  constexpr std::string_view pages[]{
      page, "<!doctype html><html lang=de><head><title>x</title></head><body>hi</body></html>",
      "<html lang=de><head></head><body><a href=\"/consent\">x</a><span data-abide-withdraw></span></body></html>",
      "<body><span data-abide-status></span>", "plain"};
  std::vector<std::string> visitors(24);
  for (std::string& cookies : visitors) cookies = random_cookies(d, now);
  for (int i = 0; i < 4000; ++i) {
    now += static_cast<std::int64_t>(d.below(8));
    std::string& cookies = visitors[d.below(visitors.size())];
    if (d.below(6) == 0) cookies = random_cookies(d, now);
    script s = random_script(d, cookies, d.one(pages), i, now);
    s.site = d.below(10) == 0 ? &second.site : &first.site;
    const outcome remembered = run(s);
    outcome fresh;
    std::thread([&] { fresh = run(s); }).join();
    if (!(remembered == fresh)) {
      CHECK(remembered.request == fresh.request);
      CHECK(remembered.response == fresh.response);
      CHECK(remembered.body == fresh.body);
      FAIL("exchange " << i);
    }
  }
}

TEST_CASE("members of two programmes who send the same cookies each keep those of their own programme") {
  shop s;
  for (const std::string_view programme : {"loyalty", "miles", "loyalty"}) {
    field_list request =
        request_of({{"CF-IPCountry", "US"}, {"CF-Region-Code", "CA"}, {"Sec-GPC", "1"}, {"Cookie", "l=1; m=1"}});
    visit v = s.site.begin("GET", "/", request, direct, today);
    visitor member;
    member.incentive_asked = member.incentive_kept = true;
    member.programme = programme;
    CHECK_FALSE(v.identify("kim", member, request));
    CHECK(request.all("Cookie") == (programme == "loyalty" ? "l=1" : "m=1"));
    v.abandon();
  }
}

TEST_CASE("a refused cookie is expired once a minute for a browser, and at once when the cookie has changed") {
  shop s;
  record refused;
  refused.choices = {choice::none, choice::denied, choice::denied, choice::denied};
  refused.time = today - 100;
  refused.notice = 1;
  const auto said = [&](std::string_view value, std::int64_t now) {
    field_list request =
        request_of({{"CF-IPCountry", "DE"}, {"Cookie", "t=" + std::string(value) + "; " + signed_cookie(refused)}});
    field_list response{{"Content-Type", "text/html"}};
    visit v = s.site.begin("GET", "/", request, direct, now);
    CHECK_FALSE(v.answer("GET", "/", request, {}));
    v.finish(200, response, nullptr);
    return response.all("Set-Cookie").find("t=;") != std::string::npos;
  };
  CHECK(said("1", today));
  CHECK_FALSE(said("1", today + 1));
  CHECK(said("2", today + 2));
  CHECK_FALSE(said("1", today + 59));
  CHECK(said("1", today + 61));
}

TEST_CASE("a choice requests one effect and does not block") {
  const auto log = std::make_shared<log_on_paper>();
  shop s(log);
  field_list request = request_of({{"CF-IPCountry", "DE"}, {"Sec-Fetch-Site", "same-origin"}});
  visit v = s.site.begin("POST", "/consent", request, direct, today);
  effect wanted = v.answer("POST", "/consent", request, "choice=accept-all&from=banner&return=/cart");
  REQUIRE(wanted.kind == effect_kind::save);
  CHECK(wanted.change.event->kind == event_kind::grant);
  CHECK(wanted.change.event->notice_hash == sha256_hex(wanted.change.event->notice_text));
  CHECK(log->saved.empty());
  CHECK_FALSE(v.take_reply());

  SECTION("saved: the visitor is sent back, with the choice") {
    effect_result result;
    result.saved.status = save_status::saved;
    CHECK_FALSE(v.resume(std::move(result), request));
    const auto reply = v.take_reply();
    REQUIRE(reply);
    CHECK(reply->status == 303);
  }
  SECTION("not saved: nothing new is allowed, and the visitor is told so") {
    CHECK_FALSE(v.resume({}, request));
    const auto reply = v.take_reply();
    REQUIRE(reply);
    CHECK(reply->status == 503);
    for (const auto& [name, value] : reply->fields) CHECK(name != "Set-Cookie");
  }
}

TEST_CASE("reading a request over and over takes none of its visitor's choices") {
  const auto log = std::make_shared<log_on_paper>();
  std::string policy(policy_text);
  policy.insert(policy.rfind('}'), R"(, "consent": {"choices_per_minute": 2})");
  shop s(log, policy);
  field_list request =
      request_of({{"X-Forwarded-For", "203.0.113.9"}, {"CF-IPCountry", "DE"}, {"Sec-Fetch-Site", "same-origin"}});
  const auto begin = [&] { return s.site.begin("POST", "/consent", request, direct, today); };
  for (int i = 0; i < 10; ++i) begin();
  const auto is_saved = [&] {
    return begin().answer("POST", "/consent", request, "choice=reject-all").kind == effect_kind::save;
  };
  CHECK(is_saved());
  CHECK(is_saved());
  CHECK_FALSE(is_saved());  // the third choice of a minute
}

TEST_CASE("a thread that waits for a log that never answers continues with the strict answer") {
  const auto log = std::make_shared<log_on_paper>();
  shop s(log);
  field_list request = request_of({{"CF-IPCountry", "DE"}, {"Sec-Fetch-Site", "same-origin"}});
  visit v = s.site.begin("POST", "/consent", request, direct, today);
  effect wanted = v.answer("POST", "/consent", request, "choice=reject-all&from=banner&return=/");
  const effect_result result = carry_out(v, std::move(wanted));
  CHECK(result.saved.status == save_status::timed_out);
  CHECK_FALSE(v.resume(result, request));
  CHECK(v.take_reply()->status == 503);
  hand_over(v);
  REQUIRE(log->later.size() == 1);  // the refusal holds, and is recorded when the log is back
  CHECK(log->later.front().event->choices[3] == choice::denied);
  log->waiting.front()({save_status::saved, "late", {}});  // no exchange waits for it any more
}

TEST_CASE("looking up a logged-in visitor is an effect, and the signal is stored in the account") {
  const auto log = std::make_shared<log_on_paper>();
  shop s(log);
  field_list request = request_of({{"CF-IPCountry", "US"}, {"Sec-GPC", "1"}, {"Cookie", "t=1; a=1"}});
  visit v = s.site.begin("GET", "/", request, direct, today);
  effect wanted = v.identify("kim", {}, request);
  REQUIRE(wanted.kind == effect_kind::account);
  CHECK(wanted.account == "kim");
  effect_result result;
  result.account = {true, {}};
  CHECK_FALSE(v.resume(std::move(result), request));
  const auto notes = v.take_notes();
  REQUIRE(notes.size() == 1);
  CHECK(notes.front().account == "kim");
  CHECK(notes.front().step == log_change::account_step::opt_out);
  CHECK(notes.front().since == today);
  v.abandon();
}

TEST_CASE("an account that could not be looked up counts as opted out") {
  const auto log = std::make_shared<log_on_paper>();
  shop s(log);
  field_list request = request_of({{"CF-IPCountry", "US"}, {"Cookie", "t=1; r=1"}});
  visit v = s.site.begin("GET", "/", request, direct, today);
  CHECK(request.all("Cookie") == "t=1; r=1");
  effect wanted = v.identify("kim", {}, request);
  REQUIRE(wanted);
  CHECK_FALSE(v.resume({}, request));
  CHECK(request.all("Cookie") == "r=1");
  v.abandon();
}

TEST_CASE("HEAD has the fields of GET: no length or validators of the original page, no shared cache") {
  shop s;
  const auto head = [&](std::string_view type) {
    field_list request = request_of({{"CF-IPCountry", "DE"}});
    field_list response{
        {"Content-Type", std::string(type)}, {"Content-Length", "80"}, {"ETag", "\"x\""}, {"Cache-Control", "public"}};
    visit v = s.site.begin("HEAD", "/", request, direct, today);
    CHECK_FALSE(v.answer("HEAD", "/", request, {}));
    CHECK_FALSE(v.finish(200, response, nullptr));
    return response;
  };
  const field_list html = head("text/html"), json = head("application/json");
  CHECK(html.all("Content-Length").empty());
  CHECK(html.all("ETag").empty());
  CHECK(html.all("Cache-Control") == "private, no-cache");
  CHECK(json.all("Content-Length") == "80");
  CHECK(json.all("ETag") == "\"x\"");
  CHECK(json.all("Cache-Control") == "public");
}

TEST_CASE("a key that is listed as retired but still signs causes a warning") {
  const std::string old(32, 'o');
  for (const bool leaked : {true, false}) {
    std::vector<std::string> warnings;
    site_options options;
    options.keys = leaked ? std::vector{secret, old} : std::vector{secret};
    options.keys_retired = {old};
    options.records = "none";
    options.warn = [&](const std::string& text) { warnings.push_back(text); };
    const abide::site opened(parse_config(policy_text, "policy.json"), std::move(options));
    REQUIRE(warnings.size() == (leaked ? 1 : 0));
    if (leaked)
      CHECK(warnings[0].ends_with(
          ": /consent/keys_retired: key 1 is also in consent.keys: consent signed with it still counts"));
  }
}

TEST_CASE("a cookie signed by a retired key grants nothing, and its refusals count") {
  const std::string old(32, 'o');
  site_options options;
  options.keys = {secret};
  options.keys_retired = {old};
  options.records = "none";
  options.warn = [](const std::string&) {};
  const abide::site opened(parse_config(policy_text, "policy.json"), std::move(options));
  const auto allows = [&](choice c, const std::string& key, std::string_view country) {
    record r;
    r.choices = {choice::none, c, c, c};
    r.time = today - 100;
    r.notice = 1;
    const std::string cookie = signed_cookie(r, "www.shop.example", key);
    field_list request = request_of({{"CF-IPCountry", std::string(country)}, {"Cookie", cookie}});
    visit v = opened.begin("GET", "/", request, direct, today);
    v.abandon();
    return v.decision().of(category::analytics, false).allowed;
  };
  CHECK(allows(choice::granted, secret, "DE"));
  CHECK_FALSE(allows(choice::granted, old, "DE"));
  CHECK_FALSE(allows(choice::denied, old, "DE"));
  CHECK(allows(choice::granted, old, "US"));
  CHECK_FALSE(allows(choice::denied, old, "US"));
}

TEST_CASE("a response that was never finished causes one warning") {
  shop s;
  for (int i = 0; i < 3; ++i) {
    field_list request = request_of({});
    visit v = s.site.begin("GET", "/", request, direct, today);
    CHECK_FALSE(v.answer("GET", "/", request, {}));
  }
  REQUIRE(s.warnings.size() == 1);
  CHECK(s.warnings.front().find("abide::finish") != std::string::npos);
}

TEST_CASE("an abandoned exchange needs no finish") {
  shop s;
  field_list request = request_of({});
  visit v = s.site.begin("GET", "/", request, direct, today);
  CHECK_FALSE(v.answer("GET", "/", request, {}));
  v.abandon();
  CHECK(s.warnings.empty());
}
