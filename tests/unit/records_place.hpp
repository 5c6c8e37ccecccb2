#pragma once
// A store for one test: a SQLite file, or a schema of the PostgreSQL that ABIDE_TEST_POSTGRES names.
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <libpq-fe.h>
#include <sqlite3.h>

#include "abide/records.hpp"
#include "catch.hpp"
#include "records/store.hpp"
#include "records/verify.hpp"

namespace records_test {

inline const std::string secret_one(32, 'k'), secret_two = "another secret of 32 bytes or so!";

/// The PostgreSQL of the tests; empty if there is none, which is printed once.
inline std::string postgres_url() {
  const char* url = std::getenv("ABIDE_TEST_POSTGRES");
  static const bool said = [&] {
    if (!url) std::cout << "skipped: tests on PostgreSQL (ABIDE_TEST_POSTGRES is not set)\n";
    return true;
  }();
  static_cast<void>(said);
  return url ? url : "";
}

inline void run_sqlite(const std::string& file, const std::string& sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
  sqlite3_busy_timeout(database, 5000);
  char* why = nullptr;
  const int code = sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &why);
  INFO(sql << ": " << (why ? why : ""));
  CHECK(code == SQLITE_OK);
  sqlite3_close(database);
}

inline void run_postgres(const std::string& url, const std::string& sql) {
  PGconn* connection = PQconnectdb(url.c_str());
  PGresult* result = PQexec(connection, sql.c_str());
  const ExecStatusType status = PQresultStatus(result);
  INFO(sql << ": " << PQerrorMessage(connection));
  CHECK((status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK));
  PQclear(result);
  PQfinish(connection);
}

class place {
 public:
  explicit place(const std::string& kind) : is_postgres_(kind == "postgres") {
    if (!is_postgres_) {
      char name[] = "/tmp/abide-records-XXXXXX";
      folder_ = mkdtemp(name);
      url_ = "sqlite:" + file();
      return;
    }
    static int count = 0;
    schema_ = "test_" + std::to_string(getpid()) + "_" + std::to_string(++count);
    run_postgres(postgres_url(), "CREATE SCHEMA " + schema_);
    url_ = postgres_url() + "&options=-csearch_path%3D" + schema_;
  }
  ~place() {
    if (is_postgres_)
      run_postgres(postgres_url(), "SET client_min_messages = warning; DROP SCHEMA " + schema_ + " CASCADE");
    else std::filesystem::remove_all(folder_);
  }
  place(const place&) = delete;

  const std::string& url() const { return url_; }
  bool is_postgres() const { return is_postgres_; }
  std::string file() const { return folder_ + "/abide.db"; }
  std::string folder() const { return folder_; }
  /// Changes the tables behind Abide's back.
  void edit(const std::string& sql) const { is_postgres_ ? run_postgres(url_, sql) : run_sqlite(file(), sql); }

 private:
  bool is_postgres_;
  std::string folder_, schema_, url_;
};

/// One test for each store; null for PostgreSQL if there is none.
inline std::unique_ptr<place> any_place() {
  const std::string kind = GENERATE(as<std::string>{}, "sqlite", "postgres");
  INFO(kind);
  if (kind == "postgres" && postgres_url().empty()) return nullptr;
  return std::make_unique<place>(kind);
}

/// The warnings to the operator.
struct warnings {
  std::mutex busy;
  std::condition_variable news;
  std::vector<std::string> list;

  void add(const std::string& text) {
    const std::lock_guard lock(busy);
    list.push_back(text);
    news.notify_all();
  }
  bool contain(const std::string& words) {
    const std::lock_guard lock(busy);
    return holds(words);
  }
  /// Waits until a warning contains `words`.
  bool hear(const std::string& words) {
    std::unique_lock lock(busy);
    return news.wait_for(lock, std::chrono::seconds(30), [&] { return holds(words); });
  }

 private:
  bool holds(const std::string& words) const {
    return std::any_of(list.begin(), list.end(),
                       [&](const std::string& each) { return each.find(words) != each.npos; });
  }
};

inline abide::records_options options_for(const std::shared_ptr<warnings>& told = std::make_shared<warnings>()) {
  abide::records_options options;
  options.keys = {secret_one};
  options.timeout = options.read_timeout = std::chrono::milliseconds(4000);  // no strict answer on a busy machine
  options.warn = [told](const std::string& text) { told->add(text); };
  return options;
}

inline abide::consent_event choice_of(const std::string& subject, abide::event_kind kind = abide::event_kind::grant) {
  using abide::choice;
  abide::consent_event e;
  const choice c = kind == abide::event_kind::grant ? choice::granted : choice::denied;
  e.subject = subject;
  e.kind = kind;
  e.source = abide::source::banner;
  e.choices = {choice::none, c, c, choice::denied};
  e.notice = 3;
  e.notice_hash = abide::sha256_hex("We ask for your consent.");
  e.language = "de-AT";
  e.jurisdiction = "AT";
  e.place_from = "cloudflare";
  e.table_version = "2026-11-22";
  e.table_checksum = 0xfedcba98;
  e.valid_until = 4102444800;
  return e;
}

inline abide::log_change event_only(abide::consent_event e) {
  abide::log_change change;
  change.event = std::move(e);
  return change;
}

inline abide::log_change link_of(std::string account, std::string subject, std::optional<std::int64_t> carried_out) {
  abide::log_change change;
  change.account = std::move(account);
  change.subject = std::move(subject);
  change.carried_out = carried_out;
  return change;
}

/// Saves `count` records of one visitor.
inline std::string fill(const std::string& url, int count, abide::records_options options = options_for()) {
  const auto log = abide::records::open(url, std::move(options));
  const std::string subject = abide::new_subject();
  for (int i = 0; i < count; ++i) {
    const abide::save_result saved = log->append(choice_of(subject));
    INFO(saved.why);
    REQUIRE(saved);
  }
  return subject;
}

inline abide::detail::verification verify_at(const std::string& url,
                                             const std::vector<std::string>& secrets = {secret_one},
                                             const abide::detail::kept_marks& kept = {},
                                             const std::vector<std::string>& retired = {}) {
  const auto from = abide::detail::store_at(url, abide::detail::store_use::read, std::chrono::seconds(5));
  from->open();
  if (secrets.empty()) return abide::detail::verify(*from, nullptr, kept);
  const abide::detail::keys signing(secrets, "test", abide::detail::key_use::records, retired);
  return abide::detail::verify(*from, &signing, kept);
}

inline std::string told_by(const abide::detail::verification& v) {
  std::string text;
  for (const abide::detail::chain_fault& each : v.findings)
    text += std::to_string(each.number) + ": " + each.what + "\n";
  return text;
}

}  // namespace records_test
