// All known ways to change a log behind Abide's back, and what verify finds of each: with the site's keys and without,
// with kept heads and without. The expected answers are in tests/records/found.md, for people to read; with
// ABIDE_WRITE_FOUND=1 the test writes that file.
#include <algorithm>
#include <fstream>
#include <functional>
#include <sstream>

#include "catch.hpp"
#include "records/edit.hpp"
#include "records_place.hpp"

using namespace abide;
using namespace abide::detail;
using namespace records_test;

namespace {

const std::vector<std::string> tables{"record", "chain",  "anchor", "account", "link",
                                      "text",   "signal", "ledger", "roll"};

struct mutant {
  std::string name;
  std::vector<std::string> edits;
  std::vector<std::string> undo;  // for the tables themselves; rows are always restored
};

consent_event with_text(const std::string& subject, const std::string& text) {
  consent_event e = choice_of(subject);
  e.notice_text = text;
  e.notice_hash.clear();
  return e;
}

void keep_as(const place& at, const std::string& name) {
  for (const std::string& each : tables)
    at.edit("CREATE TABLE " + name + '_' + each + " AS SELECT * FROM abide_" + each);
}

std::string put_back(const std::string& table, const std::string& from) {
  return "DELETE FROM abide_" + table + "; INSERT INTO abide_" + table + " SELECT * FROM " + from + '_' + table;
}

std::string put_all_back(const std::string& from) {
  std::string sql;
  for (const std::string& each : tables) sql += put_back(each, from) + "; ";
  return sql;
}

// Two states: `old`, which an intruder copied, and the current one. In between, texts, opt-outs and links were added,
// changed and removed.
void write_log(const place& at) {
  {
    const auto log = records::open(at.url(), options_for());
    for (int i = 0; i < 5; ++i) REQUIRE(log->append(with_text(new_subject(), "The first notice.")));
    REQUIRE(log->append(with_text(new_subject(), "The second notice.")));
    REQUIRE(log->set_opted_out("ann", 1'795'000'000));
    REQUIRE(log->set_opted_out("ben", 1'795'000'001));
    REQUIRE(log->link("ann", std::string(32, 'a')));
    log->count_signal({"US-CA", source::gpc_header, 1'795'000'000});
    log->count_signal({"US-CA", source::gpc_header, 1'795'000'001});
  }
  keep_as(at, "old");
  const auto log = records::open(at.url(), options_for());
  for (int i = 0; i < 5; ++i) REQUIRE(log->append(with_text(new_subject(), "The second notice.")));
  REQUIRE(log->set_opted_out("ben", 1'796'000'000));
  REQUIRE(log->set_opted_out("cat", 1'796'000'001));
  REQUIRE(log->link("cat", std::string(32, 'c')));
  REQUIRE(log->link("ben", std::string(32, 'b')));
  log->count_signal({"US-CO", source::gpc_header, 1'795'000'200});
  log->count_signal({"DE", source::dnt, 1'795'000'061});
}

kept_marks marks_of(const verification& v) {
  kept_marks kept;
  for (const chain_summary& each : v.chains) kept.heads.push_back({each.chain, each.head_number, each.head, {}, {}});
  kept.ledgers = v.ledgers;
  return kept;
}

std::string literal(const std::string& text) { return '\'' + text + '\''; }

// Recomputes everything that needs no key: hashes, links, sums. The signatures stay as they were.
void fit_without_keys(const std::string& url, bool sign_off) {
  const auto at = store_at(url, store_use::read, std::chrono::seconds(5));
  at->open();
  std::vector<row> rows;
  at->each({}, [&](const row& each) { rows.push_back(each); });
  std::string previous = start_hash(at->log(), 1), sql;
  for (row& each : rows) {
    each[21] = previous;
    if (sign_off) each[22] = each[24] = "";
    previous = each[23] = hash_of(each);
    sql += "UPDATE abide_record SET previous = " + literal(each[21]) + ", hash = " + literal(each[23]) +
           ", key_name = " + literal(each[22]) + ", mac = " + literal(each[24]) + " WHERE number = " + each[1] + "; ";
  }
  sql += "UPDATE abide_chain SET hash = " + literal(previous) + ", number = " + rows.back()[1] + "; ";
  constexpr std::array<std::string_view, sides.size()> names{"account", "link", "text", "signal"},
      keys{"account", "account", "hash", "minute"}, sums{"accounts", "links", "texts", "signals"};
  for (const side kind : sides) {
    const auto i = static_cast<std::size_t>(kind);
    hash_sum sum;
    at->each_side(kind, [&](const side_row& each) {
      const std::string hash = hash_of(kind, each);
      sum.add(hash);
      sql += "UPDATE abide_" + std::string(names[i]) + " SET row_hash = " + literal(hash) + " WHERE " +
             std::string(keys[i]) + " = " + literal(each.cells[0]) + "; ";
    });
    sql += "UPDATE abide_ledger SET " + std::string(sums[i]) + " = " + literal(sum.hex()) + "; ";
  }
  for (const std::string table : {"chain", "anchor", "account", "link", "text", "signal", "ledger", "roll"})
    if (sign_off) sql += "UPDATE abide_" + table + " SET key_name = '', mac = ''; ";
  at->close();
  if (url.starts_with("sqlite:")) run_sqlite(url.substr(7), sql);
  else run_postgres(url, sql);
}

std::vector<mutant> edited_columns() {
  std::vector<mutant> all;
  for (const column& each : columns) {
    const std::string name(each.name);
    if (name == "chain" || name == "number") continue;
    const std::string value = each.is_number ? "= " + name + " + 1" : "= 'x'";
    all.push_back(
        {"record: " + name + " changed", {"UPDATE abide_record SET " + name + " " + value + " WHERE number = 4"}, {}});
  }
  return all;
}

std::string side_row_text(const std::string& table) {
  if (table == "account") return "INSERT INTO abide_account (account, opted_out_since) VALUES ('dan', 5)";
  if (table == "link")
    return "INSERT INTO abide_link (account, subject, time_ms) VALUES ('dan', 'dddddddddddddddd', 5)";
  if (table == "signal")
    return "INSERT INTO abide_signal (minute, chain, place, signal, count, row_hash, key_name, mac) VALUES (60, 1, 'DE', 'dnt', 5, '', '', '')";
  return "INSERT INTO abide_text (hash, body) VALUES ('" + sha256_hex("no notice") + "', 'no notice')";
}

std::vector<mutant> edited_sides() {
  const std::string first = literal(sha256_hex("The first notice."));
  std::vector<mutant> all{
      {"account: opt-out dated back",
       {"UPDATE abide_account SET opted_out_since = 1 WHERE opted_out_since = 1795000000"},
       {}},
      {"account: opt-out given to another account",
       {"UPDATE abide_account SET account = 'x' WHERE opted_out_since = 1795000000"},
       {}},
      {"account: one opt-out deleted", {"DELETE FROM abide_account WHERE opted_out_since = 1795000000"}, {}},
      {"account: all opt-outs deleted", {"DELETE FROM abide_account"}, {}},
      {"account: older opt-out put back",
       {"DELETE FROM abide_account WHERE account IN (SELECT account FROM old_account); INSERT INTO abide_account SELECT * FROM old_account"},
       {}},
      {"account: table put back", {put_back("account", "old")}, {}},
      {"link: given to another account", {"UPDATE abide_link SET account = 'x' WHERE subject LIKE 'a%'"}, {}},
      {"link: given to another visitor", {"UPDATE abide_link SET subject = 'x' WHERE subject LIKE 'a%'"}, {}},
      {"link: dated ahead", {"UPDATE abide_link SET time_ms = time_ms + 1 WHERE subject LIKE 'a%'"}, {}},
      {"link: one deleted", {"DELETE FROM abide_link WHERE subject LIKE 'c%'"}, {}},
      {"link: all deleted", {"DELETE FROM abide_link"}, {}},
      {"text: changed", {"UPDATE abide_text SET body = 'x' WHERE hash = " + first}, {}},
      {"text: emptied", {"UPDATE abide_text SET body = '' WHERE hash = " + first}, {}},
      {"text: deleted", {"DELETE FROM abide_text WHERE hash = " + first}, {}},
      {"text: all deleted", {"DELETE FROM abide_text"}, {}},
      {"signal: count raised", {"UPDATE abide_signal SET count = count + 1 WHERE place = 'US-CA'"}, {}},
      {"signal: moved to another place", {"UPDATE abide_signal SET place = 'FR' WHERE place = 'DE'"}, {}},
      {"signal: one count deleted", {"DELETE FROM abide_signal WHERE place = 'DE'"}, {}},
      {"signal: table put back", {put_back("signal", "old")}, {}}};
  for (const std::string table : {"account", "link", "text", "signal"}) {
    all.push_back({table + ": one put in", {side_row_text(table)}, {}});
    all.push_back(
        {table + ": hash changed", {"UPDATE abide_" + table + " SET row_hash = '" + std::string(64, '0') + "'"}, {}});
    all.push_back({table + ": signature changed", {"UPDATE abide_" + table + " SET mac = 'x'"}, {}});
    all.push_back(
        {table + ": seals removed", {"UPDATE abide_" + table + " SET row_hash = '', key_name = '', mac = ''"}, {}});
  }
  return all;
}

std::vector<mutant> edited_chains() {
  const std::string cut = "DELETE FROM abide_record WHERE number > (SELECT number FROM old_chain)";
  const std::string old_head = put_back("chain", "old");
  const std::string swap =
      "UPDATE abide_record SET number = 1000 WHERE number = 3; UPDATE abide_record SET number = 3 "
      "WHERE number = %; UPDATE abide_record SET number = % WHERE number = 1000";
  const auto swapped = [&](const std::string& with) {
    std::string sql = swap;
    for (std::size_t at; (at = sql.find('%')) != std::string::npos;) sql.replace(at, 1, with);
    return sql;
  };
  const std::string first_gone = "DELETE FROM abide_record WHERE number <= 3";
  return {
      {"record: first deleted", {"DELETE FROM abide_record WHERE number = 1"}, {}},
      {"record: one of the middle deleted", {"DELETE FROM abide_record WHERE number = 4"}, {}},
      {"record: several deleted", {"DELETE FROM abide_record WHERE number IN (2, 5, 6)"}, {}},
      {"record: last deleted", {"DELETE FROM abide_record WHERE number = (SELECT max(number) FROM abide_record)"}, {}},
      {"record: all deleted", {"DELETE FROM abide_record"}, {}},
      {"record: gap closed",
       {"DELETE FROM abide_record WHERE number = 4", "UPDATE abide_record SET number = 4 WHERE number = 5"},
       {}},
      {"record: neighbours swapped", {swapped("4")}, {}},
      {"record: distant ones swapped", {swapped("8")}, {}},
      {"record: one put in at the end",
       {"INSERT INTO abide_record SELECT chain, number + 100, form, 'x', subject, time_ms, event, source, choices, exception, notice_version, notice_hash, language, jurisdiction, place_from, table_version, table_checksum, gpc, dnt, conflict_state, valid_until, previous, key_name, hash, mac FROM abide_record WHERE number = 2"},
       {}},
      {"record: moved to another chain", {"UPDATE abide_record SET chain = 7 WHERE number = 4"}, {}},
      {"tail: cut", {cut}, {}},
      {"tail: cut, old head put back", {cut, old_head}, {}},
      {"tail: cut, old head, ledger and rows put back", {put_all_back("old")}, {}},
      {"head: old one put back", {old_head}, {}},
      {"head: hash changed", {"UPDATE abide_chain SET hash = '" + std::string(64, '0') + "'"}, {}},
      {"head: number raised", {"UPDATE abide_chain SET number = number + 1"}, {}},
      {"head: signature changed", {"UPDATE abide_chain SET mac = 'x'"}, {}},
      {"head: deleted", {"DELETE FROM abide_chain"}, {}},
      {"chain: wiped", {"DELETE FROM abide_record; DELETE FROM abide_chain; DELETE FROM abide_anchor"}, {}},
      {"chain: wiped, begun anew",
       {"DELETE FROM abide_record", "UPDATE abide_chain SET number = 0, key_name = '', mac = ''"},
       {}},
      {"chain: wiped with its ledger",
       {"DELETE FROM abide_record; DELETE FROM abide_chain; DELETE FROM abide_ledger"},
       {}},
      {"chain: wiped with all that counts it",
       {"DELETE FROM abide_record; DELETE FROM abide_chain; DELETE FROM abide_ledger; DELETE FROM abide_roll; DELETE FROM abide_account; DELETE FROM abide_link; DELETE FROM abide_text; DELETE FROM abide_signal"},
       {}},
      {"anchor: forged, start deleted",
       {"INSERT INTO abide_anchor SELECT chain, 3, previous, '', '' FROM abide_record WHERE number = 4", first_gone},
       {}},
      {"anchor: forged with another place's signature",
       {"INSERT INTO abide_anchor SELECT r.chain, 3, r.previous, c.key_name, c.mac FROM abide_record r JOIN abide_chain c ON c.chain = r.chain WHERE r.number = 4",
        first_gone},
       {}},
      {"ledger: deleted", {"DELETE FROM abide_ledger"}, {}},
      {"ledger: old one put back", {put_back("ledger", "old")}, {}},
      {"ledger: old one put back with its rows",
       {put_back("ledger", "old") + "; " + put_back("account", "old") + "; " + put_back("link", "old") + "; " +
        put_back("signal", "old")},
       {}},
      {"ledger: sum changed", {"UPDATE abide_ledger SET accounts = '" + std::string(64, '0') + "'"}, {}},
      {"ledger: lost events denied", {"UPDATE abide_ledger SET lost = lost + 1"}, {}},
      {"ledger: signature changed", {"UPDATE abide_ledger SET mac = 'x'"}, {}},
      {"roll: deleted", {"DELETE FROM abide_roll"}, {}},
      {"roll: emptied", {"UPDATE abide_roll SET chains = ''"}, {}},
      {"roll: signature changed", {"UPDATE abide_roll SET mac = 'x'"}, {}},
      {"log: renamed",
       {"UPDATE abide_meta SET value = 'x' WHERE name = 'log'"},
       {"UPDATE abide_meta SET value = (SELECT log FROM now_roll) WHERE name = 'log'"}},
  };
}

std::vector<mutant> edited_schema(bool is_postgres) {
  const std::string trigger =
      is_postgres ? "CREATE FUNCTION no_more() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE "
                    "TRIGGER no_more BEFORE INSERT ON abide_account FOR EACH ROW EXECUTE FUNCTION no_more()"
                  : "CREATE TRIGGER no_more BEFORE INSERT ON abide_account BEGIN SELECT raise(IGNORE); END";
  const std::string undo = is_postgres ? "DROP FUNCTION no_more CASCADE" : "DROP TRIGGER no_more";
  return {{"schema: trigger put in", {trigger}, {undo}},
          {"schema: index removed",
           {"DROP INDEX abide_record_id"},
           {"CREATE UNIQUE INDEX abide_record_id ON abide_record (id)"}},
          {"schema: column added",
           {"ALTER TABLE abide_record ADD COLUMN address TEXT"},
           {"ALTER TABLE abide_record DROP COLUMN address"}},
          {"schema: column renamed",
           {"ALTER TABLE abide_ledger RENAME COLUMN lost TO found"},
           {"ALTER TABLE abide_ledger RENAME COLUMN found TO lost"}},
          {"schema: table removed", {"DROP TABLE abide_link"}, {}}};
}

std::string word_of(const place& at, bool with_keys, const kept_marks& kept) {
  try {
    const verification v =
        verify_at(at.url(), with_keys ? std::vector<std::string>{secret_one} : std::vector<std::string>{}, kept);
    return v.finding_count > 0 ? "found" : "-";
  } catch (const store_error&) {
    return "found";  // unreadable: exit status 2
  }
}

class table {
 public:
  explicit table(const std::string& kind) : at_(kind) {
    write_log(at_);
    keep_as(at_, "now");
    const verification v = verify_at(at_.url());
    INFO(told_by(v));
    REQUIRE(v.finding_count == 0);
    kept_ = marks_of(v);
  }
  void add(const mutant& m) {
    add(
        m.name,
        [&](const place& at) {
          for (const std::string& sql : m.edits) at.edit(sql);
        },
        m.undo);
  }
  void add(const std::string& name, const std::function<void(const place&)>& change,
           const std::vector<std::string>& undo = {}) {
    change(at_);
    lines_.push_back("| " + name + " | " + word_of(at_, false, {}) + " | " + word_of(at_, false, kept_) + " | " +
                     word_of(at_, true, {}) + " | " + word_of(at_, true, kept_) + " |");
    for (const std::string& sql : undo) at_.edit(sql);
    if (name.starts_with("schema: table")) return;  // it is the last change
    at_.edit(put_all_back("now"));
  }
  void add_all() {
    for (const mutant& each : edited_columns()) add(each);
    for (const mutant& each : edited_chains()) add(each);
    for (const mutant& each : edited_sides()) add(each);
    add_rewritten("record: changed, all hashes made to fit",
                  "UPDATE abide_record SET choices = 'nggg' WHERE number = 4", false);
    add_rewritten("account: opt-out deleted, sums made to fit",
                  "DELETE FROM abide_account WHERE opted_out_since = 1795000000", false);
    add_rewritten("link: one deleted, sums made to fit", "DELETE FROM abide_link WHERE subject LIKE 'c%'", false);
    add_rewritten("tail: cut, hashes made to fit", "DELETE FROM abide_record WHERE number > 5", false);
    add_rewritten("log: written anew without keys", "UPDATE abide_record SET choices = 'nggg'", true);
    add_rewritten("log: signatures removed", "UPDATE abide_record SET mac = ''", true);
    for (const mutant& each : edited_schema(at_.is_postgres())) add(each);
  }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  void add_rewritten(const std::string& name, const std::string& edit, bool sign_off) {
    add(name, [&](const place& at) {
      at.edit(edit);
      fit_without_keys(at.url(), sign_off);
    });
  }
  place at_;
  kept_marks kept_;
  std::vector<std::string> lines_;
};

std::string page_of(const std::vector<std::string>& lines) {
  std::string text =
      "# What `abide records verify` finds\n\n"
      "Made by a test (`tests/unit/records_mutants_test.cpp`) on SQLite, and the same on PostgreSQL: each change is made to\n"
      "a signed log with the database's own tools. *Kept* means: with `--heads`, the output of an earlier run or the file of\n"
      "`records.heads`. *Keys* are those of `consent.keys`. `-`: not found.\n\n"
      "| changed behind Abide's back | no keys | no keys, kept | keys | keys, kept |\n|---|---|---|---|---|\n";
  for (const std::string& each : lines) text += each + '\n';
  return text;
}

}  // namespace

TEST_CASE("a change behind Abide's back is found as tests/records/found.md says") {
  const std::string kind = GENERATE(as<std::string>{}, "sqlite", "postgres");
  if (kind == "postgres" && postgres_url().empty()) return;
  table made(kind);
  made.add_all();
  CHECK(made.lines().size() >= 54);
  const std::string file = std::string(ABIDE_SOURCE_DIR) + "/tests/records/found.md";
  if (std::getenv("ABIDE_WRITE_FOUND") && kind == "sqlite") std::ofstream(file) << page_of(made.lines());
  std::ifstream in(file);
  std::stringstream told;
  told << in.rdbuf();
  for (const std::string& each : made.lines()) {
    INFO(kind << ": " << each);
    CHECK(told.str().find(each + '\n') != std::string::npos);
  }
  CHECK(told.str() == page_of(made.lines()));
}
