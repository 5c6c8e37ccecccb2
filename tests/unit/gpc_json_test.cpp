// /.well-known/gpc.json: W3C GPC, GPC-15 to GPC-23 of tests/requirements.md.
#include "pages/gpc_json.hpp"

#include <string>

#include "catch.hpp"

using abide::detail::gpc_answer;
using abide::detail::read_gpc_json;

namespace {

constexpr std::string_view json_type = "application/json";

gpc_answer answer_of(std::string_view body) { return read_gpc_json(200, json_type, body).answer; }

}  // namespace

TEST_CASE("A site that writes gpc: true abides, one that writes false does not (GPC-18)") {
  CHECK(answer_of(R"({"gpc":true})") == gpc_answer::abides);
  CHECK(answer_of(R"({"gpc":false})") == gpc_answer::does_not_abide);
}

TEST_CASE("Any other value of gpc, or none, is unknown (GPC-18)") {
  for (const char* body : {R"({})", R"({"gpc":"true"})", R"({"gpc":1})", R"({"gpc":null})", R"({"gpc":[true]})"})
    CHECK(answer_of(body) == gpc_answer::unknown);
}

TEST_CASE("What is not a JSON object is unknown (GPC-17)") {
  for (const char* body : {"", "[]", "true", "\"gpc\"", "{gpc:true}", "{\"gpc\":True}", "{\"gpc\":true}}", "<html>"})
    CHECK(answer_of(body) == gpc_answer::unknown);
}

TEST_CASE("A NUL byte does not end the body early") {
  CHECK(answer_of(std::string_view("{\"gpc\":true}\0<html>", 19)) == gpc_answer::unknown);
}

TEST_CASE("A byte order mark is ignored, as browsers do") {
  CHECK(answer_of("\xef\xbb\xbf{\"gpc\":true}") == gpc_answer::abides);
}

TEST_CASE("The type is application/json in any letter case, parameters allowed (GPC-17)") {
  for (const char* type :
       {"application/json", "APPLICATION/JSON", "application/json;charset=utf-8", " application/json ; x=y"})
    CHECK(read_gpc_json(200, type, R"({"gpc":true})").answer == gpc_answer::abides);
  for (const char* type :
       {"", "text/html", "text/json", "application/ld+json", "application/jsonp", "application/json, text/html"})
    CHECK(read_gpc_json(200, type, R"({"gpc":true})").answer == gpc_answer::unknown);
}

TEST_CASE("Only a successful response that carries the resource counts (GPC-16)") {
  for (const int status : {200, 203})
    CHECK(read_gpc_json(status, json_type, R"({"gpc":true})").answer == gpc_answer::abides);
  for (const int status : {0, 100, 204, 205, 206, 301, 304, 404, 410, 500, 503})
    CHECK(read_gpc_json(status, json_type, R"({"gpc":true})").answer == gpc_answer::unknown);
}

TEST_CASE("A valid lastUpdate is kept as written (GPC-19)") {
  for (const char* date : {"2025-04-15", "2024-02-29", "2025-04-15T12:00:00Z", "2025-04-15t12:00:00.123+02:00"})
    CHECK(read_gpc_json(200, json_type, std::string(R"({"gpc":true,"lastUpdate":")") + date + "\"}").last_update ==
          date);
}

TEST_CASE("An invalid lastUpdate is unknown, and gpc still counts (GPC-19)") {
  for (const char* date : {R"("2026-04-2")", R"("21024-01-19")", R"("2025-04-31")", R"("")", "1744675200", "null"}) {
    const auto read = read_gpc_json(200, json_type, std::string(R"({"gpc":true,"lastUpdate":)") + date + "}");
    CHECK_FALSE(read.last_update);
    CHECK(read.answer == gpc_answer::abides);
  }
}

TEST_CASE("Other members are ignored, nested ones too (GPC-20)") {
  CHECK(answer_of(R"({"version":1,"x":{"gpc":false},"gpc":true})") == gpc_answer::abides);
}

TEST_CASE("What is written reads back, with the configured date or without one (GPC-23)") {
  CHECK(abide::detail::write_gpc_json(true, "2026-11-22") == "{\"gpc\":true,\"lastUpdate\":\"2026-11-22\"}\n");
  CHECK(abide::detail::write_gpc_json(false, "") == "{\"gpc\":false}\n");
  const auto read = read_gpc_json(200, json_type, abide::detail::write_gpc_json(true, "2026-11-22"));
  CHECK(read.answer == gpc_answer::abides);
  CHECK(read.last_update == "2026-11-22");
}
