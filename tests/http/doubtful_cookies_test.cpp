// Consent cookies that differ from what the server wrote: what is allowed with each, in three places.
#include <functional>

#include "catch.hpp"
#include "http/shop.hpp"
#include "site/consent_cookie.hpp"

using namespace http_test;

namespace {

const std::string secret(32, 'k');
constexpr std::int64_t day = 86'400;
const std::string all_cookies = "r=1; a=1; f=1; t=1; s=1";

/// The letters of the cookies that the application saw: r, a, f, t by category, s is shared analytics.
std::string seen(shop& s, const std::vector<std::string>& cookie_fields) {
  field_pairs fields{{"Cookie", all_cookies}};
  for (const std::string& each : cookie_fields) fields.emplace_back("Cookie", each);
  s.get("/", fields);
  const std::string got = s.cookies_seen();
  std::string letters;
  for (const char c : std::string("rafts"))
    if (got.find(std::string(1, c) + "=1") != std::string::npos) letters += c;
  return letters;
}

bool is_asked(shop& s, const std::vector<std::string>& cookie_fields) {
  s.next = page();
  field_pairs fields;
  for (const std::string& each : cookie_fields) fields.emplace_back("Cookie", each);
  return s.get("/", fields).body.find("data-abide-notice") != std::string::npos;
}

abide::record chosen(std::string_view letters, std::int64_t time = words::today() - day) {
  abide::record r;
  for (std::size_t i = 1; i < 4; ++i)
    r.choices[i] = letters[i - 1] == 'g'   ? abide::choice::granted
                   : letters[i - 1] == 'd' ? abide::choice::denied
                                           : abide::choice::none;
  r.time = time;
  r.notice = 1;
  r.source = abide::source::banner;
  return r;
}

std::string cookie_of(const abide::record& r, const std::string& key = secret,
                      const abide::detail::cookie_realm& where = {"www.shop.example", false, false}) {
  const std::string field = abide::detail::write_consent_cookie("abide", {r, {}, 0, r.time, true}, where,
                                                                {{key}, "", abide::detail::key_use::cookies}, 395);
  return field.substr(0, field.find(';'));
}

std::string changed_at(std::string text, std::size_t at) {
  text[at] = text[at] == 'A' ? 'B' : 'A';
  return text;
}

struct doubtful {
  const char* what;
  std::vector<std::string> fields;  ///< of Cookie
  const char *de, *ca, *gb;         ///< what the application sees
  bool asks_in_ca;
};

}  // namespace

