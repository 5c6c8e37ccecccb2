#include "proxy/journal.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <numeric>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "abide/config.hpp"

namespace abide::detail::proxy {
namespace {

int open_file(const std::string& file) {
  constexpr mode_t owner_and_group = 0640;
  return ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, owner_and_group);
}

template <class Number>
Number sum(const std::array<Number, 4>& all) {
  return std::accumulate(all.begin(), all.end(), Number{0});
}

void add_decision(const visit& of, bool asked, std::string& to) {
  constexpr std::array<std::string_view, 3> regimes{"opt_in", "opt_out", "notice"};
  const decision& made = of.decision();
  const exchange_tally tally = of.tally();
  to.append(",\"regime\":\"").append(regimes[static_cast<std::size_t>(made.place->regime) % 3]);
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
}

journal::~journal() {
  if (number_ != STDOUT_FILENO) ::close(number_);
}

void journal::write(std::string_view lines) const noexcept {
  while (!lines.empty()) {
    const ssize_t written = ::write(number_, lines.data(), lines.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // a full disk must not stop the proxy
    lines.remove_prefix(static_cast<std::size_t>(written));
  }
}

void journal::reopen() const noexcept {
  if (number_ == STDOUT_FILENO) return;
  const int fresh = open_file(file_);
  if (fresh < 0) return;
  ::dup3(fresh, number_, O_CLOEXEC);  // all threads keep using the same descriptor
  ::close(fresh);
}

void add_line(const answered_request& what, std::string& to) {
  std::array<char, 32> number{};
  to.append("{\"time\":\"").append(time_text());
  to.append("\",\"method\":\"").append(what.method);  // an HTTP token: needs no escaping
  to.append("\",\"status\":").append(std::to_string(what.status));
  std::snprintf(number.data(), number.size(), ",\"ms\":%.3f",
                std::chrono::duration<double, std::milli>(what.took).count());
  to.append(number.data());
  if (what.of) add_decision(*what.of, what.asked, to);
  to.append("}\n");
}

std::string time_text() {
  using namespace std::chrono;
  const auto now = system_clock::now().time_since_epoch();
  const std::time_t seconds = duration_cast<std::chrono::seconds>(now).count();
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text.data() + size, text.size() - size, ".%03dZ",
                static_cast<int>(duration_cast<milliseconds>(now).count() % 1000));
  return text.data();
}

}  // namespace abide::detail::proxy
