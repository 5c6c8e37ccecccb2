// The log that never waits: every caller is answered once, in time, and reads what was written before.
#include <array>
#include <atomic>
#include <future>
#include <thread>

#include "abide/live_site.hpp"
#include "catch.hpp"
#include "records_place.hpp"

using namespace abide;
using namespace abide::detail;
using namespace records_test;
using std::chrono::milliseconds;

namespace {

/// Another program that holds the database's lock.
class locked {
 public:
  explicit locked(const place& at) {
    REQUIRE(sqlite3_open(at.file().c_str(), &other_) == SQLITE_OK);
    sqlite3_busy_timeout(other_, 5000);
    REQUIRE(sqlite3_exec(other_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  ~locked() { sqlite3_close(other_); }
  locked(const locked&) = delete;

 private:
  sqlite3* other_ = nullptr;
};

/// The answers to one question, and how many there were.
template <class answer>
struct answers {
  std::atomic<int> count{0};
  std::promise<answer> first;
  void take(answer given) {
    if (count++ == 0) first.set_value(std::move(given));
  }
};

using history_answer = std::optional<std::vector<consent_record>>;

log_change account_change(const std::string& account, log_change::account_step step, std::int64_t since = 0) {
  log_change change;
  change.account = account;
  change.step = step;
  change.since = since;
  return change;
}

}  // namespace

TEST_CASE("what waits for the store when a site is reopened is stored as soon as the store is back") {
  const place at("sqlite");
  const std::string subject = new_subject();
  warnings told;
  std::promise<void> first_closed;
  int opened = 0;
  live_site live([&] {
    std::shared_ptr<void> life;  // ends with the first site and its log
    if (opened++ == 0) life.reset(&first_closed, [](std::promise<void>* end) { end->set_value(); });
    site_options options;
    options.records = at.url();
    options.browser_files = "none";
    options.keys = {secret_one};
    options.warn = [&told, life](const std::string& text) { told.add(text); };
    return site(parse_config("{}", "policy.json"), std::move(options));
  });
  {
    const locked by_another(at);
    REQUIRE(live.now()->records()->save_later(event_only(choice_of(subject, event_kind::withdraw))));
    for (int i = 0; i < 3; ++i) {
      std::promise<std::string> reopened;
      live.reload([&](const std::string& why) { reopened.set_value(why); });
      CHECK(reopened.get_future().get().empty());
    }
  }
  first_closed.get_future().wait();
  const auto history = live.now()->records()->history(subject);
  REQUIRE(history);
  CHECK(history->size() == 1);
  CHECK_FALSE(told.contain("could not be stored"));
}

TEST_CASE("a history contains what save_later saved just before the question") {
  const auto at = any_place();
  if (!at) return;
  const auto log = records::open(at->url(), options_for());
  for (int i = 0; i < 300; ++i) {
    const std::string subject = new_subject();
    REQUIRE(log->save_later(event_only(choice_of(subject))));
    const auto history = log->history(subject);
    REQUIRE(history);
    REQUIRE(history->size() == 1);
  }
}

TEST_CASE("an account's state contains what save_later saved just before the question, without any cache") {
  const auto at = any_place();
  if (!at) return;
  records_options options = options_for();
  options.cache_age = milliseconds(0);
  const auto log = records::open(at->url(), options);
  for (int i = 0; i < 50; ++i) {
    const std::string account = "kim" + std::to_string(i);
    REQUIRE(log->save_later(link_of(account, new_subject(), 1'795'000'000)));
    CHECK(log->read_account(account).since == 1'795'000'000);
    REQUIRE(log->save_later(account_change(account, log_change::account_step::opt_in)));
    CHECK_FALSE(log->read_account(account).opted_out());
  }
}

TEST_CASE("an account's opt-out holds although an earlier opt-in of it is stored only later") {
  using step = log_change::account_step;
  const place at("sqlite");
  fill(at.url(), 1);
  records_options options = options_for();
  options.cache_age = std::chrono::minutes(10);
  const auto log = records::open(at.url(), options);
  for (const bool waits : {false, true}) {
    const std::string account = waits ? "kim" : "sam";
    std::promise<save_result> opted_in;
    {
      const locked lock(at);
      log->save(account_change(account, step::opt_in), [&](const save_result& r) { opted_in.set_value(r); });
      if (waits) log->save(account_change(account, step::opt_out, 1'795'000'000), [](const save_result&) {});
      else REQUIRE(log->save_later(account_change(account, step::opt_out, 1'795'000'000)));
    }
    REQUIRE(opted_in.get_future().get());
    CHECK(log->read_account(account).since == 1'795'000'000);
    REQUIRE(log->set_opted_out(account, {}));
    CHECK_FALSE(log->read_account(account).opted_out());
  }
}

TEST_CASE("an event and the account's changes with it are stored together") {
  const auto at = any_place();
  if (!at) return;
  const std::string subject = new_subject();
  {
    const auto log = records::open(at->url(), options_for());
    log_change change = link_of("kim", subject, {});
    change.step = log_change::account_step::opt_out;
    change.since = 1'795'000'000;
    change.event = choice_of(subject, event_kind::deny);
    std::promise<save_result> told;
    log->save(change, [&](const save_result& result) { told.set_value(result); });
    const save_result saved = told.get_future().get();
    REQUIRE(saved);
    CHECK(log->state().saved == 1);
    const auto history = log->history(subject);
    REQUIRE(history);
    REQUIRE(history->size() == 2);
    const bool choice_first = history->front().event.id == saved.id;
    CHECK(history->at(choice_first ? 0 : 1).event.id == saved.id);
    CHECK(history->at(choice_first ? 1 : 0).event.kind == event_kind::account_link);
  }
  CHECK(records::open(at->url(), options_for())->read_account("kim").since == 1'795'000'000);
}

TEST_CASE("an account step without an account, and a link to an invalid subject, are refused by name") {
  const auto log = records::open("memory:", options_for());
  CHECK_FALSE(log->save_later(account_change("", log_change::account_step::opt_out, 1)));
  CHECK_FALSE(log->save_later(link_of("kim", "short", {})));
  CHECK(log->link("kim", "short").why.find("subject") == 0);
}

TEST_CASE("while the store is stuck every caller is answered once, within the timeout") {
  const place at("sqlite");
  fill(at.url(), 1);
  records_options options = options_for();
  options.timeout = milliseconds(4000);  // a locked SQLite blocks its thread for half of that
  options.read_timeout = milliseconds(100);
  const auto log = records::open(at.url(), options);
  answers<save_result> saved;
  answers<history_answer> read;
  answers<account_state> state;
  {
    const locked lock(at);
    log->save(event_only(choice_of(new_subject())), [&](const save_result& r) { saved.take(r); });
    log->history("0123456789abcdef", 10, [&](history_answer a) { read.take(std::move(a)); });
    log->account("kim", [&](const account_state& a) { state.take(a); });
    CHECK_FALSE(state.first.get_future().get().known);
    CHECK(saved.count == 0);  // another thread than the stuck one answered about the account
    CHECK_FALSE(saved.first.get_future().get());
    CHECK_FALSE(read.first.get_future().get());
  }
  CHECK(saved.count == 1);
  CHECK(read.count == 1);
  CHECK(state.count == 1);
}

TEST_CASE("every caller that waits when the log ends is answered once") {
  const place at("sqlite");
  fill(at.url(), 1);
  constexpr std::size_t askers = 50;
  std::array<answers<save_result>, askers> saved;
  std::array<answers<history_answer>, askers> read;
  std::array<answers<account_state>, askers> state;
  {
    const locked lock(at);
    records_options options = options_for();
    options.timeout = milliseconds(400);
    const auto log = records::open(at.url(), options);
    for (std::size_t i = 0; i < askers; ++i) {
      log->save(event_only(choice_of(new_subject())), [&, i](const save_result& r) { saved[i].take(r); });
      log->history("0123456789abcdef", 10, [&, i](history_answer a) { read[i].take(std::move(a)); });
      log->account("kim", [&, i](const account_state& a) { state[i].take(a); });
    }
  }
  for (std::size_t i = 0; i < askers; ++i) {
    CHECK(saved[i].count == 1);
    CHECK(read[i].count == 1);
    CHECK(state[i].count == 1);
  }
}

TEST_CASE("requests of callers that have left are not carried out") {
  const place at("sqlite");
  const std::string subject = fill(at.url(), 1);
  const auto log = records::open(at.url(), options_for());
  const auto gone = std::make_shared<std::atomic<bool>>(true);
  answers<save_result> saved;
  answers<history_answer> read;
  log->save(
      event_only(choice_of(subject)), [&](const save_result& r) { saved.take(r); }, gone);
  log->history(
      subject, 10, [&](history_answer a) { read.take(std::move(a)); }, gone);
  CHECK(saved.first.get_future().get().status == save_status::timed_out);
  CHECK_FALSE(read.first.get_future().get());
  CHECK(log->history(subject)->size() == 1);
  CHECK(log->state().saved == 0);
}

TEST_CASE("a save waits only briefly for questions") {
  const place at("sqlite");
  const std::string subject = fill(at.url(), 300);
  records_options options = options_for();
  options.timeout = milliseconds(60'000);
  const auto log = records::open(at.url(), options);
  std::atomic<int> answered{0};
  std::promise<void> all;
  constexpr int questions = 100;
  for (int i = 0; i < questions; ++i)
    log->history(subject, 300, [&](history_answer) {
      if (++answered == questions) all.set_value();
    });
  REQUIRE(log->append(choice_of(new_subject())));
  CHECK(answered < questions / 2);
  all.get_future().get();
}

TEST_CASE("a notice's hash that is given with its text is not computed again") {
  const auto log = records::open("memory:", options_for());
  consent_event e = choice_of(new_subject());
  e.notice_text = "What was shown.";
  e.notice_hash = std::string(64, 'a');
  REQUIRE(log->append(e));
  CHECK(log->notice_text(e.notice_hash) == e.notice_text);
  e.notice_hash.clear();
  REQUIRE(log->append(e));
  CHECK(log->notice_text(sha256_hex(e.notice_text)) == e.notice_text);
}

TEST_CASE("callbacks that throw, and callbacks that ask and save, keep no caller from an answer") {
  const auto at = any_place();
  if (!at) return;
  const auto told = std::make_shared<warnings>();
  const auto log = records::open(at->url(), options_for(told));
  answers<bool> last;
  log->save(event_only(choice_of(new_subject())), [](const save_result&) { throw std::runtime_error("of the test"); });
  log->history(new_subject(), 1, [](history_answer) { throw 1; });
  log->save(event_only(choice_of(new_subject())), [&](const save_result& first) {
    const std::string subject = new_subject();
    CHECK(log->save_later(event_only(choice_of(subject))));
    log->history(subject, 10, [&, first](history_answer past) {
      log->save(event_only(choice_of(new_subject())), [&, first, past](const save_result& second) {
        last.take(first && second && past && past->size() == 1);
      });
    });
  });
  CHECK(last.first.get_future().get());
  CHECK(told->contain("a callback of the log threw: of the test"));
  CHECK(log->append(choice_of(new_subject())));
}

// In memory, where questions and changes share one connection.
TEST_CASE("a change that arrives while many questions wait is written before the next of them is answered") {
  const auto log = records::open("memory:", options_for());
  constexpr int questions = 200;
  std::promise<void> all_wait, over;
  std::promise<int> before;  // how many questions were answered before the change
  std::atomic<int> answered{0};
  log->history(new_subject(), 1, [&](history_answer) { all_wait.get_future().wait(); });
  for (int i = 0; i < questions; ++i)
    log->history(new_subject(), 1, [&](history_answer) {
      if (++answered == questions) over.set_value();
    });
  log->save(event_only(choice_of(new_subject())), [&](const save_result&) { before.set_value(answered); });
  all_wait.set_value();
  CHECK(before.get_future().get() == 0);
  over.get_future().wait();
}

TEST_CASE("abandoned receipts, and one that blocks, do not delay a save") {
  const auto at = any_place();
  if (!at) return;
  const std::string subject = fill(at->url(), 100);
  const auto log = records::open(at->url(), options_for());
  const auto gone = std::make_shared<std::atomic<bool>>(false);
  std::promise<void> goes_on;
  std::atomic<int> read{0}, dropped{0};
  log->history(subject, 100, [&](history_answer) { goes_on.get_future().wait(); });
  for (int i = 0; i < 60; ++i)
    log->history(
        subject, 100, [&](history_answer past) { ++(past ? read : dropped); }, gone);
  gone->store(true);
  for (int i = 0; i < 20; ++i) CHECK(log->append(choice_of(new_subject())));
  CHECK(read + dropped == 0);
  goes_on.set_value();
  CHECK(log->history(subject)->size() == 100);
  CHECK(read == 0);
  CHECK(dropped == 60);
}
