// The whole site in C: the corpus as in C++, errors as values, effects carried out by other threads, pages in chunks.
#include <array>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <memory>
#include <sstream>
#include <thread>

#include "abide/site.hpp"
#include "c_fields.hpp"
#include "cases/corpus.hpp"
#include "catch.hpp"
#include "unit/words.hpp"

using namespace c_test;
using Catch::Matchers::Contains;
using corpus::json;
using corpus::one_case;

namespace {

const std::string secret(32, 'k');

struct site_in_c {
  abide_site* site = nullptr;
  abide_error error{sizeof error, 0, ""};
  int code = ABIDE_OK;

  explicit site_in_c(const std::string& policy, const std::string& location = "", const std::string& records = "none") {
    const abide_text key = text(secret);
    abide_site_options options{};
    options.size = sizeof options;
    options.policy_json = text(policy);
    options.location = text(location);
    options.records = text(records);
    options.browser_files = text("none");
    options.keys = &key;
    options.key_count = 1;
    options.reports = 1;
    options.warn = [](void*, abide_text) {};
    code = abide_site_open(&options, &site, &error);
  }
  site_in_c(const site_in_c&) = delete;
  ~site_in_c() { abide_site_close(site); }
};

abide_request request_for(std::string_view method, std::string_view target) {
  abide_request made{};
  made.size = sizeof made;
  made.method = text(method);
  made.target = text(target);
  made.peer = text("127.0.0.1");
  made.now = words::today();
  return made;
}

struct exchange_in_c {
  abide_exchange* inner = nullptr;
  abide_error error{sizeof error, 0, ""};
  exchange_in_c(const abide_site* site, const abide_request& request, abide_headers headers) {
    REQUIRE(abide_begin(site, &request, headers, &inner, &error) == ABIDE_OK);
  }
  exchange_in_c(const exchange_in_c&) = delete;
  ~exchange_in_c() { abide_exchange_free(inner); }
};

field_list fields_in(const json& headers) {
  field_list fields;
  for (const json& field : headers) fields.emplace_back(field[0].get<std::string>(), field[1].get<std::string>());
  return fields;
}

constexpr std::string_view shop = R"({"site": {"name": "Shop", "host": "shop.example"},
  "cookies": [{"name": "r", "category": "required"}, {"name": "t", "category": "targeting"}]})";
constexpr std::string_view page =
    "<!doctype html><html lang=\"en\"><head><title>Shop</title></head><body><h1>Shop</h1></body></html>";

