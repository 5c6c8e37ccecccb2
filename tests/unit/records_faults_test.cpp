// Faults around a store: never a false "saved", clear messages, and the site goes on.
#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <array>
#include <atomic>
#include <cstring>
#include <fstream>
#include <future>
#include <thread>

#include "catch.hpp"
#include "records_place.hpp"

using namespace abide;
using namespace abide::detail;
using namespace records_test;
using std::chrono::milliseconds;

namespace {

/// A number that threads count up and others wait for.
class counter {
 public:
  void count() {
    ++number_;
    number_.notify_all();
  }
  void wait_for(std::uint64_t number) const {
    for (auto now = number_.load(); now < number; now = number_) number_.wait(now);
  }
  operator std::uint64_t() const { return number_; }

 private:
  std::atomic<std::uint64_t> number_{0};
};

// A disk of 256 KiB, or a limit on the size of files where mounting is not permitted.
class small_disk {
 public:
  explicit small_disk(const std::string& folder) : folder_(folder) {
    mounted_ = ::mount("abide-test", folder.c_str(), "tmpfs", 0, "size=256k") == 0;
    if (mounted_) return;
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit small = before_;
    small.rlim_cur = 160 * 1024;
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~small_disk() {
    if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
    else ::setrlimit(RLIMIT_FSIZE, &before_);
  }
  void grow() {
    if (mounted_) ::mount("abide-test", folder_.c_str(), "tmpfs", MS_REMOUNT, "size=16m");
    else ::setrlimit(RLIMIT_FSIZE, &before_);
  }

 private:
  std::string folder_;
  bool mounted_ = false;
  rlimit before_{};
};

std::string postgres_folder(const std::string& url = postgres_url()) {
  const std::size_t at = url.find("host=") + 5;
  return url.substr(at, url.find('&', at) - at);
}

void postgres(const std::string& what, const std::string& folder = postgres_folder()) {
  const std::string command = std::string(ABIDE_SOURCE_DIR) + "/tests/records/postgres " + what + " " + folder;
  REQUIRE(std::system(command.c_str()) == 0);
}

/// Another server, for one test.
std::string setting_of(const std::string& url, const std::string& name) {
  PGconn* connection = PQconnectdb(url.c_str());
  PGresult* result = PQexec(connection, ("SHOW " + name).c_str());
  std::string value = PQgetvalue(result, 0, 0);
  PQclear(result);
  PQfinish(connection);
  return value;
}

/// Makes a standby of the server. It tells the connections that it has before it opens a new one.
void stop_writes(const std::string& url) {
  run_postgres(url, "ALTER SYSTEM SET default_transaction_read_only = on");
  run_postgres(url, "SELECT pg_reload_conf()");
  while (setting_of(url, "default_transaction_read_only") != "on") {
  }
}

class second_postgres {
 public:
  second_postgres() {
    std::FILE* out = popen(ABIDE_SOURCE_DIR "/tests/records/postgres start", "r");
    REQUIRE(out);
    char line[512] = "";
    REQUIRE(std::fgets(line, sizeof line, out));
    REQUIRE(pclose(out) == 0);
    url_ = std::string(line, std::strcspn(line, "\n"));
  }
  ~second_postgres() { postgres("stop", postgres_folder(url_)); }
  second_postgres(const second_postgres&) = delete;
  const std::string& url() const { return url_; }

