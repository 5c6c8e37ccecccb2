#include "records/heads_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "abide/config.hpp"
#include "base/time.hpp"
#include "base/write_whole.hpp"
#include "records/ids.hpp"
#include "records/verify.hpp"

namespace abide::detail {
namespace {

constexpr std::string_view file_place = "file:", system_log = "syslog";

std::vector<std::string> marks_of(store& from) {
  std::vector<std::string> lines;
  from.snapshot();
  for (const chain_state& each : from.chains())
    if (each.head.number > 0)
      lines.push_back(printable(head_line({each.head.chain, 0, 0, 0, each.head.number, each.head.hash})));
  for (const ledger& each : from.ledgers())
    lines.push_back(ledger_line({each.chain, each.changes, hash_of(from.log(), each)}));
  from.roll_back();
  return lines;
}

}  // namespace

mark_keeper::mark_keeper(const std::string& where) : where_(where) {
  const bool is_file = where.starts_with(file_place) && where.size() > file_place.size();
  if (!where.empty() && !is_file && where != system_log)
    throw config_error("records.heads: expected file:PATH or syslog, found \"" + where.substr(0, 40) + "\"");
}

std::string mark_keeper::keep(store& from) const {
  if (!is_on()) return {};
  const std::vector<std::string> lines = marks_of(from);
  if (where_ == system_log) {
    for (const std::string& each : lines) ::syslog(LOG_NOTICE, "abide %s: %s", from.log().c_str(), each.c_str());
    return {};
  }
  std::string text = "# " + time_text_ms(now_ms()) + ' ' + from.log() + '\n';
  for (const std::string& each : lines) text += each + '\n';
  return append(text);
}

std::string mark_keeper::append(const std::string& text) const {
  const std::string file = where_.substr(file_place.size());
  const int into = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  int fault = into < 0 ? errno : write_whole(into, text);
  if (fault == 0 && ::fdatasync(into) != 0) fault = errno;
  if (into >= 0) ::close(into);
  return fault == 0 ? "" : file + ": cannot write the log's heads: " + std::strerror(fault);
}

}  // namespace abide::detail