field_list navigation(field_list more = {}) {
  field_list fields{{"Host", "shop.example"},
                    {"Sec-Fetch-Mode", "navigate"},
                    {"Sec-Fetch-Dest", "document"},
                    {"Accept", "text/html"}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

field_list posting() {
  return {{"Host", "shop.example"},
          {"Sec-Fetch-Site", "same-origin"},
          {"Content-Type", "application/x-www-form-urlencoded"}};
}

/// A folder for one test's log.
struct log_folder {
  std::string folder;
  log_folder() {
    char name[] = "/tmp/abide-c-records-XXXXXX";
    folder = mkdtemp(name);
  }
  ~log_folder() { std::filesystem::remove_all(folder); }
  log_folder(const log_folder&) = delete;
  std::string store() const { return "sqlite:" + folder + "/abide.db"; }
};

json named(unsigned categories) {
  json names = json::array();
  for (unsigned i = 0; i < ABIDE_CATEGORY_COUNT; ++i)
    if (categories & ABIDE_BIT(i)) names.push_back(std::string(to_string(static_cast<abide::category>(i))));
  return names;
}

/// A message after the exchange, with its fields as lines.
std::string lines_of(const field_list& fields) {
  std::string lines;
  for (const auto& [name, value] : fields) lines += name + ": " + value + "\n";
  return lines;
}

std::string report_of(const abide_exchange* of) {
  std::string lines;
  abide_report item{};
  item.size = sizeof item;
  for (size_t n = 0; abide_report_item(of, n, &item); ++n)
    lines.append(view(item.name)).append(item.allowed ? " + " : " - ").append(view(item.rule)).append("\n");
  return lines;
}

std::string report_of(const abide::visit& of) {
  std::string lines;
  for (const abide::report_item& item : of.report())
    lines.append(item.name).append(item.allowed ? " + " : " - ").append(item.rule).append("\n");
  return lines;
}

struct outcome {
  std::string request, response, report;
  bool operator==(const outcome&) const = default;
};

outcome in_c(const std::string& policy, const std::string& location, const field_list& asked, const field_list& told,
             c_fields::table with) {
  const site_in_c opened(policy, location);
  REQUIRE(opened.code == ABIDE_OK);
  c_fields request{asked}, response{told};
  const exchange_in_c exchange(opened.site, request_for("GET", "/"), request.shown(with));
  REQUIRE(abide_finish(exchange.inner, 200, response.shown(with), {}, 0, nullptr, nullptr) == ABIDE_OK);
  return {lines_of(request.list), lines_of(response.list), report_of(exchange.inner)};
}

outcome in_cpp(const std::string& policy, const std::string& location, const field_list& asked,
               const field_list& told) {
  abide::site_options options;
  options.keys = {secret};
  options.location = location;
  options.records = options.browser_files = "none";
  options.reports = true;
  options.warn = [](const std::string&) {};
  const abide::site opened(abide::parse_config(policy, "policy"), std::move(options));
  cpp_fields request{asked}, response{told};
  abide::visit v = opened.begin("GET", "/", request, {"127.0.0.1", abide::transport::plain}, words::today());
  v.finish(200, response, nullptr);
  return {lines_of(request.list), lines_of(response.list), report_of(v)};
}

}  // namespace

TEST_CASE("filter cases give byte for byte the same in C as in C++") {
  unsigned ran = 0, removed = 0;
  for (const one_case& c : corpus::all()) {
    if (c.command != "filter" || c.is_error()) continue;
    CAPTURE(c.file, c.name);
    const std::string policy = c.policy.is_null() ? "{}" : c.policy.dump();
    const std::string location = c.in["location"].is_string() ? c.in["location"].get<std::string>() : "";
    const field_list asked = fields_in(c.in["request"]["headers"]), told = fields_in(c.in["response"]["headers"]);
    const outcome expected = in_cpp(policy, location, asked, told);
    const outcome seen = in_c(policy, location, asked, told, c_fields::table::finds);
    CHECK(seen.request == expected.request);
    CHECK(seen.response == expected.response);
    CHECK(seen.report == expected.report);
    for (const auto with : {c_fields::table::get_only, c_fields::table::walks})
      CHECK(in_c(policy, location, asked, told, with) == expected);
    removed += expected.response != lines_of(told) || expected.request != lines_of(asked);
    ++ran;
  }
  CHECK(ran >= 30);
  CHECK(removed >= 20);
}

TEST_CASE("the site in C gives the decisions of the decide cases") {
  unsigned ran = 0;
  for (const one_case& c : corpus::all()) {
    if (c.command != "decide" || c.is_error() || c.in.contains("record") || c.in.contains("visitor")) continue;
    if (!c.in.contains("location") || !c.in["location"].is_string() || c.in.contains("peer")) continue;
    CAPTURE(c.file, c.name, c.in.dump(), c.out.dump());
    const site_in_c opened(c.policy.is_null() ? "{}" : c.policy.dump(), c.in["location"].get<std::string>());
    REQUIRE(opened.code == ABIDE_OK);
    c_fields request{fields_in(c.in.value("headers", json::array()))};
    abide_request asked = request_for("GET", "/");
    asked.now = words::at(c.in["now"].get<std::string>());
    const exchange_in_c exchange(opened.site, asked, request.shown());
    abide_facts facts{};
    facts.size = sizeof facts;
    REQUIRE(abide_facts_read(exchange.inner, &facts) == ABIDE_OK);
    CHECK(view(facts.jurisdiction) == c.out["jurisdiction"].get<std::string>());
    CHECK(named(facts.allowed) == c.out["allowed"]);
    CHECK(named(facts.allowed_shared) == c.out["allowed_shared"]);
    CHECK((facts.gpc == 1) == c.out["gpc"].get<bool>());
    abide_abandon(exchange.inner);
    ++ran;
  }
  CHECK(ran >= 10);
}

TEST_CASE("where a server has found the visitor behind its proxy, the proxy's fields are still believed") {
  const site_in_c opened(
      R"({"site": {"host": "shop.example"}, "jurisdiction": {"from": "cloudflare", "trusted_proxies": ["10.0.0.0/8"]}})");
  REQUIRE(opened.code == ABIDE_OK);
  for (const auto& [peer, client, place] :
       {std::array{"10.0.0.1", "203.0.113.9", "US-TX"}, std::array{"10.0.0.1", "", "US-TX"},
        std::array{"203.0.113.9", "10.0.0.1", "ZZ"}}) {
    c_fields request{navigation({{"CF-IPCountry", "US"}, {"CF-Region-Code", "TX"}})};
    abide_request asked = request_for("GET", "/");
    asked.peer = text(peer);
    asked.client = text(client);
    const exchange_in_c exchange(opened.site, asked, request.shown());
    abide_facts facts{};
    facts.size = sizeof facts;
    REQUIRE(abide_facts_read(exchange.inner, &facts) == ABIDE_OK);
    CHECK(view(facts.jurisdiction) == place);
    abide_abandon(exchange.inner);
  }
}

TEST_CASE("in C a policy that cannot be used is an error with file, path and expectation") {
  const site_in_c wrong(R"({"notice": {"version": "two"}})");
  CHECK(wrong.code == ABIDE_BAD_CONFIG);
  CHECK(wrong.site == nullptr);
  CHECK(wrong.error.code == ABIDE_BAD_CONFIG);
  CHECK_THAT(wrong.error.text, Contains("policy"));
  CHECK_THAT(wrong.error.text, Contains("/notice/version"));

  abide_site_options options{};
  options.size = sizeof options;
  options.policy_file = text("/nowhere/policy.json");
  abide_error error{sizeof error, 0, ""};
  CHECK(abide_site_check(&options, &error) == ABIDE_BAD_CONFIG);
  CHECK_THAT(error.text, Contains("/nowhere/policy.json"));
  CHECK(abide_site_check(&options, nullptr) == ABIDE_BAD_CONFIG);
}

TEST_CASE("in C a check of the policy warns of a store whose folder is missing, and opens nothing") {
  std::string warnings;
  abide_site_options options{};
  options.size = sizeof options;
  options.policy_json = text(R"({"records": {"store": "sqlite:/nowhere/log.db"}})");
  options.warn_context = &warnings;
  options.warn = [](void* into, abide_text said) {
    *static_cast<std::string*>(into) += std::string(view(said)) + '\n';
  };
  CHECK(abide_site_check(&options, nullptr) == ABIDE_OK);
  CHECK_THAT(warnings, Contains("/records/store: folder /nowhere not found, so no records can be kept"));
  warnings.clear();
  options.records = text("none");
  CHECK(abide_site_check(&options, nullptr) == ABIDE_OK);
  CHECK_THAT(warnings, !Contains("/records/store"));
}

TEST_CASE("an error's text that is too long for its struct ends with a complete character") {
  std::string name(2000, 'x');
  for (std::size_t at = 0; at + 1 < name.size(); at += 2) name.replace(at, 2, "\xc3\xa9");
  const site_in_c wrong("{\"" + name + "\": 1}");
  REQUIRE(wrong.code == ABIDE_BAD_CONFIG);
  const std::string_view told = wrong.error.text;
  CHECK(told.size() <= sizeof wrong.error.text - 1);
  CHECK(told.size() >= sizeof wrong.error.text - 4);
  CHECK(told.back() != '\xc3');
}

TEST_CASE("of many faults, an error in C has whole lines and the number of the others") {
  std::string policy = R"({"cookies": [)";
  for (int i = 0; i < 30; ++i) policy.append(i == 0 ? "" : ",").append(R"({"name": "a", "category": "nonsense"})");
  const site_in_c wrong(policy + "]}");
  REQUIRE(wrong.code == ABIDE_BAD_CONFIG);
  std::istringstream told(wrong.error.text);
  int shown = 0;
  std::string line, last;
  for (; std::getline(told, line); last = line) shown += line.ends_with("found \"nonsense\"") ? 1 : 0;
  CHECK(shown > 5);
  CHECK(last == std::to_string(30 - shown) + " more: run abide policy check");
}

TEST_CASE("without an exchange, what a visitor tells the application in Abide's name is removed in C, and no more") {
  c_fields fields;
  fields.list = {{"Cookie", "a=1"}, {"Abide-Consent", "targeting"}, {"abide_consent", "targeting"}, {"Accept", "*/*"}};
  CHECK(abide_tell_backend(nullptr, fields.shown(), nullptr) == ABIDE_OK);
  CHECK(fields.list == field_list{{"Cookie", "a=1"}, {"Accept", "*/*"}});
  CHECK(abide_tell_backend(nullptr, {}, nullptr) == ABIDE_BAD_ARGUMENT);
}

TEST_CASE("wrong arguments are errors in C, and freeing NULL is allowed") {
  abide_site* site = nullptr;
  abide_site_options options{};
  CHECK(abide_site_open(&options, &site, nullptr) == ABIDE_BAD_ARGUMENT);  // no size
  CHECK(abide_site_open(nullptr, &site, nullptr) == ABIDE_BAD_ARGUMENT);
  CHECK(abide_site_open(&options, nullptr, nullptr) == ABIDE_BAD_ARGUMENT);
  abide_exchange* exchange = nullptr;
  abide_request request = request_for("GET", "/");
  c_fields fields;
  CHECK(abide_begin(nullptr, &request, fields.shown(), &exchange, nullptr) == ABIDE_BAD_ARGUMENT);
  const site_in_c opened("{}");
  CHECK(abide_begin(opened.site, &request, {}, &exchange, nullptr) == ABIDE_BAD_ARGUMENT);
  CHECK(exchange == nullptr);
  abide_site_close(nullptr);
  abide_exchange_free(nullptr);
  abide_effect_free(nullptr);
  abide_insertion_free(nullptr);
  abide_abandon(nullptr);
  CHECK(abide_site_interface() == ABIDE_SITE_INTERFACE);
}

TEST_CASE("a caller that was compiled with a shorter struct is served with the members it knows") {
  const site_in_c opened{std::string(shop), "DE"};
  c_fields fields{navigation()};
  abide_request request = request_for("GET", "/");
  request.size = offsetof(abide_request, now);  // then the site's clock is used
  request.now = 1;
  const exchange_in_c exchange(opened.site, request, fields.shown());
  abide_facts facts{};
  std::memset(&facts, 0x55, sizeof facts);
  facts.size = offsetof(abide_facts, regime);
  CHECK(abide_facts_read(exchange.inner, &facts) == ABIDE_OK);
  CHECK(view(facts.jurisdiction) == "DE");
  CHECK(facts.regime == 0x55);
  CHECK(facts.size == offsetof(abide_facts, regime));
  abide_abandon(exchange.inner);
}

TEST_CASE("in C a header function that fails is an error") {
  const site_in_c opened{std::string(shop), "DE"};
  c_fields request{navigation({{"Cookie", "t=1"}})};
  const exchange_in_c exchange(opened.site, request_for("GET", "/"), request.shown());
  CHECK(lines_of(request.list).find("t=1") == std::string::npos);
  c_fields response{{{"Content-Type", "text/plain"}, {"Set-Cookie", "t=1"}}};
  response.failing = c_fields::remove;
  abide_error error{sizeof error, 0, ""};
  CHECK(abide_finish(exchange.inner, 200, response.shown(), {}, 0, nullptr, &error) == ABIDE_BAD_HEADERS);
  CHECK(error.code == ABIDE_BAD_HEADERS);
}

TEST_CASE("in C a begin that fails leaves no exchange to free") {
  const site_in_c opened{std::string(shop), "DE"};
  c_fields fields{navigation({{"Cookie", "t=1"}})};
  fields.failing = c_fields::remove;
  const abide_request request = request_for("GET", "/");
  abide_exchange* exchange = nullptr;
  CHECK(abide_begin(opened.site, &request, fields.shown(), &exchange, nullptr) == ABIDE_BAD_HEADERS);
  CHECK(exchange == nullptr);
}

TEST_CASE("a page fed to C in chunks of any size comes out as in C++ as a whole") {
  const site_in_c opened{std::string(shop), "DE"};
  abide::site_options options;
  options.keys = {secret};
  options.location = "DE";
  options.records = options.browser_files = "none";
  options.warn = [](const std::string&) {};
  const abide::site in_cpp(abide::parse_config(shop, "policy"), std::move(options));
  cpp_fields asked{navigation()}, told{{{"Content-Type", "text/html"}}};
  abide::visit v = in_cpp.begin("GET", "/", asked, {"127.0.0.1", abide::transport::plain}, words::today());
  std::string expected(page);
  REQUIRE(v.finish(200, told, &expected));
  CHECK(expected.size() > page.size());

  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, page.size()}) {
    c_fields request{navigation()}, response{{{"Content-Type", "text/html"}}};
    const exchange_in_c exchange(opened.site, request_for("GET", "/"), request.shown());
    CHECK(abide_may_be_page(exchange.inner) == 1);
    CHECK(abide_wants_body(exchange.inner, 200, response.shown()) == 1);
    abide_insertion* insertion = nullptr;
    REQUIRE(abide_finish(exchange.inner, 200, response.shown(), text(page.substr(0, size)), 0, &insertion, nullptr) ==
            ABIDE_OK);
    REQUIRE(insertion != nullptr);
    std::string sent;
    abide_text out{};
    for (std::size_t at = 0; at < page.size(); at += size) {
      REQUIRE(abide_insertion_feed(insertion, text(page.substr(at, size)), &out, nullptr) == ABIDE_OK);
      sent += view(out);
    }
    REQUIRE(abide_insertion_end(insertion, &out, nullptr) == ABIDE_OK);
    sent += view(out);
    abide_insertion_free(insertion);
    CHECK(sent == expected);
    CHECK(lines_of(response.list) == lines_of(told.list));
  }
}