 private:
  std::string url_;
};

std::uint64_t count_at(const std::string& url) {
  const verification v = verify_at(url);
  INFO(told_by(v));
  CHECK(v.finding_count == 0);
  return v.records;
}

}  // namespace

TEST_CASE(
    "with a full disk saves fail with a message, what was saved stays, and saving works again when there is room") {
  const place at("sqlite");
  small_disk disk(at.folder());
  const auto told = std::make_shared<warnings>();
  std::uint64_t saved = 0;
  {
    const auto log = records::open(at.url(), options_for(told));
    save_result result;
    while ((result = log->append(choice_of(new_subject())))) REQUIRE(++saved < 5000);
    CHECK(result.status == save_status::failed);
    CHECK(result.why.find("abide.db") != std::string::npos);
    CHECK(saved > 5);
    CHECK(log->save_later(event_only(choice_of(new_subject(), event_kind::signal_on))));
    CHECK(log->state().away);
    disk.grow();
    REQUIRE(told->hear(": available again"));
    CHECK_FALSE(log->state().away);
    CHECK(log->append(choice_of(new_subject())));
  }
  CHECK(count_at(at.url()) == saved + 2);
}

TEST_CASE("with a database that stays locked saves fail; signals wait and are written later") {
  const place at("sqlite");
  const auto told = std::make_shared<warnings>();
  records_options options = options_for(told);
  options.timeout = milliseconds(600);
  fill(at.url(), 1);
  const auto log = records::open(at.url(), options);
  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open(at.file().c_str(), &other) == SQLITE_OK);
  REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  const save_result result = log->append(choice_of(new_subject()));
  CHECK(result.status == save_status::failed);
  CHECK(result.why.find("locked") != std::string::npos);
  for (int i = 0; i < 20; ++i) CHECK(log->save_later(event_only(choice_of(new_subject(), event_kind::signal_on))));
  CHECK_FALSE(log->append(choice_of(new_subject())));
  sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  REQUIRE(told->hear(": available again"));
  CHECK(log->append(choice_of(new_subject())));
  CHECK(count_at(at.url()) == 22);
}

