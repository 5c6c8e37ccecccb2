// Records: saved means durable, the log reads back as it was written, accounts, retention. The same on SQLite and
// PostgreSQL.
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <future>
#include <set>
#include <sstream>
#include <thread>

#include "abide/config.hpp"
#include "catch.hpp"
#include "records/heads_file.hpp"
#include "records/ids.hpp"
#include "records/retention.hpp"
#include "records/schema.hpp"
#include "records_place.hpp"

using namespace abide;
using namespace abide::detail;
using namespace records_test;

TEST_CASE("a saved record reads back as it was written") {
  const auto at = any_place();
  if (!at) return;
  consent_event e = choice_of(new_subject(), event_kind::exception);
  e.time_ms = 1'795'000'000'123;
  e.source = source::gpc_js;
  e.exception.insert(category::targeting);
  e.seen = {true, dnt_value::zero};
  e.conflict = conflict_state::exception_granted;
  e.language = "a \"quoted\" \\ text, {with} 'all'";
  const auto log = records::open(at->url(), options_for());
  const save_result saved = log->append(e);
  INFO(saved.why);
  REQUIRE(saved);
  const auto history = log->history(e.subject);
  REQUIRE(history);
  REQUIRE(history->size() == 1);
  const consent_record& found = history->front();
  CHECK(found.event.id == saved.id);
  CHECK(found.event.time_ms == e.time_ms);
  CHECK(found.event.kind == e.kind);
  CHECK(found.event.source == e.source);
  CHECK(found.event.choices == e.choices);
  CHECK(found.event.exception.bits() == e.exception.bits());
  CHECK(found.event.notice == 3);
  CHECK(found.event.notice_hash == e.notice_hash);
  CHECK(found.event.language == e.language);
  CHECK(found.event.jurisdiction == "AT");
  CHECK(found.event.place_from == "cloudflare");
  CHECK(found.event.table_version == e.table_version);
  CHECK(found.event.table_checksum == e.table_checksum);
  CHECK(found.event.seen.gpc);
  CHECK(found.event.seen.dnt == dnt_value::zero);
  CHECK(found.event.conflict == e.conflict);
  CHECK(found.event.valid_until == e.valid_until);
  CHECK(found.number == 1);
  CHECK(found.hash.size() == 64);
  CHECK_FALSE(found.mac.empty());
}

TEST_CASE("a chain continues after a restart, and verifies") {
  const auto at = any_place();
  if (!at) return;
  fill(at->url(), 3);
  const std::string subject = fill(at->url(), 2);
  const auto log = records::open(at->url(), options_for());
  REQUIRE(log->append(choice_of(subject)));
  const auto history = log->history(subject, 2);
  REQUIRE(history);
  REQUIRE(history->size() == 2);
  CHECK(history->back().number == 6);
  CHECK(history->back().previous == history->front().hash);
  const verification v = verify_at(at->url());
  INFO(told_by(v));
  CHECK(v.finding_count == 0);
  CHECK(v.records == 6);
  CHECK(v.signed_records == 6);
  CHECK(v.chains.size() == 1);
}

TEST_CASE("many writers share transactions, and every id is saved once") {
  const auto at = any_place();
  if (!at) return;
  const auto log = records::open(at->url(), options_for());
  std::vector<std::thread> threads;
  std::mutex busy;
  std::set<std::string> ids;
  for (int i = 0; i < 16; ++i)
    threads.emplace_back([&] {
      const std::string subject = new_subject();
      for (int j = 0; j < 25; ++j) {
        const save_result saved = log->append(choice_of(subject));
        const std::lock_guard lock(busy);
        CHECK(saved);
        ids.insert(saved.id);
      }
    });
  for (std::thread& each : threads) each.join();
  CHECK(ids.size() == 400);
  CHECK(log->state().saved == 400);
  const verification v = verify_at(at->url());
  INFO(told_by(v));
  CHECK(v.records == 400);
  CHECK(v.finding_count == 0);
}

