// abide records verify, retain, erase, migrate
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "records/accounts.hpp"
#include "records/ids.hpp"
#include "records/retention.hpp"
#include "records/verify.hpp"
#include "records_place.hpp"
#include "tools/chart.hpp"

namespace abide::detail::cli {
namespace {

std::string count_of(std::uint64_t n, std::string_view one, std::string_view many) {
  return count_text(static_cast<double>(n)) + ' ' + std::string(n == 1 ? one : many);
}

kept_marks marks_in(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw usage_error("--heads: cannot read " + file);
  kept_marks kept = read_marks(in);
  if (kept.heads.empty() && kept.ledgers.empty())
    throw usage_error("--heads: " + file + " holds no line \"head CHAIN NUMBER HASH\"");
  if (kept.cut > 0)
    std::fprintf(stderr, "abide: --heads: %s: %s cut off, and left out\n", file.c_str(),
                 count_of(kept.cut, "mark is", "marks are").c_str());
  return kept;
}

std::string chain_line(const chain_summary& chain) {
  std::string line = "chain " + std::to_string(chain.chain) + ": ";
  line +=
      chain.last == 0 ? "no records" : "records " + std::to_string(chain.first) + " to " + std::to_string(chain.last);
  if (chain.deleted > 0) line += ", retention deleted up to " + std::to_string(chain.deleted);
  return line + "\n";
}

void print_findings(const verification& v) {
  for (const chain_fault& each : v.findings) {
    std::string line = "FOUND  ";
    if (each.chain > 0)
      line += "chain " + std::to_string(each.chain) +
              (each.number > 0 ? ", record " + std::to_string(each.number) : "") + ": ";
    std::printf("%s%s\n", line.c_str(), each.what.c_str());
  }
  if (v.finding_count > v.findings.size())
    std::printf("FOUND  %s more\n", count_text(static_cast<double>(v.finding_count - v.findings.size())).c_str());
}

void print_marks(const verification& v) {
  for (const chain_summary& each : v.chains)
    if (each.last > 0 || each.deleted > 0) std::printf("%s\n", printable(head_line(each)).c_str());
  for (const ledger_mark& each : v.ledgers) std::printf("%s\n", ledger_line(each).c_str());
}

int verify_records(arguments& from) {
  const auto heads_file = from.take_option("--heads");
  const records_place place = take_records(from);
  from.done();
  const kept_marks kept = heads_file ? marks_in(*heads_file) : kept_marks{};
  const auto signing = place.signing();
  const auto store = place.open(store_use::read);
  const verification v = verify(*store, signing.get(), kept);
  std::string line = store->name() + ": " + count_of(v.records, "record", "records") + " in " +
                     count_of(v.chains.size(), "chain", "chains");
  if (v.records > 0) line += ", " + time_text(v.first_ms).substr(0, 10) + " to " + time_text(v.last_ms).substr(0, 10);
  std::printf("%s\n", line.c_str());
  for (const chain_summary& each : v.chains) std::fputs(chain_line(each).c_str(), stdout);
  print_findings(v);
  if (v.lost > 0)
    std::printf("The log says itself that %s lost: more waited than its queue holds.\n",
                count_of(v.lost, "event was", "events were").c_str());
  if (!v.is_sealed)
    std::puts(
        "An older Abide wrote this log: whether whole chains, accounts, links or texts are missing, nobody can tell.");
  if (!signing)
    std::puts(
        "The signatures were not checked: no keys (--policy FILE, or ABIDE_KEYS). Who can write the store could have made it anew.");
  if (v.finding_count > 0)
    return std::printf("NOT INTACT: %s\n", count_of(v.finding_count, "finding", "findings").c_str()), some_line_bad;
  print_marks(v);
  std::puts(signing ? "intact: every hash, link and signature fits"
                    : "intact as far as that goes: every hash and link fits");
  return ok;
}

unsigned take_days(arguments& from) {
  const auto text = from.take_option("--days");
  unsigned days = 0;
  if (!text) throw usage_error("--days N is missing");
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), days);
  if (error != std::errc{} || end != text->data() + text->size() || days == 0 || days > 36500)
    throw usage_error("--days: expected a whole number from 1 to 36500");
  return days;
}

