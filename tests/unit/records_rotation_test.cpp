// A store survives the changes of keys that SECURITY.md describes: planned, and after a leak.
#include <future>

#include "catch.hpp"
#include "records/accounts.hpp"
#include "records_place.hpp"

using namespace abide;
using namespace abide::detail;
using namespace records_test;

namespace {

const std::string secret_three = "the third of the secrets, of 32 b";

struct key_ring {
  std::vector<std::string> keys, retired;
};

records_options options_of(const key_ring& ring) {
  records_options options = options_for();
  options.keys = ring.keys;
  options.keys_retired = ring.retired;
  return options;
}

bool is_opted_out(const place& at, const key_ring& ring, std::string_view account) {
  const account_state state = records::open(at.url(), options_of(ring))->read_account(account);
  REQUIRE(state.known);
  return state.opted_out();
}

bool is_intact(const place& at, const key_ring& ring) {
  const verification v = verify_at(at.url(), ring.keys, {}, ring.retired);
  INFO(told_by(v));
  CHECK(v.finding_count == 0);
  return v.finding_count == 0;
}

/// The site's history under one key: two accounts that opted out, one that did not, and some records.
void live_under(const place& at, const key_ring& ring) {
  fill(at.url(), 3, options_of(ring));
  const auto log = records::open(at.url(), options_of(ring));
  REQUIRE(log->set_opted_out("kim", 1'795'000'000));
  REQUIRE(log->set_opted_out("lee", 1'795'000'001));
  REQUIRE(log->link("kim", new_subject()));
  REQUIRE(log->link("ann", new_subject()));
}

}  // namespace

TEST_CASE("a planned change of keys loses no opt-out, and the log verifies at every step") {
  const auto at = any_place();
  if (!at) return;
  live_under(*at, {{secret_one}, {}});
  const key_ring both{{secret_two, secret_one}, {}}, retired{{secret_two}, {secret_one}}, gone{{secret_two}, {}};
  fill(at->url(), 2, options_of(both));
  CHECK(is_opted_out(*at, both, "kim"));
  CHECK(is_intact(*at, both));
  fill(at->url(), 2, options_of(retired));
  CHECK(is_opted_out(*at, retired, "kim"));
  CHECK(is_opted_out(*at, retired, "lee"));
  CHECK_FALSE(is_opted_out(*at, retired, "ann"));
  CHECK(is_intact(*at, retired));
  // Each account has been used since, so its name is the newest key's.
  CHECK(is_opted_out(*at, gone, "kim"));
  CHECK(is_opted_out(*at, gone, "lee"));
  CHECK_FALSE(is_opted_out(*at, gone, "ann"));
}

TEST_CASE("after a leak the new key applies at once: no opt-out is lost, and the log verifies") {
  const auto at = any_place();
  if (!at) return;
  live_under(*at, {{secret_two, secret_one}, {}});
  const key_ring after{{secret_three}, {secret_two, secret_one}};
  fill(at->url(), 2, options_of(after));
  CHECK(is_opted_out(*at, after, "kim"));
  CHECK(is_opted_out(*at, after, "lee"));
  CHECK_FALSE(is_opted_out(*at, after, "ann"));
  CHECK(is_intact(*at, after));
  // The leaked key no longer signs.
  const auto newest = records::open(at->url(), options_of(after))->history(fill(at->url(), 1, options_of(after)));
  REQUIRE(newest);
  CHECK(newest->front().key_name == keys({secret_three}, "", key_use::records).newest());
}

TEST_CASE("a record that a retired key signed after the change of keys is found") {
  const auto at = any_place();
  if (!at) return;
  const key_ring before{{secret_one}, {}}, after{{secret_two}, {secret_one}};
  fill(at->url(), 2, options_of(before));
  CHECK(is_intact(*at, after));
  fill(at->url(), 2, options_of(after));
  CHECK(is_intact(*at, after));
  fill(at->url(), 1, options_of(before));  // somebody with the old key
  const verification found = verify_at(at->url(), after.keys, {}, after.retired);
  CHECK(found.finding_count == 2);
  CHECK(told_by(found).find("is signed with a retired key, although record 3 has a current one") != std::string::npos);
  CHECK(told_by(found).find("the stored head (record 5) is signed with a retired key") != std::string::npos);
}

TEST_CASE("an account that opts in again under a new key is not opted out by its row under the older key's name") {
  const auto at = any_place();
  if (!at) return;
  live_under(*at, {{secret_one}, {}});
  const key_ring both{{secret_two, secret_one}, {}};
  REQUIRE(records::open(at->url(), options_of(both))->set_opted_out("kim", {}));
  CHECK_FALSE(is_opted_out(*at, both, "kim"));
  REQUIRE(records::open(at->url(), options_of(both))->erase("lee"));
  CHECK_FALSE(is_opted_out(*at, both, "lee"));
}

TEST_CASE(
    "rows that an earlier version stored under the secret itself are found and moved, together with their links") {
  const auto at = any_place();
  if (!at) return;
  const key_ring ring{{secret_one}, {}};
  records::open(at->url(), options_of(ring))->read_account("kim");  // creates the tables
  const std::string old = account_names({secret_one}, {}).of("kim").back(), subject = new_subject();
  at->edit("INSERT INTO abide_account (account, opted_out_since) VALUES ('" + old + "', 1795000000)");
  at->edit("INSERT INTO abide_link (account, subject, time_ms) VALUES ('" + old + "', '" + subject +
           "', 1795000000000)");
  CHECK(is_opted_out(*at, ring, "kim"));
  at->edit("DELETE FROM abide_account WHERE account = '" + old + "'");  // the old row is gone
  CHECK(is_opted_out(*at, ring, "kim"));
  const auto log = records::open(at->url(), options_of(ring));
  REQUIRE(log->erase("kim"));
  CHECK(log->history(subject)->back().event.kind == event_kind::erase);
}

TEST_CASE("a visitor's latest choice is known to all processes as soon as it is saved") {
  const auto at = any_place();
  if (!at) return;
  const auto one = records::open(at->url(), options_for()), two = records::open(at->url(), options_for());
  const auto last = [](records& log, const std::string& subject, std::int64_t time_ms) {
    std::promise<latest_choice> told;
    log.latest(subject, time_ms, [&](const latest_choice& said) { told.set_value(said); });
    return told.get_future().get();
  };
  const std::string subject = new_subject();
  CHECK_FALSE(last(*two, subject, 0).known);
  consent_event grant = choice_of(subject), deny = choice_of(subject, event_kind::deny);
  grant.time_ms = 1'795'000'000'000;
  deny.time_ms = grant.time_ms + 1;
  std::promise<save_result> saved;
  one->save(event_only(grant), [&](const save_result& result) { saved.set_value(result); });
  CHECK(saved.get_future().get().time_ms == grant.time_ms);
  CHECK(last(*one, subject, 0).choices == grant.choices);
  CHECK(last(*two, subject, grant.time_ms).choices == grant.choices);  // its cached choice is older than the cookie
  REQUIRE(one->append(deny));
  CHECK(last(*one, subject, grant.time_ms).choices == deny.choices);
  CHECK(last(*two, subject, deny.time_ms).choices == deny.choices);
  REQUIRE(one->link("kim", subject));  // a link is not a choice
  CHECK(last(*records::open(at->url(), options_for()), subject, 0).choices == deny.choices);
}
