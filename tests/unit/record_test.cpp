#include "catch.hpp"
#include "words.hpp"

using namespace abide;
using words::at;

namespace {

std::string text_of(const record& r) {
  char out[record_text_max];
  return {out, write_record(r, out)};
}

record full() {
  record r;
  r.choices = {choice::none, choice::granted, choice::denied, choice::granted};
  r.time = at("2026-11-22T10:20:30Z");
  r.notice = 7;
  r.source = source::settings;
  r.sticky_since = at("2026-11-01");
  r.exception = informed_exception{category_set(10), at("2026-11-22T10:20:30Z")};
  return r;
}

void check_equal(const record& a, const record& b) {
  CHECK(a.choices == b.choices);
  CHECK(a.time == b.time);
  CHECK(a.notice == b.notice);
  CHECK(a.source == b.source);
  CHECK(a.sticky_since == b.sticky_since);
  REQUIRE(a.exception.has_value() == b.exception.has_value());
  if (!a.exception) return;
  CHECK(a.exception->purposes.bits() == b.exception->purposes.bits());
  CHECK(a.exception->time == b.exception->time);
}

}  // namespace

TEST_CASE("a record reads back as it was written") {
  for (int sticky = 0; sticky < 2; ++sticky)
    for (int exception = 0; exception < 2; ++exception) {
      record r = full();
      if (!sticky) r.sticky_since.reset();
      if (!exception) r.exception.reset();
      const auto read = parse_record(text_of(r));
      REQUIRE(read.has_value());
      check_equal(*read, r);
    }
  CHECK(text_of(full()) == "1.ngdg.1795342830.7.2.1793491200.10-1795342830");
  CHECK(text_of(record{}) == "1.nnnn.0.0.0..");
}

TEST_CASE("every source, choice and purpose survives conversion to text and back") {
  for (unsigned s = 0; s < 8; ++s)
    for (unsigned c = 0; c < 3; ++c)
      for (unsigned p = 0; p < 16; ++p) {
        record r = full();
        r.source = static_cast<source>(s);
        r.choices.fill(static_cast<choice>(c));
        r.exception->purposes = category_set(static_cast<std::uint8_t>(p));
        const auto read = parse_record(text_of(r));
        REQUIRE(read.has_value());
        check_equal(*read, r);
      }
}

TEST_CASE("the longest record fits its buffer, and times and versions out of range are clamped") {
  record r = full();
  r.time = INT64_MAX;
  r.notice = UINT32_MAX;
  r.sticky_since = INT64_MIN;
  r.exception = informed_exception{category_set(15), INT64_MAX};
  CHECK(text_of(r).size() <= record_text_max);
  const auto read = parse_record(text_of(r));
  REQUIRE(read.has_value());
  CHECK(read->time == 999999999999);
  CHECK(read->notice == 999999999);
  CHECK(read->sticky_since == 0);
  CHECK(read->exception->time == 999999999999);
}

TEST_CASE(
    "services that are allowed by themselves are at the end of a record, and records without them are as before") {
  record r = full();
  r.services.at[0] = {0xffffffffu, category::targeting, 999999999, at("2026-11-22")};
  r.services.at[1] = {1, category::analytics, 0, 0};
  r.services.count = 2;
  const std::string before = "1.ngdg.1795342830.7.2.1793491200.10-1795342830";
  CHECK(text_of(r) == before + "..31z141z3-tovmo0-gjdgxr_11-0-0");
  r.opt_in = opt_in{category_set(8), 7, true};
  CHECK(text_of(r) == before + ".8!7.31z141z3-tovmo0-gjdgxr_11-0-0");
  const auto read = parse_record(text_of(r));
  REQUIRE(read.has_value());
  check_equal(*read, r);
  REQUIRE(read->services.count == 2);
  CHECK(read->services.at[0].service == 0xffffffffu);
  CHECK(read->services.at[0].category == category::targeting);
  CHECK(read->services.at[0].notice == 999999999);
  CHECK(read->services.at[0].time == at("2026-11-22"));
  CHECK(read->services.at[1].category == category::analytics);
  CHECK(text_of(*read) == text_of(r));
}

