#include "tools/report_page.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "abide/jurisdiction.hpp"
#include "abide/record.hpp"
#include "base/ascii.hpp"
#include "base/embedded.hpp"
#include "base/time.hpp"
#include "policy/shapes.hpp"
#include "records/row.hpp"
#include "records/signal_counts.hpp"
#include "tools/chart.hpp"

namespace abide::detail {
namespace {

constexpr std::int64_t believed_ms = 60'000;
constexpr std::size_t value_max = 32, faults_shown = 20;

std::int64_t number_in(const std::string& text) { return std::strtoll(text.c_str(), nullptr, 10); }

std::optional<std::int64_t> day_of(const std::string& text, const char* name) {
  if (text.empty()) return {};
  const auto time = text.size() == 10 ? parse_timestamp(text + "T00:00:00Z") : std::nullopt;
  if (!time)
    throw std::invalid_argument(std::string(name) + ": expected a date such as 2026-11-22, found \"" + text + '"');
  return time;
}

void say(std::string& words, std::string_view before, std::string_view more) {
  words.append(words.empty() ? "" : " ").append(before).append(" ").append(more);
}

// Dates and places need no percent-encoding: a value with any is neither.
bool is_plain(std::string_view value) {
  return value.size() <= value_max && std::all_of(value.begin(), value.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
         });
}

void take_pair(std::string_view pair, report_question& into) {
  const std::size_t equals = std::min(pair.find('='), pair.size());
  const std::string_view name = pair.substr(0, equals), value = pair.substr(std::min(equals + 1, pair.size()));
  std::string* const to = name == "from"    ? &into.from
                          : name == "to"    ? &into.to
                          : name == "place" ? &into.place
                                            : nullptr;
  if (!to) throw std::invalid_argument("expected only from, to and place in the address");
  if (!is_plain(value)) throw std::invalid_argument(std::string(name) + ": expected letters, digits and hyphens");
  *to = value;
}

std::string size_text(std::uintmax_t bytes) { return count_text(static_cast<double>((bytes + 1023) / 1024)) + " KiB"; }

/// `2026-11-22 10:00 UTC`
std::string minute_text(std::int64_t time_ms) {
  return time_text_ms(time_ms).replace(10, 1, 1, ' ').substr(0, 16) + " UTC";
}

/// The size of an SQLite database and its WAL file; nothing for a database server.
std::optional<std::uintmax_t> size_of_file(const std::string& store) {
  constexpr std::string_view sqlite = "sqlite:";
  if (!store.starts_with(sqlite)) return {};
  std::uintmax_t sum = 0;
  for (const char* end : {"", "-wal"}) {
    std::error_code none;
    const std::uintmax_t size = std::filesystem::file_size(store.substr(sqlite.size()) + end, none);
    if (!none) sum += size;
  }
  return sum;
}

std::int64_t last_write(store& from, const verification& v) {
  const auto counted = from.last_minute();
  return std::max(v.last_ms, counted ? *counted * 1000 : 0);
}

store_health health_of(store& from, const verification& v, std::int64_t verified_ms) {
  store_health made;
  if (const std::int64_t last = last_write(from, v)) made.rows.push_back({"Last write", minute_text(last)});
  else made.rows.push_back({"Last write", "none yet"});
  for (const chain_summary& each : v.chains)
    made.rows.push_back({"Chain " + std::to_string(each.chain),
                         each.last == 0 ? "no records" : "records up to " + std::to_string(each.last)});
  made.rows.push_back({"Verified", minute_text(verified_ms)});
  if (const auto size = size_of_file(from.name())) made.rows.push_back({"Size", size_text(*size)});
  made.rows.push_back({"Lost events, as the log reports", std::to_string(v.lost)});
  for (const chain_fault& each : v.findings) {
    if (made.faults.size() == faults_shown) break;
    const std::string where = each.chain == 0 ? "" : "Chain " + std::to_string(each.chain) + ": ";
    made.faults.push_back(where + each.what);
  }
  made.faults_left = v.finding_count - made.faults.size();
  return made;
}

/// Reads `/?from=2026-11-22&place=DE`. Throws std::invalid_argument for anything else.
report_question question_in(std::string_view target) {
  const std::size_t mark = std::min(target.find('?'), target.size());
  std::string_view query = target.substr(std::min(mark + 1, target.size()));
  report_question made;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    if (end > 0) take_pair(query.substr(0, end), made);
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return made;
}

}  // namespace

