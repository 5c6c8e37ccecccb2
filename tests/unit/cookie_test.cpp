#include "catch.hpp"
#include "words.hpp"

using namespace abide;
using namespace std::string_view_literals;
using words::at;

namespace {

using pairs = std::vector<std::pair<std::string, std::string>>;

pairs walk(std::string_view field) {
  pairs found;
  cookie_pair pair;
  for (cookie_walk w(field); w.next(pair);) found.emplace_back(pair.name, pair.value);
  return found;
}

std::string rejected(std::string_view field, std::string_view host = "www.shop.example", bool secure = true) {
  return std::string(why_rejected(field, parse_set_cookie(field), {host, secure}));
}

}  // namespace

// ---- Cookie

TEST_CASE("a Cookie field is split at semicolons and each pair at its first equals sign") {  // CK-12
  CHECK(walk("a=1; b=2") == pairs{{"a", "1"}, {"b", "2"}});
  CHECK(walk("a=b=c; d==") == pairs{{"a", "b=c"}, {"d", "="}});
  CHECK(walk("a=1;b=2;c=3") == pairs{{"a", "1"}, {"b", "2"}, {"c", "3"}});
  CHECK(walk(" \ta = 1 \t;\tb=2 ") == pairs{{"a", "1"}, {"b", "2"}});
}

TEST_CASE("a piece without an equals sign is a nameless cookie, never a cookie of that name") {  // CK-12, CK-13
  CHECK(walk("foo") == pairs{{"", "foo"}});
  CHECK(walk("=foo") == pairs{{"", "foo"}});
  CHECK(walk("abide; a=1") == pairs{{"", "abide"}, {"a", "1"}});
  CHECK(walk("=abide=1") == pairs{{"", "abide=1"}});
}

TEST_CASE("empty pieces are skipped and empty values are kept") {
  CHECK(walk("") == pairs{});
  CHECK(walk(" ; ;; ;\t") == pairs{});
  CHECK(walk("a=;;b=") == pairs{{"a", ""}, {"b", ""}});
  CHECK(walk("=") == pairs{{"", ""}});
}

TEST_CASE("commas, quotes and any bytes stay part of a value") {  // CK-8
  CHECK(walk("a=\"x, y\"; b={\"k\":1}") == pairs{{"a", "\"x, y\""}, {"b", "{\"k\":1}"}});
  CHECK(walk("a=\"x;y\"") == pairs{{"a", "\"x"}, {"", "y\""}});
  CHECK(walk("\xff=\0\x01"sv) == pairs{{"\xff", std::string("\0\x01", 2)}});
}

TEST_CASE("at its end a walk leaves the pair unchanged") {
  cookie_pair pair{"before", "it"};
  CHECK_FALSE(cookie_walk(";;").next(pair));
  CHECK(pair.name == "before");
  CHECK(pair.value == "it");
}

// ---- Set-Cookie

TEST_CASE("a Set-Cookie field has a pair and attributes of any letter case") {
  const set_cookie c = parse_set_cookie(
      "id=a3f; DOMAIN=.Shop.example; path=/x; max-AGE=60; secure; HTTPONLY; samesite=strict; Partitioned");
  CHECK(c.name == "id");
  CHECK(c.value == "a3f");
  CHECK(c.domain == "Shop.example");
  CHECK(c.path == "/x");
  CHECK(c.max_age == 60);
  CHECK(c.secure);
  CHECK(c.http_only);
  CHECK(c.partitioned);
  CHECK(c.same_site == same_site::strict);
  CHECK_FALSE(c.expires.has_value());
}

TEST_CASE("a Set-Cookie without attributes leaves every fact unset") {
  const set_cookie c = parse_set_cookie("a=b");
  CHECK(c.domain.empty());
  CHECK(c.path.empty());
  CHECK_FALSE(c.max_age.has_value());
  CHECK_FALSE(c.secure);
  CHECK_FALSE(c.http_only);
  CHECK_FALSE(c.partitioned);
  CHECK(c.same_site == same_site::unset);
}

TEST_CASE("the last attribute of a kind wins, an empty Domain too") {  // CK-15, CK-21
  CHECK(parse_set_cookie("a=1; Path=/x; Path=/y").path == "/y");
  CHECK(parse_set_cookie("a=1; Domain=shop.example; Domain=").domain.empty());
  CHECK(parse_set_cookie("a=1; Max-Age=5; Max-Age=7").max_age == 7);
  CHECK(parse_set_cookie("a=1; SameSite=Lax; SameSite=Bogus").same_site == same_site::unset);
}

