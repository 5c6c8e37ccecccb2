// Several consent cookies in one request: the strictest counts.
#include "site/consent_reading.hpp"

#include <random>

#include "catch.hpp"
#include "scene.hpp"

using namespace abide;
using namespace abide::detail;

namespace {

const keys site_keys({std::string(32, 'k')}, "", key_use::cookies);
constexpr cookie_realm here{"shop.example", false, false};

std::string value_of(const record& r) {
  const std::string field = write_consent_cookie("abide", {r, {}, 0, r.time, true}, here, site_keys, 395);
  return field.substr(6, field.find(';') - 6);
}

consent_reading reading_of(const std::vector<std::string>& values, const std::vector<std::string>& signals = {}) {
  consent_reading found;
  for (const std::string& value : values) {
    if (const auto choice = read_consent_cookie(value, here, site_keys)) {
      found.add(*choice);
    } else {
      found.add_refusals(value);
      found.is_doubtful = !found.is_verified;
    }
  }
  for (const std::string& value : signals) found.add_signal(value);
  return found;
}

struct dice {
  std::mt19937 random{20261128};
  std::int64_t below(std::int64_t n) { return static_cast<std::int64_t>(random() % static_cast<unsigned>(n)); }
};

record random_record(dice& d) {
  record r;
  for (std::size_t i = 1; i < 4; ++i) r.choices[i] = static_cast<choice>(d.below(3));
  const std::int64_t day = 86'400;
  r.time = d.below(5) == 0 ? 0 : words::today() - d.below(500) * day + d.below(200);
  r.notice = d.below(6) == 0 ? 2 : 1;
  r.source = source::banner;
  if (d.below(3) == 0) r.sticky_since = words::today() - d.below(500) * day + d.below(200);
  if (d.below(4) == 0)
    r.exception = informed_exception{category_set(static_cast<std::uint8_t>(d.below(8) * 2)),
                                     words::today() - d.below(500) * day + d.below(200)};
  return r;
}

/// What is allowed, one bit each.
unsigned allowed_bits(const std::optional<record>& r, std::string_view place, bool gpc) {
  scene s;
  s.place = place;
  s.seen.gpc = gpc;
  s.chosen = r;
  s.who.known = true;
  const decision d = s.decide();
  unsigned bits = 0;
  for (const auto* column : {&d.own, &d.shared, &d.exempt})
    for (const verdict& v : *column) bits = bits << 1 | (v.allowed ? 1u : 0u);
  return bits;
}

std::optional<record> alone(const record& r) { return record_at(reading_of({value_of(r)}), words::today()); }

}  // namespace

TEST_CASE("several valid choices together never allow more than the strictest of them") {
  dice d;
  for (int i = 0; i < 20'000; ++i) {
    std::vector<record> records;
    std::vector<std::string> values;
    for (std::int64_t n = 1 + d.below(3); n >= 0; --n) {
      records.push_back(random_record(d));
      values.push_back(value_of(records.back()));
    }
    const auto together = record_at(reading_of(values), words::today());
    for (const char* place : {"DE", "US-CA", "GB", "BR"})
      for (const bool gpc : {false, true})
        for (const record& each : records) {
          const unsigned more = allowed_bits(together, place, gpc) & ~allowed_bits(alone(each), place, gpc);
          if (more != 0) FAIL("of " << values.size() << " in " << place << ": " << std::hex << more << " at " << i);
        }
  }
}