TEST_CASE("with an invalid, damaged or missing database the site starts, and saves fail with a message") {
  const place at("sqlite");
  std::string words;
  const auto told = std::make_shared<warnings>();
  SECTION("not a database") {
    std::ofstream(at.file()) << std::string(8192, 'x');
    words = "not an SQLite database";
  }
  SECTION("damaged") {
    fill(at.url(), 200);
    std::fstream file(at.file(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 * 8);
    file << std::string(4096 * 12, 'x');
    words = "damaged";
  }
  SECTION("missing folder") {
    std::filesystem::remove_all(at.folder());
    words = "cannot create the file";
  }
  SECTION("another program's") {
    run_sqlite(at.file(), "CREATE TABLE orders (id INTEGER)");
    words = "another program";
  }
  const auto log = records::open(at.url(), options_for(told));
  CHECK(told->contain(words));
  const save_result result = log->append(choice_of(new_subject()));
  CHECK(result.status == save_status::failed);
  CHECK(result.why.find(words) != std::string::npos);
  CHECK(log->read_account("kim").opted_out());  // unknown: the strict answer
  CHECK_FALSE(log->read_account("kim").known);
  CHECK(log->save_later(event_only(choice_of(new_subject()))));
  CHECK(log->state().waiting == 1);
}

TEST_CASE("a database that is moved away under the server takes its records with it, and its absence is reported") {
  const place at("sqlite");
  const auto told = std::make_shared<warnings>();
  const auto log = records::open(at.url(), options_for(told));
  for (int i = 0; i < 5; ++i) REQUIRE(log->append(choice_of(new_subject())));
  const std::string away = at.folder() + "/away.db";
  std::filesystem::rename(at.file(), away);
  const save_result lost = log->append(choice_of(new_subject()));
  CHECK_FALSE(lost);
  CHECK_FALSE(std::filesystem::exists(at.file()));
  CHECK(count_at("sqlite:" + away) == 5);
  std::filesystem::rename(away, at.file());
  CHECK(told->hear(": available again"));
  CHECK(log->append(choice_of(new_subject())));
  CHECK(count_at(at.url()) == 6);
  CHECK(verify_at(at.url()).finding_count == 0);
}

TEST_CASE("a write-ahead log whose database is gone is not discarded for a new one") {
  const place at("sqlite");
  { std::ofstream(at.file() + "-wal") << "records that no checkpoint has moved yet"; }
  const auto log = records::open(at.url(), options_for());
  const save_result saved = log->append(choice_of(new_subject()));
  CHECK_FALSE(saved);
  CHECK(saved.why.find("its database is missing") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(at.file()));
}

TEST_CASE("a full queue refuses at once, and keeps room for callers that wait") {
  const place at("sqlite");
  fill(at.url(), 1);
  records_options options = options_for();
  const auto words = std::make_shared<warnings>();
  options = options_for(words);
  options.queue_max = 8;
  std::promise<void> go_on;
  const auto log = records::open(at.url(), options);
  std::promise<save_result> told_of_first;
  log->save(event_only(choice_of(new_subject())), [&](const save_result& r) {
    told_of_first.set_value(r);
    go_on.get_future().wait();  // the writer takes nothing more until then
  });
  CHECK(told_of_first.get_future().get());
  int queued = 0;
  for (int i = 0; i < 20; ++i) queued += log->save_later(event_only(choice_of(new_subject()))) ? 1 : 0;
  CHECK(queued == 6);
  CHECK(log->state().lost == 14);
  CHECK(words->contain("1 event lost so far"));
  CHECK(words->list.size() == 1);  // the next one follows after a minute
  std::array<std::promise<save_result>, 2> told_of_last;
  std::promise<save_result> full;
  for (auto& each : told_of_last)
    log->save(event_only(choice_of(new_subject())), [&](const save_result& r) { each.set_value(r); });
  log->save(event_only(choice_of(new_subject())), [&](const save_result& result) { full.set_value(result); });
  const save_result refused = full.get_future().get();
  CHECK(refused.status == save_status::full);
  CHECK(refused.why.find("the queue is full (8 events)") != std::string::npos);
  go_on.set_value();
  for (auto& each : told_of_last) CHECK(each.get_future().get());  // after everything else that waited
  CHECK(count_at(at.url()) == 10);
  CHECK(verify_at(at.url()).lost == 14);
}

TEST_CASE("callers that read while the store hangs get the strict answer, and only the first of them waits") {
  const place at("sqlite");
  fill(at.url(), 1);
  records_options options = options_for();
  options.cache_age = milliseconds(0);
  options.timeout = milliseconds(20'000);
  options.read_timeout = milliseconds(500);  // a hundred such waits take longer than the save
  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open(at.file().c_str(), &other) == SQLITE_OK);
  const auto log = records::open(at.url(), options);
  CHECK(log->read_account("kim").known);
  REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  std::promise<save_result> told;
  auto hangs = told.get_future();
  log->save(event_only(choice_of(new_subject())), [&](const save_result& result) { told.set_value(result); });
  for (int i = 0; i < 100; ++i) CHECK(log->read_account("kim").opted_out());
  CHECK(hangs.wait_for(milliseconds(0)) == std::future_status::timeout);
  sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  CHECK(hangs.get());
  bool is_known = false;  // the store counts as available when it takes the next save
  for (int saves = 0; saves < 10 && !is_known; ++saves) {
    REQUIRE(log->append(choice_of(new_subject())));
    is_known = !log->read_account("kim").opted_out();
  }
  CHECK(is_known);
}

TEST_CASE("PostgreSQL stops and comes back: no saved record is lost, and none is stored twice") {
  if (postgres_url().empty()) return;
  const place at("postgres");
  const auto told = std::make_shared<warnings>();
  const auto log = records::open(at.url(), options_for(told));
  std::atomic<bool> stop{false};
  counter saved, failed;
  std::vector<std::thread> threads;
  const auto visitors_come = [&] {  // each saves until a save fails
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] {
        while (!stop && log->append(choice_of(new_subject()))) saved.count();
        if (!stop) failed.count();
      });
  };
  visitors_come();
  saved.wait_for(9);
  postgres("halt");
  failed.wait_for(1);
  REQUIRE(told->hear("Saves fail until the store is available again; refusals and signals wait."));
  CHECK_FALSE(told->contain("Is the server running"));
  const save_result away = log->append(choice_of(new_subject()));
  CHECK_FALSE(away);
  CHECK_FALSE(log->read_account("kim").known);
  int queued = 0;
  for (int i = 0; i < 30; ++i)
    queued += log->save_later(event_only(choice_of(new_subject(), event_kind::signal_on))) ? 1 : 0;
  CHECK(queued == 30);
  postgres("again");
  REQUIRE(told->hear(": available again"));
  const std::uint64_t before = saved;
  visitors_come();
  saved.wait_for(before + 21);
  stop = true;
  for (std::thread& each : threads) each.join();
  CHECK(failed > 0);
  const std::uint64_t found = count_at(at.url());
  CHECK(found >= saved + 30);
  CHECK(found <= saved + 30 + 8 + 1);  // answers that were lost in flight: reported as failed, and yet stored
}

