// The log reveals every edit: what was changed, removed, reordered, cut off or rewritten.
#include <fstream>

#include "catch.hpp"
#include "records_place.hpp"

using namespace abide;
using namespace abide::detail;
using namespace records_test;

namespace {

std::string where(std::uint64_t number) { return " WHERE number = " + std::to_string(number); }

// Tampers with a log of 8 records, and returns what verify finds.
verification after(const place& at, const std::vector<std::string>& edits) {
  fill(at.url(), 8);
  for (const std::string& sql : edits) at.edit(sql);
  return verify_at(at.url());
}

bool finds(const verification& v, std::uint64_t number, const std::string& words) {
  for (const chain_fault& each : v.findings)
    if (each.number == number && each.what.find(words) != std::string::npos) return true;
  return false;
}

row row_at(const std::string& url, std::uint64_t number) {
  const auto from = store_at(url, store_use::read, std::chrono::seconds(5));
  from->open();
  row found;
  from->each({}, [&](const row& each) {
    if (cell(each, "number") == std::to_string(number)) found = each;
  });
  return found;
}

chain_place head_of(const std::string& url) {
  const auto from = store_at(url, store_use::read, std::chrono::seconds(5));
  from->open();
  return from->chains().front().head;
}

}  // namespace

TEST_CASE("an edited field of any column is found, and only in that record") {
  const auto at = any_place();
  if (!at) return;
  fill(at->url(), 4);
  const std::pair<std::string, std::string> edits[]{{"subject", "'ffffffffffffffffffffffffffffffff'"},
                                                    {"time_ms", "time_ms + 1"},
                                                    {"event", "'deny'"},
                                                    {"source", "'settings'"},
                                                    {"choices", "'nddd'"},
                                                    {"exception", "8"},
                                                    {"notice_version", "2"},
                                                    {"notice_hash", "''"},
                                                    {"language", "'en'"},
                                                    {"jurisdiction", "'US-CA'"},
                                                    {"place_from", "'fixed'"},
                                                    {"table_version", "'2026-01-01'"},
                                                    {"table_checksum", "1"},
                                                    {"gpc", "1"},
                                                    {"dnt", "'1'"},
                                                    {"conflict_state", "'notified'"},
                                                    {"valid_until", "0"},
                                                    {"key_name", "'abcdef'"},
                                                    {"form", "3"},
                                                    {"id", "'01a1ee9f-0000-7000-8000-000000000000'"}};
  for (const auto& [column, value] : edits) {
    at->edit("CREATE TABLE spare AS SELECT * FROM abide_record" + where(2));
    at->edit("UPDATE abide_record SET " + column + " = " + value + where(2));
    const verification v = verify_at(at->url());
    INFO(column << "\n" << told_by(v));
    CHECK(v.finding_count == 1);
    CHECK(finds(v, 2, "edited"));
    at->edit("DELETE FROM abide_record" + where(2));
    at->edit("INSERT INTO abide_record SELECT * FROM spare");
    at->edit("DROP TABLE spare");
  }
  CHECK(verify_at(at->url()).finding_count == 0);
}

TEST_CASE("an edited hash, link or signature is found") {
  const auto at = any_place();
  if (!at) return;
  const std::string other(64, '0');
  for (const std::string column : {"hash", "previous", "mac"}) {
    place fresh(at->is_postgres() ? "postgres" : "sqlite");
    const verification v = after(fresh, {"UPDATE abide_record SET " + column + " = '" + other + "'" + where(5)});
    INFO(column << "\n" << told_by(v));
    CHECK(v.finding_count == 1);
    CHECK(v.findings.front().number == 5);
  }
}

TEST_CASE("a link that was changed together with its record's hash is found on both sides, without keys") {
  const auto at = any_place();
  if (!at) return;
  fill(at->url(), 8);
  row changed = row_at(at->url(), 4);
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].name == "previous") changed[i] = std::string(64, '0');
  at->edit("UPDATE abide_record SET previous = '" + cell(changed, "previous") + "', hash = '" + hash_of(changed) + "'" +
           where(4));
  const verification v = verify_at(at->url(), {});
  INFO(told_by(v));
  CHECK(v.finding_count == 2);
  CHECK(finds(v, 4, "does not follow"));
  CHECK(finds(v, 5, "does not follow"));
}