TEST_CASE("a page that places its parts itself in C equals the one that Abide fills") {
  const site_in_c opened{std::string(shop), "DE"};
  const auto fields = [] {
    return c_fields{{{"Content-Type", "text/html"}, {"ETag", "\"a\""}, {"Set-Cookie", "_ga=1"}}};
  };
  c_fields request{navigation()}, response = fields(), other = fields();
  const exchange_in_c inserting(opened.site, request_for("GET", "/"), request.shown());
  abide_insertion* insertion = nullptr;
  REQUIRE(abide_finish(inserting.inner, 200, other.shown(), text(page), 1, &insertion, nullptr) == ABIDE_OK);
  abide_text out{};
  REQUIRE(abide_insertion_feed(insertion, text(page), &out, nullptr) == ABIDE_OK);
  std::string expected(view(out));
  REQUIRE(abide_insertion_end(insertion, &out, nullptr) == ABIDE_OK);
  expected += view(out);
  abide_insertion_free(insertion);

  const exchange_in_c placing(opened.site, request_for("GET", "/"), request.shown());
  abide_parts parts{};
  parts.size = sizeof parts;
  REQUIRE(abide_finish_placed(placing.inner, 200, response.shown(), text("en"), &parts, nullptr) == ABIDE_OK);
  std::string made(page);
  made.insert(made.find("</body>"), view(parts.end));
  made.insert(made.find("<body>") + 6, view(parts.notice));
  made.insert(made.find("</head>"), view(parts.head));
  CHECK(made == expected);
  CHECK(lines_of(response.list) == lines_of(other.list));
}

