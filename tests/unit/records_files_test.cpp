// The log's files: who may read them, what an empty one means, locks, and an older log that is put back while a process
// runs.
#include <sys/mount.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "catch.hpp"
#include "records/edit.hpp"
#include "records/printable.hpp"
#include "records_place.hpp"
#include "tools/export.hpp"

using namespace abide;
using namespace abide::detail;
using namespace records_test;
using std::chrono::milliseconds;

namespace {

unsigned mode_of(const std::string& file) {
  struct stat about {};
  return ::stat(file.c_str(), &about) == 0 ? about.st_mode & 0777u : 0;
}

/// A folder that nobody can write to, not even root.
class unwritable {
 public:
  explicit unwritable(const std::string& folder) : folder_(folder) {
    const char* name = folder_.c_str();
    mounted_ = ::mount(name, name, nullptr, MS_BIND, nullptr) == 0;
    if (mounted_) ::mount(name, name, nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr);
    else ::chmod(name, 0555);
  }
  ~unwritable() { mounted_ ? ::umount2(folder_.c_str(), MNT_DETACH) : ::chmod(folder_.c_str(), 0755); }
  unwritable(const unwritable&) = delete;

 private:
  std::string folder_;
  bool mounted_ = false;
};

}  // namespace

TEST_CASE("only the owner can read the log's files, whatever the umask") {
  const place at("sqlite");
  const mode_t before = ::umask(0);
  const auto log = records::open(at.url(), options_for());
  const save_result saved = log->append(choice_of(new_subject()));
  ::umask(before);
  REQUIRE(saved);
  for (const std::string rest : {"", "-wal", "-shm"}) CHECK(mode_of(at.file() + rest) == 0600);
}

TEST_CASE("a log that every user may read causes a warning that names it") {
  const place at("sqlite");
  fill(at.url(), 1);
  ::chmod(at.file().c_str(), 0644);
  const auto told = std::make_shared<warnings>();
  fill(at.url(), 1, options_for(told));
  CHECK(told->contain("chmod 600 " + at.file()));
}

TEST_CASE("a log on a disk that cannot be written is verified, whatever its name") {
  const place at("sqlite");
  const std::string odd = "sqlite:" + at.folder() + "/a#b%20c?d.db";
  fill(odd, 3);
  const unwritable folder(at.folder());
  CHECK(::access(at.folder().c_str(), W_OK) != 0);
  CHECK(verify_at(odd).records == 3);
  CHECK_THROWS_AS(store_at(odd, store_use::write, milliseconds(500))->open(), store_error);
}

TEST_CASE("a copy of a log without its write-ahead log is no log of an older version") {
  const place at("sqlite");
  const std::string copy = at.folder() + "/copy.db";
  const auto log = records::open(at.url(), options_for());
  REQUIRE(log->append(choice_of(new_subject())));
  std::filesystem::copy(at.file(), copy);
  CHECK_FALSE(verify_at(at.url()).is_unused);
  const verification v = verify_at("sqlite:" + copy);
  CHECK(v.records == 0);
  CHECK(v.is_unused);
}

TEST_CASE("an empty file in the place of a log is not a new log") {
  const place at("sqlite");
  { std::ofstream made(at.file()); }
  const auto told = std::make_shared<warnings>();
  const auto log = records::open(at.url(), options_for(told));
  const save_result saved = log->append(choice_of(new_subject()));
  CHECK(saved.status == save_status::failed);
  CHECK(saved.why.find("found an empty file") != std::string::npos);
  CHECK(std::filesystem::file_size(at.file()) == 0);
}

TEST_CASE("a new log leaves nothing else in its folder") {
  const place at("sqlite");
  fill(at.url(), 1);
  int count = 0;
  for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator(at.folder())) ++count;
  CHECK(count == 1);
}

TEST_CASE("processes that create the log at the same time create one") {
  const place at("sqlite");
  std::vector<std::thread> threads;
  std::atomic<int> saved{0};
  for (int i = 0; i < 4; ++i)
    threads.emplace_back(
        [&] { saved += records::open(at.url(), options_for())->append(choice_of(new_subject())) ? 1 : 0; });
  for (std::thread& each : threads) each.join();
  CHECK(saved == 4);
  const verification v = verify_at(at.url());
  INFO(told_by(v));
  CHECK(v.records == 4);
  CHECK(v.finding_count == 0);
}

