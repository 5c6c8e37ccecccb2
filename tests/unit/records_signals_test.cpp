// Signals of visitors without a pseudonym, and notices that pages contained: counted, never recorded.
#include <cstdlib>
#include <filesystem>
#include <map>

#include "abide/carry.hpp"
#include "abide/site.hpp"
#include "catch.hpp"
#include "fields.hpp"
#include "records/ids.hpp"
#include "records/retention.hpp"
#include "records/schema.hpp"
#include "records_place.hpp"
#include "tools/report.hpp"

using namespace abide;
using namespace abide::detail;
using namespace records_test;

namespace {

constexpr std::int64_t noon = 1'795'305'600;  // 2026-11-22, a whole minute

/// `MINUTE PLACE SIGNAL` and its count; minutes from noon.
std::map<std::string, std::uint64_t> counts_at(const std::string& url) {
  const auto from = store_at(url, store_use::read, std::chrono::seconds(5));
  from->open();
  std::map<std::string, std::uint64_t> counts;
  from->each_side(side::signals, [&](const side_row& each) {
    const std::int64_t minute = (std::stoll(each.cells[0]) - noon) / 60;
    counts[std::to_string(minute) + ' ' + each.cells[2] + ' ' + each.cells[3]] += std::stoull(each.cells[4]);
  });
  return counts;
}

void check_intact(const std::string& url) {
  const verification v = verify_at(url);
  INFO(told_by(v));
  CHECK(v.finding_count == 0);
}

std::uintmax_t bytes_of(const place& at) {
  std::uintmax_t sum = 0;
  for (const auto& each : std::filesystem::directory_iterator(at.folder())) sum += each.file_size();
  return sum;
}

site site_at(const place& at, const char* location = "US-CA") {
  site_options options;
  options.keys = {secret_one};
  options.location = location;
  options.records = at.url();
  options.warn = [](const std::string&) {};
  return site(parse_config(R"({"site": {"host": "www.shop.example"}})", "policy.json"), std::move(options));
}

/// Requests a page as a browser that sends the signal and keeps no cookie. Returns the names of the cookies that are
/// set.
std::string ask_with_signal(const site& from, std::int64_t now) {
  field_list request{{"Host", "www.shop.example"}, {"Sec-GPC", "1"}, {"Accept", "text/html"}};
  field_list response{{"Content-Type", "text/html"}};
  visit v = from.begin("GET", "/", request, {"192.0.2.1", transport::tls}, now);
  CHECK_FALSE(v.answer("GET", "/", request, {}));
  v.finish(200, response, nullptr);
  hand_over(v);
  std::string names;
  for (const auto& [name, value] : response.list)
    if (same_field(name, "Set-Cookie")) names += value.substr(0, value.find('=')) + ' ';
  return names;
}

}  // namespace

TEST_CASE(
    "signals of unknown visitors are counted by minute, place and signal, across restarts, under the log's seals") {
  const auto at = any_place();
  if (!at) return;
  for (int start = 0; start < 2; ++start) {
    const auto log = records::open(at->url(), options_for());
    for (int i = 0; i < 3; ++i) log->count_signal({"US-CA", source::gpc_header, noon + i});
    log->count_signal({"US-CA", source::gpc_header, noon + 60});
    log->count_signal({"DE", source::dnt, noon + 59});
    CHECK(log->state().saved == 0);
  }
  const auto counts = counts_at(at->url());
  CHECK(counts.size() == 3);
  CHECK(counts.at("0 US-CA gpc_header") == 6);
  CHECK(counts.at("1 US-CA gpc_header") == 2);
  CHECK(counts.at("0 DE dnt") == 2);
  check_intact(at->url());
  CHECK(verify_at(at->url()).records == 0);
  at->edit("UPDATE abide_signal SET count = count - 1 WHERE place = 'DE'");
  CHECK(verify_at(at->url()).finding_count == 1);
}