TEST_CASE("saves that do not wait are reported, and what may wait is written") {
  const auto at = any_place();
  if (!at) return;
  auto log = records::open(at->url(), options_for());
  std::promise<save_result> told;
  log->save(event_only(choice_of(new_subject())), [&](const save_result& result) { told.set_value(result); });
  const save_result saved = told.get_future().get();
  CHECK(saved);
  CHECK(saved.id.size() == 36);
  for (int i = 0; i < 50; ++i) CHECK(log->save_later(event_only(choice_of(new_subject(), event_kind::signal_on))));
  log.reset();  // writes what waits
  CHECK(verify_at(at->url()).records == 51);
}

TEST_CASE("an event that cannot be stored is refused with the name of its field") {
  const auto log = records::open("memory:", options_for());
  consent_event e = choice_of("short");
  CHECK(log->append(e).status == save_status::refused);
  CHECK(log->append(e).why.find("subject") == 0);
  e = choice_of(new_subject());
  e.language = "de\nmac=";
  CHECK(log->append(e).why.find("language") == 0);
  CHECK_FALSE(log->save_later(event_only(e)));
  e = choice_of(new_subject());
  e.notice_hash = "1234";
  CHECK(log->append(e).why.find("notice_hash") == 0);
  CHECK(log->history("nobody-has-this-subject")->empty());
}

TEST_CASE("an invalid address of a store is an error at the start, shown without its password") {
  for (const std::string where :
       {"", "abide.db", "mysql://root:geheim@host/db", "sqlite:", "postgres://u:geheim@h:xx/db?a"}) {
    INFO(where);
    try {
      records::open(where, options_for());
      FAIL("no error");
    } catch (const config_error& error) {
      CHECK(std::string(error.what()).find("records.store") == 0);
      CHECK(std::string(error.what()).find("geheim") == std::string::npos);
    }
  }
  records_options weak;
  weak.keys = {"short"};
  CHECK_THROWS_AS(records::open("memory:", weak), config_error);
}

TEST_CASE("record ids are UUIDs of version 7 and sort by creation time") {
  std::string before;
  for (int i = 0; i < 10'000; ++i) {
    const std::string id = new_record_id(1'795'000'000'000 + i / 5000);
    REQUIRE(id.size() == 36);
    REQUIRE(id[14] == '7');
    REQUIRE(std::string("89ab").find(id[19]) != std::string::npos);
    REQUIRE(before < id);
    before = id;
  }
  CHECK(before.substr(0, 8) == "01a1ee56");
  CHECK(new_subject().size() == 32);
  CHECK(new_subject() != new_subject());
}

