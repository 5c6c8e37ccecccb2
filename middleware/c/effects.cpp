// Effects that another thread may carry out while the exchange waits.
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>

#include "abide/carry.hpp"
#include "errors.hpp"
#include "objects.hpp"
#include "texts.hpp"

using namespace abide::detail::c;

namespace {

/// Receives the log's answer. Once closed, it ignores answers and calls nobody.
struct hearing {
  std::mutex busy;
  std::optional<abide::effect_result> result;
  void (*done)(void*) = nullptr;
  void* context = nullptr;
  bool is_closed = false;
  std::atomic<bool> is_gone{false};

  void hear(abide::effect_result heard) {
    const std::lock_guard lock(busy);
    if (is_closed) return;
    result = std::move(heard);
    done(context);
  }

  void close() noexcept {
    is_gone = true;
    const std::lock_guard lock(busy);
    is_closed = true;
  }
};

}  // namespace

struct abide_effect {
  abide::log* log;
  abide::effect wanted;
  abide::detail::counting::metrics* counts;
  std::chrono::steady_clock::time_point since = std::chrono::steady_clock::now();
  std::shared_ptr<hearing> heard = std::make_shared<hearing>();
};

abide_effect* abide::detail::c::new_effect(const abide_exchange& of, effect wanted) {
  return wanted ? new abide_effect{of.inner.log(), std::move(wanted), of.site->counts} : nullptr;
}

abide::effect_result abide::detail::c::result_of(abide_effect* done) {
  effect_result result;
  if (const std::lock_guard lock(done->heard->busy); done->heard->result) result = std::move(*done->heard->result);
  if (done->counts && done->wanted.kind == effect_kind::save)
    done->counts->add_save(result.saved.status, std::chrono::steady_clock::now() - done->since);
  abide_effect_free(done);
  return result;
}

int abide_effect_read(const abide_effect* of, abide_effect_facts* out) {
  if (!of || !has_size(out)) return ABIDE_BAD_ARGUMENT;
  static_assert(ABIDE_EFFECT_ACCOUNT == static_cast<int>(abide::effect_kind::account) &&
                ABIDE_EFFECT_HISTORY == static_cast<int>(abide::effect_kind::history) &&
                ABIDE_EFFECT_LATEST == static_cast<int>(abide::effect_kind::latest) &&
                ABIDE_EFFECT_SAVE == static_cast<int>(abide::effect_kind::save));
  abide_effect_facts facts{};
  facts.kind = static_cast<std::uint8_t>(of->wanted.kind);
  facts.account = text_of(of->wanted.account);
  facts.subject = text_of(of->wanted.subject);
  facts.count = of->wanted.count;
  give(facts, out);
  return ABIDE_OK;
}

int abide_carry_out(abide_effect* of, abide_error* error) {
  if (!of) return bad_argument(error, "the effect must not be NULL");
  return guarded(error, [&] {
    abide::effect_result result = abide::carry_out(*of->log, of->wanted);
    const std::lock_guard lock(of->heard->busy);
    of->heard->result = std::move(result);
    return ABIDE_OK;
  });
}

int abide_carry_out_later(abide_effect* of, void (*done)(void*), void* context, abide_error* error) {
  if (!of || !done) return bad_argument(error, "the effect and done must not be NULL");
  return guarded(error, [&] {
    const std::shared_ptr<hearing> heard = of->heard;
    heard->done = done;
    heard->context = context;
    abide::carry_out(
        *of->log, of->wanted, [heard](abide::effect_result result) { heard->hear(std::move(result)); },
        abide::log::cancel_flag(heard, &heard->is_gone));
    return ABIDE_OK;
  });
}

void abide_effect_free(abide_effect* of) {
  if (!of) return;
  of->heard->close();
  delete of;
}
