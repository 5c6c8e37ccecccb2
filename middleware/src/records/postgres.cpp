#include "records/postgres.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "records/store.hpp"

namespace abide::detail {
namespace {

using clock = std::chrono::steady_clock;

/// libpq's lines in one, without its hints, which begin with a tab ("Is the server running ...?").
std::string trimmed(const char* text) {
  std::string all;
  for (std::string_view rest(text ? text : ""); !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.empty() || line.front() == '\t') continue;
    all.append(all.empty() ? "" : " ").append(line);
  }
  return all;
}

std::vector<const char*> pointers(std::span<const std::string> values) {
  std::vector<const char*> list;
  for (const std::string& each : values) list.push_back(each.c_str());
  return list;
}

// Class 08: connection; 57P0x: the server shuts down or crashed; 23505: a save whose answer was lost was stored;
// 25006: the server is a standby now; class 40: a conflict with another transaction, which the next attempt may not
// meet.
bool asks_to_reconnect(std::string_view code) {
  const std::string_view kind = code.substr(0, 2);
  return kind == "08" || kind == "40" || code.substr(0, 4) == "57P0" || code == "23505" || code == "25006";
}

}  // namespace

postgres_result::postgres_result(pg_result* result) : result_(result, [](pg_result* r) { PQclear(r); }) {}
int postgres_result::rows() const { return PQntuples(result_.get()); }
int postgres_result::columns() const { return PQnfields(result_.get()); }
std::string postgres_result::text(int at, int column) const {
  return {PQgetvalue(result_.get(), at, column), static_cast<std::size_t>(PQgetlength(result_.get(), at, column))};
}
std::int64_t postgres_result::number(int at, int column) const {
  return std::strtoll(PQgetvalue(result_.get(), at, column), nullptr, 10);
}
std::uint64_t postgres_result::affected() const { return std::strtoull(PQcmdTuples(result_.get()), nullptr, 10); }
std::string postgres_result::command() const { return PQcmdStatus(result_.get()); }

void postgres_connection::finished::operator()(pg_conn* connection) const { PQfinish(connection); }

std::string postgres_name(const std::string& where) {
  // Do not pass on the parser's message: it may contain the password.
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(PQconninfoParse(where.c_str(), nullptr),
                                                                               PQconninfoFree);
  if (!options) return {};
  std::string host, database;
  for (const PQconninfoOption* each = options.get(); each->keyword; ++each) {
    if (std::string_view(each->keyword) == "host" && each->val) host = each->val;
    if (std::string_view(each->keyword) == "dbname" && each->val) database = each->val;
  }
  if (!host.empty() && host.front() == '/') return "postgres:///" + database + "?host=" + host;
  return "postgres://" + host + "/" + database;
}

postgres_connection::postgres_connection(const std::string& where, std::string name,
                                         std::chrono::milliseconds connect_timeout, std::chrono::milliseconds timeout,
                                         wanted_session wanted)
    : name_(std::move(name)), timeout_(timeout) {
  connect(where, connect_timeout, wanted);
}

// What stands before dbname is a default, which the URL replaces.
void postgres_connection::connect(const std::string& where, std::chrono::milliseconds timeout, wanted_session wanted) {
  const bool is_default = wanted == wanted_session::any || std::getenv("PGTARGETSESSIONATTRS");
  const char* words[] = {"target_session_attrs", "dbname",           "fallback_application_name",
                         "client_encoding",      "tcp_user_timeout", nullptr};
  const std::string patience = std::to_string(timeout.count());
  const char* values[] = {
      is_default ? nullptr : "read-write", where.c_str(), "abide", "UTF8", patience.c_str(), nullptr};
  connection_.reset(PQconnectStartParams(words, values, 1));
  if (!connection_) lose("out of memory");
  PQsetNoticeProcessor(
      connection_.get(), [](void*, const char*) {}, nullptr);
  const deadline end = clock::now() + timeout;
  for (PostgresPollingStatusType state = PGRES_POLLING_WRITING; state != PGRES_POLLING_OK;
       state = PQconnectPoll(connection_.get())) {
    if (PQstatus(connection_.get()) == CONNECTION_BAD || state == PGRES_POLLING_FAILED)
      lose(trimmed(PQerrorMessage(connection_.get())));
    wait(state == PGRES_POLLING_READING, state == PGRES_POLLING_WRITING, end);
  }
  PQsetnonblocking(connection_.get(), 1);
}

postgres_connection::deadline postgres_connection::from_now() const {
  return timeout_.count() > 0 ? clock::now() + timeout_ : deadline::max();
}