TEST_CASE("removed records are found, at the start, in the middle and at the end") {
  const auto at = any_place();
  if (!at) return;
  const verification v = after(*at, {"DELETE FROM abide_record WHERE number IN (1, 4, 5, 8)"});
  INFO(told_by(v));
  CHECK(v.finding_count == 3);
  CHECK(finds(v, 1, "record 1 is missing at the start"));
  CHECK(finds(v, 4, "records 4 to 5 are missing"));
  CHECK(finds(v, 8, "record 8 is missing at the end"));
}

TEST_CASE("two records that were exchanged are found as such") {
  const auto at = any_place();
  if (!at) return;
  const verification v =
      after(*at, {"UPDATE abide_record SET number = 100" + where(3), "UPDATE abide_record SET number = 3" + where(6),
                  "UPDATE abide_record SET number = 6" + where(100)});
  INFO(told_by(v));
  CHECK(v.finding_count == 2);
  CHECK(finds(v, 3, "written as record 6"));
  CHECK(finds(v, 6, "written as record 3"));
}

TEST_CASE("neighbours that were exchanged are found as such") {
  const auto at = any_place();
  if (!at) return;
  const verification v =
      after(*at, {"UPDATE abide_record SET number = 100" + where(3), "UPDATE abide_record SET number = 3" + where(4),
                  "UPDATE abide_record SET number = 4" + where(100)});
  INFO(told_by(v));
  CHECK(v.finding_count == 2);
  CHECK(finds(v, 3, "written as record 4"));
  CHECK(finds(v, 4, "written as record 3"));
}

TEST_CASE("a removed record is found even if its gap was closed") {
  const auto at = any_place();
  if (!at) return;
  const verification v =
      after(*at, {"DELETE FROM abide_record" + where(4), "UPDATE abide_record SET number = 4" + where(5)});
  INFO(told_by(v));
  CHECK(finds(v, 4, "written as record 5"));
  CHECK(finds(v, 5, "record 5 is missing"));
}

TEST_CASE("a log rewritten without the key is found by its signatures") {
  const auto at = any_place();
  if (!at) return;
  records_options forged = options_for();
  forged.keys = {std::string(32, 'f')};
  fill(at->url(), 2, forged);
  verification v = verify_at(at->url());
  INFO(told_by(v));
  CHECK(finds(v, 1, "matches none of the given keys"));
  CHECK(finds(v, 0, "stored head"));
  forged.keys.clear();
  fill(at->url(), 1, forged);
  v = verify_at(at->url());
  CHECK(finds(v, 3, "is not signed"));
  CHECK(verify_at(at->url(), {}).finding_count == 0);  // without keys this cannot be found
}

TEST_CASE("keys may be replaced: each record verifies under its own key") {
  const auto at = any_place();
  if (!at) return;
  fill(at->url(), 2);
  records_options rotated = options_for();
  rotated.keys = {secret_two, secret_one};
  fill(at->url(), 2, rotated);
  CHECK(verify_at(at->url(), {secret_two, secret_one}).finding_count == 0);
  const verification v = verify_at(at->url(), {secret_two});
  INFO(told_by(v));
  CHECK(finds(v, 1, "matches none of the given keys"));
  CHECK(finds(v, 2, "matches none of the given keys"));
  CHECK_FALSE(finds(v, 3, ""));
}