TEST_CASE("an account's opt-out holds on every device until it is revoked") {
  const auto at = any_place();
  if (!at) return;
  records_options options = options_for();
  const auto log = records::open(at->url(), options);
  CHECK(log->read_account("kim@shop.example").known);
  CHECK_FALSE(log->read_account("kim@shop.example").opted_out());
  REQUIRE(log->set_opted_out("kim@shop.example", 1'795'000'000));
  CHECK(log->read_account("kim@shop.example").since == 1'795'000'000);
  const auto other = records::open(at->url(), options);  // another process
  CHECK(other->read_account("kim@shop.example").opted_out());
  CHECK_FALSE(other->read_account("lee@shop.example").opted_out());
  REQUIRE(other->set_opted_out("kim@shop.example", {}));
  CHECK_FALSE(other->read_account("kim@shop.example").opted_out());
}

TEST_CASE("erasing an account removes its links and keeps the proof") {
  const auto at = any_place();
  if (!at) return;
  const std::string laptop = new_subject(), phone = new_subject();
  {
    const auto log = records::open(at->url(), options_for());
    REQUIRE(log->append(choice_of(laptop)));
    REQUIRE(log->link("kim@shop.example", laptop));
    REQUIRE(log->link("kim@shop.example", laptop));  // again: no second record
    REQUIRE(log->link("kim@shop.example", phone));
    REQUIRE(log->set_opted_out("kim@shop.example", 1'795'000'000));
    REQUIRE(log->erase("kim@shop.example"));
    CHECK_FALSE(log->read_account("kim@shop.example").opted_out());
    const auto history = log->history(laptop);
    REQUIRE(history);
    REQUIRE(history->size() == 3);
    CHECK(history->at(1).event.kind == event_kind::account_link);
    CHECK(history->at(2).event.kind == event_kind::erase);
    CHECK(log->history(phone)->back().event.kind == event_kind::erase);
  }
  const verification v = verify_at(at->url());
  INFO(told_by(v));
  CHECK(v.finding_count == 0);
  CHECK(v.records == 5);
}

TEST_CASE("accounts are found under an older key as long as that key is configured") {
  const auto at = any_place();
  if (!at) return;
  records_options options = options_for();
  options.keys = {secret_one};
  REQUIRE(records::open(at->url(), options)->set_opted_out("kim", 1'795'000'000));
  options.keys = {secret_two, secret_one};
  {
    const auto log = records::open(at->url(), options);
    CHECK(log->read_account("kim").opted_out());
    REQUIRE(log->set_opted_out("kim", {}));
  }
  CHECK_FALSE(records::open(at->url(), options)->read_account("kim").opted_out());
}

TEST_CASE("retention deletes expired records from the start, and the rest verifies") {
  const auto at = any_place();
  if (!at) return;
  const std::int64_t day = 86'400'000, now = now_ms();
  const auto event_ago = [&](int days, int valid_days) {
    consent_event e = choice_of(new_subject());
    e.time_ms = now - days * day;
    e.valid_until = valid_days == 0 ? 0 : (e.time_ms + valid_days * day) / 1000;
    return e;
  };
  const auto log = records::open(at->url(), options_for());
  for (int i = 0; i < 4; ++i) REQUIRE(log->append(event_ago(900, 0)));
  REQUIRE(log->append(event_ago(800, 100)));
  REQUIRE(log->append(event_ago(700, 395)));  // expired for only 305 days
  REQUIRE(log->append(event_ago(800, 0)));    // after one that must be kept
  REQUIRE(log->append(event_ago(0, 0)));
  CHECK(log->retain(365) == 0u);  // noted
  CHECK(log->retain(365) == 0u);
  const keys signing({secret_one}, "test", key_use::records);
  const auto from = store_at(at->url(), store_use::write, std::chrono::seconds(5));
  from->open();
  const auto retain = [&](unsigned days, std::int64_t when) { return retain_all(*from, days, when, &signing); };
  CHECK(retain(365, now + day - 3'600'000).deleted == 0);
  CHECK(retain(365, now + day + 3'600'000).deleted == 5);
  verification v = verify_at(at->url());
  INFO(told_by(v));
  CHECK(v.finding_count == 0);
  CHECK(v.records == 3);
  CHECK(v.chains.front().deleted == 5);
  CHECK(retain(1, now + 3 * day).deleted == 0);  // another number of days: noted again
  CHECK(retain(1, now + 4 * day).deleted == 2);
  REQUIRE(log->append(event_ago(0, 30)));
  v = verify_at(at->url());
  INFO(told_by(v));
  CHECK(v.finding_count == 0);
  CHECK(v.chains.front().first == 8);
}

TEST_CASE("what may take a grant back is kept until any grant of its time has ended, whatever its own term") {
  const std::int64_t day = 86'400'000, now = now_ms();
  const keys signing({secret_one}, "test", key_use::records);
  for (const event_kind kind : {event_kind::grant, event_kind::deny, event_kind::withdraw, event_kind::change,
                                event_kind::exception, event_kind::signal_on})
    for (const int days : {300, 700, 800}) {
      const auto at = any_place();
      if (!at) return;
      CAPTURE(to_string(kind), days);
      const auto log = records::open(at->url(), options_for());
      consent_event e = choice_of(new_subject());
      e.kind = kind;
      e.time_ms = now - days * day;
      e.valid_until = kind == event_kind::signal_on ? 0 : (e.time_ms + 182 * day) / 1000;
      REQUIRE(log->append(e));
      e.subject = new_subject();
      e.time_ms = now;
      REQUIRE(log->append(e));
      const auto from = store_at(at->url(), store_use::write, std::chrono::seconds(5));
      from->open();
      CHECK(retain_all(*from, 30, now, &signing).deleted == 0);  // noted
      const bool ends_by_itself = kind == event_kind::grant || kind == event_kind::deny;
      const bool is_over = ends_by_itself ? days > 182 + 30 : days > 730 + 30;
      CHECK(retain_all(*from, 30, now + 2 * day, &signing).deleted == (is_over ? 1u : 0u));
    }
}

TEST_CASE("a history is limited, and an index returns it in order of time, without sorting") {
  const auto at = any_place();
  if (!at) return;
  const auto log = records::open(at->url(), options_for());
  const std::string subject = new_subject();
  for (int i = 0; i < 1100; ++i) REQUIRE(log->save_later(event_only(choice_of(subject))));
  REQUIRE(log->append(choice_of(subject)));
  const auto found = log->history(subject, 5000);
  REQUIRE(found);
  CHECK(found->size() == 1000);
  CHECK(found->back().number == 1101);
  if (at->is_postgres()) return;
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(at->file().c_str(), &database) == SQLITE_OK);
  std::string plan;
  const auto add = [](void* to, int, char** cells, char**) {
    return static_cast<std::string*>(to)->append(cells[3]).append("\n"), 0;
  };
  sqlite3_exec(database,
               "EXPLAIN QUERY PLAN SELECT * FROM abide_record WHERE subject = 'x' ORDER BY time_ms DESC, id "
               "DESC LIMIT 9",
               add, &plan, nullptr);
  sqlite3_close(database);
  INFO(plan);
  CHECK(plan.find("abide_record_subject_time") != std::string::npos);
  CHECK(plan.find("TEMP B-TREE") == std::string::npos);
}

TEST_CASE("a link dated into the future by a clock ahead keeps no later opt-out from the account") {
  const auto at = any_place();
  if (!at) return;
  records_options options = options_for();
  const std::string subject = new_subject();
  const std::int64_t now = now_ms() / 1000;
  const auto save = [&](std::optional<std::int64_t> since) {
    const auto log = records::open(at->url(), options);
    std::promise<bool> told;
    log->save(link_of("kim", subject, since), [&](const save_result& saved) { told.set_value(bool(saved)); });
    REQUIRE(told.get_future().get());
  };
  save({});
  at->edit("UPDATE abide_link SET time_ms = time_ms + 190000000000");
  save(now);
  CHECK(records::open(at->url(), options)->read_account("kim").since == now);
}

TEST_CASE("a clock that is years ahead for a moment costs no record, even if records are written meanwhile") {
  const auto at = any_place();
  if (!at) return;
  const std::int64_t day = 86'400'000, now = now_ms(), ahead = now + 2200 * day;
  const auto event_at = [&](std::int64_t time) {
    consent_event e = choice_of(new_subject());
    e.time_ms = time;
    e.valid_until = (time + 365 * day) / 1000;
    return e;
  };
  const keys signing({secret_one}, "test", key_use::records);
  const auto log = records::open(at->url(), options_for());
  for (int i = 0; i < 5; ++i) REQUIRE(log->append(event_at(now - 10 * day)));
  const auto from = store_at(at->url(), store_use::write, std::chrono::seconds(5));
  from->open();
  const auto retain = [&](std::int64_t when) { return retain_all(*from, 365, when, &signing); };
  CHECK(retain(now - day).deleted == 0);
  CHECK(retain(ahead).deleted == 0);  // deletes what was noted, which is nothing
  REQUIRE(log->append(event_at(ahead)));
  CHECK(retain(ahead + 75'000).deleted == 0);
  const retained back = retain(now);
  CHECK(back.deleted == 0);
  REQUIRE(back.told.size() == 1);
  CHECK(back.told.front().find("behind the last run of retention") != std::string::npos);
  CHECK(retain(now + 2 * day).deleted == 0);
  CHECK(verify_at(at->url()).records == 6);
}

TEST_CASE("retention never goes beyond the newest record, however long the clock is ahead") {
  const auto at = any_place();
  if (!at) return;
  const std::int64_t day = 86'400'000, now = now_ms();
  const auto log = records::open(at->url(), options_for());
  for (int i = 0; i < 3; ++i) {
    consent_event e = choice_of(new_subject());
    e.valid_until = 0;
    REQUIRE(log->append(e));
  }
  const auto from = store_at(at->url(), store_use::write, std::chrono::seconds(5));
  from->open();
  for (int i = 0; i < 5; ++i) CHECK(retain_all(*from, 365, now + (20'000 + 2 * i) * day, nullptr).deleted == 0);
}

TEST_CASE("a log of an older Abide verifies as it is, and can be verified better once it was opened") {
  const place at("sqlite");
  for (const std::string_view step : sqlite_schema().first(2)) at.edit(std::string(step));
  at.edit("PRAGMA application_id = " + std::to_string(sqlite_application_id) +
          "; PRAGMA user_version = 2; INSERT INTO "
          "abide_meta VALUES ('log', 'of-old'); INSERT INTO abide_account VALUES ('ann', 5); INSERT INTO abide_link "
          "VALUES ('ann', 'aaaaaaaaaaaaaaaa', 5)");
  const keys signing({secret_one}, "test", key_use::records);
  chain_place head{1, 0, start_hash("of-old", 1), {}, {}};
  for (int i = 0; i < 3; ++i) {
    consent_event e = choice_of(new_subject());
    e.id = new_record_id(now_ms());
    const row made = seal(std::move(e), head, &signing, record_form::old);
    std::string values;
    for (const std::string& each : made) values += (values.empty() ? "'" : ", '") + each + "'";
    at.edit("INSERT INTO abide_record VALUES (" + values + ")");
  }
  head = sealed_place(place_kind::head, "of-old", head, &signing);
  at.edit("INSERT INTO abide_chain VALUES (1, 3, '" + head.hash + "', '" + head.key_name + "', '" + head.mac + "')");
  verification v = verify_at(at.url());
  INFO(told_by(v));
  CHECK(v.finding_count == 0);
  CHECK_FALSE(v.is_sealed);
  fill(at.url(), 1);
  v = verify_at(at.url());
  INFO(told_by(v));
  CHECK(v.finding_count == 0);
  CHECK(v.is_sealed);
  CHECK(v.records == 4);
  at.edit("DELETE FROM abide_account");
  CHECK(verify_at(at.url()).finding_count == 1);
}

TEST_CASE("the log's heads are written elsewhere, and reveal what is cut off later") {
  const auto at = any_place();
  if (!at) return;
  const std::string kept = "/tmp/abide-heads-" + std::to_string(getpid());
  fill(at->url(), 3);
  const auto from = store_at(at->url(), store_use::read, std::chrono::seconds(5));
  from->open();
  CHECK(mark_keeper("file:" + kept).keep(*from).empty());
  CHECK(mark_keeper("file:" + kept).keep(*from).empty());
  std::ifstream in(kept);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::string line = "head 1 3 " + from->chains().front().head.hash + "\n";
  CHECK(text.find(line) != std::string::npos);
  CHECK(text.rfind(line) != text.find(line));
  CHECK(text.find("ledger 1 ") != std::string::npos);
  std::filesystem::remove(kept);
  CHECK(mark_keeper("file:/no/such/folder/heads").keep(*from).find("cannot write the log's heads") !=
        std::string::npos);
  CHECK_THROWS_AS(mark_keeper("https://example.org"), config_error);
}

TEST_CASE("a kept head that a full disk cut short is no evidence of a change; the others count") {
  const place at("sqlite");
  fill(at.url(), 3);
  const verification v = verify_at(at.url());
  const std::string head = head_line(v.chains.front());
  const auto read = [](const std::string& text) {
    std::istringstream in(text);
    return read_marks(in);
  };
  for (std::size_t size = 1; size < head.size(); ++size) {
    const kept_marks kept = read(head.substr(0, size) + "# 2026-11-28 log\n" + ledger_line(v.ledgers.front()) + "\r\n");
    CAPTURE(size);
    CHECK(kept.heads.empty());
    CHECK(kept.ledgers.size() == 1);
    CHECK(verify_at(at.url(), {secret_one}, kept).finding_count == 0);
  }
  CHECK(read(head.substr(0, head.size() - 1)).cut == 1);
  const kept_marks logged =
      read("Nov 28 17:00:00 host abide[1]: abide 018f: " + head + "\nhead of the class\nhead 1 -3 x\n");
  CHECK(logged.heads.size() == 1);
  CHECK(logged.cut == 0);
  CHECK(read("head 1 3 " + std::string(64, '0')).heads.size() == 1);
}

TEST_CASE("two servers on one store: both logs verify") {
  const auto at = any_place();
  if (!at) return;
  const auto one = records::open(at->url(), options_for()), two = records::open(at->url(), options_for());
  const auto write = [](records& log) {
    const std::string subject = new_subject();
    int saved = 0;
    for (int i = 0; i < 60; ++i) saved += log.append(choice_of(subject)) ? 1 : 0;
    return saved;
  };
  auto other = std::async(std::launch::async, [&] { return write(*two); });
  CHECK(write(*one) == 60);
  CHECK(other.get() == 60);
  const verification v = verify_at(at->url());
  INFO(told_by(v));
  CHECK(v.finding_count == 0);
  CHECK(v.records == 120);
  CHECK(v.chains.size() == (at->is_postgres() ? 2 : 1));
}

TEST_CASE("a store of a newer Abide or of another program is left alone") {
  const auto at = any_place();
  if (!at) return;
  fill(at->url(), 1);
  at->edit(at->is_postgres() ? "UPDATE abide_meta SET value = '99' WHERE name = 'version'"
                             : "PRAGMA user_version = 99");
  const auto told = std::make_shared<warnings>();
  const auto log = records::open(at->url(), options_for(told));
  CHECK(told->contain("newer version of Abide"));
  const save_result saved = log->append(choice_of(new_subject()));
  CHECK(saved.status == save_status::failed);
  CHECK(saved.why.find("newer version of Abide") != std::string::npos);
  CHECK_THROWS_AS(verify_at(at->url()), store_error);
}

TEST_CASE("an opt-out that the account took over with its link is not reported a second time") {
  const auto at = any_place();
  if (!at) return;
  const std::string subject = new_subject();
  const std::int64_t since = now_ms() / 1000 + 2;  // a choice's time may be ahead of the clock
  for (int start = 0; start < 2; ++start) {        // a restarted server has no links in its cache
    const auto log = records::open(at->url(), options_for());
    CHECK(log->save_later(link_of("ann", subject, since)));
    REQUIRE(log->append(choice_of(subject)));
    CHECK(log->read_account("ann").opted_out());
  }
  const auto log = records::open(at->url(), options_for());
  const auto history = log->history(subject);
  REQUIRE(history);
  std::size_t links = 0;
  for (const consent_record& each : *history) links += each.event.kind == event_kind::account_link ? 1 : 0;
  CHECK(links == 1);
}
