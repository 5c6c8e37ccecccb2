#include "abide/records.hpp"

#include <algorithm>
#include <cstdio>
#include <future>

#include "abide/config.hpp"
#include "records/accounts.hpp"
#include "records/fork.hpp"
#include "records/ids.hpp"
#include "records/latest_choice.hpp"
#include "records/new_event.hpp"
#include "records/retention.hpp"
#include "records/row.hpp"
#include "records/writer.hpp"

namespace abide {

using namespace detail;

namespace detail {
namespace {

using account_step = log_change::account_step;
constexpr std::size_t history_max = 1000;  // limits what one visitor's many records cost the others

constexpr std::uint64_t latest_depth = 100;  // signals and links may be newer than the latest choice

records_options with_defaults(records_options options) {
  if (!options.warn) options.warn = [](const std::string& text) { std::fprintf(stderr, "abide: %s\n", text.c_str()); };
  return options;
}

std::string why_refused(const log_change& change) {
  if (change.account.empty() && (change.step != account_step::none || !change.subject.empty()))
    return "account: expected a name for a change of its state or a link";
  if (!change.subject.empty() && !is_subject(change.subject)) return std::string(subject_expected);
  return change.event ? detail::why_refused(*change.event) : std::string();
}

bool changes_nothing(const log_change& change) {
  return !change.event && change.step == account_step::none && change.subject.empty();
}

// Waits for an answer that arrives exactly once, at the latest after the timeout.
template <class answer, class ask>
answer wait_for(ask&& question) {
  const auto told = std::make_shared<std::promise<answer>>();
  auto coming = told->get_future();
  question([told](answer given) { told->set_value(std::move(given)); });
  return coming.get();
}

/// The part of a log that belongs to one process: threads, locks, the store. A forked child makes its own and does not
/// touch its parent's, which may be locked and hold connections.
struct process_part {
  process_part(std::unique_ptr<store> at, std::unique_ptr<store> reading, const records_options& options,
               const keys* signing)
      : cache(options.cache_age),
        choices(options.cache_age),
        writer(std::move(at), std::move(reading), options, signing) {}
  const unsigned forks = fork_count();
  account_cache cache;
  choice_cache choices;
  recent_links links;
  log_writer writer;  // last, because its threads use the others
};

class records_log final : public records {
 public:
  records_log(std::string where, records_options options)
      : where_(std::move(where)),
        options_(with_defaults(std::move(options))),
        signing_(options_.keys.empty()
                     ? nullptr
                     : std::make_unique<keys>(options_.keys, "consent.keys", key_use::records, options_.keys_retired)),
        names_(options_.keys, options_.keys_retired),
        part_(make_part().release()) {
    static_cast<void>(sha256_hex(""));  // OpenSSL looks SHA-256 up under locks, so do it before any fork
    part_.load()->writer.start();
    part_.load()->writer.wait_for_first_try();
  }

  ~records_log() override {
    const process_part* last = part_.load();
    if (last->forks == fork_count()) delete last;  // otherwise it belongs to the parent
  }

  void save(log_change change, saved_function done, cancel_flag gone) override {
    std::string why = why_refused(change);
    if (!why.empty()) return done({save_status::refused, {}, std::move(why)});
    process_part& here = part();
    const job_pointer made = job_of(here, std::move(change));
    made->gone = std::move(gone);
    if (changes_nothing(made->change)) return done({save_status::saved, {}, {}});
    made->done = [&here, done = std::move(done), told = told_to_cache(here, *made), subject = subject_of(*made),
                  said = choice_of(*made)](save_result result) {
      told(result);
      if (result && said) here.choices.put(subject, *said);
      if (said) result.time_ms = said->time_ms;
      done(result);
    };
    here.writer.save(made);
  }

  bool save_later(log_change change) override {
    if (!why_refused(change).empty()) return false;
    process_part& here = part();
    const job_pointer made = job_of(here, std::move(change));
    if (changes_nothing(made->change)) return true;
    made->done = told_to_cache(here, *made);
    if (const auto said = choice_of(*made)) here.choices.put(subject_of(*made), *said);  // a refusal applies at once
    if (made->change.event) here.choices.put_signal(made->change.event->subject, signal_time(*made->change.event));
    if (here.writer.save_later(made)) return true;
    here.links.clear();  // so that it is tried again
    return false;
  }

  void count_signal(const signal_sighting& seen) override { part().writer.count(key_of(seen)); }

