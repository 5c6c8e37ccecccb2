#include "site/consent_cookie.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "abide/config.hpp"
#include "abide/cookie.hpp"
#include "catch.hpp"
#include "words.hpp"

using namespace abide;
using namespace abide::detail;

namespace {

const std::string secret_one(32, 'k'), secret_two = "another secret of 32 bytes or so!", secret_three(64, 'z');

record sample() {
  record r;
  r.choices = {choice::none, choice::granted, choice::denied, choice::denied};
  r.time = words::today();
  r.notice = 3;
  r.source = source::banner;
  r.sticky_since = words::today() - 9;
  return r;
}

const std::string subject = "0123456789abcdef0123456789abcdef";

std::string value_of(const std::string& field) {
  const std::size_t equals = field.find('=');
  return field.substr(equals + 1, field.find(';') - equals - 1);
}

std::string signed_by(const keys& k, std::string_view host = "shop.example") {
  return value_of(write_consent_cookie("abide", {sample(), subject}, host, k, false, 395));
}

std::string fault_of(const std::vector<std::string>& secrets) {
  try {
    keys(secrets, "consent.keys");
  } catch (const config_error& error) {
    return error.what();
  }
  return "no fault";
}

}  // namespace

TEST_CASE("the consent cookie is __Host- and Secure on HTTPS, HttpOnly always") {
  const keys k({secret_one}, "");
  CHECK(consent_cookie_name(config{}, true) == "__Host-abide");
  CHECK(consent_cookie_name(config{}, false) == "abide");
  const std::string secure = write_consent_cookie("__Host-abide", {sample(), subject}, "shop.example", k, true, 395);
  const set_cookie c = read_set_cookie(secure);
  CHECK(c.name == "__Host-abide");
  CHECK(c.secure);
  CHECK(c.http_only);
  CHECK(c.path == "/");
  CHECK(c.domain.empty());
  CHECK(c.same_site == same_site::lax);
  CHECK(c.max_age == 395 * 86400);
  CHECK(why_rejected(secure, c, {"shop.example", true}).empty());
  CHECK_FALSE(
      read_set_cookie(write_consent_cookie("abide", {sample(), subject}, "shop.example", k, false, 395)).secure);
}