void postgres_connection::lose(const std::string& why) {
  lost_ = true;
  throw store_error(name_ + ": " + why, store_error::after::reopen, store_error::change::unsure);
}

void postgres_connection::wait(bool to_read, bool to_write, deadline end) {
  pollfd watched{PQsocket(connection_.get()), static_cast<short>((to_read ? POLLIN : 0) | (to_write ? POLLOUT : 0)), 0};
  for (;;) {
    int patience = -1;
    if (end != deadline::max()) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - clock::now()).count();
      if (left <= 0) lose("the server did not answer in time");
      patience = static_cast<int>(std::min<std::int64_t>(left + 1, 60'000));
    }
    const int ready = ::poll(&watched, 1, patience);
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) lose("cannot wait for the server");
  }
}

void postgres_connection::send_all(deadline end) {
  for (;;) {
    const int left = PQflush(connection_.get());
    if (left == 0) return;
    if (left < 0) lose(trimmed(PQerrorMessage(connection_.get())));
    wait(true, true, end);
    if (PQconsumeInput(connection_.get()) != 1) lose(trimmed(PQerrorMessage(connection_.get())));
  }
}

postgres_result postgres_connection::next(deadline end, bool& done) {
  while (PQisBusy(connection_.get())) {
    wait(true, false, end);
    if (PQconsumeInput(connection_.get()) != 1) lose(trimmed(PQerrorMessage(connection_.get())));
  }
  pg_result* result = PQgetResult(connection_.get());
  done = !result;
  return postgres_result(result);
}

// Only the primary message: the detail may contain a record's values.
void postgres_connection::check(const pg_result* result) {
  const ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_SINGLE_TUPLE) return;
  const char* field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string code = field ? field : "";
  const std::string text = trimmed(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
  const bool is_lost = code.empty() || asks_to_reconnect(code) || PQstatus(connection_.get()) == CONNECTION_BAD;
  const std::string words =
      (text.empty() ? trimmed(PQresultErrorMessage(result)) : text) + (code.empty() ? "" : " (" + code + ")");
  if (is_lost) lose(words);
  throw store_error(name_ + ": " + words);
}

// Fetches all results, so that the connection can be used again; throws the first fault.
postgres_result postgres_connection::only_result() {
  const deadline end = from_now();
  send_all(end);
  postgres_result first(nullptr);
  std::optional<store_error> fault;
  for (bool done = false;;) {
    postgres_result result = next(end, done);
    if (done) break;
    try {
      check(result.raw());
    } catch (const store_error& error) {
      if (!fault) fault = error;
    }
    first = result;
  }
  if (fault) throw *fault;
  return first;
}

const std::string& postgres_connection::prepared(std::string_view sql) {
  const auto at = names_.find(sql);
  if (at != names_.end()) return at->second;
  const std::string name = "abide" + std::to_string(names_.size());
  if (PQsendPrepare(connection_.get(), name.c_str(), std::string(sql).c_str(), 0, nullptr) != 1)
    lose(trimmed(PQerrorMessage(connection_.get())));
  only_result();
  return names_.emplace(sql, name).first->second;
}

postgres_result postgres_connection::run(std::string_view sql, std::span<const std::string> values) {
  const std::string& name = prepared(sql);
  const std::vector<const char*> list = pointers(values);
  if (PQsendQueryPrepared(connection_.get(), name.c_str(), static_cast<int>(list.size()), list.data(), nullptr, nullptr,
                          0) != 1)
    lose(trimmed(PQerrorMessage(connection_.get())));
  return only_result();
}

void postgres_connection::run_script(const std::string& sql) {
  if (PQsendQuery(connection_.get(), sql.c_str()) != 1) lose(trimmed(PQerrorMessage(connection_.get())));
  only_result();
}

void postgres_connection::each_row(const std::string& sql, std::span<const std::string> values,
                                   const std::function<void(const postgres_result&)>& f) {
  const std::vector<const char*> list = pointers(values);
  if (PQsendQueryParams(connection_.get(), sql.c_str(), static_cast<int>(list.size()), nullptr, list.data(), nullptr,
                        nullptr, 0) != 1)
    lose(trimmed(PQerrorMessage(connection_.get())));
  PQsetSingleRowMode(connection_.get());
  send_all(from_now());
  for (bool done = false;;) {
    const postgres_result result = next(from_now(), done);
    if (done) return;
    check(result.raw());
    for (int i = 0; i < result.rows(); ++i) f(result);
  }
}

std::string array_literal(std::span<const std::string> values) {
  std::string text = "{";
  for (const std::string& each : values) {
    text += text.size() > 1 ? ",\"" : "\"";
    for (const char c : each) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text + '}';
}

}  // namespace abide::detail
