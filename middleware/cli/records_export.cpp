// abide records export, report
#include <cstdio>
#include <optional>
#include <stdexcept>

#include "output_file.hpp"
#include "records/ids.hpp"
#include "records_place.hpp"
#include "records_serve.hpp"
#include "tools/counted.hpp"
#include "tools/export.hpp"
#include "tools/report_page.hpp"

namespace abide::detail::cli {
namespace {

void each_row(store& from, const std::string& subject, const std::function<void(const row&)>& f) {
  record_filter filter;
  filter.subject = subject;
  from.each(filter, f);
}

// Writes a list whose items arrive one at a time.
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
    std::fprintf(stderr, "left out %s without a granted purpose: the format cannot express this\n",
                 counted(left_out, "record", "records").c_str());
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
    refuse_option("--format", "27560, kantara or csv", format);
  const auto store = place.open(store_use::read);  // fails before the first byte is written
  if (format == "27560") export_27560(*store, subject, site);
  else if (format == "kantara") export_kantara(*store, subject, site);
  else export_csv(*store, subject);
  return ok;
}

report_filter take_filter(arguments& from) {
  const report_question asked{from.take_option("--from").value_or(""), from.take_option("--to").value_or(""),
                              from.take_place("--place").value_or("")};
  try {
    return filter_of(asked, now_ms() / 1000);
  } catch (const std::invalid_argument& error) {
    throw usage_error(std::string("--") + error.what());
  }
}

int report_records(arguments& from) {
  if (from.take_flag("--serve")) return serve_report(from);
  const report_filter filter = take_filter(from);
  const auto file = from.take_option("-o");
  if (!file) throw usage_error("-o FILE.html or --serve is missing");
  const records_place place = take_records(from);
  from.done();
  refuse_input(*file, place.inputs());  // before the long work
  const auto signing = place.signing();
  const auto store = place.open(store_use::read);
  const verification checked = verify(*store, signing.get());
  const report_facts facts{
      place.site ? place.site->site_name : "", store->name(), now_ms(), signing != nullptr, filter.words, {}};
  const std::string html = render_report(totals_of(*store, filter), checked, facts);
  if (*file == "-") return print(html), ok;
  write_output(*file, html, place.inputs());
  return ok;
}

}  // namespace

const command records_export_command{
    "records export", "[STORE] [--format 27560|kantara|csv] [--subject S] [--policy FILE]",
    "Exports consent records: ISO/IEC TS 27560, Kantara or CSV",
    "  --format 27560    ISO/IEC TS 27560:2023 as JSON-LD, with the names of the W3C Data Privacy Vocabulary (default)\n"
    "           kantara  Kantara Consent Receipt 1.1, for records that grant something\n"
    "           csv      every column as stored; a cell that a spreadsheet would run gets a leading '\n"
    "  --subject S       only the records of this pseudonym\n"
    "  STORE             sqlite:FILE or postgres://...; default: the policy's\n"
    "  --policy FILE     the site's policy: its name, contact and vendors are exported too\n",
    export_records};

const command records_report_command{
    "records report",
    "[STORE] (-o FILE.html [--from DATE] [--to DATE] [--place PLACE] | --serve [--port N] [--address ADDRESS --behind-login HOST]) [--policy FILE]",
    "Creates a page of charts: choices over time, consent rate, by place and source, and signals",
    "The page uses no network and no scripts, and states whether the log is intact. -o - writes to standard output.\n\n"
    "--serve shows a live report at http://127.0.0.1:8087/, with the state of the store; the URL can name days and a place.\n"
    "It has no login: anyone who can connect to the address can read the report.\n\n"
    "  --from DATE     only this day (UTC) and later\n"
    "  --to DATE       only this day (UTC) and earlier\n"
    "  --place PLACE   only this place (DE, US-CA); ZZ: visitors whose place is unknown\n"
    "  --serve         serve the report over HTTP until interrupted\n"
    "  --port N        port to listen on; 0: any free port; default: 8087\n"
    "  --behind-login HOST    the application forwards logged-in users from HOST; requests for HOST are answered too\n"
    "  --address ADDRESS      address to listen on; other than loopback only with --behind-login; default: 127.0.0.1\n"
    "  STORE           sqlite:FILE or postgres://...; default: the policy's\n"
    "  --policy FILE   the site's policy: its name, records.store and consent.keys\n",
    report_records};

}  // namespace abide::detail::cli