TEST_CASE("with 27 doubtful consent cookies no more is allowed than the visitor may have chosen") {  // CK-14
  const std::string accept = cookie_of(chosen("ggg")), refuse = cookie_of(chosen("ddd")),
                    no_ads = cookie_of(chosen("nnd")), old_key = std::string("another secret of 32 bytes or so!"),
                    other_accept = cookie_of(chosen("ggg"), old_key), other_refuse = cookie_of(chosen("ddd"), old_key);
  const std::string now = std::to_string(words::today() - day);
  const doubtful table[]{
      {"none at all", {}, "r", "rafts", "r", false},
      {"a valid accept", {accept}, "rafts", "rafts", "rafts", false},
      {"a valid refusal", {refuse}, "r", "r", "r", false},
      {"empty", {"abide="}, "r", "raf", "r", true},
      {"garbage", {"abide=garbage"}, "r", "raf", "r", true},
      {"tildes only", {"abide=~~~~~"}, "r", "raf", "r", true},
      {"an accept that was cut", {accept.substr(0, accept.size() - 9)}, "r", "raf", "r", true},
      {"a refusal that was cut in its signature", {refuse.substr(0, refuse.size() - 9)}, "r", "r", "r", true},
      {"a refusal that was cut in its record", {refuse.substr(0, 20)}, "r", "r", "r", true},
      {"an accept with one byte changed", {changed_at(accept, accept.size() - 3)}, "r", "raf", "r", true},
      {"a refusal with one byte changed", {changed_at(refuse, refuse.size() - 3)}, "r", "r", "r", true},
      {"a refusal that was made an accept of", {"abide=1.nggg" + refuse.substr(12)}, "r", "raf", "r", true},
      {"an unsigned accept", {"abide=1.nggg." + now + ".1.1.."}, "r", "raf", "r", true},
      {"an unsigned refusal", {"abide=1.nddd." + now + ".1.1.."}, "r", "r", "r", true},
      {"an unsigned refusal of ads", {"abide=1.nnnd." + now + ".1.1.."}, "r", "raf", "r", true},
      {"an accept under a key that is gone", {other_accept}, "r", "raf", "r", true},
      {"a refusal under a key that is gone", {other_refuse}, "r", "r", "r", true},
      {"an accept of another host",
       {cookie_of(chosen("ggg"), secret, {"shop.example", false, false})},
       "r",
       "raf",
       "r",
       true},
      {"an accept of https on http",
       {cookie_of(chosen("ggg"), secret, {"www.shop.example", true, false})},
       "r",
       "raf",
       "r",
       true},
      {"an accept twice", {accept + "; " + accept}, "rafts", "rafts", "rafts", false},
      {"an accept, then a refusal", {accept + "; " + refuse}, "r", "r", "r", false},
      {"a refusal, then an accept, in two fields", {refuse, accept}, "r", "r", "r", false},
      {"an accept and a refusal of ads", {accept, no_ads}, "r", "rafs", "r", false},
      {"an accept beside garbage", {"abide=x; " + accept}, "rafts", "rafts", "rafts", false},
      {"a refusal beside a forged accept", {refuse + "; " + other_accept}, "r", "r", "r", false},
      {"an accept beside an unsigned refusal of ads",
       {"abide=1.nnnd." + now + ".1.1..; " + accept},
       "rafs",
       "rafs",
       "rafs",
       false},
      {"an accept under a signal's opt-out that is newer",
       {accept + "; signal_abide=1.nnnn.0.0.3." + std::to_string(words::today()) + "."},
       "raf",
       "raf",
       "raf",
       false},
      {"an accept under a signal's opt-out that is older",
       {accept + "; signal_abide=1.nnnn.0.0.3.1700000000."},
       "rafts",
       "rafts",
       "rafts",
       false},
      {"an accept under a signal's cookie that cannot be read",
       {accept + "; signal_abide=x"},
       "raf",
       "raf",
       "raf",
       false},
      {"an accept from the future", {cookie_of(chosen("ggg", words::today() + 10 * day))}, "r", "rafts", "r", false},
  };
  const auto check = [&](const char* location, auto expected, bool asks) {
    shop s({.location = location});
    for (const doubtful& each : table) {
      INFO(location << ": " << each.what);
      CHECK(seen(s, each.fields) == expected(each));
      if (asks) CHECK(is_asked(s, each.fields) == each.asks_in_ca);
    }
  };
  check(
      "DE", [](const doubtful& d) { return std::string(d.de); }, false);
  check(
      "US-CA", [](const doubtful& d) { return std::string(d.ca); }, true);
  check(
      "GB", [](const doubtful& d) { return std::string(d.gb); }, false);
}

TEST_CASE("a visitor who is asked again because of a doubtful cookie is not asked once more after answering") {
  shop s({.location = "US-CA"});
  for (const char* choice : {"accept-all", "reject-all"}) {
    browser b{s};
    b.holds("abide=garbage; Path=/");
    REQUIRE(is_asked(s, {b.cookies()}));
    b.post(std::string("from=banner&choice=") + choice);
    CHECK_FALSE(is_asked(s, {b.cookies()}));
    CHECK(seen(s, {b.cookies()}) == (choice[0] == 'a' ? "raf" : "r"));
    b.post("choice=confirm");  // the doubtful cookie counted as an opt-out: a grant takes two steps
    CHECK(seen(s, {b.cookies()}) == (choice[0] == 'a' ? "rafts" : "r"));
  }
}