TEST_CASE("JSON, an image and an answer to HEAD have no parts in C, and are filtered") {
  const site_in_c opened{std::string(shop), "DE"};
  const auto placed = [&](std::string_view method, std::vector<std::pair<std::string, std::string>> asked,
                          std::vector<std::pair<std::string, std::string>> told) {
    c_fields request{std::move(asked)}, response{std::move(told)};
    const exchange_in_c exchange(opened.site, request_for(method, "/"), request.shown());
    abide_parts parts{};
    parts.size = sizeof parts;
    REQUIRE(abide_finish_placed(exchange.inner, 200, response.shown(), {}, &parts, nullptr) == ABIDE_OK);
    CHECK(lines_of(response.list).find("_ga") == std::string::npos);
    return parts.head.size + parts.notice.size + parts.end.size;
  };
  CHECK(placed("GET", navigation(), {{"Content-Type", "text/html"}, {"Set-Cookie", "_ga=1"}}) > 0);
  CHECK(placed("HEAD", navigation(), {{"Content-Type", "text/html"}, {"Set-Cookie", "_ga=1"}}) == 0);
  CHECK(placed("GET", navigation(), {{"Content-Type", "application/json"}, {"Set-Cookie", "_ga=1"}}) == 0);
  CHECK(placed("GET", {{"Sec-Fetch-Dest", "image"}}, {{"Content-Type", "text/html"}, {"Set-Cookie", "_ga=1"}}) == 0);
}