report_filter filter_of(const report_question& asked, std::int64_t now) {
  report_filter made;
  made.from = day_of(asked.from, "from");
  made.to = day_of(asked.to, "to");
  if (made.from && made.to && *made.to < *made.from)
    throw std::invalid_argument("to: expected " + asked.from + " or later, found \"" + asked.to + '"');
  if (made.from) say(made.words, "From", asked.from);
  if (made.to) say(made.words, made.from ? "to" : "Up to", asked.to);
  if (made.to) *made.to += seconds_a_day;
  if (asked.place.empty()) return made;
  if (!is_location(asked.place))
    throw std::invalid_argument("place: expected a place such as DE or US-CA, found \"" + asked.place + '"');
  const jurisdiction& found = find_jurisdiction(asked.place, now);
  made.place = std::string(found.code);
  made.words = std::string(found.code == "ZZ" ? "Place not known" : found.name).append(made.words.empty() ? "" : ", ") +
               made.words;
  return made;
}

totals totals_of(store& from, const report_filter& filter) {
  tally counted;
  from.each({}, [&](const row& each) {
    const consent_event event = record_of(each).event;
    if (filter.fits(event.time_ms / 1000, event.jurisdiction)) counted.add(event);
  });
  from.each_side(side::signals, [&](const side_row& each) {
    const std::int64_t start = number_in(each.cells[0]);
    const std::string &place = each.cells[2], &what = each.cells[3];
    if (!filter.fits(start, place)) return;
    const auto many = static_cast<std::uint64_t>(number_in(each.cells[4]));
    if (const std::string_view layout = layout_in(what); !layout.empty())
      return counted.add_notices(start, place, layout, many);
    counted.add(signal_sighting{place, parse_source(what).value_or(source::none), start}, many);
  });
  return counted.finish();
}

known_hosts::known_hosts(const std::string& address, unsigned port, const std::string& public_host) {
  const std::string behind = std::string(1, ':').append(std::to_string(port));
  const bool is_v6 = address.find(':') != std::string::npos;
  const std::string host = is_v6 ? std::string(1, '[').append(address).append(1, ']') : address;
  for (const std::string& name : {std::string("localhost"), host}) {
    names_.push_back(name + behind);
    if (port == 80) names_.push_back(name);
  }
  if (!public_host.empty()) names_.push_back(public_host);
}

bool known_hosts::has(std::string_view host) const {
  return std::any_of(names_.begin(), names_.end(), [&](const auto& each) { return same_field(each, host); });
}

live_report::live_report(std::unique_ptr<store> at, const keys* signing, std::string site, known_hosts hosts)
    : store_(std::move(at)), signing_(signing), site_(std::move(site)), hosts_(std::move(hosts)) {}

std::string live_report::page(const report_question& asked, std::int64_t now_ms) {
  const report_filter filter = filter_of(asked, now_ms / 1000);
  if (!is_open_) store_->open();
  is_open_ = true;
  if (!verified_ || now_ms - verified_ms_ >= believed_ms || now_ms < verified_ms_) {
    verified_ = verify(*store_, signing_);
    verified_ms_ = now_ms;
  }
  report_facts facts{site_, store_->name(), now_ms, signing_ != nullptr, filter.words, {}};
  facts.live = live_facts{asked.from, asked.to, asked.place, health_of(*store_, *verified_, verified_ms_)};
  return render_report(totals_of(*store_, filter), *verified_, facts);
}

report_reply live_report::answer(std::string_view method, std::string_view target, std::string_view host,
                                 std::int64_t now_ms) {
  const auto words = [](unsigned status, std::string_view text) {
    return report_reply{status, "text/plain; charset=utf-8", std::string(text) + "\n"};
  };
  if (!hosts_.has(host)) return words(421, "This server does not answer for that host.");
  if (method != "GET") return words(405, "GET only.");
  if (target == "/report.css") return {200, "text/css; charset=utf-8", std::string(embedded("report.css")->bytes)};
  if (target.substr(0, target.find('?')) != "/") return words(404, "Not found. The report is at /.");
  try {
    return {200, "text/html; charset=utf-8", page(question_in(target), now_ms)};
  } catch (const std::invalid_argument& error) {
    return words(400, error.what());
  } catch (const std::exception& error) {  // reopened the next time
    store_->close();
    is_open_ = false;
    verified_.reset();
    return words(503, std::string("The store cannot be read: ") + error.what());
  }
}

std::vector<std::pair<std::string_view, std::string_view>> report_fields() {
  return {{"Cache-Control", "no-store"},
          {"Content-Security-Policy",
           "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
           "frame-ancestors 'none'"},
          {"X-Content-Type-Options", "nosniff"},
          {"Referrer-Policy", "no-referrer"},
          {"Cross-Origin-Opener-Policy", "same-origin"},
          {"Cross-Origin-Resource-Policy", "same-origin"}};
}

}  // namespace abide::detail