TEST_CASE("a grant and a signal that are answered at the same time do not overwrite each other") {
  shop s({.location = "US-CA"});
  browser b{s};
  b.post("choice=accept-all");
  *s.now += 60;
  // Both requests are sent before either is answered; the jar gets the answers in both orders.
  const std::string before = b.cookies();
  const answer signal = s.get("/", {{"Cookie", before}, {"Sec-GPC", "1"}});
  const answer refusal = s.send("POST", "/consent", {{"Cookie", before}, {"Sec-Fetch-Site", "same-origin"}},
                                "choice=save&grant=targeting");
  for (const bool signal_first : {true, false}) {
    browser later = b;
    for (const answer* each : {signal_first ? &signal : &refusal, signal_first ? &refusal : &signal})
      for (const std::string& field : each->set_cookies()) later.holds(field);
    CHECK(seen(s, {later.cookies()}) == "r");
  }
}

TEST_CASE("with a store, an old signed grant that comes back after a withdrawal is not believed") {
  log_folder file;
  for (const char* location : {"DE", "US-CA"}) {
    shop s({.location = location, .records = file.store()});
    browser b{s};
    b.post("choice=accept-all");
    const std::string old = b.cookies();
    CHECK(seen(s, {old}) == "rafts");
    b.post("choice=reject-all");
    *s.now += 60;
    CHECK(seen(s, {old}) == "r");
    CHECK(seen(s, {b.cookies()}) == "r");
    b.post("choice=accept-all");  // a newer grant is believed at once
    b.post("choice=confirm");
    CHECK(seen(s, {b.cookies()}) == "rafts");
  }
}

TEST_CASE("another server on the same store learns of the withdrawal, and believes a newer grant at once") {
  log_folder file;
  shop one({.records = file.store()}), two({.records = file.store()});
  browser b{one};
  b.post("choice=reject-all");
  CHECK(seen(two, {b.cookies()}) == "r");
  *one.now += 1;
  *two.now += 1;
  b.post("choice=accept-all");
  const std::string accept = b.cookies();
  CHECK(seen(two, {accept}) == "rafts");
  *one.now += 1;
  b.post("choice=reject-all");
  *two.now += 60;
  shop restarted({.records = file.store()});
  CHECK(seen(restarted, {accept}) == "r");
}

TEST_CASE("of many consent cookies eight are verified, and the others can only refuse") {
  shop s;
  std::vector<std::string> cookies(8, cookie_of(chosen("ggg")));
  cookies.push_back(cookie_of(chosen("gnn")));
  CHECK(seen(s, cookies) == "rafts");
  cookies.back() = cookie_of(chosen("ggd"));
  CHECK(seen(s, cookies) == "rafs");
}

// ---- A site that moved to HTTPS

TEST_CASE("what was refused over plain HTTP holds when the site has moved to HTTPS, and a new choice ends it") {
  for (const char* location : {"DE", "US-CA"})
    for (const char* act : {"choice=reject-all", "gpc=1"}) {
      CAPTURE(location, act);
      shop before({.location = location}), moved({.location = location, .tls = true});
      browser b{before};
      b.post(act);
      browser later{moved, true};
      later.jar = b.jar;
      CHECK(seen(moved, {later.cookies()}).find_first_of("ts") == std::string::npos);
      later.post("choice=accept-all");
      later.post("choice=confirm");
      CHECK(seen(moved, {later.cookies()}) == "rafts");
      CHECK(("; " + later.cookies()).find("; abide=") == std::string::npos);
      CHECK(("; " + later.cookies()).find("; signal_abide=") == std::string::npos);
    }
}

TEST_CASE("a grant given over plain HTTP is asked for again on HTTPS") {
  shop before, moved({.tls = true});
  browser b{before};
  b.post("choice=accept-all");
  CHECK(seen(moved, {b.cookies()}) == "r");
  CHECK(is_asked(moved, {b.cookies()}));
}

TEST_CASE("a choice made on HTTPS counts, whatever a cookie of plain HTTP says") {
  shop before, moved({.tls = true});
  browser b{before}, later{moved, true};
  b.post("choice=reject-all");
  later.post("choice=accept-all");
  CHECK(seen(moved, {b.cookies() + "; " + later.cookies()}) == "rafts");
}