TEST_CASE(
    "a last Max-Age that is not a number, and a last Expires that is not a date, cancel the earlier ones") {  // CK-15
  for (const auto value : {"", "x", "1x", "1.5", "+", "++1", " ", "\"1\"", "0x10", "1e9", "7,0"}) {
    CAPTURE(value);
    CHECK_FALSE(parse_set_cookie("a=1; Max-Age=7; Max-Age=" + std::string(value)).max_age.has_value());
  }
  CHECK_FALSE(parse_set_cookie("a=1; Max-Age=7; Max-Age").max_age.has_value());
  CHECK_FALSE(parse_set_cookie("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Expires=soon").expires.has_value());
  CHECK_FALSE(parse_set_cookie("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Expires").expires.has_value());
}

TEST_CASE("a Max-Age may have a sign, and one that begins with a minus deletes, as in Firefox") {
  CHECK(parse_set_cookie("a=1; Max-Age=+7").max_age == 7);
  CHECK(parse_set_cookie("a=1; Max-Age=-7").max_age == -7);
  for (const auto value : {"-", "--1", "- 1", "-x"}) {
    CAPTURE(value);
    CHECK(parse_set_cookie("a=1; Max-Age=" + std::string(value)).max_age == -1);
  }
}

TEST_CASE("Max-Age is limited to 400 days and never overflows") {  // CK-4
  CHECK(parse_set_cookie("a=1; Max-Age=34560000").max_age == 34560000);
  CHECK(parse_set_cookie("a=1; Max-Age=34560001").max_age == 34560000);
  CHECK(parse_set_cookie("a=1; Max-Age=99999999999999999999999999").max_age == 34560000);
  CHECK(*parse_set_cookie("a=1; Max-Age=-99999999999999999999999999").max_age < 0);
}

TEST_CASE("a Path that does not begin with a slash means the default path") {
  CHECK(parse_set_cookie("a=1; Path=x").path.empty());
  CHECK(parse_set_cookie("a=1; Path=/x; Path=").path.empty());
}

TEST_CASE("attribute values over 1,024 bytes are ignored") {  // CK-5
  CHECK(parse_set_cookie("a=1; Path=/" + std::string(1023, 'x')).path.size() == 1024);
  CHECK(parse_set_cookie("a=1; Path=/" + std::string(1024, 'x')).path.empty());
}

TEST_CASE("a Set-Cookie without an equals sign is nameless") {
  CHECK(parse_set_cookie("token").name.empty());
  CHECK(parse_set_cookie("token").value == "token");
  CHECK(parse_set_cookie("=x=y").name.empty());
  CHECK(parse_set_cookie("=x=y").value == "x=y");
  CHECK(parse_set_cookie("").name.empty());
}

// ---- Deletions

TEST_CASE("a cookie is deleted by a Max-Age of zero or less, else by an Expires in the past") {
  const auto deleted = [](std::string_view field) { return deletes(parse_set_cookie(field), at("2026-11-22")); };
  CHECK(deleted("a=; Max-Age=0"));
  CHECK(deleted("a=; Max-Age=-1"));
  CHECK(deleted("a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"));
  CHECK(deleted("a=; Expires=Sun, 22 Nov 2026 00:00:00 GMT"));
  CHECK_FALSE(deleted("a=; Expires=Sun, 22 Nov 2026 00:00:01 GMT"));
  CHECK_FALSE(deleted("a=; Max-Age=1"));
  CHECK_FALSE(deleted("a="));
  CHECK_FALSE(deleted("a=; Expires=never"));
}

TEST_CASE("Max-Age takes precedence over Expires, whichever comes last") {
  const auto deleted = [](std::string_view field) { return deletes(parse_set_cookie(field), at("2026-11-22")); };
  CHECK_FALSE(deleted("a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"));
  CHECK_FALSE(deleted("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60"));
  CHECK(deleted("a=1; Max-Age=0; Expires=Fri, 01 Jan 2038 00:00:00 GMT"));
  CHECK(deleted("a=1; Max-Age=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT"));
  CHECK_FALSE(deleted("a=1; Max-Age=0; Max-Age=x"));
}

