#include "site/consent_cookie.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "abide/config.hpp"
#include "abide/cookie.hpp"
#include "abide/event.hpp"
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

constexpr cookie_realm here{"shop.example", false, false}, on_https{"shop.example", true, false};

signed_choice sample_choice() { return {sample(), subject, 1795305600123, words::today(), true}; }

std::string signed_by(const keys& k, const cookie_realm& realm = here) {
  return value_of(write_consent_cookie("abide", sample_choice(), realm, k, 395));
}

/// As the first versions signed it.
std::string signed_in_first_form(const keys& k, std::string_view key_name, std::size_t key) {
  char text[record_text_max];
  const std::string said = std::string(text, write_record(sample(), text)) + "~" + subject;
  return said + "~" + std::string(key_name) + "~" + k.signatures(said + "~shop.example").at(key);
}

std::string key_name_of(const std::string& secret) {
  const std::string hex = sha256_hex(secret);
  std::string bytes, name;
  for (std::size_t i = 0; i < hex.size(); i += 2) bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  unsigned held = 0, bits = 0;
  for (const char c : bytes) {
    held = held << 8 | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6) name += letters[held >> (bits - 6) & 63u];
  }
  return name.substr(0, key_name_size);
}

std::string fault_of(const std::vector<std::string>& secrets) {
  try {
    keys(secrets, "consent.keys", key_use::cookies);
  } catch (const config_error& error) {
    return error.what();
  }
  return "no fault";
}

}  // namespace

TEST_CASE("the consent cookie is __Host- and Secure on HTTPS, HttpOnly always") {
  const keys k({secret_one}, "", key_use::cookies);
  CHECK(consent_cookie_name(config{}, true) == "__Host-abide");
  CHECK(consent_cookie_name(config{}, false) == "abide");
  const std::string secure = write_consent_cookie("__Host-abide", sample_choice(), on_https, k, 395);
  const set_cookie c = parse_set_cookie(secure);
  CHECK(c.name == "__Host-abide");
  CHECK(c.secure);
  CHECK(c.http_only);
  CHECK(c.path == "/");
  CHECK(c.domain.empty());
  CHECK(c.same_site == same_site::lax);
  CHECK(c.max_age == 395 * 86400);
  CHECK(why_rejected(secure, c, {"shop.example", true}).empty());
  CHECK_FALSE(parse_set_cookie(write_consent_cookie("abide", sample_choice(), here, k, 395)).secure);
}

