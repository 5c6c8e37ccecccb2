#include <cstdio>

#include "catch.hpp"
#include "words.hpp"

using namespace abide;
using words::at;
using words::today;

namespace {
std::string code_of(std::string_view location, std::int64_t now = today()) {
  return std::string(find_jurisdiction(location, now).code);
}
}  // namespace

TEST_CASE("a place is found by country, or by country and region, in any letter case") {
  CHECK(code_of("DE") == "DE");
  CHECK(code_of("de") == "DE");
  CHECK(code_of("US-CA") == "US-CA");
  CHECK(code_of("us-ca") == "US-CA");
  CHECK(code_of("Ca-qC") == "CA-QC");
}

TEST_CASE("a region without a row has its country's row") {
  CHECK(code_of("US-WY") == "US");
  CHECK(code_of("CA-ON") == "CA");
  CHECK(code_of("DE-BY") == "DE");
  CHECK(code_of("GB-SCT") == "GB");
  CHECK(code_of("JP-13") == "JP");
}

TEST_CASE("outermost regions and other spellings have their country's row") {
  CHECK(code_of("UK") == "GB");
  CHECK(code_of("uk-eng") == "GB");
  CHECK(code_of("EL") == "GR");
  for (const char* french : {"GF", "GP", "MQ", "RE", "YT", "MF"}) CHECK(code_of(french) == "FR");
  CHECK(code_of("AX") == "FI");
  CHECK(code_of("SJ") == "NO");
}

TEST_CASE("an unknown place gets the strictest row") {
  for (const char* text : {"",     "X",       "XX",         "T1",          "ZZ",     "QQ",       "D",  "DEU", "US_CA",
                           "USCA", "US-CALI", "California", "PR",          "GU",     "FO",       "AW", "-CA", "--",
                           "US-",  "US-CA ",  "US-C A",     "DE-\xc3\xa4", "US--CA", "\xc3\xa9", "D ", " DE", "U\0"}) {
    CAPTURE(text);
    CHECK(code_of(text) == "ZZ");
  }
  CHECK(code_of(std::string_view("D\0", 2)) == "ZZ");
  const jurisdiction& unknown = find_jurisdiction("", today());
  CHECK(unknown.regime == regime::opt_in);
  CHECK(unknown.on.bits() == 1);
  CHECK(unknown.on_shared.bits() == 1);
  CHECK(unknown.dnt_objects);
}

TEST_CASE("a law that is not yet in force leaves the country's row") {
  CHECK(code_of("US-OK", at("2026-12-31T23:59:59Z")) == "US");
  CHECK(code_of("US-OK", at("2027-01-01")) == "US-OK");
  CHECK(code_of("US-VT", at("2027-12-31")) == "US");
  CHECK(code_of("US-VT", at("2028-01-01")) == "US-VT");
  CHECK(code_of("CA-QC", at("2023-09-21")) == "CA");
  CHECK(code_of("CA-QC", at("2023-09-22")) == "CA-QC");
}

TEST_CASE("a country whose row is not yet in force is unknown: the strict side") {
  CHECK(code_of("GB", at("2026-02-04")) == "ZZ");
  CHECK(code_of("GB", at("2026-02-05")) == "GB");
}

TEST_CASE("extreme clocks still find a row") {
  CHECK(code_of("DE", at("0001-01-01")) == "DE");
  CHECK(code_of("US-CA", at("0001-01-01")) == "US");
  CHECK(code_of("US-CA", INT64_MAX) == "US-CA");
  CHECK(code_of("US-CA", INT64_MIN) == "ZZ");  // a broken clock: the strict side
}

TEST_CASE("the rows say what the law file says") {
  const auto row = [](const char* code) -> const jurisdiction& { return find_jurisdiction(code, at("2028-06-01")); };
  CHECK(row("DE").regime == regime::opt_in);
  CHECK(row("DE").on.bits() == 1);
  CHECK(row("CH").regime == regime::opt_out);
  CHECK(row("CH").on.bits() == 7);         // no targeting
  CHECK(row("CH").on_shared.bits() == 3);  // nor sharing, except analytics
  CHECK(row("US-CA").regime == regime::opt_out);
  CHECK(row("US-CA").duty == gpc_duty::must);
  CHECK(row("US-CA").consent_days == 365);
  CHECK(row("US-TX").duty == gpc_duty::conditional);
  CHECK(row("US-MD").duty == gpc_duty::permissive);
  CHECK(row("JP").regime == regime::notice);
  CHECK(row("ES").consent_days == 730);
  CHECK(row("DE").refusal_days == 182);
  CHECK((row("GB").exempt & static_cast<int>(exempt_purpose::statistical)) != 0);
  CHECK((row("GB").exempt & static_cast<int>(exempt_purpose::appearance)) != 0);
  CHECK(row("FR").exempt == static_cast<int>(exempt_purpose::statistical));
  CHECK(row("DE").exempt == 0);
}

TEST_CASE("a minor's age limits are inclusive and depend on the row") {
  const jurisdiction& connecticut = find_jurisdiction("US-CT", today());
  CHECK(connecticut.minors_banned.contain(13));
  CHECK(connecticut.minors_banned.contain(17));
  CHECK_FALSE(connecticut.minors_banned.contain(18));
  CHECK_FALSE(connecticut.minors_banned.contain(12));
  CHECK(connecticut.minors_opt_in.contain(12));
  CHECK_FALSE(connecticut.minors_banned.contain(-1));
  const jurisdiction& germany = find_jurisdiction("DE", today());
  for (int age = -1; age < 120; ++age) CHECK_FALSE(germany.minors_banned.contain(age));
}

