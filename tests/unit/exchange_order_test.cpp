// Exchanges whose steps come in any order, twice, late or never, and on other threads than the one they began on.
#include <map>
#include <random>
#include <string>
#include <thread>

#include "abide/carry.hpp"
#include "abide/site.hpp"
#include "catch.hpp"
#include "fields.hpp"
#include "log_on_paper.hpp"

using namespace abide;

namespace {

constexpr std::int64_t today = 1795305600;  // 2026-11-22

constexpr std::string_view policy_text = R"({
  "site": {"name": "Shop", "host": "www.shop.example"},
  "jurisdiction": {"from": "cloudflare", "trusted_proxies": ["10.0.0.0/8"]},
  "cookies": [{"name": "r", "category": "required"}, {"name": "t", "category": "targeting"}]
})";

struct shop {
  std::shared_ptr<log_on_paper> log = std::make_shared<log_on_paper>();
  std::vector<std::string> warnings;
  abide::site site;

  shop() : site(made(*this)) {}

  static abide::site made(shop& s) {
    site_options options;
    options.keys = {std::string(32, 'k')};
    options.log = s.log;
    options.warn = [&s](const std::string& text) { s.warnings.push_back(text); };
    return abide::site(parse_config(policy_text, "policy.json"), std::move(options));
  }
};

const connection direct{"10.0.0.1", transport::plain};
constexpr std::string_view page = "<!doctype html><html lang=en><head><title>x</title></head><body>hi</body></html>";

field_list request_from(std::string_view place, std::string_view cookies = "t=1; r=1") {
  field_list request{{"Host", "www.shop.example"}, {"CF-IPCountry", std::string(place)}};
  request.add("Cookie", cookies);
  request.add("Sec-Fetch-Site", "same-origin");
  return request;
}

field_list page_with_cookies() {
  return {{"Content-Type", "text/html"}, {"Set-Cookie", "t=1; Path=/"}, {"Set-Cookie", "r=1; Path=/"}};
}

bool sets(const field_list& response, std::string_view name) {
  for (const auto& [field, value] : response.list)
    if (same_field(field, "Set-Cookie") && value.starts_with(std::string(name) + "=1")) return true;
  return false;
}

effect_result saved() {
  effect_result result;
  result.saved.status = save_status::saved;
  return result;
}

effect_result account_known() {
  effect_result result;
  result.account = {true, {}};
  return result;
}

/// One exchange whose steps are called wrongly, and what is known about it.
struct patient {
  field_list request;
  std::optional<visit> v;
  bool is_strict = false;  ///< nothing optional may pass
  bool may_warn = false;   ///< it reached the application and was then dropped
  int replies = 0, answers = 0;
};

class rough_handling {
 public:
  explicit rough_handling(unsigned seed) : random_(seed) {}

  void run() {
    for (int i = 0; i < 40; ++i) begin();
    for (int i = 0; i < 1500; ++i) {
      patient& one = all_[below(all_.size())];
      if (below(4) == 0) std::thread([&] { step(one); }).join();
      else step(one);
    }
    const bool may_warn = std::any_of(all_.begin(), all_.end(), [](const patient& p) { return p.may_warn; }) || warned_;
    all_.clear();
    if (!may_warn) CHECK(s_.warnings.empty());
    CHECK(s_.warnings.size() <= 1);
  }

 private:
  std::size_t below(std::size_t n) { return random_() % n; }

  void begin() {
    patient p;
    p.is_strict = below(2) == 0;
    p.request = request_from(p.is_strict ? "DE" : "US");
    is_post_ = below(3) == 0;
    const std::string_view target = is_post_ ? "/consent" : below(3) == 0 ? "/consent/receipt" : "/";
    p.v.emplace(s_.site.begin(is_post_ ? "POST" : "GET", target, p.request, direct, today));
    CHECK(p.request.all("Cookie") == (p.is_strict ? "r=1" : "t=1; r=1"));
    all_.push_back(std::move(p));
    kind_.push_back({is_post_, std::string(target)});
  }

  void step(patient& p) {
    const auto& [is_post, target] = kind_[static_cast<std::size_t>(&p - all_.data())];
    visit& v = *p.v;
    switch (below(8)) {
      case 0: keep(v.identify("kim", {}, p.request)); break;
      case 1:
        ++p.answers;
        p.may_warn = true;
        keep(v.answer(is_post ? "POST" : "GET", target, p.request, "choice=reject-all&from=banner"));
        break;
      case 2: keep(v.resume(saved(), p.request)); break;
      case 3: keep(v.resume({}, p.request)); break;
      case 4: finish(p); break;
      case 5:
        if (v.take_reply()) ++p.replies;
        break;
      case 6:
        v.abandon();
        p.may_warn = false;
        break;
      case 7: {
        visit moved = std::move(v);
        v = std::move(moved);
        hand_over(v);
        break;
      }
    }
    if (p.is_strict) CHECK(p.request.all("Cookie") == "r=1");
    CHECK(p.replies <= p.answers);
  }

