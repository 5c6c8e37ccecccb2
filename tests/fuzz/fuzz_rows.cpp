// Rows that another program wrote into the store: verify finds them, and every export and the report keep their format.
#include <nlohmann/json.hpp>

#include "input.hpp"
#include "linear.hpp"
#include "records/latest_choice.hpp"
#include "records/verify.hpp"
#include "tools/export.hpp"
#include "tools/report.hpp"

namespace {

using namespace abide::detail;

constexpr std::string_view mark = "<script";

row take_row(input& in) {
  row made;
  for (std::string& each : made) each = in.line();
  return made;
}

/// The cells of one line (RFC 4180).
std::size_t cells_in(std::string_view line) {
  std::size_t cells = 1;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    must(quoted || (c != '\r' && c != '\n'), "a line ends at its end");
    if (c == ',' && !quoted) ++cells;
  }
  must(!quoted, "quotes are closed");
  return cells;
}

void check_exports(const row& from) {
  std::size_t bytes = 0;
  for (const std::string& each : from) bytes += each.size();
  const std::string csv = to_csv(from);
  must(csv.ends_with("\r\n") && cells_in(std::string_view(csv).substr(0, csv.size() - 2)) == 4 + columns.size(),
       "a line of CSV has its cells");
  must(csv.size() <= 2 * bytes + 512, "and is bounded");
  const std::string json = to_json_ld(from, {});
  must(json.find('\n') == std::string::npos && nlohmann::json::accept(json), "a receipt is one line of JSON");
  must(json.size() <= 16 * bytes + 8192, "and is bounded");
  if (const auto kantara = to_kantara(from, {})) must(nlohmann::json::accept(*kantara), "and so in Kantara's form");
}

void check_record(const row& from) {
  const abide::consent_record read = record_of(from);
  const row again = row_of(read);
  must(row_of(record_of(again)) == again, "what was read reads as itself");
  if (const auto choice = choice_in(read.event)) must(choice->known, "a choice is known");
}

/// A store with one row, discarded afterwards.
void check_log(const row& from) {
  static const auto log = [] {
    auto made = store_at(std::string(in_memory), store_use::write, std::chrono::seconds(1));
    made->open();
    return made;
  }();
  const chain_place head = log->begin();
  try {
    log->insert(std::span(&from, 1), head, {head.chain, head.number + 1, "no hash", "", ""});
    const verification found = verify(*log, nullptr);
    must(found.finding_count > 0, "a row that nobody sealed is found");
    for (const chain_fault& each : found.findings) must(each.what.size() <= 4096, "a finding is bounded");
    tally counted;
    log->each({}, [&](const row& each) { counted.add(record_of(each).event); });
    const std::string html = render_report(counted.finish(), found, {"", "memory:", 1795305600000, false});
    must(html.find(mark) == std::string::npos, "a report runs nothing");
    must(html.size() < 1'000'000, "and is bounded");
  } catch (const store_error&) {
    // the tables reject it
  }
  log->roll_back();
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input in(data, size);
  const row from = take_row(in);
  check_exports(from);
  check_record(from);
  check_log(from);
  must_be_linear(cell(from, "subject"), [&](std::string_view text) {
    row large = from;
    large[4] = text;
    (void)to_csv(large);
    (void)printable(text);
  });
  return 0;
}