// ---- The order of a visitor's acts

TEST_CASE("what a visitor takes back within the second in which it was given stays taken back") {
  log_folder file;
  std::string policy(shop_policy);
  policy.replace(policy.find(R"({"name": "t", "category": "targeting"})"), 38,
                 R"({"name": "t", "category": "targeting", "vendor": "Tally"})");
  shop s({.policy = policy, .records = file.store()});
  browser b{s};
  b.post("choice=reject-all");
  b.post("choice=allow-service&service=Tally&grant=targeting");
  const std::string old = b.cookies();
  CHECK(seen(s, {old}) == "rt");
  b.post("choice=withdraw-service&service=Tally&grant=targeting");
  *s.now += 60;
  CHECK(seen(s, {b.cookies()}) == "r");
  CHECK(seen(s, {old}) == "r");
}

TEST_CASE("after an act at a server whose clock is ahead, the visitor's next choice holds") {
  for (const std::int64_t ahead : {std::int64_t{45}, std::int64_t{3600}})
    for (const char* act : {"choice=reject-all", "choice=accept-all", "choice=withdraw", "gpc=1"}) {
      CAPTURE(ahead, act);
      log_folder file;
      shop fast({.records = file.store()}), right({.records = file.store()});
      *fast.now += ahead;
      browser b{fast};
      b.post("choice=accept-all");
      b.post(act);
      browser later{right};
      later.jar = b.jar;
      CHECK(later.post("choice=accept-all").status == 303);
      for (const std::int64_t passed : {std::int64_t{0}, std::int64_t{60}, 2 * ahead}) {
        *right.now = words::today() + passed;
        CHECK(seen(right, {later.cookies()}) == "rafts");
      }
    }
}

TEST_CASE("a withdrawal counts against a grant made at a server whose clock was ahead") {
  for (const std::int64_t ahead : {std::int64_t{45}, std::int64_t{3600}}) {
    CAPTURE(ahead);
    log_folder file;
    shop fast({.records = file.store()}), right({.records = file.store()});
    *fast.now += ahead;
    browser b{fast};
    b.post("choice=accept-all");
    const std::string old = b.cookies();
    browser later{right};
    later.jar = b.jar;
    later.post("choice=withdraw");
    *right.now += 2 * ahead;
    CHECK(seen(right, {later.cookies()}) == "r");
    CHECK(seen(right, {old}) == "r");
  }
}

TEST_CASE("a slow page's answer does not bring a grant back after a refusal") {
  log_folder file;
  for (const bool keeps_records : {true, false}) {
    shop s({.location = "US-CA", .records = keeps_records ? file.store() : "none"});
    browser b{s};
    b.post("choice=accept-all");
    *s.now += 40 * day;
    const answer slow = s.get("/", {{"Cookie", b.cookies()}});  // in flight, with the cookie renewed
    *s.now += 60;
    b.post("choice=reject-all");
    for (const std::string& field : slow.set_cookies()) b.holds(field);
    INFO("records: " << keeps_records);
    INFO(b.cookies());
    CHECK(seen(s, {b.cookies()}) == "r");
  }
}

TEST_CASE("a cookie that is a month old is renewed on a visit") {
  log_folder file;
  for (const char* choice : {"accept-all", "reject-all"}) {
    shop s({.records = file.store()});
    browser b{s};
    b.post(std::string("choice=") + choice);
    CHECK(b.get().set_cookie("abide").empty());
    *s.now += 29 * day;
    CHECK(b.get().set_cookie("abide").empty());
    *s.now += 2 * day;
    CHECK_FALSE(b.get().set_cookie("abide").empty());
    CHECK(b.get().set_cookie("abide").empty());
    CHECK(seen(s, {b.cookies()}) == (choice[0] == 'a' ? "rafts" : "r"));
  }
}