  void finish(patient& p) {
    field_list response = page_with_cookies();
    std::string body(page);
    p.v->finish(200, response, &body);
    p.may_warn = false;
    CHECK(sets(response, "r"));
    if (p.is_strict) CHECK_FALSE(sets(response, "t"));
    CHECK(body.find("<body>") != std::string::npos);
  }

  void keep(effect) {}  // the effect is not carried out

  shop s_;
  std::mt19937 random_;
  std::vector<patient> all_;
  std::vector<std::pair<bool, std::string>> kind_;
  bool is_post_ = false, warned_ = false;
};

}  // namespace

TEST_CASE("with steps in any order, twice or never, on any thread, no refused cookie passes and no warning is wrong") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    rough_handling(seed).run();
  }
}

TEST_CASE("an exchange that is resumed twice, or after its end, does not change") {
  shop s;
  field_list request = request_from("DE");
  const auto begun = [&](std::string_view method, std::string_view target) {
    request = request_from("DE");
    return s.site.begin(method, target, request, direct, today);
  };
  SECTION("after the reply") {
    visit v = begun("POST", "/consent");
    REQUIRE(v.answer("POST", "/consent", request, "choice=accept-all&from=banner"));
    CHECK_FALSE(v.resume(saved(), request));
    CHECK(v.take_reply()->status == 303);
    CHECK_FALSE(v.resume(saved(), request));
    CHECK_FALSE(v.take_reply());
  }
  SECTION("after the response") {
    visit v = begun("GET", "/");
    CHECK_FALSE(v.answer("GET", "/", request, {}));
    field_list response = page_with_cookies();
    v.finish(200, response, nullptr);
    CHECK_FALSE(v.resume(saved(), request));
  }
  SECTION("after it was abandoned, with the result of a save") {
    visit v = begun("POST", "/consent");
    REQUIRE(v.answer("POST", "/consent", request, "choice=accept-all&from=banner"));
    v.abandon();
    CHECK_FALSE(v.resume(saved(), request));
    CHECK_FALSE(v.take_reply());
  }
  CHECK(s.warnings.empty());
}

TEST_CASE("an account whose state was requested and never delivered counts as opted out") {
  shop s;
  field_list request = request_from("US"), response = page_with_cookies();
  visit v = s.site.begin("GET", "/", request, direct, today);
  CHECK(request.all("Cookie") == "t=1; r=1");
  REQUIRE(v.identify("kim", {}, request));
  SECTION("answered without it") {
    CHECK_FALSE(v.answer("GET", "/", request, {}));
    CHECK(request.all("Cookie") == "r=1");
    SECTION("the log's late answer changes nothing") { CHECK_FALSE(v.resume(account_known(), request)); }
  }
  SECTION("finished without it") {}
  v.finish(200, response, nullptr);
  CHECK_FALSE(sets(response, "t"));
  CHECK(sets(response, "r"));
}

TEST_CASE("a Cookie field from a trailer stays hidden when the visitor is identified after the body") {
  shop s;
  for (const std::string_view cookies : {"r=1", "t=1; r=1"}) {
    field_list request = request_from("DE", cookies);
    visit v = s.site.begin("POST", "/cart", request, direct, today);
    request.add("Cookie", "r=2");
    CHECK_FALSE(v.identify("", {}, request));
    CHECK(request.all("Cookie") == "r=1");
    CHECK_FALSE(v.answer("POST", "/cart", request, {}));
    CHECK(request.all("Cookie") == "r=1");
    v.abandon();
  }
}

TEST_CASE(
    "where only chunked trailers add fields, only chunked requests are searched for trailers, and all for a forged field") {
  shop s;
  field_list request = request_from("DE", "r=1");
  request.by_chunks_only = true;
  const bool is_chunked = GENERATE(true, false), is_forged = GENERATE(true, false);
  if (is_chunked) request.add("Transfer-Encoding", "chunked");
  if (is_forged) request.add("abide_consent", "required, targeting");
  visit v = s.site.begin("POST", "/cart", request, direct, today);
  CHECK(request.all("abide_consent").empty());  // before an application is told
  if (is_chunked) {
    request.add("Cookie", "r=2");
    request.add("ABIDE-Consent", "targeting");
  }
  CHECK_FALSE(v.answer("POST", "/cart", request, {}));
  v.tell_backend(request);
  CHECK(request.all("Cookie") == "r=1");
  CHECK(request.all("abide_consent").empty());
  CHECK(request.all("Abide-Consent").starts_with("required, "));
  CHECK(request.all("Abide-Consent").find('|') == std::string::npos);
  v.abandon();
}