int retain_records(arguments& from) {
  const unsigned days = take_days(from);
  const records_place place = take_records(from);
  from.done();
  place.must_exist();
  const auto signing = place.signing();
  const auto store = place.open(store_use::write);
  const retained done = retain_all(*store, days, now_ms(), signing.get());
  for (const std::string& each : done.told) std::fprintf(stderr, "%s\n", each.c_str());
  std::printf("%s: %s deleted that ended more than %u days ago\n", store->name().c_str(),
              count_of(done.deleted, "record", "records").c_str(), days);
  if (done.counts > 0) std::printf("%s of signals deleted\n", count_of(done.counts, "count", "counts").c_str());
  std::puts(done.is_noted ? "What has ended by now was noted. A run a day or more later deletes it."
                          : "A run a day or more after the noting deletes what was noted.");
  if (done.deleted > 0 && !signing)
    std::puts("The anchor is not signed: no keys (--policy FILE, or ABIDE_KEYS). abide records verify will say so.");
  return ok;
}

int erase_records(arguments& from) {
  const auto account = from.take_option("--account");
  if (!account || account->empty()) throw usage_error("--account NAME is missing");
  const records_place place = take_records(from);
  from.done();
  place.must_exist();
  const auto signing = place.signing();
  const auto store = place.open(store_use::write);
  const std::vector<std::string> names = account_names(place.secrets, place.retired).of(*account);
  const auto opted_out = store->opted_out(names);
  const bool was_opted_out =
      std::any_of(opted_out.begin(), opted_out.end(), [](const auto& since) { return since.has_value(); });
  open_log log{*store, signing.get(), place.settle(*store, signing.get()), {}};
  log_edit edit(log);
  const std::size_t count = erase_account(edit, names);
  edit.commit();
  if (count == 0 && !was_opted_out) {
    std::printf("%s: nothing is known of this account%s\n", store->name().c_str(),
                signing ? " under these keys" : "; no keys were given (--policy FILE, or ABIDE_KEYS)");
    return some_line_bad;
  }
  std::printf("%s: the account is erased; %s unlinked, their records stay as a proof that names nobody\n",
              store->name().c_str(), count_of(count, "pseudonym was", "pseudonyms were").c_str());
  return ok;
}

int migrate_records(arguments& from) {
  const records_place place = take_records(from);
  from.done();
  const auto signing = place.signing();
  const auto store = place.open(store_use::write);
  if (!place.settle(*store, signing.get())) return some_line_bad;
  std::printf("%s: the tables are up to date\n", store->name().c_str());
  return ok;
}

}  // namespace

const command records_verify_command{
    "records verify", "[STORE] [--policy FILE] [--heads FILE]",
    "Finds records that were edited, removed or reordered in a log of consent records",
    "Prints each chain, each finding, and the heads to keep elsewhere. Exit status: 0 intact, 1 findings, 2 not readable.\n\n"
    "  STORE           sqlite:FILE or postgres://...; default: the policy's\n"
    "  --policy FILE   the site's policy: its records.store and consent.keys\n"
    "  --heads FILE    the output of an earlier run, kept elsewhere: finds even a log that was cut off or replaced by an old copy\n"
    "  ABIDE_KEYS      environment variable: the keys, newest first, if no policy names them\n",
    verify_records};

const command records_retain_command{
    "records retain", "[STORE] --days N [--policy FILE]", "Deletes the records that ended more than N days ago",
    "Counted from the end of a choice's validity, or without one from the event. A signed anchor stays, so that the rest can\n"
    "be verified. It takes two runs, because a clock may be wrong for a moment: one notes what has\n"
    "ended, and one with the same N a day or more later deletes it. Time never counts past the newest record.\n"
    "Keep N above what the law asks: 24 months for requests in California.\n\n"
    "  STORE           sqlite:FILE or postgres://...; default: the policy's\n"
    "  --policy FILE   the site's policy: its records.store and consent.keys\n",
    retain_records};

const command records_erase_command{
    "records erase", "[STORE] --account NAME [--policy FILE]",
    "Erases an account's state and its links to pseudonyms; the records stay and name nobody",
    "Exit status: 0 erased, 1 nothing is known of the account under the keys given.\n\n"
    "  STORE           sqlite:FILE or postgres://...; default: the policy's\n"
    "  --account NAME  the application's name for the account\n"
    "  --policy FILE   the site's policy: its records.store and consent.keys\n",
    erase_records};

const command records_migrate_command{"records migrate", "[STORE] [--policy FILE]",
                                      "Creates the tables of a store, or updates them",
                                      "A server does so by itself when it starts.\n\n"
                                      "  STORE           sqlite:FILE or postgres://...; default: the policy's\n"
                                      "  --policy FILE   the site's policy\n",
                                      migrate_records};

}  // namespace abide::detail::cli
