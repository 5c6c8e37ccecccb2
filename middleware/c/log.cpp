#include "log.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "errors.hpp"
#include "records/new_event.hpp"
#include "records/record_text.hpp"
#include "texts.hpp"

using abide::log_change;
using abide::save_result;
using namespace abide::detail::c;

namespace {

using account_function = abide::log::account_function;
using history_function = abide::log::history_function;

struct saving {
  abide::log::saved_function done;
  save_result when_saved;
};

}  // namespace

struct abide_question {
  std::variant<saving, account_function, history_function> of;
  abide::log::cancel_flag gone;
  std::size_t most = 0;  ///< records that a history may return
};

namespace {

save_result unsaved(abide::save_status status, std::string_view why) {
  save_result result;
  result.status = status;
  result.why = why;
  return result;
}

// The strict answers, for a store that does not answer.
void answer_none(saving& of) { of.done(unsaved(abide::save_status::failed, "the store gave no answer")); }
void answer_none(account_function& of) { of({}); }
void answer_none(history_function& of) { of({}); }

/// Answers and frees the question. A question of another kind than `Kind` gets the strict answer.
template <class Kind, class Answer>
void settle(abide_question* asked, Answer answer) noexcept {
  if (!asked) return;
  const std::unique_ptr<abide_question> mine(asked);
  static_cast<void>(guarded(nullptr, [&] {
    const auto reply = [&](auto& of) {
      if constexpr (std::is_same_v<std::decay_t<decltype(of)>, Kind>) answer(of);
      else answer_none(of);
    };
    std::visit(reply, mine->of);
    return ABIDE_OK;
  }));
}

std::optional<std::vector<abide::consent_record>> records_in(const abide_text* json, std::size_t count,
                                                             std::size_t most) {
  if (!json && count > 0) return {};
  std::vector<abide::consent_record> all;
  for (std::size_t i = count > most ? count - most : 0; i < count; ++i) {
    auto event = abide::detail::parse_record_text(view(json[i]));
    if (!event) return {};
    all.emplace_back().event = std::move(*event);
  }
  return all;
}

std::string why_refused(const log_change& change) {
  return change.event ? abide::detail::why_refused(*change.event) : std::string();
}

/// A change as the caller sees it; owns the texts that it views.
struct shown_change {
  explicit shown_change(const log_change& from) {
    if (from.event) {
      json = abide::detail::to_record_text(*from.event);
      record.size = sizeof record;
      record.id = text_of(from.event->id);
      record.subject = text_of(from.event->subject);
      record.time_ms = from.event->time_ms;
      record.json = text_of(json);
      record.notice_hash = text_of(from.event->notice_hash);
      record.notice_text = text_of(from.event->notice_text);
      change.record = &record;
    }
    change.size = sizeof change;
    change.account = text_of(from.account);
    change.subject = text_of(from.subject);
    change.step = static_cast<std::uint8_t>(from.step);
    change.has_carried_out = from.carried_out ? 1 : 0;
    change.since = from.since;
    change.carried_out = from.carried_out.value_or(0);
  }
  shown_change(const shown_change&) = delete;
  shown_change& operator=(const shown_change&) = delete;

  abide_log_change change{};

 private:
  std::string json;
  abide_log_record record{};
};

class callers_log final : public abide::log {
 public:
  callers_log(const abide_log_functions& with, void* of) noexcept : with_(with), of_(of) {}

  void save(log_change change, saved_function done, cancel_flag gone) override {
    if (const std::string why = why_refused(change); !why.empty())
      return done(unsaved(abide::save_status::refused, why));
    if (change.event) abide::detail::complete(*change.event);
    save_result saved;
    saved.status = abide::save_status::saved;
    if (change.event) saved.id = change.event->id, saved.time_ms = change.event->time_ms;
    const shown_change shown(change);
    with_.save(of_, &shown.change, asked(saving{std::move(done), std::move(saved)}, std::move(gone)));
  }

  bool save_later(log_change change) override {
    if (!why_refused(change).empty()) return false;
    if (change.event) abide::detail::complete(*change.event);
    const shown_change shown(change);
    with_.save(of_, &shown.change, nullptr);
    return true;
  }

  void account(std::string_view name, account_function done, cancel_flag gone) override {
    if (!with_.account) return done({});
    with_.account(of_, text_of(name), asked(std::move(done), std::move(gone)));
  }

  void history(std::string_view subject, std::size_t count, history_function done, cancel_flag gone) override {
    with_.history(of_, text_of(subject), count, asked(std::move(done), std::move(gone), count));
  }

  std::chrono::milliseconds timeout() const override {
    constexpr std::uint32_t usual = 5000;
    return std::chrono::milliseconds(with_.timeout_ms > 0 ? with_.timeout_ms : usual);
  }

 private:
  template <class Kind>
  static abide_question* asked(Kind what, cancel_flag gone, std::size_t most = 0) {
    return new abide_question{std::move(what), std::move(gone), most};
  }

  abide_log_functions with_;
  void* of_;
};

}  // namespace

bool abide::detail::c::is_complete(const abide_log_functions& with) noexcept {
  return has_size(&with) && taken(with).save && taken(with).history;
}

std::shared_ptr<abide::log> abide::detail::c::log_of(const abide_log_functions& with, void* of) {
  return std::make_shared<callers_log>(taken(with), of);
}

void abide_answer_saved(abide_question* asked, int is_saved, abide_text why) {
  settle<saving>(asked, [&](saving& of) {
    if (is_saved) return of.done(of.when_saved);
    of.done(unsaved(abide::save_status::failed, view(why)));
  });
}

void abide_answer_account(abide_question* asked, int opted_out, int64_t since) {
  settle<account_function>(asked, [&](account_function& done) {
    abide::account_state state{true, {}};
    if (opted_out) state.since = since;
    done(state);
  });
}

void abide_answer_history(abide_question* asked, const abide_text* json, size_t count) {
  const std::size_t most = asked ? asked->most : 0;
  settle<history_function>(asked, [&](history_function& done) { done(records_in(json, count, most)); });
}

void abide_answer_none(abide_question* asked) {
  settle<void>(asked, [] {});
}

int abide_question_is_dropped(const abide_question* asked) { return asked && asked->gone && *asked->gone ? 1 : 0; }
