// abide_records_rate STORE [SECONDS]: durable records per second from 32 writers, compared with a loop of bare INSERTs
// of the same row with the same durability; taking turns, three times each. `sqlite:FILE` or `postgres://...`; creates
// its own tables.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <libpq-fe.h>
#include <sqlite3.h>

#include "abide/records.hpp"
#include "records/ids.hpp"
#include "records/row.hpp"

namespace {

using namespace abide;
using namespace abide::detail;
using moment = std::chrono::steady_clock;

constexpr int writers = 32, rounds = 3;

consent_event sample() {
  consent_event e;
  e.subject = new_subject();
  e.kind = event_kind::grant;
  e.source = source::banner;
  e.choices = {choice::none, choice::granted, choice::granted, choice::denied};
  e.notice = 1;
  e.notice_hash = sha256_hex("text");
  e.language = "en";
  e.jurisdiction = "US-CA";
  e.place_from = "cloudflare";
  e.table_version = "2026-11-22";
  return e;
}

row next_row() {
  static std::uint64_t count = 0;
  consent_record r;
  r.event = sample();
  r.event.id = new_record_id(now_ms());
  r.number = ++count;
  r.previous = r.hash = r.event.notice_hash;
  r.mac = std::string(43, 'm');
  return row_of(r);
}

struct result {
  std::uint64_t count = 0;
  double seconds = 0;
  std::vector<double> milliseconds;  // of each save
  double rate() const { return static_cast<double>(count) / seconds; }
};

double share(std::vector<double>& times, double part) {
  if (times.empty()) return 0;
  std::sort(times.begin(), times.end());
  return times[static_cast<std::size_t>(static_cast<double>(times.size() - 1) * part)];
}

result timed(double seconds, const std::function<bool()>& save) {
  result r;
  const auto start = moment::now();
  for (auto now = start; std::chrono::duration<double>(now - start).count() < seconds;) {
    if (!save()) std::exit(2);
    const auto after = moment::now();
    r.milliseconds.push_back(std::chrono::duration<double, std::milli>(after - now).count());
    now = after;
    ++r.count;
  }
  r.seconds = std::chrono::duration<double>(moment::now() - start).count();
  return r;
}

std::string bare_insert() {
  std::string sql = "INSERT INTO bare (" + column_list() + ") VALUES (";
  for (std::size_t i = 0; i < columns.size(); ++i) sql += (i > 0 ? ", $" : "$") + std::to_string(i + 1);
  return sql + ")";
}

// A copy of the records table under another name, with its key and indexes.
void make_bare_table(sqlite3* database) {
  std::string sql;
  const auto take = [](void* into, int, char** texts, char**) {
    static_cast<std::string*>(into)->append(texts[0]).append(";\n");
    return 0;
  };
  sqlite3_exec(database,
               "SELECT sql FROM sqlite_schema WHERE tbl_name = 'abide_record' AND sql IS NOT NULL ORDER BY type DESC",
               take, &sql, nullptr);
  for (std::size_t at = 0; (at = sql.find("abide_record", at)) != std::string::npos;) sql.replace(at, 12, "bare");
  sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr);
}

result bare_sqlite(const std::string& file, double seconds) {
  sqlite3* database = nullptr;
  sqlite3_open(file.c_str(), &database);
  sqlite3_busy_timeout(database, 5000);
  sqlite3_exec(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", nullptr, nullptr, nullptr);
  make_bare_table(database);
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(database, bare_insert().c_str(), -1, &insert, nullptr);
  result r = timed(seconds, [&] {
    const row each = next_row();
    for (std::size_t i = 0; i < each.size(); ++i)
      sqlite3_bind_text(insert, static_cast<int>(i + 1), each[i].data(), static_cast<int>(each[i].size()),
                        SQLITE_STATIC);
    const bool done = sqlite3_step(insert) == SQLITE_DONE;
    sqlite3_reset(insert);
    return done;
  });
  sqlite3_finalize(insert);
  sqlite3_close(database);
  return r;
}

result bare_postgres(const std::string& url, double seconds) {
  PGconn* connection = PQconnectdb(url.c_str());
  PQclear(
      PQexec(connection,
             "SET client_min_messages = warning; CREATE TABLE IF NOT EXISTS bare (LIKE abide_record INCLUDING ALL)"));
  PQclear(PQprepare(connection, "bare", bare_insert().c_str(), 0, nullptr));
  result r = timed(seconds, [&] {
    const row each = next_row();
    const char* values[columns.size()];
    for (std::size_t i = 0; i < each.size(); ++i) values[i] = each[i].c_str();
    PGresult* made = PQexecPrepared(connection, "bare", static_cast<int>(columns.size()), values, nullptr, nullptr, 0);
    const bool done = PQresultStatus(made) == PGRES_COMMAND_OK;
    PQclear(made);
    return done;
  });
  PQfinish(connection);
  return r;
}

result group(const std::string& where, double seconds) {
  records_options options;
  options.keys = {"a secret of the rate test, 32 bytes"};
  const auto log = records::open(where, options);
  std::vector<result> parts(writers);
  std::vector<std::thread> threads;
  const auto start = moment::now();
  for (result& part : parts)
    threads.emplace_back([&] { part = timed(seconds, [&] { return static_cast<bool>(log->append(sample())); }); });
  for (std::thread& each : threads) each.join();
  result all;
  all.seconds = std::chrono::duration<double>(moment::now() - start).count();
  for (const result& part : parts) {
    all.count += part.count;
    all.milliseconds.insert(all.milliseconds.end(), part.milliseconds.begin(), part.milliseconds.end());
  }
  return all;
}

void print(const char* name, result& r) {
  std::printf("  %-28s %9.0f /s   a save: p50 %6.2f ms, p99 %6.2f ms\n", name, r.rate(), share(r.milliseconds, 0.5),
              share(r.milliseconds, 0.99));
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) return std::fputs("usage: abide_records_rate STORE [SECONDS]\n", stderr), 2;
  const std::string where = words[1];
  const double seconds = count > 2 ? std::atof(words[2]) : 3;
  const bool is_sqlite = where.rfind("sqlite:", 0) == 0;
  records::open(where).reset();  // creates the tables
  result bare, grouped;
  std::vector<double> ratios;
  for (int i = 0; i < rounds; ++i) {
    result one = is_sqlite ? bare_sqlite(where.substr(7), seconds) : bare_postgres(where, seconds);
    result many = group(where, seconds);
    ratios.push_back(many.rate() / one.rate());
    for (const auto& [from, into] : {std::pair{&one, &bare}, std::pair{&many, &grouped}}) {
      into->count += from->count;
      into->seconds += from->seconds;
      into->milliseconds.insert(into->milliseconds.end(), from->milliseconds.begin(), from->milliseconds.end());
    }
  }
  std::printf("%s\n", is_sqlite ? "SQLite" : "PostgreSQL");
  print("bare INSERT loop, one writer", bare);
  print("records, 32 writers", grouped);
  std::sort(ratios.begin(), ratios.end());
  std::printf("  ratio: %.1f (rounds: %.1f to %.1f)\n", grouped.rate() / bare.rate(), ratios.front(), ratios.back());
}