  void count_notice(const notice_view& seen) override { part().writer.count(key_of(seen)); }

  void account(std::string_view name, account_function done, cancel_flag gone) override {
    process_part& here = part();
    std::vector<std::string> names = names_.of(name);
    const bool may_ask = !here.writer.is_away();
    if (const auto known = here.cache.find(names.front(), may_ask)) return done({true, known->since});
    if (!may_ask) return done({});
    const auto since = std::make_shared<std::optional<std::int64_t>>();
    const auto asked = account_cache::clock::now();
    const auto made = std::make_shared<question>();
    made->gone = std::move(gone);
    const auto is_old = std::make_shared<bool>(false);
    made->done = [&here, since, is_old, asked, names, done = std::move(done)](bool answered) {
      if (!answered) return done({});
      here.cache.put_answer(names.front(), *since, asked);
      if (*is_old) move_later(here, names);
      done({true, *since});
    };
    made->read = [names, since, is_old](store& from) {
      const auto known = from.opted_out(names);
      for (const auto& each : known)
        if (each) *since = std::max(since->value_or(*each), *each);
      *is_old = std::any_of(known.begin() + 1, known.end(), [](const auto& each) { return each.has_value(); });
    };
    here.writer.ask(made, options_.read_timeout);
  }

  void history(std::string_view subject, std::size_t count, history_function done, cancel_flag gone) override {
    if (subject.empty() || count == 0) return done(std::vector<consent_record>{});
    record_filter filter;
    filter.subject = subject;
    filter.newest = std::min(count, history_max);
    ask<std::vector<consent_record>>(
        [filter](store& from) {
          std::vector<consent_record> found;
          from.each(filter, [&](const row& each) { found.push_back(record_of(each)); });
          return found;
        },
        std::move(done), std::move(gone));
  }

  void latest(std::string_view subject, std::int64_t time_ms, latest_function done, cancel_flag gone) override {
    process_part& here = part();
    const std::string name(subject);
    const bool may_ask = !here.writer.is_away();
    if (const auto known = here.choices.find(name, time_ms, may_ask)) return done(*known);
    if (!may_ask) return done({});
    record_filter filter;
    filter.subject = subject;
    filter.newest = latest_depth;
    const auto found = std::make_shared<std::vector<consent_record>>();
    const auto made = std::make_shared<question>();
    made->gone = std::move(gone);
    made->read = [filter, found](store& from) {
      from.each(filter, [&](const row& each) { found->push_back(record_of(each)); });
    };
    made->done = [&here, name, found, time_ms, done = std::move(done)](bool answered) {
      if (!answered) return done({});
      const latest_choice said = find_latest_choice(*found);
      here.choices.put(name, said, time_ms);
      done(said);
    };
    here.writer.ask(made, options_.read_timeout);
  }

  std::chrono::milliseconds timeout() const override { return options_.timeout; }

  save_result erase(std::string_view account) override {
    process_part& here = part();
    const auto made = std::make_shared<job>();
    made->accounts = names_.of(account);
    made->erases = true;
    save_result result = wait_for<save_result>([&](saved_function done) {
      made->done = std::move(done);
      here.writer.save(made);
    });
    if (result) here.cache.drop(made->accounts.front());
    here.links.clear();
    return result;
  }

  std::optional<std::string> notice_text(std::string_view notice_hash) override {
    using text = std::optional<std::string>;
    return ask_and_wait<text>([hash = std::string(notice_hash)](store& from) { return from.text(hash); })
        .value_or(text());
  }

  std::optional<std::uint64_t> retain(unsigned days) override {
    const keys* signing = signing_.get();
    for (std::uint64_t total = 0;;) {
      const auto step = wait_for<std::optional<retained>>([&](auto done) {
        ask<retained>([days, signing](store& from) { return retain_step(from, days, now_ms(), signing); },
                      std::move(done), {}, true);
      });
      if (!step) return {};
      for (const std::string& each : step->told) options_.warn(each);
      if (!step->any()) return total;
      total += step->deleted;
    }
  }

  records_state state() const override { return part().writer.state(); }

 private:
  std::unique_ptr<process_part> make_part() const {
    return std::make_unique<process_part>(
        store_at(where_, store_use::write, options_.timeout),
        where_ == in_memory ? nullptr : store_at(where_, store_use::look_up, options_.timeout), options_,
        signing_.get());
  }