TEST_CASE("what an exchange in C withheld is counted by category, whether the decision was cached or not") {
  const site_in_c opened{std::string(shop), "DE"};
  for (int round = 0; round < 3; ++round) {
    c_fields request{{{"Cookie", "_ga=1; _fbp=2; _gid=3"}}};
    c_fields response{{{"Content-Type", "text/plain"}, {"Set-Cookie", "_ga=1"}, {"Set-Cookie", "_fbp=2"}}};
    const exchange_in_c exchange(opened.site, request_for("GET", "/"), request.shown());
    REQUIRE(abide_finish(exchange.inner, 200, response.shown(), {}, 0, nullptr, nullptr) == ABIDE_OK);
    abide_facts facts{};
    facts.size = sizeof facts;
    REQUIRE(abide_facts_read(exchange.inner, &facts) == ABIDE_OK);
    CHECK(std::vector(facts.hidden, facts.hidden + 4) == std::vector<std::uint32_t>{0, 2, 0, 1});
    CHECK(std::vector(facts.withheld, facts.withheld + 4) == std::vector<std::uint32_t>{0, 1, 0, 1});
  }
}

namespace {

std::string told(const abide_site* site, int what) {
  std::string all;
  const auto write = [](void* to, abide_text words, abide_text type) {
    static_cast<std::string*>(to)->append(view(type)).append("\n").append(view(words));
  };
  CHECK(abide_tell(site, what, write, &all, nullptr) == ABIDE_OK);
  return all;
}

}  // namespace