TEST_CASE("a deletion is written without value and date, and deletes the same cookie") {  // CK-10
  const auto deletion = [](std::string_view field) {
    std::string out(deletion_size_max(field.size()), '\xee');
    out.resize(write_deletion(field, out.data()));
    return out;
  };
  CHECK(deletion("a=secret; Expires=Thu, 01 Jan 1970 00:00:00 GMT") == "a=; Max-Age=0");
  CHECK(deletion(" a = b ;path=/x;DOMAIN=.shop.example;secure;partitioned;Max-Age=-1;Priority=High") ==
        "a=; Max-Age=0; Path=/x; Domain=shop.example; Secure; Partitioned");
  CHECK(deletion("__Host-Http-a=b; Path=/; Secure; HttpOnly; SameSite=none") ==
        "__Host-Http-a=; Max-Age=0; Path=/; SameSite=None; Secure; HttpOnly");
  CHECK(deletion("a; Path=x; Domain=x; Domain=") == "=; Max-Age=0");
  CHECK(deletion("") == "=; Max-Age=0");
  CHECK(deletion("a=1; Domain=. x.example") == "a=; Max-Age=0; Domain=. x.example");
  CHECK(deletion("a=1; Domain=..x.example") == "a=; Max-Age=0; Domain=..x.example");
  for (const auto same : {"lax", "STRICT", "None"}) {
    const std::string field = "a=;Path=/;Domain=d;Secure;HttpOnly;Partitioned;SameSite=" + std::string(same);
    CHECK(deletion(field).size() <= deletion_size_max(field.size()));
  }
}

// ---- Why browsers reject it

TEST_CASE("what browsers store is not rejected") {
  for (const auto field : {"a=b", "a=", "=b", "token", "a=b; Secure; SameSite=None", "a=\"x, y\"; Path=/", "a=\xc3\xa9",
                           "a=b\tc", "a=b; SameSite=Bogus", "a=b; Domain=shop.example", "a=b; Domain=.SHOP.example",
                           "__Secure-a=b; Secure", "__Host-a=b; Secure; Path=/", "__Http-a=b; Secure; HttpOnly",
                           "__Host-Http-a=b; Secure; HttpOnly; Path=/", "a=b; Partitioned; Secure"}) {
    CAPTURE(field);
    CHECK(rejected(field).empty());
  }
}

TEST_CASE("control characters, an empty cookie and more than 4,096 bytes are rejected") {  // CK-5, CK-15
  CHECK(rejected("a=b\x01") == "control character");
  CHECK(rejected("a=b\0c"sv) == "control character");
  CHECK(rejected("a=b\x7f") == "control character");
  CHECK(rejected("a=b; Path=/\n") == "control character");
  CHECK(rejected("") == "neither name nor value");
  CHECK(rejected("=; Path=/") == "neither name nor value");
  CHECK(rejected("a=" + std::string(4095, 'x')).empty());
  CHECK(rejected("a=" + std::string(4096, 'x')) == "name and value over 4096 bytes");
}

TEST_CASE("a Domain that does not match the host is rejected") {
  CHECK(rejected("a=b; Domain=other.example") == "Domain is not the host's");
  CHECK(rejected("a=b; Domain=sub.www.shop.example") == "Domain is not the host's");
  CHECK(rejected("a=b; Domain=op.example") == "Domain is not the host's");
  CHECK(rejected("a=b; Domain=shop.exampl\xc3\xa9") == "Domain is not ASCII");
}

TEST_CASE("SameSite=None and Partitioned need Secure, and Secure needs a secure origin") {  // CK-6, CK-7
  CHECK(rejected("a=b; SameSite=None") == "SameSite=None without Secure");
  CHECK(rejected("a=b; Partitioned") == "Partitioned without Secure");
  CHECK(rejected("a=b; Secure", "www.shop.example", false) == "Secure from an insecure origin");
}

TEST_CASE("each name prefix has its rules, compared without letter case") {  // CK-16, CK-22
  CHECK(rejected("__Secure-a=b") == "prefix without Secure");
  CHECK(rejected("__secure-a=b") == "prefix without Secure");
  CHECK(rejected("__HOST-a=b; Path=/") == "prefix without Secure");
  CHECK(rejected("__Host-a=b; Secure") == "__Host- prefix without Path=/");
  CHECK(rejected("__Host-a=b; Secure; Path=/x") == "__Host- prefix without Path=/");
  CHECK(rejected("__Host-a=b; Secure; Path=/; Domain=shop.example") == "__Host- prefix with Domain");
  CHECK(rejected("__Http-a=b; Secure") == "prefix without HttpOnly");
  CHECK(rejected("__Host-Http-a=b; Secure; Path=/") == "prefix without HttpOnly");
  CHECK(rejected("__Host-Http-a=b; Secure; HttpOnly") == "__Host- prefix without Path=/");
  CHECK(rejected("__Secured=b").empty());
}

