#include "abide/carry.hpp"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

#include "site/exchange.hpp"

namespace abide {

using namespace detail;

namespace {

constexpr auto grace = std::chrono::milliseconds(250);  // the log itself says "timed out" first

/// Lets one thread wait for a result from another.
struct meeting {
  std::mutex busy;
  std::condition_variable told;
  std::optional<effect_result> result;
  std::shared_ptr<std::atomic<bool>> gone = std::make_shared<std::atomic<bool>>(false);
};

/// Passes on only the first answer, even if the log throws or answers twice.
struct listener {
  std::function<void(effect_result)> done;
  std::atomic<bool> heard{false};
  void hear(effect_result result) {
    if (!heard.exchange(true)) done(std::move(result));
  }
};
using listener_pointer = std::shared_ptr<listener>;

void ask_account(log& log, const effect& wanted, const listener_pointer& to, log::cancel_flag gone) {
  const auto done = [to](const account_state& state) {
    effect_result result;
    result.account = state;
    to->hear(std::move(result));
  };
  log.account(wanted.account, done, std::move(gone));
}

void ask_history(log& log, const effect& wanted, const listener_pointer& to, log::cancel_flag gone) {
  const auto done = [to](std::optional<std::vector<consent_record>> past) {
    effect_result result;
    result.history = std::move(past);
    to->hear(std::move(result));
  };
  log.history(wanted.subject, wanted.count, done, std::move(gone));
}

void ask_latest(log& log, const effect& wanted, const listener_pointer& to, log::cancel_flag gone) {
  const auto done = [to](const latest_choice& found) {
    effect_result result;
    result.latest = found;
    to->hear(std::move(result));
  };
  log.latest(wanted.subject, wanted.time_ms, done, std::move(gone));
}

void save(log& log, log_change change, const listener_pointer& to, log::cancel_flag gone) {
  const auto done = [to](const save_result& saved) {
    effect_result result;
    result.saved = saved;
    to->hear(std::move(result));
  };
  log.save(std::move(change), done, std::move(gone));
}

void ask(log& log, effect wanted, const listener_pointer& to, log::cancel_flag gone) {
  switch (wanted.kind) {
    case effect_kind::none: return to->hear({});
    case effect_kind::account: return ask_account(log, wanted, to, std::move(gone));
    case effect_kind::history: return ask_history(log, wanted, to, std::move(gone));
    case effect_kind::latest: return ask_latest(log, wanted, to, std::move(gone));
    case effect_kind::save: return save(log, std::move(wanted.change), to, std::move(gone));
  }
}

}  // namespace

void carry_out(log& log, effect wanted, std::function<void(effect_result)> done, log::cancel_flag gone) {
  const auto to = std::make_shared<listener>();
  to->done = std::move(done);
  try {
    ask(log, std::move(wanted), to, std::move(gone));
  } catch (const std::exception& error) {
    effect_result strict;
    strict.saved.why = error.what();
    to->hear(std::move(strict));
  } catch (...) {
    to->hear({});
  }
}

effect_result carry_out(const visit& of, effect wanted) {
  return of.log() ? carry_out(*of.log(), std::move(wanted)) : effect_result{};
}

effect_result carry_out(log& log, effect wanted) {
  const auto here = std::make_shared<meeting>();
  carry_out(
      log, std::move(wanted),
      [here](effect_result result) {
        const std::lock_guard lock(here->busy);
        here->result = std::move(result);
        here->told.notify_one();
      },
      here->gone);
  std::unique_lock lock(here->busy);
  const auto longest = log.timeout() + grace;
  if (here->told.wait_for(lock, longest, [&] { return here->result.has_value(); })) return std::move(*here->result);
  here->gone->store(true);
  effect_result late;
  late.saved.status = save_status::timed_out;
  return late;
}

void hand_over(visit& from) {
  abide::log* const log = from.log();
  if (!log) return;
  for (log_change& change : from.take_notes()) log->save_later(std::move(change));
  if (const auto seen = from.take_sighting()) log->count_signal(*seen);
  if (const auto seen = from.take_notice_view()) log->count_notice(*seen);
}

std::int64_t current_time(const site& of) {
  using namespace std::chrono;
  const auto& clock = of.clock();
  if (clock) return clock();
  return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace abide