TEST_CASE("a cookie signed by an older key is signed again on a visit, so that the old key can be removed") {
  log_folder file;
  for (const char* choice : {"accept-all", "reject-all"}) {
    const auto now = std::make_shared<std::atomic<std::int64_t>>(words::today());
    const std::string old_key(32, 'k'), new_key(32, 'n');
    const setting how{.records = file.store()};
    const auto served = [&](const std::vector<std::string>& keys, const std::string& cookie) {
      test_server server(shop::site_of(how, keys, now), [](const asked&) { return page(); });
      const auto answers = talk(
          server.port(),
          request_text("GET", "/",
                       {{"Host", "www.shop.example"}, {"Cookie", cookie + "; t=1; r=1"}, {"Connection", "close"}}, ""));
      return std::pair(answers.at(0).set_cookie("abide"), all_of(server.seen().fields, "Cookie"));
    };
    shop s(how);
    browser b{s};
    b.post(std::string("choice=") + choice);
    const std::string renewed = served({new_key, old_key}, b.cookies()).first;
    REQUIRE_FALSE(renewed.empty());
    const auto later = served({new_key}, renewed.substr(0, renewed.find(';')));
    CHECK(later.first.empty());
    CHECK((later.second.find("t=1") != std::string::npos) == (choice[0] == 'a'));
  }
}

TEST_CASE("a signal's opt-out outlives its first cookie as long as the visitor comes back") {
  shop s({.location = "US-CA"});
  browser b{s};
  b.always = {{"Sec-GPC", "1"}};
  b.get();
  b.always.clear();
  CHECK(b.get().set_cookies().empty());
  *s.now += 31 * day;
  CHECK_FALSE(b.get().set_cookie("signal_abide").empty());
  CHECK(b.get().set_cookies().empty());
  CHECK(seen(s, {b.cookies()}) == "raf");
}

TEST_CASE("with consent.domain one choice holds on every host of the site, and of two the strictest") {
  std::string policy(shop_policy);
  policy.insert(policy.find("\"cookies\""), "\"consent\": {\"domain\": \"shop.example\"}, ");
  shop s({.policy = policy});
  browser b{s};
  const answer made = b.post("choice=accept-all");
  CHECK(made.set_cookie("abide").find("Domain=shop.example") != std::string::npos);
  const auto seen_at = [&](const std::string& host, const std::string& cookie) {
    s.get("/", {{"Host", host}, {"Cookie", cookie + "; t=1"}});
    return s.cookies_seen().find("t=1") != std::string::npos;
  };
  const std::string accept = b.cookies();
  CHECK(seen_at("www.shop.example", accept));
  CHECK(seen_at("account.shop.example", accept));
  CHECK(seen_at("shop.example", accept));
  // A host of the domain can add a cookie, which can refuse but never grant.
  CHECK_FALSE(seen_at("www.shop.example", accept + "; abide=1.nddd.1795305600.1.1.."));
  CHECK_FALSE(seen_at("www.shop.example", "abide=1.nggg.1795305600.1.1.."));
  browser refuses{s};
  refuses.post("choice=reject-all");
  CHECK_FALSE(seen_at("www.shop.example", accept + "; " + refuses.cookies()));
}

TEST_CASE("a host's own choice from before consent.domain still refuses, until the next choice replaces it") {
  std::string policy(shop_policy);
  policy.insert(policy.find("\"cookies\""), "\"consent\": {\"domain\": \"shop.example\"}, ");
  shop before({.location = "US-CA", .tls = true}), after({.location = "US-CA", .policy = policy, .tls = true});
  browser b{before, true};
  b.post("choice=reject-all");
  REQUIRE(b.cookies().find("__Host-abide=") != std::string::npos);
  browser moved{after, true};
  moved.jar = b.jar;
  CHECK(seen(after, {moved.cookies()}) == "r");
  moved.post("choice=accept-all");
  moved.post("choice=confirm");
  CHECK(moved.cookies().find("__Secure-abide=") != std::string::npos);
  CHECK(moved.cookies().find("__Host-abide=") == std::string::npos);
  CHECK(seen(after, {moved.cookies()}) == "rafts");
}

namespace {

std::string with_domain() {
  std::string policy(shop_policy);
  return policy.insert(policy.find("\"cookies\""), "\"consent\": {\"domain\": \"shop.example\"}, ");
}

/// The same browser at the site after its policy changed.
browser moved(const browser& from, shop& to) {
  browser b{to, from.tls, {}, from.host};
  b.jar = from.jar;
  return b;
}

}  // namespace

