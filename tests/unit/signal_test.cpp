#include "catch.hpp"
#include "words.hpp"

using namespace abide;
using namespace std::string_view_literals;

namespace {

signals read(std::initializer_list<std::pair<std::string_view, std::string_view>> fields,
             joined_values joined = joined_values::any) {
  signals seen;
  for (const auto& [name, value] : fields) read_signal(name, value, seen, joined);
  return seen;
}

}  // namespace

TEST_CASE("Sec-GPC counts when its value is exactly 1") {  // GPC-1
  CHECK(read({{"Sec-GPC", "1"}}).gpc);
  CHECK_FALSE(read({}).gpc);
}

TEST_CASE("Sec-GPC with any other value counts as absent") {  // GPC-2, GPC-9
  for (const auto value :
       {"0"sv,     "?1"sv, "?0"sv,    "true"sv, "on"sv, "01"sv, "10"sv,  "11"sv,  "1.0"sv,          "+1"sv,  "-1"sv,
        "1;x=1"sv, "1;"sv, "\"1\""sv, "'1'"sv,  ""sv,   " "sv,  "1 1"sv, "0x1"sv, "\xef\xbc\x91"sv, "yes"sv, "1=1"sv}) {
    CAPTURE(value);
    CHECK_FALSE(read({{"Sec-GPC", value}}).gpc);
    CHECK_FALSE(read({{"Sec-GPC", value}}, joined_values::literal).gpc);
  }
}

TEST_CASE("spaces and tabs around a Sec-GPC value are not part of it") {  // GPC-3
  for (const auto value : {" 1"sv, "1 "sv, "\t1"sv, " \t1 \t "sv}) {
    CHECK(expresses_gpc(value));
    CHECK(expresses_gpc(value, joined_values::literal));
  }
}

TEST_CASE("no other white space and no control byte is trimmed from a Sec-GPC value") {  // GPC-3
  for (const auto value : {"\v1"sv, "1\f"sv,
                           "\xa0"
                           "1"sv,
                           "\xc2\xa0"
                           "1"sv,
                           "1\r"sv, "1\n"sv, "1\0"sv, "1\0x"sv,
                           "\0"
                           "1"sv,
                           "1\x7f"sv}) {
    CAPTURE(value);
    CHECK_FALSE(expresses_gpc(value));
    CHECK_FALSE(expresses_gpc(value, joined_values::literal));
  }
}

TEST_CASE("one exact 1 among several Sec-GPC fields is enough, in any order") {  // GPC-4
  CHECK(read({{"Sec-GPC", "0"}, {"Sec-GPC", "1"}}).gpc);
  CHECK(read({{"Sec-GPC", "1"}, {"Sec-GPC", "0"}}).gpc);
  CHECK(read({{"Sec-GPC", "1"}, {"Sec-GPC", "1"}}).gpc);
  CHECK_FALSE(read({{"Sec-GPC", "0"}, {"Sec-GPC", "true"}}).gpc);
}

TEST_CASE("a joined Sec-GPC line is honoured when any member is 1, unless the policy reads it literally") {  // GPC-5
  for (const auto value : {"0, 1"sv, "1, 0"sv, "1,1"sv, "0,1"sv, "1,"sv, ",1"sv, "x , 1 , y"sv, "0\t,\t1"sv}) {
    CAPTURE(value);
    CHECK(expresses_gpc(value));
    CHECK_FALSE(expresses_gpc(value, joined_values::literal));
  }
  for (const auto value : {"0, 0"sv, ","sv, "0,11"sv, "1 1,0"sv, "?1, 0"sv}) {
    CAPTURE(value);
    CHECK_FALSE(expresses_gpc(value));
  }
}

TEST_CASE("field names are compared without letter case and as a whole") {
  CHECK(read({{"sec-gpc", "1"}}).gpc);
  CHECK(read({{"SEC-GPC", "1"}}).gpc);
  for (const auto name : {"Sec-GPC2"sv, "Sec-GP"sv, "X-Sec-GPC"sv, "Sec_GPC"sv, "GPC"sv, ""sv, "Sec-GPC\0"sv})
    CHECK_FALSE(read({{name, "1"}}).gpc);
  CHECK(read({{"dnt", "1"}}).dnt == dnt_value::one);
  CHECK(read({{"Dnt", "0"}}).dnt == dnt_value::zero);
  CHECK(read({{"DNTX", "1"}}).dnt == dnt_value::absent);
}

TEST_CASE("only the first character of DNT counts") {  // DNT-1
  CHECK(parse_dnt("1") == dnt_value::one);
  CHECK(parse_dnt("1xyz") == dnt_value::one);
  CHECK(parse_dnt("0") == dnt_value::zero);
  CHECK(parse_dnt("0abc") == dnt_value::zero);
  CHECK(parse_dnt(" \t1") == dnt_value::one);
  for (const auto value : {""sv, " "sv, "x"sv, "yes"sv, "true"sv, "-1"sv, "null"sv, "2"sv, "\"1\""sv,
                           "\0"
                           "1"sv}) {
    CAPTURE(value);
    CHECK(parse_dnt(value) == dnt_value::absent);
  }
}

TEST_CASE("of several DNT fields the one that asks for more privacy counts") {  // DNT-2
  CHECK(read({{"DNT", "0"}, {"DNT", "1"}}).dnt == dnt_value::one);
  CHECK(read({{"DNT", "1"}, {"DNT", "0"}}).dnt == dnt_value::one);
  CHECK(read({{"DNT", "0"}, {"DNT", "x"}}).dnt == dnt_value::zero);
}

TEST_CASE("several DNT fields that a server joined count like several") {  // DNT-1, DNT-2
  CHECK(parse_dnt("0, 1") == dnt_value::one);
  CHECK(parse_dnt("1, 0") == dnt_value::one);
  CHECK(parse_dnt(",,0x,") == dnt_value::zero);
  CHECK(parse_dnt("x, 01") == dnt_value::zero);
  CHECK(parse_dnt(",") == dnt_value::absent);
}

TEST_CASE("each signal is independent of the other") {
  const signals both = read({{"DNT", "0"}, {"Sec-GPC", "1"}, {"Cookie", "1"}});
  CHECK(both.gpc);
  CHECK(both.dnt == dnt_value::zero);
}