TEST_CASE("the value of a consent cookie needs no quoting") {  // CK-1
  const std::string value = signed_by(keys({secret_one}, ""));
  for (const char c : value) CHECK((c > ' ' && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\'));
  CHECK(value.size() < 256);
}

TEST_CASE("a signed choice reads back") {
  const keys k({secret_one}, "");
  const auto read = read_consent_cookie(signed_by(k), "shop.example", k);
  REQUIRE(read.has_value());
  CHECK(read->record.choices == sample().choices);
  CHECK(read->record.time == sample().time);
  CHECK(read->record.sticky_since == sample().sticky_since);
  CHECK(read->subject == subject);
}

TEST_CASE("a choice with any byte changed, cut or added is no choice") {
  const keys k({secret_one}, "");
  const std::string value = signed_by(k);
  const auto is_refused = [&](const std::string& changed) {
    return !read_consent_cookie(changed, "shop.example", k).has_value();
  };
  for (std::size_t i = 0; i < value.size(); ++i) {
    for (const char c : {'0', 'g', '~', '.', 'A', '\0', '\xff'})
      if (value[i] != c && !is_refused(std::string(value).replace(i, 1, 1, c))) FAIL("byte " << i << " as " << c);
    if (!is_refused(value.substr(0, i))) FAIL("cut at " << i);
    if (!is_refused(std::string(value).insert(i, 1, 'A'))) FAIL("added at " << i);
  }
  CHECK(is_refused(value + "="));
  CHECK(is_refused(value + "~"));
  CHECK(is_refused(" " + value));
  CHECK(is_refused("\"" + value + "\""));
}

TEST_CASE("an unsigned record is no choice") {
  const keys k({secret_one}, "");
  const std::string name(k.newest());
  for (const std::string& value :
       {std::string("1.nggg.1795305600.1.1.."), std::string("1.nggg.1795305600.1.1..~") + name + "~",
        std::string("1.nggg.1795305600.1.1..~~"), std::string("~~"), std::string("~"), std::string(),
        std::string(5000, '~'), std::string(5000, '1') + "~" + name + "~x"})
    CHECK_FALSE(read_consent_cookie(value, "shop.example", k).has_value());
}

TEST_CASE("a well-signed text that is no record is no choice") {
  const keys k({secret_one}, "");
  const std::string text = "2.nggg.1795305600.1.1..";
  CHECK_FALSE(read_consent_cookie(text + "~~" + std::string(k.newest()) + "~" + k.sign(text + "~~shop.example"),
                                  "shop.example", k)
                  .has_value());
  const std::string good = "1.nggg.1795305600.1.1..";
  CHECK(read_consent_cookie(good + "~~" + std::string(k.newest()) + "~" + k.sign(good + "~~shop.example"),
                            "shop.example", k)
            .has_value());
}

TEST_CASE("a choice made on another host is no choice here") {
  const keys k({secret_one}, "");
  const std::string value = signed_by(k, "shop.example");
  CHECK(read_consent_cookie(value, "shop.example", k).has_value());
  for (const char* host : {"", "other.example", "www.shop.example", "SHOP.example", "shop.example.", "shop.exampl"})
    CHECK_FALSE(read_consent_cookie(value, host, k).has_value());
}

TEST_CASE("the newest key signs, older ones still verify, and a removed one does not") {
  const keys old({secret_one}, ""), rotated({secret_two, secret_one}, ""), after({secret_two}, "");
  const std::string value = signed_by(old);
  CHECK(read_consent_cookie(value, "shop.example", rotated).has_value());
  CHECK_FALSE(read_consent_cookie(value, "shop.example", after).has_value());
  CHECK(rotated.newest() == after.newest());
  CHECK(rotated.newest() != old.newest());
  CHECK(read_consent_cookie(signed_by(rotated), "shop.example", after).has_value());
  CHECK_FALSE(read_consent_cookie(signed_by(rotated), "shop.example", old).has_value());
}

TEST_CASE("one key's name with another key's signature is refused") {
  const keys both({secret_one, secret_two}, ""), two({secret_two}, "");
  std::string value = signed_by(two);
  value.replace(value.find('~', value.find('~') + 1) + 1, key_name_size, std::string(both.newest()));
  CHECK_FALSE(read_consent_cookie(value, "shop.example", both).has_value());
}

TEST_CASE("keys are at least 32 bytes, and no message shows one") {
  CHECK(fault_of({}) == "consent.keys: expected at least one key");
  const std::string fault = fault_of({"short-secret-value"});
  CHECK(fault.find("at least 32 bytes") != std::string::npos);
  CHECK(fault.find("short-secret-value") == std::string::npos);
  CHECK(fault_of({secret_one, "x"}) != "no fault");
  CHECK(fault_of({secret_one, secret_three}) == "no fault");
}

TEST_CASE("keys come from the environment or from a file, newest first") {
  setenv("ABIDE_TEST_KEYS", (secret_one + "," + secret_three + "  x").c_str(), 1);
  CHECK(read_secrets("env:ABIDE_TEST_KEYS") == std::vector<std::string>{secret_one, secret_three, "x"});
  unsetenv("ABIDE_TEST_KEYS");
  CHECK_THROWS_AS(read_secrets("env:ABIDE_TEST_KEYS"), config_error);
  const std::string file = ABIDE_BINARY_DIR "/keys_of_a_test.txt";
  std::ofstream(file) << secret_one << "\n" << secret_three << "\r\n\n";
  CHECK(read_secrets("file:" + file) == std::vector<std::string>{secret_one, secret_three});
  std::remove(file.c_str());
  CHECK_THROWS_AS(read_secrets("file:" + file), config_error);
  CHECK(read_secrets("").empty());
}

TEST_CASE("a random secret is long enough and never the same") {
  CHECK(random_secret().size() >= 32);
  CHECK(random_secret() != random_secret());
}