TEST_CASE("a session that the server ends makes no save fail") {
  if (postgres_url().empty()) return;
  const place at("postgres");
  const auto log = records::open(at.url(), options_for());
  for (int i = 0; i < 5; ++i) {
    REQUIRE(log->append(choice_of(new_subject())));
    run_postgres(postgres_url(),
                 "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'abide'");
    if (i % 2 == 1) (void)log->retain(1000);  // other work may meet the ended session first
    REQUIRE(log->append(choice_of(new_subject())));
  }
  CHECK(count_at(at.url()) == 10);
}

TEST_CASE(
    "of several hosts the log uses the one that takes writes, and no save fails when that one becomes a standby") {
  if (postgres_url().empty()) return;
  const second_postgres other;
  const place at("postgres");
  const std::string schema = at.url().substr(at.url().find("&options="));
  const std::string hosts = postgres_folder(other.url()) + "," + postgres_folder();
  const std::string url = "postgres:///abide?host=" + hosts + "&user=abide" + schema;
  run_postgres(other.url(), "CREATE SCHEMA " + schema.substr(schema.rfind("3D") + 2));
  run_postgres(other.url(), "ALTER DATABASE abide SET default_transaction_read_only = on");
  fill(url, 3);
  CHECK(count_at(at.url()) == 3);

  run_postgres(other.url() + "&options=-cdefault_transaction_read_only%3Doff",
               "ALTER DATABASE abide RESET default_transaction_read_only");
  const auto log = records::open(url, options_for());
  stop_writes(other.url());
  CHECK(log->append(choice_of(new_subject())));
  CHECK(count_at(at.url()) == 4);
}

TEST_CASE("a database that cannot store every language is refused when a log is created, not when a visitor chooses") {
  if (postgres_url().empty()) return;
  const std::string name = std::string("latin_").append(std::to_string(getpid()));
  run_postgres(postgres_url(), "CREATE DATABASE " + name + " ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
  const std::string url = "postgres:///" + name + "?host=" + postgres_folder() + "&user=abide";
  const auto told = std::make_shared<warnings>();
  CHECK_FALSE(records::open(url, options_for(told))->append(choice_of(new_subject())));
  CHECK(told->contain("expected a database with the encoding UTF8, found LATIN1"));
  run_postgres(postgres_url(), "DROP DATABASE " + name);
}

TEST_CASE("no message contains the password") {
  const auto told = std::make_shared<warnings>();
  records_options options = options_for(told);
  options.timeout = milliseconds(500);
  const auto log = records::open("postgres://kim:geheim@127.0.0.1:1/shop", options);
  const save_result result = log->append(choice_of(new_subject()));
  CHECK(result.status == save_status::failed);
  CHECK(result.why.find("postgres://127.0.0.1/shop") != std::string::npos);
  CHECK(result.why.find("geheim") == std::string::npos);
  CHECK_FALSE(told->contain("geheim"));
  CHECK(told->contain("127.0.0.1"));
}