TEST_CASE("exchanges in C are counted in the caller's memory, each once, and told in the format of Prometheus") {
  std::vector<std::uint64_t> room((abide_counts_size() + 7) / 8);
  const std::string policy(shop);
  abide_site* sites[2]{};
  for (abide_site*& site : sites) {
    abide_site_options options{};
    options.size = sizeof options;
    options.policy_json = text(policy);
    options.location = text("DE");
    options.records = options.browser_files = text("none");
    options.warn = [](void*, abide_text) {};
    options.counts = room.data();
    REQUIRE(abide_site_open(&options, &site, nullptr) == ABIDE_OK);
  }
  for (const abide_site* site : sites) {  // as two processes that share the memory
    c_fields request{navigation({{"Sec-GPC", "1"}, {"Cookie", "t=1"}})};
    c_fields response{{{"Content-Type", "text/html"}, {"Set-Cookie", "t=2"}}};
    exchange_in_c exchange(site, request_for("GET", "/"), request.shown());
    abide_insertion* insertion = nullptr;
    REQUIRE(abide_finish(exchange.inner, 200, response.shown(), text(page), 1, &insertion, nullptr) == ABIDE_OK);
    abide_insertion_free(insertion);
    abide_count(exchange.inner, 200, 3000);
    abide_count(exchange.inner, 200, 3000);
  }
  const std::string metrics = told(sites[1], ABIDE_TELL_METRICS);
  CHECK_THAT(metrics, Contains("version=0.0.4"));
  for (const char* line : {"abide_answers_total{class=\"2xx\"} 2",
                           "abide_decisions_total{regime=\"opt_in\",signal=\"gpc\",choice=\"no\"} 2",
                           "abide_cookies_hidden_total{category=\"targeting\"} 2",
                           "abide_cookies_withheld_total{category=\"targeting\"} 2", "abide_notices_total 2",
                           "abide_request_seconds_bucket{le=\"0.0025\"} 0",
                           "abide_request_seconds_bucket{le=\"0.005\"} 2", "abide_request_seconds_sum 0.006"})
    CHECK_THAT(metrics, Contains(line));
  CHECK(told(sites[0], ABIDE_TELL_HEALTH) == "application/json\n{\"status\":\"ok\",\"store\":\"none\"}\n");
  CHECK(abide_tell(nullptr, ABIDE_TELL_HEALTH, nullptr, nullptr, nullptr) == ABIDE_BAD_ARGUMENT);
  abide_count(nullptr, 200, 0);
  for (abide_site* site : sites) abide_site_close(site);
}