TEST_CASE("an unsigned cookie never allows more than its absence, whatever other cookies there are") {
  dice d;
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::string> values;
    if (d.below(2) == 0) values.push_back(value_of(random_record(d)));
    const auto before = record_at(reading_of(values), words::today());
    std::string forged = value_of(random_record(d));
    const auto cut = static_cast<std::size_t>(d.below(static_cast<std::int64_t>(forged.size())));
    if (d.below(2) == 0) forged.resize(cut);
    else forged[cut] = "gdn~.0159A"[d.below(10)];
    if (read_consent_cookie(forged, here, site_keys)) continue;
    const bool as_signal = d.below(3) == 0;
    if (!as_signal) values.insert(values.begin() + d.below(static_cast<std::int64_t>(values.size()) + 1), forged);
    const auto after =
        record_at(reading_of(values, as_signal ? std::vector{forged} : std::vector<std::string>{}), words::today());
    for (const char* place : {"DE", "US-CA", "GB"})
      for (const bool gpc : {false, true})
        if ((allowed_bits(after, place, gpc) & ~allowed_bits(before, place, gpc)) != 0)
          FAIL(forged << " allows more in " << place);
  }
}

TEST_CASE("a refusal needs no signature: any text with a refusal counts, and grants in the same text do not") {
  const auto refused = [](const std::string& value) { return read_refusals(value); };
  REQUIRE(refused("1.nggd.1795305600.1.1..~whatever").has_value());
  CHECK(refused("1.nggd.1795305600.1.1..")->choices ==
        std::array{choice::none, choice::none, choice::none, choice::denied});
  CHECK(refused("1.nggg.1795305600.1.1.1795305500.")->sticky_since == 1795305500);
  CHECK(refused("1.nddd.1795305600.1.1..")->time == 0);          // the visitor is asked again
  CHECK(refused("1.nddd.17953")->choices[2] == choice::denied);  // cut off
  CHECK(refused("\"1.nddd.1795305600.1.1..~x\"")->choices[1] == choice::denied);
  for (const char* none : {"", "x", "1.nggg.1795305600.1.1..", "1.ndd", "2.nddd.1795305600.1.1..", "1.nddx.1"})
    CHECK_FALSE(refused(none).has_value());
}

TEST_CASE(
    "a choice that verifies is not doubtful, whatever other cookies there are; if none verifies, there is doubt") {
  record accepted;
  accepted.choices = {choice::none, choice::granted, choice::granted, choice::granted};
  accepted.time = words::today();
  accepted.notice = 1;
  CHECK_FALSE(reading_of({"x", value_of(accepted)}).is_doubtful);
  CHECK_FALSE(reading_of({value_of(accepted), "x"}).is_doubtful);
  CHECK(reading_of({"x"}).is_doubtful);
  CHECK(reading_of({""}).is_doubtful);
  CHECK_FALSE(reading_of({}).is_doubtful);
  CHECK_FALSE(reading_of({}, {"1.nnnn.0.0.3.1795305600."}).is_doubtful);
}

TEST_CASE("an opt-out from the future counts as made now, and a grant from the future does not count") {
  record r;
  r.choices = {choice::none, choice::granted, choice::granted, choice::granted};
  r.time = words::today() - 100;
  r.notice = 1;
  r.sticky_since = words::today() + 1'000'000;
  const auto now = record_at(reading_of({value_of(r)}), words::today());
  CHECK(*now->sticky_since <= words::today() + 30);
  CHECK(now->choices[3] == choice::none);
  r.sticky_since.reset();
  r.time = words::today() + 1'000'000;
  CHECK(record_at(reading_of({value_of(r)}), words::today())->choices[3] == choice::none);
}

TEST_CASE("a signal's cookie that cannot be read is an opt-out of now, and is expired with the next choice") {
  const consent_reading found = reading_of({}, {"garbage"});
  CHECK(record_at(found, words::today())->sticky_since.value_or(0) >= words::today());
  CHECK(must_end_signal(found, words::today()));
  const consent_reading good = reading_of({}, {"1.nnnn.0.0.3.1795305600.~1795305600"});
  CHECK(record_at(good, words::today())->sticky_since == 1795305600);
  CHECK(good.signal_written == 1795305600);
  CHECK_FALSE(must_end_signal(good, words::today()));
  CHECK(must_end_signal(reading_of({}, {"1.nnnn.0.0.3.999999999999."}), words::today()));
}