TEST_CASE("for a place with several rows the latest one in force counts") {
  const jurisdiction& before = find_jurisdiction("IN", at("2027-05-13T23:59:59Z"));
  const jurisdiction& after = find_jurisdiction("in", at("2027-05-14"));
  CHECK(before.code == "IN");
  CHECK(before.regime == regime::notice);
  CHECK_FALSE(before.minors_banned.contain(15));
  CHECK(after.code == "IN");
  CHECK(after.regime == regime::opt_in);
  CHECK(after.minors_banned.contain(17));  // DPDP Act s. 9
}

TEST_CASE("every future law applies from its first day") {
  for (const auto& [code, day] :
       {std::pair{"US-OK", "2027-01-01"}, {"US-LA", "2027-01-01"}, {"US-AL", "2027-05-01"}, {"US-VT", "2028-01-01"}}) {
    CAPTURE(code);
    CHECK(code_of(code, at(day) - 1) == "US");
    CHECK(code_of(code, at(day)) == code);
  }
}

TEST_CASE("territories of the United States are unknown by their own code, and as a region have the country's row") {
  for (const char* territory : {"PR", "GU", "VI", "AS", "MP", "GG", "JE", "IM", "GI", "NC", "PF"})
    CHECK(code_of(territory) == "ZZ");
  CHECK(code_of("US-PR") == "US");
}

TEST_CASE("the children's law of the United States holds in every state") {  // COPPA
  const jurisdiction_table table = jurisdictions();
  for (std::size_t i = 0; i < table.count; ++i) {
    const jurisdiction& row = table.rows[i];
    if (row.code.substr(0, 2) != "US") continue;
    CAPTURE(row.code);
    for (int age = 0; age < 13; ++age) CHECK((row.minors_banned.contain(age) || row.minors_opt_in.contain(age)));
    CHECK_FALSE((row.minors_banned.contain(18) || row.minors_opt_in.contain(18)));
  }
}

TEST_CASE("each state protects minors up to its own age") {
  const auto last_of = [](const char* code) {
    const jurisdiction& row = find_jurisdiction(code, at("2028-06-01"));
    int last = -1;
    for (int age = 0; age < 30; ++age)
      if (row.minors_banned.contain(age) || row.minors_opt_in.contain(age)) last = age;
    return last;
  };
  for (const char* code : {"US-CA", "US-NH", "US-OR"}) CHECK(last_of(code) == 15);
  for (const char* code : {"US-MN", "US-NJ"}) CHECK(last_of(code) == 16);
  for (const char* code : {"US-CO", "US-CT", "US-DE", "US-MT", "US-MD", "US-FL", "US-NY"}) CHECK(last_of(code) == 17);
  for (const char* code : {"US-TX", "US-NE", "US-VA", "US-UT", "US-IA", "US-IN", "US-TN", "US-KY", "US-RI", "US-OK",
                           "US-LA", "US-NV", "US-WA", "US"})
    CHECK(last_of(code) == 12);
  for (const char* code : {"US-AL", "US-VT"}) CHECK(last_of(code) == 17);  // not verified: the strict side
  for (const char* code : {"CA", "CA-AB", "CA-BC"}) CHECK(last_of(code) == 12);
}

TEST_CASE("a row of low confidence says so, and the others do not") {
  CHECK(caution(find_jurisdiction("US-NY", today())).find("have it checked") != std::string_view::npos);
  CHECK(caution(find_jurisdiction("JP", today())).find("background knowledge") != std::string_view::npos);
  CHECK(caution(find_jurisdiction("US-CA", today())).empty());
  CHECK(caution(find_jurisdiction("AT", today())).empty());
}

TEST_CASE("the version of the data is its date and its checksum") {
  const jurisdiction_table table = jurisdictions();
  char digits[9];
  std::snprintf(digits, sizeof digits, "%08x", static_cast<unsigned>(table.checksum));
  CHECK(jurisdiction_version() == std::string(table.version) + '.' + digits);
  CHECK(table.bytes > table.count * sizeof(jurisdiction));
}

TEST_CASE("the table is sorted, complete and holds the strictest row") {
  const jurisdiction_table table = jurisdictions();
  REQUIRE(table.count > 70);
  bool has_unknown = false;
  for (std::size_t i = 0; i < table.count; ++i) {
    const jurisdiction& row = table.rows[i];
    CAPTURE(row.code);
    if (i > 0) CHECK(std::pair(table.rows[i - 1].code, table.rows[i - 1].from) < std::pair(row.code, row.from));
    CHECK_FALSE(row.law.empty());
    CHECK_FALSE(row.name.empty());
    CHECK((row.confidence == "high" || row.confidence == "medium" || row.confidence == "low"));
    CHECK(row.on.contains(category::required));
    CHECK(row.on_shared.contains(category::required));
    CHECK((row.on_shared.bits() & ~row.on.bits()) == 0);  // sharing is never freer than the rest
    CHECK(row.consent_days > 0);
    CHECK(row.refusal_days > 0);
    CHECK((row.regime == regime::opt_in) == (row.on.bits() == 1));
    has_unknown = has_unknown || row.code == "ZZ";
  }
  CHECK(has_unknown);
  CHECK(is_date_or_timestamp(table.version));
  CHECK(table.checksum != 0);
}