  // Lock-free: a lock that another thread of the parent held during the fork would stay locked in the child.
  process_part& part() const {
    process_part* known = part_.load(std::memory_order_acquire);
    if (known->forks == fork_count()) return *known;
    std::unique_ptr<process_part> made = make_part();
    if (!part_.compare_exchange_strong(known, made.get(), std::memory_order_acq_rel)) return *known;
    made->writer.start();
    return *made.release();
  }

  job_pointer job_of(process_part& here, log_change change) const {
    auto made = std::make_shared<job>();
    made->change = std::move(change);
    log_change& own = made->change;
    if (own.event) complete(*own.event);
    if (own.account.empty()) return made;
    made->accounts = names_.of(own.account);
    const std::string& name = made->accounts.front();
    if (!own.subject.empty() && !here.links.add(name, own.subject, own.carried_out)) own.subject.clear();
    // An opt-out applies at once, even if the store then fails, until it leaves the cache.
    if (!own.subject.empty() && own.carried_out) here.cache.put(name, own.carried_out);
    if (own.step == account_step::opt_out) here.cache.put(name, own.since);
    return made;
  }

  static std::string subject_of(const job& from) {
    return from.change.event ? from.change.event->subject : std::string();
  }
  static std::optional<latest_choice> choice_of(const job& from) {
    return from.change.event ? choice_in(*from.change.event) : std::nullopt;
  }

  // Renames an account that was stored under an older key, so that the old key can be dropped some day.
  static void move_later(process_part& here, std::vector<std::string> names) {
    const auto made = std::make_shared<job>();
    made->accounts = std::move(names);
    here.writer.save_later(made);
  }

  static saved_function told_to_cache(process_part& here, const job& of) {
    const bool links = !of.change.subject.empty(), opts_in = of.change.step == account_step::opt_in;
    if (!links && !opts_in) return [](const save_result&) {};
    // What was put there meanwhile is a later opt-out.
    return [&here, links, opts_in, asked = account_cache::clock::now(),
            name = of.accounts.front()](const save_result& result) {
      if (result && opts_in) here.cache.put_answer(name, {}, asked);
      if (!result && links) here.links.clear();  // so that it is tried again
    };
  }

  template <class answer>
  void ask(std::function<answer(store&)> read, std::function<void(std::optional<answer>)> done, cancel_flag gone = {},
           bool changes = false) {
    const auto found = std::make_shared<answer>();
    const auto made = std::make_shared<question>();
    made->changes = changes;
    made->gone = std::move(gone);
    made->read = [found, read = std::move(read)](store& from) { *found = read(from); };
    made->done = [found, done = std::move(done)](bool answered) {
      if (!answered) return done({});
      done(std::move(*found));
    };
    part().writer.ask(made, options_.timeout);
  }

  template <class answer>
  std::optional<answer> ask_and_wait(std::function<answer(store&)> read) {
    return wait_for<std::optional<answer>>([&](auto done) { ask<answer>(std::move(read), std::move(done)); });
  }

  const std::string where_;
  const records_options options_;
  const std::unique_ptr<keys> signing_;
  const account_names names_;
  mutable std::atomic<process_part*> part_;
};

}  // namespace
}  // namespace detail

save_result records::append(consent_event event) {
  log_change change;
  change.event = std::move(event);
  return save_and_wait(std::move(change));
}

save_result records::link(std::string_view account, std::string_view subject) {
  log_change change;
  change.account = account;
  change.subject = subject;
  return save_and_wait(std::move(change));
}

save_result records::set_opted_out(std::string_view account, std::optional<std::int64_t> since) {
  log_change change;
  change.account = account;
  change.step = since ? log_change::account_step::opt_out : log_change::account_step::opt_in;
  change.since = since.value_or(0);
  return save_and_wait(std::move(change));
}

save_result records::save_and_wait(log_change change) {
  return detail::wait_for<save_result>([&](saved_function done) { save(std::move(change), std::move(done)); });
}

account_state records::read_account(std::string_view name) {
  return detail::wait_for<account_state>([&](account_function done) { account(name, std::move(done)); });
}

std::optional<std::vector<consent_record>> records::history(std::string_view subject, std::size_t count) {
  return detail::wait_for<std::optional<std::vector<consent_record>>>(
      [&](history_function done) { history(subject, count, std::move(done)); });
}

std::unique_ptr<records> records::open(const std::string& store, records_options options) {
  return std::make_unique<detail::records_log>(store, std::move(options));
}

}  // namespace abide
