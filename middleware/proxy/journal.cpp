#include "proxy/journal.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <numeric>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abide/config.hpp"
#include "base/time.hpp"
#include "base/write_whole.hpp"
#include "records/ids.hpp"

namespace abide::detail::proxy {
namespace {

int open_file(const std::string& file) {
  constexpr mode_t owner_and_group = 0640;
  return ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, owner_and_group);
}

/// Whether the file ends inside a line: its disk was full, or the machine stopped. Only files can be read back.
bool ends_in_line(const std::string& file, int number) {
  struct stat facts {};
  if (::fstat(number, &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_size == 0) return false;
  const int from = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  char last = '\n';
  const ssize_t got = from < 0 ? 0 : ::pread(from, &last, 1, facts.st_size - 1);
  if (from >= 0) ::close(from);
  return got == 1 && last != '\n';
}

/// Puts the file behind the descriptor that all threads use. EBUSY: another thread is opening a file at this moment.
bool take_number(int fresh, int known) noexcept {
  while (::dup3(fresh, known, O_CLOEXEC) < 0)
    if (errno != EINTR && errno != EBUSY) return false;
  return true;
}

template <class Number>
Number sum(const std::array<Number, 4>& all) {
  return std::accumulate(all.begin(), all.end(), Number{0});
}

void add_decision(const visit& of, bool asked, std::string& to) {
  const decision& made = of.decision();
  const exchange_tally tally = of.tally();
  to.append(",\"regime\":\"").append(to_string(made.place->regime));
  to.append("\",\"place\":\"").append(made.place->code);
  to.append("\",\"gpc\":").append(made.seen.gpc ? "true" : "false");
  to.append(",\"choice\":").append(of.chosen() ? "true" : "false");
  to.append(",\"notice\":").append(asked ? "true" : "false");
  to.append(",\"hidden\":").append(std::to_string(sum(tally.hidden)));
  to.append(",\"withheld\":").append(std::to_string(sum(tally.withheld)));
}

}  // namespace

journal::journal(std::string file) : file_(std::move(file)), number_(file_ == "-" ? STDOUT_FILENO : open_file(file_)) {
  if (number_ < 0) throw config_error("--access-log: " + file_ + ": cannot write: " + std::strerror(errno));
  is_cut_ = ends_in_line(file_, number_);
}

journal::~journal() {
  if (number_ != STDOUT_FILENO) ::close(number_);
}

std::string journal::write(std::string_view lines) {
  const std::lock_guard lock(one_at_a_time_);
  const std::string apart = is_cut_ ? std::string(1, '\n').append(lines) : std::string();
  const std::string_view all = is_cut_ ? std::string_view(apart) : lines;
  std::string_view left = all;
  const int why = write_from(left, number_);
  const std::string_view written = all.substr(0, all.size() - left.size());
  if (!written.empty()) is_cut_ = written.back() != '\n';
  if (std::exchange(is_hindered_, why != 0) || why == 0) return {};
  return file_ + ": cannot write the access log, lines are lost: " + std::strerror(why);
}

std::string journal::reopen() {
  if (number_ == STDOUT_FILENO) return {};
  const std::lock_guard lock(one_at_a_time_);
  const int fresh = open_file(file_);
  const bool is_taken = fresh >= 0 && take_number(fresh, number_);
  const int why = is_taken ? 0 : errno;
  if (fresh >= 0) ::close(fresh);
  if (is_taken) is_cut_ = ends_in_line(file_, number_);
  return is_taken ? "" : file_ + ": cannot reopen the access log, the old one is used: " + std::strerror(why);
}

void add_line(const answered_request& what, std::string& to) {
  std::array<char, 32> number{};
  to.append("{\"time\":\"").append(time_text_ms(now_ms()));
  to.append("\",\"method\":\"").append(what.method);  // an HTTP token: needs no escaping
  to.append("\",\"status\":").append(std::to_string(what.status));
  std::snprintf(number.data(), number.size(), ",\"ms\":%.3f",
                std::chrono::duration<double, std::milli>(what.took).count());
  to.append(number.data());
  if (what.of) add_decision(*what.of, what.asked, to);
  to.append("}\n");
}

}  // namespace abide::detail::proxy