TEST_CASE("an application behind a proxy is told each visitor's own decision, however similar the requests are") {
  shop s;
  const auto told = [&](std::string_view place, const char* gpc, std::int64_t now) {
    field_list request = request_from(place);
    if (gpc) request.add("Sec-GPC", gpc);
    visit v = s.site.begin("GET", "/", request, direct, now);
    CHECK_FALSE(v.answer("GET", "/", request, {}));
    v.tell_backend(request);
    v.abandon();
    return request.all("Abide-Consent");
  };
  for (int round = 0; round < 2; ++round) {
    CHECK(told("DE", nullptr, today).find("targeting=?0, sharing=?0, gpc=?0, chosen=?0, regime=opt_in, place=DE") !=
          std::string::npos);
    CHECK(told("DE", "1", today).find("gpc, chosen=?0") != std::string::npos);
    CHECK(told("FR", nullptr, today).find("place=FR") != std::string::npos);
    CHECK(told("US", nullptr, today).find("targeting, sharing, gpc=?0") != std::string::npos);
    CHECK(told("US", "1", today).find("sharing=?0, gpc, chosen=?0") != std::string::npos);
  }
}

TEST_CASE("a decision cached with a Cookie field is reused only for the same second, place and signals") {
  shop s;
  const field_list signalled = [&] {  // a refusal that needs no log
    field_list request = request_from("US"), response = page_with_cookies();
    request.add("Sec-GPC", "1");
    request.add("Sec-Fetch-Dest", "document");
    visit v = s.site.begin("GET", "/", request, direct, today);
    CHECK_FALSE(v.answer("GET", "/", request, {}));
    std::string body(page);
    v.finish(200, response, &body);
    return response;
  }();
  std::string cookies = "t=1; r=1";
  for (const auto& [name, value] : signalled.list)
    if (same_field(name, "Set-Cookie") && !value.starts_with("t=") && !value.starts_with("r="))
      cookies.append("; ").append(value, 0, value.find(';'));
  CAPTURE(cookies);
  REQUIRE(cookies.find("abide") != std::string::npos);
  const auto decided = [&](std::string_view place, bool gpc, std::int64_t now) {
    field_list request = request_from(place, cookies);
    if (gpc) request.add("Sec-GPC", "1");
    visit v = s.site.begin("GET", "/", request, direct, now);
    const decision made = v.decision();
    v.abandon();
    const record* chosen = v.chosen();
    const decision anew = decide(s.site.settings().policy, made.seen, *made.place, chosen, {}, now);
    CHECK(made.seen.gpc == gpc);
    CHECK(made.place->code == place);
    for (const category c : categories) CHECK(made.of(c, true).rule == anew.of(c, true).rule);
    CHECK(made.notice == anew.notice);
    return made;
  };
  constexpr std::int64_t year = 365 * 86'400;
  for (int round = 0; round < 2; ++round) {
    CHECK_FALSE(decided("US", false, today).of(category::targeting, true).allowed);
    CHECK(decided("US", true, today).signal_active);
    CHECK_FALSE(decided("US", false, today).signal_active);
    CHECK_FALSE(decided("DE", false, today).of(category::analytics, false).allowed);
    CHECK_FALSE(decided("US", false, today + 2 * year).signal_active);
  }
}

TEST_CASE("in interim responses (101, 103) only cookies are filtered: they are not pages, and nothing is remembered") {
  shop s;
  for (const unsigned status : {100u, 101u, 103u}) {
    field_list request = request_from("US"), response = page_with_cookies();
    request.add("Sec-GPC", "1");
    visit v = s.site.begin("GET", "/socket", request, direct, today);
    CHECK(request.all("Cookie") == "r=1");
    CHECK_FALSE(v.answer("GET", "/socket", request, {}));
    std::string body;
    CHECK_FALSE(v.finish(status, response, &body));
    CHECK(response.all("Set-Cookie") == "r=1; Path=/");
    CHECK(response.all("Vary").empty());
    CHECK(response.all("Cache-Control").empty());
    CHECK(body.empty());
    hand_over(v);
  }
  CHECK(s.log->later.empty());
}