TEST_CASE("eight services of maximum length fit a record, and a ninth makes the record invalid") {
  record r = full();
  r.time = INT64_MAX;
  r.notice = UINT32_MAX;
  r.sticky_since = INT64_MAX;
  r.exception = informed_exception{category_set(15), INT64_MAX};
  r.opt_in = opt_in{category_set(15), INT64_MAX, true};
  for (service_grant& each : r.services.at) each = {0xffffffffu, category::targeting, UINT32_MAX, INT64_MAX};
  r.services.count = service_grants_max;
  const std::string text = text_of(r);
  CHECK(text.size() <= record_text_max);
  REQUIRE(parse_record(text).has_value());
  CHECK(parse_record(text)->services.at[7].time == 999999999999);
  const std::string short_text = "1.nnnn.0.0.0....11-1-1";
  CHECK(parse_record(short_text + "_11-1-1_11-1-1_11-1-1_11-1-1_11-1-1_11-1-1_11-1-1").has_value());
  CHECK_FALSE(parse_record(short_text + "_11-1-1_11-1-1_11-1-1_11-1-1_11-1-1_11-1-1_11-1-1_11-1-1").has_value());
}

TEST_CASE("malformed services make a record invalid") {
  REQUIRE(parse_record("1.nnnn.0.0.0....3a-1-1").has_value());
  for (const char* services :
       {"",        "3",        "3a",          "3a-1",          "3a-1-",   "3-1-1",   "0a-1-1",  "4a-1-1",
        "a-1-1",   "30-1-1",   "30a-1-1",     "31z141z4-1-1",  "3A-1-1",  "3a-01-1", "3a-1-01", "3a-1-1_",
        "_3a-1-1", "3a-1-1-1", "3a-1-gjdgxs", "3a-cre66i9s-1", "3a-1-1.", "3a-1-1 ", " 3a-1-1", "3a--1"}) {
    CAPTURE(services);
    CHECK_FALSE(parse_record(std::string("1.nnnn.0.0.0....") + services).has_value());
    CHECK_FALSE(parse_record(std::string("1.nnnn.0.0.0...8!7.") + services).has_value());
    CHECK_FALSE(parse_record(std::string("1.nnnn.0.0.0...") + services).has_value());
  }
}

TEST_CASE("malformed records are invalid") {
  REQUIRE(parse_record("1.ngdg.1795342830.7.2.1793491200.10-1795342830").has_value());
  for (const char* text : {"",
                           "1",
                           "1.",
                           "1.ngdg",
                           "1.ngdg.1795342830",
                           "1.ngdg.1795342830.7",
                           "1.ngdg.1795342830.7.2",
                           "1.ngdg.1795342830.7.2.",
                           "2.ngdg.1795342830.7.2..",
                           "0.ngdg.1795342830.7.2..",
                           "01.ngdg.1795342830.7.2..",
                           ".ngdg.1795342830.7.2..",
                           "1.ngd.1795342830.7.2..",
                           "1.ngdgg.1795342830.7.2..",
                           "1.NGDG.1795342830.7.2..",
                           "1.ngdx.1795342830.7.2..",
                           "1..1795342830.7.2..",
                           "1.ngdg..7.2..",
                           "1.ngdg.-1.7.2..",
                           "1.ngdg.+1.7.2..",
                           "1.ngdg.01795342830.7.2..",
                           "1.ngdg.1795342830x.7.2..",
                           "1.ngdg.1234567890123.7.2..",
                           "1.ngdg. 1795342830.7.2..",
                           "1.ngdg.1e9.7.2..",
                           "1.ngdg.1795342830..2..",
                           "1.ngdg.1795342830.1234567890.2..",
                           "1.ngdg.1795342830.07.2..",
                           "1.ngdg.1795342830.-7.2..",
                           "1.ngdg.1795342830.7.8..",
                           "1.ngdg.1795342830.7.9..",
                           "1.ngdg.1795342830.7.12..",
                           "1.ngdg.1795342830.7.x..",
                           "1.ngdg.1795342830.7...",
                           "1.ngdg.1795342830.7.2.x.",
                           "1.ngdg.1795342830.7.2.01.",
                           "1.ngdg.1795342830.7.2.1234567890123.",
                           "1.ngdg.1795342830.7.2. .",
                           "1.ngdg.1795342830.7.2..10",
                           "1.ngdg.1795342830.7.2..10-",
                           "1.ngdg.1795342830.7.2..-1",
                           "1.ngdg.1795342830.7.2..16-1",
                           "1.ngdg.1795342830.7.2..010-1",
                           "1.ngdg.1795342830.7.2..10-01",
                           "1.ngdg.1795342830.7.2..10-1.",
                           "1.ngdg.1795342830.7.2..10-1-1",
                           "1.ngdg.1795342830.7.2..10-1 ",
                           " 1.ngdg.1795342830.7.2..",
                           "1.ngdg.1795342830.7.2...",
                           "1.ngdg.1795342830.7.2..\n"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_record(text).has_value());
  }
  CHECK_FALSE(parse_record(std::string_view("1.ngdg.1795342830.7.2..\0", 24)).has_value());
  CHECK_FALSE(parse_record(std::string(record_text_max + 1, '1')).has_value());
}