TEST_CASE("a nameless cookie may not imitate a prefix") {  // CK-13
  CHECK(rejected("=__Host-abide=1; Secure; Path=/") == "nameless cookie that imitates a name");
  CHECK(rejected("=a=1") == "nameless cookie that imitates a name");
  CHECK(rejected("__secure-token") == "nameless cookie that imitates a prefix");
}

// ---- Dates

TEST_CASE("cookie dates are read in the forms that servers send") {
  for (const auto text :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        "06 Nov 1994 08:49:37", "8:49:37 6 november 1994", "1994 08:49:37 Nov 06", "Nov/6/94 8:49:37x"}) {
    CAPTURE(text);
    CHECK(parse_cookie_date(text) == at("1994-11-06T08:49:37Z"));
  }
}

TEST_CASE("two-digit years from 70 are in the last century, others in this one") {
  CHECK(parse_cookie_date("1 Jan 70 00:00:00") == at("1970-01-01"));
  CHECK(parse_cookie_date("1 Jan 99 00:00:00") == at("1999-01-01"));
  CHECK(parse_cookie_date("1 Jan 69 00:00:00") == at("2069-01-01"));
  CHECK(parse_cookie_date("1 Jan 00 00:00:00") == at("2000-01-01"));
}

TEST_CASE("a year has one to five digits, of any century, as browsers read it") {
  CHECK(parse_cookie_date("1 Jan 6 00:00:00") == at("2006-01-01"));
  CHECK(parse_cookie_date("1 Jan 038 00:00:00") == at("2038-01-01"));
  CHECK(parse_cookie_date("1 Jan 1600 00:00:00") < at("1970-01-01"));
  CHECK(parse_cookie_date("1 Jan 10000 00:00:00") > at("2100-01-01"));
}

TEST_CASE("what is not a cookie date gives nothing") {
  for (const auto text :
       {"", "soon", "Sun, 06 Nov 1994", "06 Nov 08:49:37", "Nov 1994 08:49:37", "06 1994 08:49:37",
        "32 Jan 2026 00:00:00", "00 Jan 2026 00:00:00", "29 Feb 2025 00:00:00", "31 Apr 2026 00:00:00",
        "1 Jan 2026 24:00:00", "1 Jan 2026 00:60:00", "1 Jan 2026 00:00:60", "1 Jan 2026 000:00:00",
        "1 Jan 202600 00:00:00", "1 Jan 2026 00-00-00", "1 Foo 2026 00:00:00"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_cookie_date(text).has_value());
  }
  CHECK(parse_cookie_date("29 Feb 2028 00:00:00") == at("2028-02-29"));
}

TEST_CASE("a date gives the same time whether or not it is in the usual form") {
  const std::string_view usual = "Sun, 06 Nov 1994 08:49:37 GMT";
  const std::string_view bytes = "0129 -,:;SunMarzGT\t";
  std::size_t read = 0;
  for (const std::string_view text :
       {usual, std::string_view("Sun, 06-Nov-1994 08:49:37"), std::string_view("Mar, 31 Jan 0070 23:59:59 X")})
    for (std::size_t at = 0; at < text.size(); ++at)
      for (const char a : bytes)
        for (const char b : bytes) {
          std::string date(text);
          date[at] = a;
          date[(at + 1) % date.size()] = b;
          const auto time = parse_cookie_date(date);
          read += time.has_value();
          if (time != parse_cookie_date(";" + date)) FAIL(date);  // a delimiter in front makes the form an unusual one
        }
  CHECK(read > 1000);
}

// ---- Domains

TEST_CASE("a domain matches itself and its subdomains, but an address matches only itself") {
  CHECK(domain_matches("shop.example", "shop.example"));
  CHECK(domain_matches("www.shop.example", "SHOP.example"));
  CHECK(domain_matches("a.b.shop.example", "shop.example"));
  CHECK_FALSE(domain_matches("myshop.example", "shop.example"));
  CHECK_FALSE(domain_matches("shop.example", "www.shop.example"));
  CHECK_FALSE(domain_matches("shop.example", ""));
  CHECK(domain_matches("10.0.0.1", "10.0.0.1"));
  CHECK_FALSE(domain_matches("10.0.0.1", "0.0.1"));
  CHECK_FALSE(domain_matches("::1.2", "2"));
}