TEST_CASE("retention deletes counts of signals in its two steps, and the log verifies") {
  const auto at = any_place();
  if (!at) return;
  const std::int64_t day = 86'400'000;
  {
    const auto log = records::open(at->url(), options_for());
    for (int i = 0; i < 4; ++i) log->count_signal({"US-CA", source::gpc_header, noon + i * 100 * 86'400});
  }
  const keys signing({secret_one}, "test", key_use::records);
  const auto from = store_at(at->url(), store_use::write, std::chrono::seconds(5));
  from->open();
  const std::int64_t now = (noon + 300 * 86'400) * 1000;
  CHECK(retain_all(*from, 150, now, &signing).is_noted);
  CHECK(retain_all(*from, 150, now + day / 2, &signing).counts == 0);
  CHECK(retain_all(*from, 150, now + 2 * day, &signing).counts == 2);
  from->close();
  CHECK(counts_at(at->url()).size() == 2);
  check_intact(at->url());
}

TEST_CASE("a log from before signals were counted verifies as it is, and continues") {
  const place at("sqlite");
  fill(at.url(), 3);
  at.edit("DROP TABLE abide_signal; ALTER TABLE abide_ledger DROP COLUMN signals; PRAGMA user_version = 3");
  check_intact(at.url());
  {
    const auto log = records::open(at.url(), options_for());
    log->count_signal({"US-CA", source::gpc_header, noon});
  }
  check_intact(at.url());
  CHECK(counts_at(at.url()).size() == 1);
}

TEST_CASE("notices are counted by day, place and layout beside the signals, under the log's seals") {
  const auto at = any_place();
  if (!at) return;
  for (int start = 0; start < 2; ++start) {
    const auto log = records::open(at->url(), options_for());
    for (int i = 0; i < 3; ++i) log->count_notice({"DE", notice_layout::card_start, noon + i * 28'799});
    log->count_notice({"DE", notice_layout::card_start, noon + 86'400});
    log->count_notice({"US-CA", notice_layout::bar, noon});
    log->count_signal({"DE", source::dnt, noon});
    CHECK(log->state().saved == 0);
  }
  const auto counts = counts_at(at->url());
  CHECK(counts.size() == 4);
  CHECK(counts.at("0 DE notice:card-start") == 6);
  CHECK(counts.at("1440 DE notice:card-start") == 2);
  CHECK(counts.at("0 US-CA notice:bar") == 2);
  CHECK(counts.at("0 DE dnt") == 2);
  check_intact(at->url());
  at->edit("UPDATE abide_signal SET count = count + 1 WHERE signal = 'notice:bar'");
  CHECK(verify_at(at->url()).finding_count == 1);
}

TEST_CASE("a page counts its notice once, where a visitor who has not answered sees it") {
  const place at("sqlite");
  const auto ask = [](const site& from, field_list request, std::string_view method = "GET",
                      std::string accept = "text/html") {
    request.list.insert(request.list.begin(), {{"Host", "www.shop.example"}, {"Accept", std::move(accept)}});
    field_list response{{"Content-Type", "text/html"}};
    std::string body = "<!doctype html><title>x</title><p>x";
    visit v = from.begin(method, "/", request, {"192.0.2.1", transport::tls}, noon);
    CHECK_FALSE(v.answer(method, "/", request, {}));
    v.finish(200, response, &body);
    hand_over(v);
    CHECK_FALSE(v.take_notice_view());
    for (const auto& [name, value] : response.list) CHECK_FALSE(same_field(name, "Set-Cookie"));
  };
  {
    const site from = site_at(at, "DE");
    ask(from, {});
    ask(from, {});
    ask(from, {}, "HEAD");
    ask(from, {{"Sec-Purpose", "prefetch"}});
    ask(from, {{"Sec-Fetch-Dest", "iframe"}, {"Sec-Fetch-Mode", "navigate"}});
    ask(from, {{"Sec-Fetch-Dest", "image"}, {"Sec-Fetch-Mode", "no-cors"}});
    ask(from, {{"User-Agent", "kube-probe/1.31"}}, "GET", "*/*");
    ask(from, {{"User-Agent", "Slackbot-LinkExpanding 1.0"}, {"Range", "bytes=0-32768"}}, "GET", "*/*");
    ask(from, {{"HX-Request", "true"}});
    ask(from, {{"Sec-Fetch-Dest", "empty"}, {"Sec-Fetch-Mode", "same-origin"}}, "GET", "*/*");  // a service worker
  }
  const auto counts = counts_at(at.url());
  CHECK(counts.size() == 1);
  CHECK(counts.at("0 DE notice:bar") == 3);
  CHECK(verify_at(at.url()).records == 0);
}

TEST_CASE("the consent rate compares answers with the pages that had the notice, by place and layout") {
  tally counted;
  const auto answer = [&](std::int64_t day, source from, choice what) {
    consent_event e;
    e.time_ms = (noon + day * 86'400) * 1000;
    e.subject = std::to_string(counted.finish().records);
    e.jurisdiction = "DE";
    e.source = from;
    e.choices = {choice::granted, what, choice::denied, choice::denied};
    counted.add(e);
  };
  answer(-1, source::banner, choice::granted);  // notices were not counted then
  answer(0, source::banner, choice::granted);
  answer(0, source::banner, choice::denied);
  answer(0, source::settings, choice::granted);
  counted.add_notices(noon, "DE", "bar", 8);
  answer(2, source::banner, choice::granted);
  counted.add_notices(noon + 2 * 86'400, "DE", "bar", 5);
  counted.add_notices(noon + 2 * 86'400, "DE", "top", 5);
  const std::string page = render_report(counted.finish(), verification{}, {});
  const auto has = [&](std::string_view text) { return page.find(text) != std::string::npos; };
  CHECK(has("<th scope=\"row\">2026-11-22</th><td>8</td><td>1</td><td>1</td><td>25.0 %</td><td>50.0 %</td>"));
  CHECK(has("<th scope=\"row\">2026-11-21</th><td>–</td><td>–</td><td>–</td><td>–</td><td>–</td>"));
  CHECK(has("<td>bar</td><td>8</td><td>1</td><td>1</td><td>25.0 %</td><td>50.0 %</td><td>5</td>"));
  CHECK(has("<td>top</td><td>0</td><td>0</td><td>0</td><td>–</td><td>–</td><td>5</td>"));
}

TEST_CASE("the report shows the signals that were counted") {
  tally counted;
  counted.add(signal_sighting{"US-CA", source::gpc_header, noon}, 1234);
  counted.add(signal_sighting{"DE", source::dnt, noon}, 56);
  const std::string page = render_report(counted.finish(), verification{}, {});
  CHECK(page.find("Signals of visitors without a record") != std::string::npos);
  CHECK(page.find("<th scope=\"row\">2026-11-22</th><td>1,234</td><td>56</td>") != std::string::npos);
  CHECK(page.find("<th scope=\"row\">California</th><td>1,234</td><td>0</td>") != std::string::npos);
}

TEST_CASE("a day without data is empty in the report, not zero, and places have names") {
  tally counted;
  const auto add = [&](std::int64_t day, const char* place, event_kind kind) {
    consent_event e;
    e.kind = kind;
    e.time_ms = (noon + day * 86'400) * 1000;
    e.subject = std::to_string(day);
    e.jurisdiction = place;
    counted.add(e);
  };
  add(0, "DE", event_kind::grant);
  add(2, "ZZ", event_kind::deny);
  const std::string page = render_report(counted.finish(), verification{}, {});
  CHECK(page.find("<th scope=\"row\">2026-11-23</th><td>–</td>") != std::string::npos);
  CHECK(page.find("<title>2026-11-23: 0 %</title>") == std::string::npos);
  CHECK(page.find("<span class=\"name\">Germany</span>") != std::string::npos);
  CHECK(page.find("<span class=\"name\">Place not known</span>") != std::string::npos);
  CHECK(page.find(">Statistics</span>") != std::string::npos);
}

TEST_CASE("a report can be limited to days, including the last one, and to a place") {
  report_filter filter;
  CHECK(filter.fits(noon, "DE"));
  filter.from = noon;
  filter.to = noon + 86'400;
  CHECK(filter.fits(noon, "DE"));
  CHECK(filter.fits(noon + 86'399, "DE"));
  CHECK_FALSE(filter.fits(noon - 1, "DE"));
  CHECK_FALSE(filter.fits(noon + 86'400, "DE"));
  filter.place = "US-CA";
  CHECK_FALSE(filter.fits(noon, "DE"));
  CHECK(filter.fits(noon, "US-CA"));
}

// A million with ABIDE_LONG=1.
TEST_CASE(
    "browsers that send the signal and keep no cookie leave no record, no identifier, and a store of constant size") {
  const auto at = std::make_unique<place>("sqlite");
  const int pages = std::getenv("ABIDE_LONG") ? 1'000'000 : 10'000;
  std::uintmax_t before = 0, during = 0;
  {
    const site from = site_at(*at);
    CHECK(ask_with_signal(from, noon) == "__Host-signal_abide __Host-now_abide ");
    before = bytes_of(*at);
    for (int i = 1; i < pages; ++i) ask_with_signal(from, noon + i % 600);
    during = bytes_of(*at);
  }
  const verification v = verify_at(at->url());
  const auto counts = counts_at(at->url());
  std::uint64_t sum = 0;
  for (const auto& [what, count] : counts) sum += count;
  std::cout << pages << " cookie-less pages with GPC: " << v.records << " records, " << sum << " counted in "
            << counts.size() << " rows; bytes of the store " << before << " before, " << during << " at the end, "
            << bytes_of(*at) << " closed\n";
  CHECK(v.records == 0);
  CHECK(v.finding_count == 0);
  CHECK(sum == static_cast<std::uint64_t>(pages));
  CHECK(counts.size() == 10);
  CHECK(during == before);
}
