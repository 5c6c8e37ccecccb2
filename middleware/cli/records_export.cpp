// abide records export, report
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>

#include "abide/jurisdiction.hpp"
#include "abide/record.hpp"
#include "records/ids.hpp"
#include "records_place.hpp"
#include "tools/export.hpp"
#include "tools/report.hpp"

namespace abide::detail::cli {
namespace {

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void each_row(store& from, const std::string& subject, const std::function<void(const row&)>& f) {
  record_filter filter;
  filter.subject = subject;
  from.each(filter, f);
}

// A list whose items are known one by one.
class json_list {
 public:
  void add(const std::string& item) {
    print((first_ ? "\n" : ",\n") + item);
    first_ = false;
  }

 private:
  bool first_ = true;
};

void export_27560(store& from, const std::string& subject, const site_facts& site) {
  json_list list;
  print("{\"@context\":" + json_ld_context() + ",\"@graph\":[");
  each_row(from, subject, [&](const row& each) { list.add(to_json_ld(each, site)); });
  print("\n]}\n");
}

void export_kantara(store& from, const std::string& subject, const site_facts& site) {
  json_list list;
  std::uint64_t left_out = 0;
  print("[");
  each_row(from, subject, [&](const row& each) {
    if (const auto receipt = to_kantara(each, site)) list.add(*receipt);
    else ++left_out;
  });
  print("\n]\n");
  if (left_out > 0)
    std::fprintf(stderr, "%llu records grant no purpose; the format cannot say that, and they were left out\n",
                 static_cast<unsigned long long>(left_out));
}

void export_csv(store& from, const std::string& subject) {
  print(csv_heading());
  each_row(from, subject, [](const row& each) { print(to_csv(each)); });
}

int export_records(arguments& from) {
  const std::string format = from.take_option("--format").value_or("27560");
  const std::string subject = from.take_option("--subject").value_or("");
  const records_place place = take_records(from);
  from.done();
  const site_facts site = place.site ? site_facts_of(*place.site) : site_facts{};
  if (format != "27560" && format != "kantara" && format != "csv")
    throw usage_error("--format: expected 27560, kantara or csv");
  const auto store = place.open(store_use::read);  // before the first byte is written
  if (format == "27560") export_27560(*store, subject, site);
  else if (format == "kantara") export_kantara(*store, subject, site);
  else export_csv(*store, subject);
  return ok;
}

std::int64_t number_in(const std::string& text) { return std::strtoll(text.c_str(), nullptr, 10); }

std::optional<std::int64_t> take_day(arguments& from, std::string_view option, std::string_view word,
                                     std::string& words) {
  const auto text = from.take_option(option);
  if (!text) return {};
  const auto time = text->size() == 10 ? parse_timestamp(*text + "T00:00:00Z") : std::nullopt;
  if (!time) throw usage_error(std::string(option) + ": expected a date such as 2026-11-22");
  words.append(words.empty() ? "" : " ").append(word).append(" ").append(*text);
  return time;
}

report_filter take_filter(arguments& from) {
  constexpr std::int64_t day = 86'400;
  report_filter made;
  made.from = take_day(from, "--from", "From", made.words);
  made.to = take_day(from, "--to", made.from ? "to" : "Up to", made.words);
  if (made.to) *made.to += day;
  made.place = from.take_option("--place");
  if (!made.place) return made;
  const jurisdiction& row = find_jurisdiction(*made.place, now_ms() / 1000);
  made.place = std::string(row.code);
  made.words =
      std::string(row.code == "ZZ" ? "Place not known" : row.name).append(made.words.empty() ? "" : ", ") + made.words;
  return made;
}

int report_records(arguments& from) {
  const report_filter filter = take_filter(from);
  const auto file = from.take_option("-o");
  if (!file) throw usage_error("-o FILE.html is missing");
  const records_place place = take_records(from);
  from.done();
  const auto signing = place.signing();
  const auto store = place.open(store_use::read);
  const verification checked = verify(*store, signing.get());
  tally counted;
  store->each({}, [&](const row& each) {
    const consent_event event = record_of(each).event;
    if (filter.fits(event.time_ms / 1000, event.jurisdiction)) counted.add(event);
  });
  store->each_side(side::signals, [&](const side_row& each) {
    const signal_sighting seen{each.cells[2], parse_source(each.cells[3]).value_or(source::none),
                               number_in(each.cells[0])};
    if (filter.fits(seen.time, seen.jurisdiction))
      counted.add(seen, static_cast<std::uint64_t>(number_in(each.cells[4])));
  });
  const report_facts facts{place.site ? place.site->site_name : "", store->name(), now_ms(), signing != nullptr,
                           filter.words};
  const std::string html = render_report(counted.finish(), checked, facts);
  if (*file == "-") return print(html), ok;
  std::ofstream out(*file, std::ios::binary);
  out << html;
  out.close();
  if (!out) throw std::runtime_error(*file + ": cannot be written");
  return ok;
}

}  // namespace

const command records_export_command{
    "records export", "[STORE] [--format 27560|kantara|csv] [--subject S] [--policy FILE]",
    "Exports consent records: ISO/IEC TS 27560, Kantara or CSV",
    "  --format 27560    ISO/IEC TS 27560:2023 as JSON-LD, by the names of the W3C Data Privacy Vocabulary; default: 27560\n"
    "           kantara  Kantara Consent Receipt 1.1, of the records that grant something\n"
    "           csv      every column as stored\n"
    "  --subject S       only the records of this pseudonym\n"
    "  STORE             sqlite:FILE or postgres://...; default: the policy's\n"
    "  --policy FILE     the site's policy: its name, contact and vendors go into the export\n",
    export_records};

const command records_report_command{
    "records report", "[STORE] -o FILE.html [--from DATE] [--to DATE] [--place PLACE] [--policy FILE]",
    "Makes a page of charts: choices over time, by place and source, and signals",
    "The page needs no network and no scripts, and says whether the log is intact. -o - writes to standard output.\n\n"
    "  --from DATE     only from this day (UTC) on\n"
    "  --to DATE       only up to this day, which counts\n"
    "  --place PLACE   only this place (DE, US-CA); ZZ: visitors whose place was not known\n"
    "  STORE           sqlite:FILE or postgres://...; default: the policy's\n"
    "  --policy FILE   the site's policy: its name, records.store and consent.keys\n",
    report_records};

}  // namespace abide::detail::cli
