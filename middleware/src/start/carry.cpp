#include "abide/carry.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "site/exchange.hpp"

namespace abide {

using namespace detail;

namespace {

constexpr auto grace = std::chrono::milliseconds(250);  // the log itself says "timed out" first

/// Where one thread waits for what another will tell.
struct meeting {
  std::mutex busy;
  std::condition_variable told;
  std::optional<effect_result> result;
  std::shared_ptr<std::atomic<bool>> gone = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace

void carry_out(log& log, effect wanted, std::function<void(effect_result)> done, log::gone_flag gone) {
  switch (wanted.kind) {
    case effect_kind::none: return done({});
    case effect_kind::account:
      return log.account(
          wanted.account,
          [done = std::move(done)](const account_state& state) {
            effect_result result;
            result.account = state;
            done(std::move(result));
          },
          std::move(gone));
    case effect_kind::history:
      return log.history(
          wanted.subject, wanted.count,
          [done = std::move(done)](std::optional<std::vector<consent_record>> past) {
            effect_result result;
            result.history = std::move(past);
            done(std::move(result));
          },
          std::move(gone));
    case effect_kind::save:
      return log.save(
          std::move(wanted.change),
          [done = std::move(done)](const save_result& saved) {
            effect_result result;
            result.saved = saved;
            done(std::move(result));
          },
          std::move(gone));
  }
}

effect_result carry_out(const visit& of, effect wanted) {
  if (!of.log()) return {};
  const auto here = std::make_shared<meeting>();
  carry_out(
      *of.log(), std::move(wanted),
      [here](effect_result result) {
        const std::lock_guard lock(here->busy);
        here->result = std::move(result);
        here->told.notify_one();
      },
      here->gone);
  std::unique_lock lock(here->busy);
  const auto longest = of.log()->timeout() + grace;
  if (here->told.wait_for(lock, longest, [&] { return here->result.has_value(); })) return std::move(*here->result);
  here->gone->store(true);
  effect_result late;
  late.saved.status = save_status::timed_out;
  return late;
}

void hand_over(visit& from) {
  for (log_change& change : from.take_notes())
    if (abide::log* log = from.log()) log->save_later(std::move(change));
}

std::int64_t now_of(const site& of) {
  using namespace std::chrono;
  const auto& clock = of.clock();
  if (clock) return clock();
  return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace abide