TEST_CASE("an old head that was put back is found, even if everything is consistent, by a kept head") {
  const auto at = any_place();
  if (!at) return;
  fill(at->url(), 5);
  const chain_place five = head_of(at->url());
  fill(at->url(), 2);
  const chain_place seven = head_of(at->url());
  CHECK(verify_at(at->url(), {secret_one}, {{five}, {}}).finding_count == 0);
  CHECK(verify_at(at->url(), {secret_one}, {{seven}, {}}).finding_count == 0);
  const std::string put_back =
      "UPDATE abide_chain SET number = 5, hash = '" + five.hash + "', mac = '" + five.mac + "'";
  at->edit(put_back);
  CHECK(finds(verify_at(at->url()), 6, "an older head was restored"));
  at->edit("DELETE FROM abide_record WHERE number > 5");
  CHECK(verify_at(at->url()).finding_count == 0);  // an old copy of the whole log is consistent in itself
  const verification v = verify_at(at->url(), {secret_one}, {{seven}, {}});
  INFO(told_by(v));
  CHECK(finds(v, 6, "records 6 to 7 are missing at the end"));
  fill(at->url(), 2);
  CHECK(finds(verify_at(at->url(), {secret_one}, {{seven}, {}}), 7, "kept head"));
}

TEST_CASE("a log that continues after its end was cut off keeps the gap") {
  const auto at = any_place();
  if (!at) return;
  fill(at->url(), 4);
  at->edit("DELETE FROM abide_record WHERE number >= 3");
  const auto told = std::make_shared<warnings>();
  fill(at->url(), 2, options_for(told));
  CHECK(told->contain("the end of"));
  const verification v = verify_at(at->url());
  INFO(told_by(v));
  CHECK(v.finding_count == 1);
  CHECK(finds(v, 3, "records 3 to 4 are missing"));
}

TEST_CASE("only the site's own retention may leave an anchor") {
  const auto at = any_place();
  if (!at) return;
  const verification v =
      after(*at, {"DELETE FROM abide_record WHERE number <= 3",
                  "INSERT INTO abide_anchor SELECT chain, 3, previous, '', '' FROM abide_record" + where(4)});
  INFO(told_by(v));
  CHECK(v.finding_count == 1);
  CHECK(finds(v, 0, "anchor"));
}

TEST_CASE("a missing chain is found by a kept head") {
  const auto at = any_place();
  if (!at) return;
  fill(at->url(), 3);
  const chain_place head = head_of(at->url());
  at->edit("DELETE FROM abide_record");
  at->edit("DELETE FROM abide_chain");
  const verification v = verify_at(at->url(), {secret_one}, {{head}, {}});
  INFO(told_by(v));
  CHECK(v.finding_count == 3);
  CHECK(finds(v, 0, "the chain is missing"));
  CHECK(finds(v, 0, "chains that had records are missing or empty: 1"));
}

TEST_CASE("one changed byte of a record in the file is found, whichever it is") {
  const place at("sqlite");
  const std::string subject = fill(at.url(), 40);
  std::ifstream in(at.file(), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  // Every place with the log's own bytes: subjects, hashes, languages, in the table and in its indexes.
  std::size_t tried = 0;
  for (const std::string& text :
       {subject, std::string("de-AT"), std::string("cloudflare"), sha256_hex("We ask for your consent.")})
    for (std::size_t found = bytes.find(text); found != std::string::npos; found = bytes.find(text, found + 1)) {
      if (++tried % 5 != 0) continue;
      std::string changed = bytes;
      changed[found + 2] = changed[found + 2] == 'x' ? 'y' : 'x';
      const place other("sqlite");
      std::ofstream(other.file(), std::ios::binary) << changed;
      INFO("byte " << found + 2);
      CHECK(verify_at(other.url()).finding_count > 0);
    }
  CHECK(tried > 100);
}

TEST_CASE("of several chains, one that is removed with its ledger is missing from the signed list of chains") {
  if (postgres_url().empty()) return;
  const place at("postgres");
  {
    const auto one = records::open(at.url(), options_for()), two = records::open(at.url(), options_for());
    for (const auto& each : {one.get(), two.get()}) REQUIRE(each->append(choice_of(new_subject())));
  }
  REQUIRE(verify_at(at.url()).chains.size() == 2);
  CHECK(verify_at(at.url()).finding_count == 0);
  for (const std::string table : {"record", "chain", "ledger"})
    at.edit("DELETE FROM abide_" + table + " WHERE chain = 2");
  const verification v = verify_at(at.url());
  INFO(told_by(v));
  CHECK(finds(v, 0, "chains that had records are missing or empty: 2"));
}