TEST_CASE("every text that can be read as a record is the only text of that record") {
  // One byte changed, removed or inserted, at every position: what can still be read must be written as the same bytes.
  const std::string text = text_of(full());
  unsigned read_back = 0;
  const auto check = [&](const std::string& changed) {
    const auto read = parse_record(changed);
    if (!read) return;
    ++read_back;
    if (text_of(*read) != changed) FAIL("two texts of one record: " << changed);
  };
  for (std::size_t i = 0; i <= text.size(); ++i)
    for (int byte = 0; byte < 256; ++byte) {
      if (i < text.size()) check(std::string(text).replace(i, 1, 1, static_cast<char>(byte)));
      check(std::string(text).insert(i, 1, static_cast<char>(byte)));
    }
  for (std::size_t i = 0; i < text.size(); ++i) {
    check(std::string(text).erase(i, 1));
    check(text.substr(0, i));
  }
  CHECK(read_back > 100);  // other digits make other records
}

TEST_CASE("sources have names, and none cannot be found by name") {
  for (unsigned s = 1; s < 8; ++s) CHECK(parse_source(to_string(static_cast<source>(s))) == static_cast<source>(s));
  for (const char* name : {"", "none", "Banner", "banner ", "gpc"}) CHECK_FALSE(parse_source(name).has_value());
}

// ---- Times

TEST_CASE("timestamps follow RFC 3339") {
  CHECK(parse_timestamp("1970-01-01T00:00:00Z") == 0);
  CHECK(parse_timestamp("2026-11-22T00:00:00Z") == 1795305600);
  CHECK(parse_timestamp("2026-11-22t10:20:30z") == 1795342830);
  CHECK(parse_timestamp("2026-11-22T10:20:30.999Z") == 1795342830);
  CHECK(parse_timestamp("2026-11-22T12:20:30+02:00") == 1795342830);
  CHECK(parse_timestamp("2026-11-22T05:50:30-04:30") == 1795342830);
  CHECK(parse_timestamp("2016-12-31T23:59:60Z") == at("2017-01-01"));
  CHECK(parse_timestamp("1969-12-31T23:59:59Z") == -1);
  CHECK(parse_timestamp("2000-02-29T00:00:00Z").has_value());
  CHECK(parse_timestamp("0000-01-01T00:00:00Z") == -62167219200);
}

TEST_CASE("what is not a timestamp gives nothing") {
  for (const char* text : {"",
                           "2026-11-22",
                           "2026-11-22T00:00:00",
                           "2026-11-22 00:00:00Z",
                           "2026-11-22T00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-02-29T00:00:00Z",
                           "1900-02-29T00:00:00Z",
                           "2026-11-31T00:00:00Z",
                           "2026-11-00T00:00:00Z",
                           "2026-11-22T24:00:00Z",
                           "2026-11-22T00:60:00Z",
                           "2026-11-22T00:00:61Z",
                           "2026-11-22T00:00:00.Z",
                           "2026-11-22T00:00:00+24:00",
                           "2026-11-22T00:00:00+00:60",
                           "2026-11-22T00:00:00+0000",
                           "2026-11-22T00:00:00Zx",
                           "26-11-22T00:00:00Z",
                           " 2026-11-22T00:00:00Z",
                           "2026-11-22T00:00:00+1:00",
                           "20261122T000000Z",
                           "2026-11-22TZ"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_timestamp(text).has_value());
  }
}

TEST_CASE("a full-date is a date, but not a date-time") {  // GPC-19
  CHECK(is_date_or_timestamp("2026-11-22"));
  CHECK(is_date_or_timestamp("2026-11-22T00:00:00Z"));
  for (const char* text :
       {"", "21024-01-19", "2026-04-2", "2024-9-02", "2026-02-30", "2026-11-22T", "2026-11-22x", "today"})
    CHECK_FALSE(is_date_or_timestamp(text));
}

TEST_CASE("every time can be written as a date, and reads back") {
  const auto date = [](std::int64_t time) {
    char out[10];
    write_date(time, out);
    return std::string(out, 10);
  };
  CHECK(date(0) == "1970-01-01");
  CHECK(date(-1) == "1969-12-31");
  CHECK(date(1795342830) == "2026-11-22");
  CHECK(date(at("2024-02-29T23:59:59Z")) == "2024-02-29");
  CHECK(date(at("0001-01-01")) == "0001-01-01");
  CHECK(date(at("9999-12-31T23:59:59Z")) == "9999-12-31");
  for (std::int64_t days = -719528; days < 2932896; days += 271)
    REQUIRE(at(date(days * words::day)) == days * words::day);
}
