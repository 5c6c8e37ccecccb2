// Set-Cookie of responses: what is filtered, on which of them, and what is left.
#include "catch.hpp"
#include "shop.hpp"

using namespace http_test;

TEST_CASE(
    "an application's deletion of a refused cookie is sent without its value, judged by the response's own Date") {
  shop s;
  const std::string past = "Expires=Sat, 21 Nov 2026 00:00:00 GMT";
  s.sets({"t=secret; Path=/x; Secure; " + past, "r=kept; " + past, "t=secret; Max-Age=0; Max-Age=soon"});
  CHECK(s.get("/").set_cookies() == std::vector<std::string>{"r=kept; " + past, "t=; Max-Age=0; Path=/x; Secure"});
  s.sets({"t=secret; Path=/x; " + past}, {{"Date", "Fri, 20 Nov 2026 00:00:00 GMT"}});
  CHECK(s.get("/").set_cookies().empty());
}

TEST_CASE("a deletion that says nothing else stays as it is, where it is") {
  shop s;
  s.sets({"t=; Path=/; Max-Age=0", "r=kept", "a=; Secure; Max-Age=0; Path=/x", "t=v; Path=/; Max-Age=0"});
  for (int again = 0; again < 2; ++again)
    CHECK(s.get("/").set_cookies() == std::vector<std::string>{"t=; Path=/; Max-Age=0", "r=kept",
                                                               "a=; Secure; Max-Age=0; Path=/x",
                                                               "t=; Max-Age=0; Path=/"});
}

TEST_CASE("Set-Cookie is filtered on every kind of response") {
  shop s;
  for (const unsigned status : {200u, 201u, 204u, 302u, 304u, 401u, 404u, 500u, 503u}) {
    s.sets({"t=1; Path=/", "r=1; Path=/", "_fbp=x; Max-Age=60", "a=1", "unheard=1", "t=; Max-Age=0"});
    s.next.status = status;
    if (status == 204 || status == 304) s.next.body.clear();
    if (status == 302) s.next.fields.emplace_back("Location", "/elsewhere");
    const answer a = s.get("/");
    CAPTURE(status);
    CHECK(a.status == status);
    CHECK(a.set_cookies() == std::vector<std::string>{"r=1; Path=/", "t=; Max-Age=0"});
  }
}

TEST_CASE("what the visitor allowed is set") {
  shop s;
  browser b{s};
  b.post("choice=save&grant=analytics");
  s.sets({"t=1", "a=1", "s=1"});
  const answer a = b.get();
  CHECK(a.set_cookies() == std::vector<std::string>{"a=1", "s=1"});
}

TEST_CASE("Set-Cookie is filtered on HEAD, on JSON and on bodies that cannot be changed") {
  shop s;
  s.sets({"t=1"});
  CHECK(s.send("HEAD", "/").set_cookies().empty());
  s.next.opaque_body = true;
  const answer opaque = s.get("/");
  CHECK(opaque.set_cookies().empty());
  CHECK(opaque.body == s.next.body);
  s.next = told{200, {{"Content-Type", "application/json"}, {"Set-Cookie", "t=1"}}, "{}"};
  CHECK(s.get("/").set_cookies().empty());
}

TEST_CASE("a Set-Cookie of any bytes is kept or removed, and changes nothing else") {
  shop s;
  s.sets({"", "=", ";;;", "\xff\xfe=\x80", "t\t=1", std::string(8000, 'x')});
  const answer a = s.get("/");
  CHECK(a.status == 200);
  CHECK(a.set_cookies().empty());
}
