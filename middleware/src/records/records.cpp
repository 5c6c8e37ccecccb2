#include "abide/records.hpp"

#include <cstdio>

#include "abide/config.hpp"
#include "records/accounts.hpp"
#include "records/ids.hpp"
#include "records/retention.hpp"
#include "records/writer.hpp"

namespace abide {
namespace {

records_options with_defaults(records_options options) {
  if (!options.warn) options.warn = [](const std::string& text) { std::fprintf(stderr, "abide: %s\n", text.c_str()); };
  return options;
}

save_result refused(std::string why) { return {save_status::refused, {}, std::move(why)}; }

class records_log final : public records {
 public:
  records_log(const std::string& where, records_options options)
      : options_(with_defaults(std::move(options))),
        signing_(options_.keys.empty() ? nullptr : std::make_unique<keys>(options_.keys, "consent.keys")),
        names_(options_.keys),
        cache_(options_.cache_age),
        writer_(store_at(where, store_use::write, options_.timeout), options_, signing_.get()) {}

  save_result append(consent_event event) override {
    std::string why = why_refused(event);
    if (!why.empty()) return refused(std::move(why));
    return writer_.save(job_of(std::move(event)));
  }

  void append_async(consent_event event, std::function<void(const save_result&)> done) override {
    std::string why = why_refused(event);
    if (!why.empty()) return done(refused(std::move(why)));
    const job_pointer made = job_of(std::move(event));
    made->done = std::move(done);
    writer_.save_async(made);
  }

  bool append_later(consent_event event) override {
    return why_refused(event).empty() && writer_.save_later(job_of(std::move(event)));
  }

  save_result link(std::string_view account, std::string_view subject) override {
    consent_event event;
    event.subject = subject;
    std::string why = why_refused(event);
    if (!why.empty()) return refused(std::move(why));
    const job_pointer made = job_of(std::move(event));
    made->what = job::kind::link;
    made->accounts = names_.of(account);
    return writer_.save(made);
  }

  save_result set_opted_out(std::string_view account, std::optional<std::int64_t> since) override {
    const auto made = std::make_shared<job>();
    made->what = job::kind::opt_out;
    made->accounts = names_.of(account);
    made->since = since;
    save_result result = writer_.save(made);
    // Where the store said no, the strict answer holds at least here until the cache forgets it.
    if (result || since) cache_.put(made->accounts.front(), since);
    return result;
  }

  bool set_opted_out_later(std::string_view account, std::int64_t since) override {
    const auto made = std::make_shared<job>();
    made->what = job::kind::opt_out;
    made->accounts = names_.of(account);
    made->since = since;
    cache_.put(made->accounts.front(), since);
    return writer_.save_later(made);
  }

  bool link_later(std::string_view account, std::string_view subject, std::optional<std::int64_t> since) override {
    const auto made = std::make_shared<job>();
    made->what = job::kind::link;
    made->event.subject = subject;
    if (!why_refused(made->event).empty()) return false;
    made->accounts = names_.of(account);
    made->since = since;
    if (!links_.add(made->accounts.front(), subject, since)) return true;
    if (since) cache_.put(made->accounts.front(), since);
    if (writer_.save_later(made)) return true;
    links_.clear();  // to be tried again
    return false;
  }

  save_result erase(std::string_view account) override {
    const auto made = std::make_shared<job>();
    made->what = job::kind::erase;
    made->accounts = names_.of(account);
    save_result result = writer_.save(made);
    if (result) cache_.drop(made->accounts.front());
    links_.clear();
    return result;
  }

  account_state state_of(std::string_view account) override {
    const std::vector<std::string> names = names_.of(account);
    const bool may_ask = !writer_.is_away();
    if (const auto known = cache_.find(names.front(), may_ask)) return {true, known->since};
    if (!may_ask) return {};
    const auto found = std::make_shared<std::optional<std::int64_t>>();
    const bool answered = writer_.ask(
        [names, found](store& from) {
          for (const auto& since : from.opted_out(names))
            if (since) *found = since;
        },
        options_.read_timeout);
    if (!answered) return {};
    cache_.put(names.front(), *found);
    return {true, *found};
  }

  std::optional<std::vector<consent_record>> history(std::string_view subject, std::size_t count) override {
    if (subject.empty() || count == 0) return std::vector<consent_record>{};
    record_filter filter;
    filter.subject = subject;
    filter.newest = count;
    const auto found = std::make_shared<std::vector<consent_record>>();
    const bool answered = writer_.ask(
        [filter, found](store& from) {
          from.each(filter, [&](const row& each) { found->push_back(record_of(each)); });
        },
        options_.timeout);
    if (!answered) return {};
    return std::move(*found);
  }

  std::optional<std::string> text_of(std::string_view notice_hash) override {
    const auto found = std::make_shared<std::optional<std::string>>();
    const bool answered = writer_.ask(
        [hash = std::string(notice_hash), found](store& from) { *found = from.text(hash); }, options_.timeout);
    return answered ? *found : std::nullopt;
  }

  std::optional<std::uint64_t> retain(unsigned days) override {
    const std::int64_t end = retention_end(days, now_ms());
    const keys* signing = signing_.get();
    for (std::uint64_t total = 0;;) {
      const auto count = std::make_shared<std::uint64_t>(0);
      const bool answered = writer_.ask(
          [end, signing, count](store& from) { *count = retain_slice(from, end, signing); }, options_.timeout);
      if (!answered) return {};
      if (*count == 0) return total;
      total += *count;
    }
  }

  records_state state() const override { return writer_.state(); }

 private:
  static job_pointer job_of(consent_event event) {
    const auto made = std::make_shared<job>();
    const std::int64_t now = now_ms();
    made->event = std::move(event);
    if (!made->event.notice_text.empty()) made->event.notice_hash = sha256_hex(made->event.notice_text);
    made->event.id = new_record_id(now);
    if (made->event.time_ms == 0) made->event.time_ms = now;
    return made;
  }

  const records_options options_;
  const std::unique_ptr<keys> signing_;
  const account_names names_;
  account_cache cache_;
  recent_links links_;
  writer writer_;  // last: its thread uses the others
};

}  // namespace

std::unique_ptr<records> records::open(const std::string& store, records_options options) {
  return std::make_unique<records_log>(store, std::move(options));
}

}  // namespace abide