TEST_CASE("opening, erasing and deleting wait for the lock while a site writes without a pause") {
  const place at("sqlite");
  const auto log = records::open(at.url(), options_for());
  std::atomic<bool> stop{false};
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      while (!stop) failed += log->append(choice_of(new_subject())) ? 0 : 1;
    });
  int locked = 0;
  std::string why;
  for (int i = 0; i < 60; ++i) try {
      const auto other = store_at(at.url(), store_use::write, milliseconds(10'000));
      other->open();
      const keys signing({secret_one}, "test", key_use::records);
      std::vector<std::string> told;
      open_log changed{*other, &signing, settle(*other, &signing, told), {}};
      log_edit edit(changed);
      edit.forget({"nobody"});
      edit.commit();
    } catch (const store_error& error) {
      ++locked;
      why = error.what();
    }
  stop = true;
  for (std::thread& each : threads) each.join();
  INFO(why);
  CHECK(locked == 0);
  CHECK(failed == 0);
}

TEST_CASE("an older head put back while the process runs is refused, with its records or without") {
  const auto at = any_place();
  if (!at) return;
  const auto told = std::make_shared<warnings>();
  records_options options = options_for(told);
  fill(at->url(), 2, options);
  at->edit("CREATE TABLE spare AS SELECT * FROM abide_chain");
  const auto log = records::open(at->url(), options);
  for (int i = 0; i < 3; ++i) REQUIRE(log->append(choice_of(new_subject())));
  at->edit("DELETE FROM abide_record WHERE number > 2");
  at->edit("DELETE FROM abide_chain");
  at->edit("INSERT INTO abide_chain SELECT * FROM spare");
  const save_result saved = log->append(choice_of(new_subject()));
  CHECK(saved.status == save_status::failed);
  INFO(saved.why);
  CHECK(saved.why.find("an older log was restored") != std::string::npos);
  CHECK(told->contain("an older log was restored"));
}

TEST_CASE("an older ledger of accounts put back with its rows while the process runs is refused") {
  const auto at = any_place();
  if (!at) return;
  const auto log = records::open(at->url(), options_for());
  REQUIRE(log->set_opted_out("kim", 1'795'000'000));
  for (const char* table : {"ledger", "account"})
    at->edit(std::string("CREATE TABLE spare_") + table + " AS SELECT * FROM abide_" + table);
  REQUIRE(log->set_opted_out("lee", 1'795'000'000));
  for (const char* table : {"ledger", "account"}) {
    at->edit(std::string("DELETE FROM abide_") + table);
    at->edit(std::string("INSERT INTO abide_") + table + " SELECT * FROM spare_" + table);
  }
  const save_result saved = log->set_opted_out("ann", 1'795'000'000);
  INFO(saved.why);
  CHECK(saved.status == save_status::failed);
  CHECK(saved.why.find("an older log was restored") != std::string::npos);
}

TEST_CASE("a log that was put back and then continued by another process is refused too") {
  const place at("sqlite");
  records_options options = options_for();
  fill(at.url(), 2, options);
  run_sqlite(at.file(), "CREATE TABLE spare AS SELECT * FROM abide_chain");
  const auto log = records::open(at.url(), options);
  for (int i = 0; i < 3; ++i) REQUIRE(log->append(choice_of(new_subject())));
  at.edit("DELETE FROM abide_record WHERE number > 2");
  at.edit("DELETE FROM abide_chain; INSERT INTO abide_chain SELECT * FROM spare");
  fill(at.url(), 5, options);
  CHECK(log->append(choice_of(new_subject())).status == save_status::failed);
}

TEST_CASE(
    "another process may continue the log, and delete by retention, without looking like a log that was put back") {
  const place at("sqlite");
  const auto log = records::open(at.url(), options_for());
  REQUIRE(log->append(choice_of(new_subject())));
  fill(at.url(), 3);
  REQUIRE(log->append(choice_of(new_subject())));
  CHECK(verify_at(at.url()).finding_count == 0);
}

TEST_CASE("control characters in a store cannot reach the terminal") {
  CHECK(printable("id 7, Köln \"ok\"") == "id 7, Köln \"ok\"");
  CHECK(printable("\x1b[2J\r\n\x7f") == "\\x1b[2J\\x0d\\x0a\\x7f");
  CHECK(printable("\xc2\x9b"
                  "31m") == "\\xc2\\x9b31m");
  CHECK(printable("a\xe2\x80\xae"
                  "b\xff\xe2\x82") == "a\\xe2\\x80\\xaeb\\xff\\xe2\\x82");
  const auto at = any_place();
  if (!at) return;
  fill(at->url(), 2);
  const std::string escape = at->is_postgres() ? "chr(27)" : "char(27)";
  at->edit("UPDATE abide_record SET id = " + escape + " || '[2J', key_name = " + escape + " WHERE number = 1");
  at->edit("UPDATE abide_chain SET hash = " + escape);
  const verification v = verify_at(at->url());
  CHECK(v.finding_count > 0);
  CHECK(told_by(v).find('\x1b') == std::string::npos);
}

TEST_CASE("a cell that a spreadsheet would run is text in the export") {
  for (const std::string text : {"=1+1", "+1", "-1", "@SUM(1)", "\tx"}) {
    consent_record r;
    r.event = choice_of(new_subject());
    row from = row_of(r);
    from[12] = text;  // the language: an edited row may hold anything
    CHECK(to_csv(from).find("," + text) == std::string::npos);
    CHECK(to_csv(from).find("'" + text) != std::string::npos);
  }
}

TEST_CASE("such cells are text also after the separators of other formats, and with wide characters") {
  row from{};
  from[4] = "a;=HYPERLINK(1)\t@b;-c";
  from[5] = "\uff1d1+1";
  const std::string line = to_csv(from);
  for (const char* cell : {";'=HYPERLINK", "\t'@b", ";'-c", "'\uff1d1"}) {
    CAPTURE(cell);
    CHECK(line.find(cell) != std::string::npos);
  }
  from[5] = "a-b=c@d";
  CHECK(to_csv(from).find(",a-b=c@d,") != std::string::npos);
}