TEST_CASE("the value of a consent cookie needs no quoting") {  // CK-1
  const std::string value = signed_by(keys({secret_one}, "", key_use::cookies));
  for (const char c : value) CHECK((c > ' ' && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\'));
  CHECK(value.size() < 256);
}

TEST_CASE("a signed choice reads back") {
  const keys k({secret_one}, "", key_use::cookies);
  const auto read = read_consent_cookie(signed_by(k), here, k);
  REQUIRE(read.has_value());
  CHECK(read->record.choices == sample().choices);
  CHECK(read->record.time == sample().time);
  CHECK(read->record.sticky_since == sample().sticky_since);
  CHECK(read->subject == subject);
  CHECK(read->serial == 1795305600123);
  CHECK(read->written == words::today());
  CHECK(read->is_newly_signed);
}

TEST_CASE("a choice with any byte changed, removed or added is not a choice") {
  const keys k({secret_one}, "", key_use::cookies);
  const std::string value = signed_by(k);
  const auto is_refused = [&](const std::string& changed) {
    return !read_consent_cookie(changed, here, k).has_value();
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

TEST_CASE("an unsigned record is not a choice") {
  const keys k({secret_one}, "", key_use::cookies);
  const std::string name(k.newest());
  for (const std::string& value :
       {std::string("1.nggg.1795305600.1.1.."), std::string("1.nggg.1795305600.1.1..~") + name + "~",
        std::string("1.nggg.1795305600.1.1..~~"), std::string("~~"), std::string("~"), std::string(),
        std::string(5000, '~'), std::string(5000, '1') + "~" + name + "~x"})
    CHECK_FALSE(read_consent_cookie(value, here, k).has_value());
}

TEST_CASE("a correctly signed text that is not a record is not a choice") {
  const keys k({secret_one}, "", key_use::cookies);
  const auto reads = [&](const std::string& record, const std::string& rest = "~~0~0") {
    const std::string said = record + rest;
    const std::string signature = k.sign("abide-choice-2\nhttp\nhost\nshop.example\n" + said);
    return read_consent_cookie(said + "~" + std::string(k.newest()) + "~" + signature, here, k).has_value();
  };
  CHECK_FALSE(reads("2.nggg.1795305600.1.1.."));
  CHECK(reads("1.nggg.1795305600.1.1.."));
  CHECK_FALSE(reads("1.nggg.1795305600.1.1..", "~~x~0"));
  CHECK_FALSE(reads("1.nggg.1795305600.1.1..", "~~0~"));
  CHECK_FALSE(reads("1.nggg.1795305600.1.1..", "~~0~0~0"));
  CHECK_FALSE(reads("1.nggg.1795305600.1.1..", "~" + std::string(65, 's') + "~0~0"));
}

TEST_CASE("a choice made on another host, scheme or domain is not a choice here") {
  const keys k({secret_one}, "", key_use::cookies);
  const std::string value = signed_by(k);
  CHECK(read_consent_cookie(value, here, k).has_value());
  for (const char* host : {"", "other.example", "www.shop.example", "SHOP.example", "shop.example.", "shop.exampl",
                           "shop.example~", "shop.example\nx"})
    CHECK_FALSE(read_consent_cookie(value, {host, false, false}, k).has_value());
  CHECK_FALSE(read_consent_cookie(value, on_https, k).has_value());
  CHECK_FALSE(read_consent_cookie(value, {"shop.example", false, true}, k).has_value());
  CHECK_FALSE(read_consent_cookie(signed_by(k, on_https), here, k).has_value());
}

TEST_CASE("a choice in the first form, signed by an earlier version, is still read, and is to be rewritten") {
  const keys k({secret_one}, "", key_use::cookies);
  const std::string value = signed_in_first_form(k, key_name_of(secret_one), 1);
  const auto read = read_consent_cookie(value, here, k);
  REQUIRE(read.has_value());
  CHECK(read->record.choices == sample().choices);
  CHECK(read->serial == 0);
  CHECK_FALSE(read->is_newly_signed);
  CHECK_FALSE(read_consent_cookie(value, {"shop.example", false, true}, k).has_value());
  CHECK_FALSE(read_consent_cookie(value, {"other.example", false, false}, k).has_value());
}

TEST_CASE("in the first form a host with a tilde is refused: it cannot be told apart from the subject") {
  const keys k({secret_one}, "", key_use::cookies);
  const std::string said = "1.nggg.1795305600.1.1..~a";
  const std::string value = said + "~" + key_name_of(secret_one) + "~" + k.signatures(said + "~b~shop.example").at(1);
  CHECK_FALSE(read_consent_cookie(value, {"b~shop.example", false, false}, k).has_value());
}

TEST_CASE("the newest key signs, older ones still verify, and a removed one does not") {
  const auto made = [](const std::vector<std::string>& secrets) { return keys(secrets, "", key_use::cookies); };
  const keys old = made({secret_one}), rotated = made({secret_two, secret_one}), after = made({secret_two});
  const std::string value = signed_by(old);
  const auto read = read_consent_cookie(value, here, rotated);
  REQUIRE(read.has_value());
  CHECK_FALSE(read->is_newly_signed);
  CHECK_FALSE(read_consent_cookie(value, here, after).has_value());
  CHECK(rotated.newest() == after.newest());
  CHECK(rotated.newest() != old.newest());
  CHECK(read_consent_cookie(signed_by(rotated), here, after).has_value());
  CHECK_FALSE(read_consent_cookie(signed_by(rotated), here, old).has_value());
}

TEST_CASE("each use of a secret has its own key") {
  const auto made = [](key_use use) { return keys({secret_one}, "", use); };
  const keys cookies = made(key_use::cookies), records = made(key_use::records), accounts = made(key_use::accounts);
  const std::string said = "the same text";
  CHECK(cookies.sign(said) != records.sign(said));
  CHECK(cookies.sign(said) != accounts.sign(said));
  CHECK(records.sign(said) != accounts.sign(said));
  CHECK_FALSE(records.verify(cookies.newest(), said, cookies.sign(said)));
}

TEST_CASE("keys are derived as RFC 5869 specifies") {
  // Python's hmac: PRK = HMAC(32 zero bytes, secret), OKM = HMAC(PRK, "abide records" 01), then HMAC(OKM, "x")
  CHECK(keys({secret_one}, "", key_use::records).sign("x") == "WdJx_PI2dgxjvNMquNvTKDmW141nmk5-qStpjMsByiQ");
}

TEST_CASE("one key's name with another key's signature is refused") {
  const keys both({secret_one, secret_two}, "", key_use::cookies), two({secret_two}, "", key_use::cookies);
  std::string value = signed_by(two);
  value.replace(value.rfind('~') - key_name_size, key_name_size, std::string(both.newest()));
  CHECK_FALSE(read_consent_cookie(value, here, both).has_value());
}

TEST_CASE("keys have at least 32 bytes, and no message shows one") {
  CHECK(fault_of({}) == "consent.keys: expected at least one key, found none");
  const std::string fault = fault_of({"short-secret-value"});
  CHECK(fault.find("at least 32 bytes") != std::string::npos);
  CHECK(fault.find("short-secret-value") == std::string::npos);
  CHECK(fault_of({secret_one, "x"}) != "no fault");
  CHECK(fault_of({secret_one, secret_three}) == "no fault");
}

namespace {

struct told {
  std::vector<std::string> secrets, warnings;
  std::string fault;
};

told read_from(const std::string& place) {
  told made;
  try {
    made.secrets = read_secrets(place, "consent.keys", [&](const std::string& text) { made.warnings.push_back(text); });
  } catch (const config_error& error) {
    made.fault = error.what();
  }
  return made;
}

const std::string good_one = "c8a1f09b7e5d4326", good_two = "0f1e2d3c4b5a6978";
const std::string key_one = good_one + good_one, key_two = good_two + good_two;

/// Per process: ctest runs several tests of this file at the same time.
struct key_file {
  std::string path = ABIDE_BINARY_DIR "/keys_of_test_" + std::to_string(getpid()) + ".txt";
  explicit key_file(const std::string& text, std::filesystem::perms mode = std::filesystem::perms::owner_read) {
    std::filesystem::remove(path);
    std::ofstream(path) << text;
    std::filesystem::permissions(path, mode);
  }
  ~key_file() { std::filesystem::remove(path); }
};

}  // namespace

TEST_CASE("keys come from the environment or from a file, newest first") {
  setenv("ABIDE_TEST_KEYS", (key_one + "," + key_two + "  ").c_str(), 1);
  CHECK(read_from("env:ABIDE_TEST_KEYS").secrets == std::vector<std::string>{key_one, key_two});
  unsetenv("ABIDE_TEST_KEYS");
  const key_file file(key_one + "\n" + key_two + "\r\n\n");
  CHECK(read_from("file:" + file.path).secrets == std::vector<std::string>{key_one, key_two});
  CHECK(read_from("file:" + file.path).warnings.empty());
  CHECK(read_from("").secrets.empty());
}

TEST_CASE("configured keys that are missing are refused by name") {
  const auto fault_names = [](const std::string& place, const std::string& name) {
    const told made = read_from(place);
    INFO(place << ": " << made.fault);
    CHECK(made.fault.find("consent.keys") == 0);
    CHECK(made.fault.find(name) != std::string::npos);
  };
  fault_names("env:ABIDE_TEST_KEYS", "ABIDE_TEST_KEYS");
  for (const char* blank : {"", " ", ",\n", "\t"}) {
    setenv("ABIDE_TEST_KEYS", blank, 1);
    fault_names("env:ABIDE_TEST_KEYS", "ABIDE_TEST_KEYS");
    const key_file file(blank);
    fault_names("file:" + file.path, file.path);
  }
  setenv("ABIDE_TEST_KEYS", (key_one + " short-one").c_str(), 1);
  fault_names("env:ABIDE_TEST_KEYS", "at least 32 bytes");
  CHECK(read_from("env:ABIDE_TEST_KEYS").fault.find("short-one") == std::string::npos);
  unsetenv("ABIDE_TEST_KEYS");
  fault_names("file:" ABIDE_BINARY_DIR, "folder");
  fault_names("file:" ABIDE_BINARY_DIR "/no_such_file", "no_such_file");
  fault_names("file:/dev/zero", "device");
  const key_file endless(key_one + "\n" + std::string(70'000, ' '));
  fault_names("file:" + endless.path, "at most 65536 bytes");
}

TEST_CASE("a key that another server may read differently causes a warning that names it") {
  for (const std::string& text :
       {"\xef\xbb\xbf" + key_one, std::string("\"") + key_one + "\xe2\x80\x9d", '\1' + key_one}) {
    const key_file file(key_two + "\n" + text + "\n");
    const told made = read_from("file:" + file.path);
    REQUIRE(made.warnings.size() == 1);
    CHECK(made.warnings[0].find("key 2 of " + file.path + " contains bytes other than printable ASCII") !=
          std::string::npos);
    CHECK(made.secrets.size() == 2);
  }
}

TEST_CASE("a key file that everybody may read, and a key that was typed by hand, cause warnings that name them") {
  const key_file file(key_one + "\n" + std::string(32, 'k'),
                      std::filesystem::perms::owner_read | std::filesystem::perms::others_read);
  const told made = read_from("file:" + file.path);
  REQUIRE(made.warnings.size() == 2);
  CHECK(made.warnings[0].find(file.path) != std::string::npos);
  CHECK(made.warnings[0].find("every user of this machine may read or write") != std::string::npos);
  CHECK(made.warnings[1].find("key 2 of " + file.path) != std::string::npos);
  CHECK(made.warnings[1].find("kkkk") == std::string::npos);
  CHECK(made.secrets.size() == 2);
}

TEST_CASE("a key in quotes, and a placeholder in the place of a key, cause warnings that name them") {
  const auto warned = [](const std::string& keys) {
    const key_file file(keys);
    std::string all;
    for (const std::string& each : read_from("file:" + file.path).warnings) all += each + '\n';
    return all;
  };
  const std::string quoted = std::string(1, '"').append(key_one).append(1, '"');
  CHECK(warned(quoted).find("key 1 of ") != std::string::npos);
  CHECK(warned(quoted).find("has quotes around it") != std::string::npos);
  CHECK(warned(key_one + '\n' + quoted).find("key 2 of ") != std::string::npos);
  for (const char* each : {"${ABIDE_KEYS_OF_THE_SECRET_MANAGER}", "$(keys-of-the-secret-manager-of-abide)",
                           "{{.Values.abide.consent.keys.newest}}", "<at-least-32-bytes-of-random-key-here>"})
    CHECK(warned(each).find("is a placeholder") != std::string::npos);
  CHECK(warned(key_one).empty());
}

TEST_CASE("a random secret is long enough and always different") {
  CHECK(random_secret().size() >= 32);
  CHECK(random_secret() != random_secret());
}

TEST_CASE("a value longer than any that a site writes is not a choice") {
  const keys k({secret_one}, "", key_use::cookies);
  CHECK_FALSE(read_consent_cookie(std::string(consent_value_max + 1, '~'), here, k));
}
