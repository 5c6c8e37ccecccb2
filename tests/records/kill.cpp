// abide_records_kill STORE [COUNT [PROCESSES]]: kills that many processes at a time, at random moments while they save
// records, and compares what they reported as saved with what is in the store. Exit status 1: a saved record was lost,
// or the log does not verify. STORE `-` is the one that ABIDE_TEST_POSTGRES names.
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "abide/records.hpp"
#include "records/store.hpp"
#include "records/verify.hpp"

namespace {

using namespace abide;
using namespace abide::detail;
using std::chrono::milliseconds;

const std::string secret = "a secret of the kill test, 32 bytes";
constexpr std::size_t id_size = 36;
constexpr int writers = 16;

void save_for_ever(records& log, int told) {
  const std::string subject = new_subject();
  for (std::uint32_t i = 0;; ++i) {
    consent_event e;
    e.subject = subject;
    e.kind = i % 2 ? event_kind::deny : event_kind::grant;
    e.source = source::banner;
    e.notice = i;
    if (i % 8 == 7) {
      log_change change;
      change.event = e;
      log.save_later(std::move(change));
      continue;
    }
    const save_result saved = log.append(e);
    if (saved && ::write(told, saved.id.data(), id_size) != static_cast<ssize_t>(id_size)) std::_Exit(3);
  }
}

[[noreturn]] void be_killed(const std::string& where, int told) {
  records_options options;
  options.keys = {secret};
  const auto log = records::open(where, options);
  std::vector<std::thread> threads;
  for (int i = 0; i < writers; ++i) threads.emplace_back([&] { save_for_ever(*log, told); });
  for (std::thread& each : threads) each.join();
  std::_Exit(0);
}

/// Each process lives for the given time. All report through one pipe; a write of an id is atomic.
std::vector<std::string> ids_until_killed(const std::string& where, const std::vector<milliseconds>& lives) {
  int ends[2];
  if (::pipe(ends) != 0) std::exit(2);
  std::vector<pid_t> children;
  for (std::size_t i = 0; i < lives.size(); ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(ends[0]);
      be_killed(where, ends[1]);
    }
    children.push_back(child);
  }
  ::close(ends[1]);
  std::vector<std::thread> killers;
  for (std::size_t i = 0; i < lives.size(); ++i)
    killers.emplace_back([child = children[i], life = lives[i]] {
      std::this_thread::sleep_for(life);
      ::kill(child, SIGKILL);
    });
  std::string told;
  char chunk[id_size * 256];
  for (ssize_t size; (size = ::read(ends[0], chunk, sizeof chunk)) > 0;)
    told.append(chunk, static_cast<std::size_t>(size));
  for (std::thread& killer : killers) killer.join();
  ::close(ends[0]);
  for (const pid_t child : children) ::waitpid(child, nullptr, 0);
  std::vector<std::string> ids;
  for (std::size_t at = 0; at + id_size <= told.size(); at += id_size) ids.push_back(told.substr(at, id_size));
  return ids;
}

// The process may have been killed before it created the tables.
std::unique_ptr<store> reading(const std::string& where) {
  auto from = store_at(where, store_use::read, milliseconds(10'000));
  try {
    from->open();
    return from;
  } catch (const store_error&) {
    return nullptr;
  }
}

std::size_t lost_of(const std::string& where, const std::vector<std::string>& ids) {
  const auto from = reading(where);
  return from ? ids.size() - from->present(ids).size() : ids.size();
}

verification verified(const std::string& where) {
  const auto from = reading(where);
  const keys signing({secret}, "test", abide::detail::key_use::records);
  return from ? verify(*from, &signing) : verification{};
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) return std::fputs("usage: abide_records_kill STORE [COUNT [PROCESSES]]\n", stderr), 2;
  const char* postgres = std::getenv("ABIDE_TEST_POSTGRES");
  const std::string where = words[1] == std::string_view("-") && postgres ? postgres : words[1];
  const int kills = count > 2 ? std::atoi(words[2]) : 200;
  const auto processes = static_cast<std::size_t>(count > 3 ? std::atoi(words[3]) : 1);
  std::mt19937 random(std::random_device{}());
  std::uniform_int_distribution<int> life(1, 400);
  std::size_t saved = 0, lost = 0, silent = 0;
  std::uint64_t findings = 0;
  for (int i = 1; i <= kills; ++i) {
    std::vector<milliseconds> lives(processes);
    for (milliseconds& each : lives) each = milliseconds(life(random));
    const auto ids = ids_until_killed(where, lives);
    saved += ids.size();
    silent += ids.empty() ? 1 : 0;
    if (!ids.empty()) lost += lost_of(where, ids);
    if (i % 20 == 0) findings += verified(where).finding_count;
  }
  const verification v = verified(where);
  findings += v.finding_count;
  for (std::size_t i = 0; i < v.findings.size() && i < 5; ++i) std::printf("  %s\n", v.findings[i].what.c_str());
  std::printf(
      "%d times %zu killed, %zu times before the first save: %zu records told as saved, %zu lost; "
      "%llu in the log, %zu chains, %llu findings\n",
      kills, processes, silent, saved, lost, static_cast<unsigned long long>(v.records), v.chains.size(),
      static_cast<unsigned long long>(findings));
  return lost == 0 && findings == 0 && saved > 0 ? 0 : 1;
}