TEST_CASE("a choice made under consent.domain still counts when the policy drops it") {
  const bool tls = GENERATE(true, false);
  CAPTURE(tls);
  shop domain({.location = "US-CA", .policy = with_domain(), .tls = tls}), alone({.location = "US-CA", .tls = tls});
  browser b{domain, tls};
  b.post("choice=reject-all");
  browser later = moved(b, alone);
  CHECK(seen(alone, {later.cookies()}) == "r");
  SECTION("until a newer one on the host") {
    later.post("choice=accept-all");
    later.post("choice=confirm");
    CHECK(seen(alone, {later.cookies()}) == "rafts");
    browser other = moved(later, alone);  // the cookie stays for the other hosts
    other.host = "account.shop.example";
    const std::string held = other.cookies();
    alone.get("/", {{"Host", "account.shop.example"}, {"Cookie", held + "; t=1"}});
    CHECK(alone.cookies_seen().find("t=1") == std::string::npos);
  }
  SECTION("and applies again when consent.domain returns") {
    browser again = moved(later, domain);
    CHECK(seen(domain, {again.cookies()}) == "r");
  }
}

TEST_CASE("a grant given under consent.domain is not asked for again, but one that does not verify is") {
  const bool tls = GENERATE(true, false);
  CAPTURE(tls);
  shop domain({.location = "DE", .policy = with_domain(), .tls = tls}), alone({.location = "DE", .tls = tls});
  browser b{domain, tls};
  b.post("choice=accept-all");
  const std::string jar = b.cookies(), kept = jar.substr(0, jar.find(';'));  // the choice, without its twin
  CHECK(seen(alone, {kept}) == "rafts");
  CHECK_FALSE(is_asked(alone, {kept}));
  const std::string forged = changed_at(kept, kept.size() - 3);
  CHECK(seen(alone, {forged}) == "r");
  CHECK(is_asked(alone, {forged}));
  browser asked{alone, tls};
  asked.holds(forged + "; Path=/; Domain=shop.example" + (tls ? "; Secure" : ""));
  REQUIRE_FALSE(asked.cookies().empty());
  asked.post("choice=accept-all");
  CHECK(seen(alone, {asked.cookies()}) == "rafts");
}

TEST_CASE("a signal's opt-out survives adding and removing consent.domain") {
  const bool tls = GENERATE(true, false), drops = GENERATE(true, false);
  CAPTURE(tls, drops);
  shop domain({.location = "US-CA", .policy = with_domain(), .tls = tls}), alone({.location = "US-CA", .tls = tls});
  shop& before = drops ? domain : alone;
  shop& after = drops ? alone : domain;
  before.next = page();
  browser b{before, tls};
  b.always = {{"Sec-GPC", "1"}};
  b.get();
  REQUIRE(b.cookies().find("signal_abide=") != std::string::npos);
  browser later = moved(b, after);
  CHECK(seen(after, {later.cookies()}) == "raf");
}

TEST_CASE("another host of the domain cannot revoke a choice that was made on one host") {
  shop alone({.location = "US-CA", .tls = true});
  browser b{alone, true};
  b.post("choice=accept-all");
  CHECK(seen(alone, {b.cookies() + "; __Secure-abide=1.nddd.1795305600.1.1.."}) == "rafts");
  CHECK(seen(alone, {"__Secure-abide=1.nddd.1795305600.1.1.."}) == "r");  // it may be the visitor's own earlier choice
}

TEST_CASE("consent.domain must be a domain that may have cookies") {
  for (const char* domain : {"com", "co.uk", "127.0.0.1"}) {
    abide::site_options options;
    options.records = "none";
    options.warn = [](const std::string&) {};
    const std::string policy = std::string(R"({"consent": {"domain": ")") + domain + "\"}}";
    CHECK_THROWS_AS(abide::site(abide::parse_config(policy, "policy.json"), options), abide::config_error);
  }
}
