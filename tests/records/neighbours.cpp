// abide_records_neighbours STORE [SECONDS]: what other visitors notice of a flood. One visitor after another saves a
// choice: on an idle log; while 60 receipts of a thousand records, for which no visitor waits, are always asked for;
// and while 32 others choose as fast as the log lets them. `sqlite:FILE` or `postgres://...`; creates its own tables.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "abide/records.hpp"

namespace {

using namespace abide;
using moment = std::chrono::steady_clock;

constexpr int receipts = 60, choosers = 32;
constexpr std::size_t receipt_size = 1000;

log_change choice_of(const std::string& subject) {
  log_change made;
  consent_event& e = made.event.emplace();
  e.subject = subject;
  e.kind = event_kind::deny;
  e.source = source::banner;
  e.choices = {choice::none, choice::denied, choice::denied, choice::denied};
  e.jurisdiction = "DE";
  return made;
}

double share(const std::vector<double>& sorted, double part) {
  return sorted.empty() ? 0 : sorted[static_cast<std::size_t>(static_cast<double>(sorted.size() - 1) * part)];
}

void measure(const char* name, records& log, double seconds, const std::function<std::size_t()>& flooded) {
  std::vector<double> milliseconds;
  std::size_t failed = 0;
  const std::size_t flooded_before = flooded();
  const auto start = moment::now();
  while (std::chrono::duration<double>(moment::now() - start).count() < seconds) {
    const auto asked = moment::now();
    if (!log.append(*choice_of(new_subject()).event)) ++failed;
    milliseconds.push_back(std::chrono::duration<double, std::milli>(moment::now() - asked).count());
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  std::sort(milliseconds.begin(), milliseconds.end());
  const double passed = std::chrono::duration<double>(moment::now() - start).count();
  std::printf("  %-26s %5zu saves, %zu failed: p50 %7.2f ms, p99 %7.2f ms, longest %7.2f ms; the flood %7.0f /s\n",
              name, milliseconds.size(), failed, share(milliseconds, 0.5), share(milliseconds, 0.99),
              share(milliseconds, 1), static_cast<double>(flooded() - flooded_before) / passed);
}

/// Keeps `count` requests for receipts under way. The counters live until the log has answered the last one.
struct receipt_flood {
  std::atomic<bool> over{false};
  std::atomic<std::size_t> answered{0}, waiting{0};

  void ask(records& log, const std::string& subject) {
    ++waiting;
    log.history(subject, receipt_size, [&](const auto&) {
      ++answered;
      --waiting;
    });
  }
  void run(records& log, const std::string& subject) {
    while (!over) {
      while (waiting < receipts) ask(log, subject);
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    while (waiting > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
};

void under_receipts(records& log, double seconds) {
  const std::string subject = new_subject();
  for (std::size_t i = 0; i < receipt_size; ++i) log.save_later(choice_of(subject));
  if (!log.history(subject, receipt_size)) return;  // waits until all are written
  receipt_flood flood;
  std::thread asker([&] { flood.run(log, subject); });
  measure("a flood of receipts", log, seconds, [&] { return flood.answered.load(); });
  flood.over = true;
  asker.join();
}

void under_choices(records& log, double seconds) {
  std::atomic<bool> over{false};
  std::atomic<std::size_t> saved{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < choosers; ++i)
    threads.emplace_back([&] {
      while (!over) saved += log.append(*choice_of(new_subject()).event) ? 1 : 0;
    });
  measure("a flood of choices", log, seconds, [&] { return saved.load(); });
  over = true;
  for (std::thread& each : threads) each.join();
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) return std::fputs("usage: abide_records_neighbours STORE [SECONDS]\n", stderr), 2;
  const double seconds = count > 2 ? std::atof(words[2]) : 5;
  records_options options;
  options.keys = {"a secret of the neighbours' test, 32 b"};
  const auto log = records::open(words[1], options);
  std::printf("%s\n", std::string(words[1]).rfind("sqlite:", 0) == 0 ? "SQLite" : "PostgreSQL");
  measure("quiet", *log, seconds, [] { return std::size_t{0}; });
  under_receipts(*log, seconds);
  under_choices(*log, seconds);
}