TEST_CASE("another thread saves a choice while the exchange in C waits") {
  const log_folder place;
  const site_in_c opened(std::string(shop), "DE", place.store());
  REQUIRE(opened.code == ABIDE_OK);
  c_fields request{posting()};
  const abide_request asked = request_for("POST", "/consent");
  const exchange_in_c exchange(opened.site, asked, request.shown());
  CHECK(abide_body_limit(exchange.inner) > 0);
  abide_effect* wanted = nullptr;
  REQUIRE(abide_answer(exchange.inner, &asked, request.shown(), text("choice=reject-all"), &wanted, nullptr) ==
          ABIDE_OK);
  REQUIRE(wanted != nullptr);
  abide_effect_facts facts{};
  facts.size = sizeof facts;
  REQUIRE(abide_effect_read(wanted, &facts) == ABIDE_OK);
  CHECK(facts.kind == ABIDE_EFFECT_SAVE);

  SECTION("by a waiting thread") {
    std::thread([&] { CHECK(abide_carry_out(wanted, nullptr) == ABIDE_OK); }).join();
  }
  SECTION("by the store's own thread, with a callback") {
    std::atomic<int> told{0};
    const auto tell = [](void* context) {
      auto& count = *static_cast<std::atomic<int>*>(context);
      ++count;
      count.notify_one();
    };
    REQUIRE(abide_carry_out_later(wanted, tell, &told, nullptr) == ABIDE_OK);
    told.wait(0);
    CHECK(told == 1);
  }
  REQUIRE(abide_resume(exchange.inner, wanted, request.shown(), &wanted, nullptr) == ABIDE_OK);
  CHECK(wanted == nullptr);
  abide_reply reply{};
  reply.size = sizeof reply;
  REQUIRE(abide_take_reply(exchange.inner, &reply) == 1);
  CHECK(reply.status == 303);
  std::string fields;
  abide_text name{}, value{};
  for (size_t n = 0; n < reply.field_count; ++n) {
    REQUIRE(abide_reply_field(exchange.inner, n, &name, &value) == 1);
    fields.append(view(name)).append(": ").append(view(value)).append("\n");
  }
  CHECK(abide_reply_field(exchange.inner, reply.field_count, &name, &value) == 0);
  CHECK_THAT(fields, Contains("Set-Cookie: abide="));
}

TEST_CASE("an effect that was not carried out counts as the strict answer") {
  const log_folder place;
  const site_in_c opened(std::string(shop), "DE", place.store());
  c_fields request{posting()};
  const abide_request asked = request_for("POST", "/consent");
  const exchange_in_c exchange(opened.site, asked, request.shown());
  abide_effect* wanted = nullptr;
  REQUIRE(abide_answer(exchange.inner, &asked, request.shown(), text("choice=accept-all&from=banner"), &wanted,
                       nullptr) == ABIDE_OK);
  REQUIRE(wanted != nullptr);
  REQUIRE(abide_resume(exchange.inner, wanted, request.shown(), &wanted, nullptr) == ABIDE_OK);
  abide_reply reply{};
  reply.size = sizeof reply;
  REQUIRE(abide_take_reply(exchange.inner, &reply) == 1);
  CHECK(reply.status == 503);
}

TEST_CASE("an effect freed while it is under way calls no callback") {
  const log_folder place;
  const site_in_c opened(std::string(shop), "DE", place.store());
  for (int i = 0; i < 200; ++i) {
    c_fields request{posting()};
    const abide_request asked = request_for("POST", "/consent");
    const exchange_in_c exchange(opened.site, asked, request.shown());
    abide_effect* wanted = nullptr;
    REQUIRE(abide_answer(exchange.inner, &asked, request.shown(), text("choice=reject-all"), &wanted, nullptr) ==
            ABIDE_OK);
    REQUIRE(wanted != nullptr);
    const auto alive = std::make_unique<std::atomic<int>>(0);
    const auto tell = [](void* context) { ++*static_cast<std::atomic<int>*>(context); };
    REQUIRE(abide_carry_out_later(wanted, tell, alive.get(), nullptr) == ABIDE_OK);
    if (i % 2) std::this_thread::yield();
    abide_effect_free(wanted);
    const int told = *alive;
    CHECK(told <= 1);
    abide_abandon(exchange.inner);
  }
}
