// The report as a served page: whom it answers, what its address may contain, and what it says about the store.
#include <stdexcept>

#include "abide/records.hpp"
#include "catch.hpp"
#include "records_place.hpp"
#include "tools/report_page.hpp"

using namespace abide;
using namespace abide::detail;
using namespace records_test;

namespace {

constexpr std::int64_t now = 1'795'305'600'000;  // 2026-11-22T12:00Z

live_report report_of(const std::string& url, const keys* signing = nullptr) {
  return {store_at(url, store_use::read, std::chrono::seconds(5)), signing, "The shop",
          known_hosts("127.0.0.1", 8087, "")};
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a live report answers only under its own address, not under another name that leads to the machine") {
  const place at("sqlite");
  fill(at.url(), 3);
  live_report report = report_of(at.url());
  CHECK(report.answer("GET", "/", "127.0.0.1:8087", now).status == 200);
  CHECK(report.answer("GET", "/", "localhost:8087", now).status == 200);
  for (const char* host : {"", "evil.example", "evil.example:8087", "127.0.0.1", "127.0.0.1:80", "localhost.evil:8087"})
    CHECK(report.answer("GET", "/", host, now).status == 421);
  CHECK(known_hosts("10.0.0.1", 8087, "admin.shop.example").has("Admin.Shop.example"));
  CHECK(known_hosts("::1", 80, "").has("[::1]"));
}

TEST_CASE("a live report is read-only, and its address accepts days and a place, nothing else") {
  const place at("sqlite");
  fill(at.url(), 3);
  live_report report = report_of(at.url());
  const auto ask = [&](const char* method, const char* target) {
    return report.answer(method, target, "localhost:8087", now);
  };
  for (const char* method : {"POST", "PUT", "HEAD", "DELETE", "get", ""}) CHECK(ask(method, "/").status == 405);
  CHECK(ask("GET", "/report.css").type == "text/css; charset=utf-8");
  CHECK(ask("GET", "/consent").status == 404);
  for (const char* bad : {"/?from=22.11.2026", "/?from=%3Cscript", "/?who=1", "/?place=%22", "/?place=Germany",
                          "/?to=2026-13-01", "/?from=2026-11-02&to=2026-11-01"})
    CHECK(ask("GET", bad).status == 400);
  const report_reply page = ask("GET", "/?from=2026-11-01&to=&place=DE");
  CHECK(page.status == 200);
  CHECK(has(page.body, "name=\"from\" value=\"2026-11-01\""));
  CHECK(has(page.body, "<option value=\"DE\" selected>Germany</option>"));
  for (const std::string place : {"DE", "IN"}) {  // India has two rows: its law changes
    const std::size_t first = page.body.find("<option value=\"" + place + "\"");
    CHECK(first != std::string::npos);
    CHECK(page.body.find("<option value=\"" + place + "\"", first + 1) == std::string::npos);
  }
  CHECK_FALSE(has(page.body, "ended"));  // no record says that a signal ended
  CHECK_FALSE(has(page.body, "<style>"));
  CHECK_FALSE(has(page.body, "<script"));
}

TEST_CASE("a live report shows the state of the store, and answers also when the store is down") {
  const place at("sqlite");
  live_report report = report_of(at.url());
  CHECK(report.answer("GET", "/", "localhost:8087", now).status == 503);
  fill(at.url(), 3);
  const std::string page = report.answer("GET", "/", "localhost:8087", now).body;
  CHECK(has(page, "<dt>Chain 1</dt><dd>records up to 3</dd>"));
  CHECK(has(page, "<dt>Size</dt>"));
  CHECK_FALSE(has(page, "<h3>Findings</h3>"));
  at.edit("UPDATE abide_record SET language = 'xx' WHERE number = 2");
  CHECK_FALSE(has(report.answer("GET", "/", "localhost:8087", now + 59'000).body, "<h3>Findings</h3>"));
  CHECK(has(report.answer("GET", "/", "localhost:8087", now + 60'000).body, "<h3>Findings</h3>"));
}
