// Records as texts, for stores other than Abide's own: a text restores the record exactly, or is refused.
#include <random>

#include <nlohmann/json.hpp>

#include "abide/decision.hpp"
#include "catch.hpp"
#include "records/ids.hpp"
#include "records/record_text.hpp"
#include "records/row.hpp"

using namespace abide;
using namespace abide::detail;
using nlohmann::json;

namespace {

class made_events {
 public:
  consent_event next() {
    consent_event e;
    e.id = new_record_id(1'795'000'000'000);
    e.subject = new_subject();
    e.time_ms = static_cast<std::int64_t>(number(1u << 31)) * 1000 + number(1000);
    e.kind = static_cast<event_kind>(number(10));
    e.source = static_cast<source>(number(8));
    for (choice& each : e.choices) each = static_cast<choice>(number(3));
    e.exception = category_set(static_cast<std::uint8_t>(number(16)));
    e.notice = number(1u << 31) * 2;
    if (number(2)) e.notice_hash = sha256_hex(e.id);
    if (number(2)) e.language = "zh-Hant";
    e.jurisdiction = number(2) ? "US-CA" : "";
    e.place_from = number(2) ? "fixed \"quoted\\\"" : "";
    e.table_version = number(2) ? "2026-11" : "";
    e.table_checksum = number(1u << 31) * 2 + 1;
    e.seen = {number(2) == 1, static_cast<dnt_value>(number(3))};
    e.conflict = static_cast<conflict_state>(number(5));
    e.valid_until = number(1u << 31);
    for (unsigned n = number(4); n > 0; --n)
      e.services.push_back({static_cast<category>(1 + number(3)), n % 2 ? "Zz Müller & Söhne" : "Zz \"TV\""});
    return e;
  }

 private:
  unsigned number(unsigned below) { return static_cast<unsigned>(random_() % below); }
  std::mt19937_64 random_{7};
};

row row_of_event(const consent_event& from) {
  consent_record record;
  record.event = from;
  return row_of(record);
}

}  // namespace

TEST_CASE("a record's text brings back every part of it") {
  made_events made;
  for (int i = 0; i < 2000; ++i) {
    const consent_event e = made.next();
    const auto back = parse_record_text(to_record_text(e));
    REQUIRE(back);
    CHECK(row_of_event(*back) == row_of_event(e));
  }
}

TEST_CASE("the text may come back with its members in another order, and with more of them") {
  const consent_event e = made_events().next();
  json all = json::parse(to_record_text(e));  // sorted by name, as a database may do
  all["aside"] = {1, 2};
  const auto back = parse_record_text(all.dump(2));
  REQUIRE(back);
  CHECK(row_of_event(*back) == row_of_event(e));
}

TEST_CASE("a text with a value that Abide never writes is no record") {
  made_events made;
  for (int i = 0; i < 50; ++i) {
    const json all = json::parse(to_record_text(made.next()));
    for (const auto& [name, value] : all.items()) {
      CAPTURE(name);
      for (const json& wrong : {json(), json(1.5), json::array(), json(value.is_string() ? json(7) : json("7"))}) {
        json edited = all;
        edited[name] = wrong;
        CHECK_FALSE(parse_record_text(edited.dump()));
      }
    }
    for (const char* name : {"subject", "event", "source", "choices", "conflict_state"}) {
      json edited = all;
      edited[name] = "x";
      CHECK_FALSE(parse_record_text(edited.dump()));
      edited.erase(name);
      CHECK_FALSE(parse_record_text(edited.dump()));
    }
  }
  for (const char* text : {"", "{}", "[]", "null", "{\"id\":", "\xff"}) CHECK_FALSE(parse_record_text(text));
}
