// abide records verify, retain, erase, migrate
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>

#include "base/time.hpp"
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
  if (!in) throw usage_error("--heads: " + file + ": cannot read: " + std::strerror(errno));
  kept_marks kept = read_marks(in);
  if (kept.heads.empty() && kept.ledgers.empty())
    throw usage_error("--heads: " + file + ": expected a line \"head CHAIN NUMBER HASH\", found none");
  if (kept.cut > 0)
    std::fprintf(stderr, "abide: --heads: %s: %s ignored\n", file.c_str(),
                 count_of(kept.cut, "truncated line", "truncated lines").c_str());
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
  if (v.records > 0)
    line += ", " + time_text_ms(v.first_ms).substr(0, 10) + " to " + time_text_ms(v.last_ms).substr(0, 10);
  std::printf("%s\n", line.c_str());
  for (const chain_summary& each : v.chains) std::fputs(chain_line(each).c_str(), stdout);
  print_findings(v);
  if (v.lost > 0)
    std::printf("The log reports %s: its queue was full.\n", count_of(v.lost, "lost event", "lost events").c_str());
  if (v.is_unused)
    std::puts(
        "No server has written to this log. If one has, this is a copy without the file that ends in -wal; copy both.");
  else if (!v.is_sealed)
    std::puts("An older version of Abide wrote this log: missing chains, accounts, links or texts cannot be detected.");
  if (!signing)
    std::puts(
        "Signatures not checked: no keys given (--policy FILE or ABIDE_KEYS). Anyone with write access to the store could have "
        "rewritten the log.");
  if (v.finding_count > 0)
    return std::printf("NOT INTACT: %s\n", count_of(v.finding_count, "finding", "findings").c_str()), some_line_bad;
  print_marks(v);
  std::puts(signing ? "intact: all hashes, links and signatures are valid"
                    : "intact as far as checked: all hashes and links are valid");
  return ok;
}

unsigned take_days(arguments& from) {
  const auto text = from.take_option("--days");
  unsigned days = 0;
  if (!text) throw usage_error("--days N is missing");
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), days);
  if (error != std::errc{} || end != text->data() + text->size() || days == 0 || days > 36500)
    refuse_option("--days", "a whole number from 1 to 36500", *text);
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
  std::printf("%s: deleted %s that ended more than %s ago\n", store->name().c_str(),
              count_of(done.deleted, "record", "records").c_str(), count_of(days, "day", "days").c_str());
  if (done.counts > 0) std::printf("deleted %s\n", count_of(done.counts, "signal count", "signal counts").c_str());
  std::puts(done.is_noted ? "Records that have ended by now are marked. A run a day or more later deletes them."
                          : "A run a day or more after the marking deletes the marked records.");
  if (done.deleted > 0 && !signing)
    std::puts(
        "The anchor is not signed: no keys given (--policy FILE or ABIDE_KEYS). abide records verify will report it.");
  return ok;
}

int erase_records(arguments& from) {
  const auto account = from.take_option("--account");
  if (!account || account->empty()) throw usage_error("--account NAME is missing");
  const records_place place = take_records(from);
  from.done();
  place.must_exist();
  const auto signing = place.signing();
  if (!signing)
    throw usage_error("keys are missing (--policy FILE or ABIDE_KEYS): the store has only keyed hashes of names");
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
    std::printf("%s: unknown account under these keys\n", store->name().c_str());
    return some_line_bad;
  }
  std::printf("%s: account erased; %s unlinked; their records remain as proof and hold no name\n",
              store->name().c_str(), count_of(count, "pseudonym", "pseudonyms").c_str());
  return ok;
}

int migrate_records(arguments& from) {
  const records_place place = take_records(from);
  from.done();
  const auto signing = place.signing();
  const auto store = place.open(store_use::write);
  if (!place.settle(*store, signing.get())) return some_line_bad;
  std::printf("%s: tables are up to date\n", store->name().c_str());
  return ok;
}

}  // namespace

const command records_verify_command{
    "records verify", "[STORE] [--policy FILE] [--heads FILE]",
    "Finds records that were edited, removed or reordered in a log of consent records",
    "Prints each chain, each finding, and the heads to keep elsewhere. Exit status: 0 intact, 1 findings, 2 log not readable.\n\n"
    "  STORE           sqlite:FILE or postgres://...; default: the policy's\n"
    "  --policy FILE   the site's policy: its records.store and consent.keys\n"
    "  --heads FILE    the output of an earlier run, kept elsewhere: detects a log that was truncated or replaced by an old copy\n"
    "  ABIDE_KEYS      environment variable with the keys, newest first; read if no policy names keys\n",
    verify_records};

const command records_retain_command{
    "records retain", "[STORE] --days N [--policy FILE]", "Deletes the records that ended more than N days ago",
    "Days count from the end of a choice's validity, or from the event if the choice has no end. Each chain is deleted from\n"
    "its start: behind a record that must stay, newer ones stay too, even if they have ended. A signed anchor stays, so that\n"
    "the remaining records can be verified. Deletion takes two runs, in case the clock was wrong in one: the first marks the\n"
    "records that have ended, and a run with the same N a day or more later deletes them. Days never count past the newest\n"
    "record. Keep N above the legal minimum: 24 months for requests in California.\n\n"
    "  STORE           sqlite:FILE or postgres://...; default: the policy's\n"
    "  --policy FILE   the site's policy: its records.store and consent.keys\n",
    retain_records};

const command records_erase_command{
    "records erase", "[STORE] --account NAME [--policy FILE]",
    "Erases an account's state and its links to pseudonyms; the records remain and hold no name",
    "Exit status: 0 erased, 1 account unknown under these keys.\n\n"
    "  STORE           sqlite:FILE or postgres://...; default: the policy's\n"
    "  --account NAME  the application's name for the account\n"
    "  --policy FILE   the site's policy: its records.store and consent.keys\n",
    erase_records};

const command records_migrate_command{"records migrate", "[STORE] [--policy FILE]",
                                      "Creates the tables of a store, or updates them",
                                      "A server does this when it starts.\n\n"
                                      "  STORE           sqlite:FILE or postgres://...; default: the policy's\n"
                                      "  --policy FILE   the site's policy\n",
                                      migrate_records};

}  // namespace abide::detail::cli
