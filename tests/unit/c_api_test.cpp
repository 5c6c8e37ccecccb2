// The C interface gives the same answers as the C++ core for any question.
#include <cstring>
#include <deque>
#include <random>

#include "abide/abide.h"
#include "catch.hpp"
#include "scene.hpp"

extern "C" {
int c_caller_decides(void);
int c_caller_filters(void);
int c_caller_keeps_records(void);
}

using namespace abide;

TEST_CASE("a C99 program decides") { CHECK(c_caller_decides() == 0); }
TEST_CASE("a C99 program filters cookies") { CHECK(c_caller_filters() == 0); }
TEST_CASE("a C99 program keeps records") { CHECK(c_caller_keeps_records() == 0); }

namespace {

abide_text text_of(std::string_view text) { return {text.data(), text.size()}; }
std::string_view string_view_of(abide_text text) {
  return text.size == 0 ? std::string_view() : std::string_view(text.data, text.size);
}
std::string string_of(abide_text text) { return text.size == 0 ? std::string() : std::string(text.data, text.size); }

// Random questions, the same in every run.
struct questions {
  std::mt19937_64 random{20261122};
  std::deque<std::string> texts;  // owns the texts that the views refer to

  std::size_t below(std::size_t n) { return random() % n; }
  bool maybe(unsigned percent) { return below(100) < percent; }
  template <std::size_t n>
  std::string_view one_of(const char* const (&list)[n]) {
    return list[below(n)];
  }

  std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }

  std::string_view name() {
    static const char* const names[]{"_ga", "_ga_X1", "_fbp",  "PHPSESSID",    "uid", "r",         "a",
                                     "f",   "t",      "abide", "__Host-abide", "",    "lang",      "_pk_id.1",
                                     "IDE", "a*",     "\xff",  "__utma",       "zz",  "JSESSIONID"};
    return one_of(names);
  }
  std::string_view host() {
    static const char* const hosts[]{
        "",         "shop.example", "cdn.ads.example", "ads.example", "sync.criteo.com", "www.linkedin.com",
        "10.0.0.1", "[::1]"};
    return one_of(hosts);
  }
  std::string_view pattern() {
    static const char* const patterns[]{"r", "a*", "*t", "f", "_g*a", "*", "_pk_*", "lang", "u*d"};
    return one_of(patterns);
  }
  std::string_view programme() {
    static const char* const programmes[]{"", "loyalty", "coupons"};
    return one_of(programmes);
  }
  std::string_view place() {
    static const char* const places[]{"DE",    "GB", "FR", "US-CA", "us-ct", "US-MD", "US-OK", "US",
                                      "CA-QC", "JP", "CH", "",      "XX",    "uk",    "US-TX"};
    return one_of(places);
  }
  std::string_view field() {
    std::string out;
    for (std::size_t n = below(7); n > 0; --n) {
      out += std::string(name()) + (maybe(85) ? "=" : "") + std::to_string(below(50));
      out += maybe(80) ? "; " : maybe(50) ? ";" : ";; ";
    }
    return keep(out);
  }
  std::string_view set_cookie_field() {
    static const char* const attributes[]{"",
                                          "; Max-Age=0",
                                          "; Max-Age=60",
                                          "; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
                                          "; Domain=ads.example",
                                          "; Domain=.shop.example; Path=/",
                                          "; Secure; HttpOnly",
                                          ";;=;"};
    return keep(std::string(name()) + (maybe(90) ? "=1" : "") + std::string(one_of(attributes)) +
                std::string(one_of(attributes)));
  }
  std::int64_t time() { return words::today() + static_cast<std::int64_t>(below(800 * 86400)) - 600 * 86400; }
};

record record_of(const abide_record& from) {
  record r;
  for (unsigned i = 0; i < 4; ++i) r.choices[i] = static_cast<choice>(from.choices[i]);
  r.time = from.time;
  r.notice = from.notice;
  r.source = static_cast<source>(from.source);
  if (from.sticky_since) r.sticky_since = from.sticky_since;
  if (from.exception_time) r.exception = informed_exception{category_set(from.exception_purposes), from.exception_time};
  if (from.opt_in_time)
    r.opt_in = opt_in{category_set(from.opt_in_purposes), from.opt_in_time, from.opt_in_confirmed != 0};
  for (; r.services.count < from.service_count; ++r.services.count) {
    const abide_service_grant& each = from.services[r.services.count];
    r.services.at[r.services.count] = {each.service, static_cast<category>(each.category), each.notice, each.time};
  }
  return r;
}

abide_record random_record(questions& ask) {
  abide_record r{};
  r.time = ask.maybe(90) ? ask.time() : 0;
  r.notice = static_cast<std::uint32_t>(ask.below(3));
  for (auto& choice : r.choices) choice = static_cast<std::uint8_t>(ask.below(3));
  r.source = static_cast<std::uint8_t>(ask.below(8));
  if (ask.maybe(40)) r.sticky_since = ask.time();
  if (ask.maybe(40)) {
    r.exception_time = ask.time();
    r.exception_purposes = static_cast<std::uint8_t>(ask.below(16));
  }
  if (ask.maybe(40)) {
    r.opt_in_time = ask.time();
    r.opt_in_purposes = static_cast<std::uint8_t>(ask.below(16));
    r.opt_in_confirmed = ask.maybe(50);
  }
  for (std::size_t count = ask.below(9); r.service_count < count; ++r.service_count)
    r.services[r.service_count] = {ask.time(), static_cast<std::uint32_t>(1 + ask.below(3)),
                                   static_cast<std::uint32_t>(ask.below(3)),
                                   static_cast<std::uint8_t>(1 + ask.below(3))};
  return r;
}

std::string told_by(const finding& f) {
  return std::string(f.name) + '|' + std::string(f.what.vendor) + '|' + std::string(to_string(f.what.category)) + '|' +
         std::to_string(f.what.shared) + std::to_string(f.what.confidence) + std::string(to_string(f.what.from)) + '|' +
         std::to_string(f.from_request) + std::to_string(f.verdict.allowed) + std::string(to_string(f.verdict.rule)) +
         '\n';
}

std::string told_by(const abide_finding& f) {
  abide_text rule_text;
  abide_rule_name(f.rule, &rule_text);
  return string_of(f.name) + '|' + string_of(f.what.vendor) + '|' +
         std::string(to_string(static_cast<category>(f.what.category))) + '|' + std::to_string(f.what.shared) +
         std::to_string(f.what.confidence) + std::string(to_string(static_cast<evidence>(f.what.evidence))) + '|' +
         std::to_string(f.from_request) + std::to_string(f.allowed) + string_of(rule_text) + '\n';
}

// The same policy in both forms.
struct both_policies {
  policy cpp;
  abide_policy c;
  std::vector<cookie_rule> rules;
  std::vector<abide_cookie_rule> c_rules;
  std::vector<exemption> exemptions;
  std::vector<abide_exemption> c_exemptions;

  explicit both_policies(questions& ask) {
    abide_policy_init(&c);
    const auto option = [&](int which, auto& member, unsigned count) {
      const auto value = static_cast<std::uint32_t>(ask.below(count));
      if (abide_policy_set(&c, which, value) == 1) member = static_cast<std::decay_t<decltype(member)>>(value);
    };
    option(ABIDE_OPTION_MODE, cpp.mode, 2);
    option(ABIDE_OPTION_JOINED, cpp.joined, 2);
    option(ABIDE_OPTION_DNT, cpp.dnt, 3);
    option(ABIDE_OPTION_EXCEPTION, cpp.exception, 2);
    option(ABIDE_OPTION_UNKNOWN, cpp.unknown, 2);
    option(ABIDE_OPTION_NOTICE_VERSION, cpp.notice_version, 3);
    option(ABIDE_OPTION_LIFETIME_DAYS, cpp.lifetime_days, 3);
    cpp.host = ask.host();
    abide_policy_host(&c, text_of(cpp.host));
    if (ask.maybe(20)) {
      cpp.consent_cookie = "lang";
      abide_policy_consent_cookie(&c, text_of("lang"));
    }
    for (std::size_t n = ask.below(6); n > 0; --n) {
      const cookie_rule rule{ask.pattern(), ask.maybe(30) ? ".ads.example" : "", "V",
                             static_cast<category>(ask.below(4)), ask.maybe(50)};
      rules.push_back(rule);
      if (ask.maybe(30)) rules.back().programme = ask.programme();
      abide_cookie_rule_init(&c_rules.emplace_back(), text_of(rule.name), text_of(rule.host), text_of(rule.vendor),
                             static_cast<std::uint8_t>(rule.category), rule.shared);
      abide_cookie_rule_programme(&c_rules.back(), text_of(rules.back().programme));
    }
    for (std::size_t n = ask.below(3); n > 0; --n) {
      const exemption e{ask.maybe(50) ? "GB" : "FR", static_cast<exempt_purpose>(1u << ask.below(3)), ask.pattern()};
      exemptions.push_back(e);
      abide_exemption_init(&c_exemptions.emplace_back(), text_of(e.jurisdiction), static_cast<std::uint8_t>(e.purpose),
                           text_of(e.name));
    }
    cpp.cookies = rules.data();
    cpp.cookie_count = rules.size();
    cpp.exemptions = exemptions.data();
    cpp.exemption_count = exemptions.size();
    abide_policy_cookies(&c, c_rules.data(), c_rules.size());
    abide_policy_exemptions(&c, c_exemptions.data(), c_exemptions.size());
  }
};

void compare(const decision& cpp, const abide_decision& c) {
  const std::array<verdict, 4>* columns[]{&cpp.own, &cpp.shared, &cpp.exempt};
  for (std::uint8_t column = 0; column < 3; ++column)
    for (std::uint8_t n = 0; n < 4; ++n) {
      const verdict& v = (*columns[column])[n];
      abide_text sentence, clause;
      abide_decision_why(&c, n, column, &sentence);
      abide_decision_law(&c, n, column, &clause);
      REQUIRE(string_of(clause) == law_of(cpp, v));
      REQUIRE(abide_decision_allows(&c, n, column) == v.allowed);
      REQUIRE(abide_decision_rule(&c, n, column) == static_cast<std::uint8_t>(v.rule));
      REQUIRE(string_of(sentence) == why(cpp, v));
    }
  abide_text code, regime_text, status, doubt;
  abide_decision_caution(&c, &doubt);
  REQUIRE(string_of(doubt) == caution(*cpp.place));
  abide_decision_jurisdiction(&c, &code, &regime_text);
  abide_decision_status_line(&c, &status);
  REQUIRE(string_of(code) == cpp.place->code);
  REQUIRE(string_of(regime_text) == to_string(cpp.place->regime));
  REQUIRE(string_of(status) == status_line(cpp));
  REQUIRE(abide_decision_notice(&c) == static_cast<std::uint8_t>(cpp.notice));
  REQUIRE(abide_decision_remember(&c) == cpp.remember);
  REQUIRE(abide_decision_declared_exempt(&c) == cpp.declared_exempt.bits());
  REQUIRE(abide_decision_exempt_in_use(&c) == exempt_in_use(cpp).bits());
  REQUIRE(abide_decision_signal_active(&c) == cpp.signal_active);
  REQUIRE(abide_decision_service_offer(&c, ABIDE_OWN) == cpp.service_own.bits());
  REQUIRE(abide_decision_service_offer(&c, ABIDE_SHARED) == cpp.service_shared.bits());
  abide_allowed_service services[ABIDE_SERVICE_COUNT];
  REQUIRE(abide_decision_services(&c, services) == cpp.service_count);
  for (std::size_t i = 0; i < cpp.service_count; ++i) {
    REQUIRE(services[i].service == cpp.services[i].service);
    REQUIRE(services[i].category == static_cast<std::uint8_t>(cpp.services[i].category));
    REQUIRE(services[i].own == cpp.services[i].own);
    REQUIRE(services[i].shared == cpp.services[i].shared);
  }
  for (const std::uint8_t wished : {ABIDE_WISH_OBJECT, ABIDE_WISH_ADD, ABIDE_WISH_SAVE}) {
    abide_indication asked{wished, ABIDE_BIT(ABIDE_FUNCTIONAL), 0, 0, 0, 0, 0};
    abide_indication_complete(&asked, &c);
    indication twin;
    twin.wish = static_cast<wish>(wished);
    twin.granted = category_set(ABIDE_BIT(ABIDE_FUNCTIONAL));
    complete(twin, cpp);
    REQUIRE(asked.granted == twin.granted.bits());
    REQUIRE(asked.objected == twin.objected.bits());
  }
}

}  // namespace

TEST_CASE("C and C++ read the same signals") {
  questions ask;
  static const char* const names[]{"Sec-GPC", "sec-gpc", "DNT", "dnt", "Cookie", ""};
  static const char* const values[]{"1", "0", "0, 1", " 1", "1x", "?1", "", "1,", "\2401"};
  for (int i = 0; i < 500; ++i) {
    signals cpp;
    abide_signals c{};
    const auto joined = static_cast<std::uint8_t>(ask.below(2));
    for (std::size_t n = ask.below(4); n > 0; --n) {
      const auto name = ask.one_of(names), value = ask.one_of(values);
      read_signal(name, value, cpp, static_cast<joined_values>(joined));
      REQUIRE(abide_signals_read(&c, text_of(name), text_of(value), joined) == 1);
    }
    REQUIRE((c.gpc != 0) == cpp.gpc);
    REQUIRE(c.dnt == static_cast<std::uint8_t>(cpp.dnt));
  }
}

TEST_CASE("C and C++ decide, classify and filter alike on random questions") {
  questions ask;
  for (int i = 0; i < 2000; ++i) {
    CAPTURE(i);
    const both_policies p(ask);
    const abide_signals seen{ask.maybe(40), static_cast<std::uint8_t>(ask.below(3))};
    const abide_record chosen = random_record(ask);
    const bool has_record = ask.maybe(70);
    const abide_visitor who{static_cast<std::int32_t>(ask.below(25)) - 5,
                            ask.maybe(50),
                            ask.maybe(20),
                            ask.maybe(50),
                            ask.maybe(50),
                            text_of(ask.programme())};
    const auto place = ask.place();
    const std::int64_t now = ask.time();

    const record r = record_of(chosen);
    const decision cpp = decide(p.cpp, {seen.gpc != 0, static_cast<dnt_value>(seen.dnt)}, find_jurisdiction(place, now),
                                has_record ? &r : nullptr,
                                {who.known != 0, who.opted_out != 0, who.age > 0 ? who.age : -1,
                                 who.incentive_asked != 0, who.incentive_kept != 0, string_view_of(who.programme)},
                                now);
    abide_decision c;
    abide_decide(&p.c, &seen, text_of(place), has_record ? &chosen : nullptr, &who, now, &c);
    compare(cpp, c);

    for (int n = 0; n < 3; ++n) {
      const auto name = ask.name(), host = ask.host();
      const bool third = ask.maybe(50);
      const classification what = classify(p.cpp, {name, host, third});
      abide_classification c_what;
      abide_classify(&p.c, text_of(name), text_of(host), third, &c_what);
      REQUIRE(c_what.category == static_cast<std::uint8_t>(what.category));
      REQUIRE((c_what.shared != 0) == what.shared);
      REQUIRE(c_what.confidence == what.confidence);
      REQUIRE(c_what.evidence == static_cast<std::uint8_t>(what.from));
      REQUIRE(string_of(c_what.vendor) == what.vendor);
    }

    std::string told, c_told;
    const auto host = ask.host();
    const filter f{&p.cpp,
                   &cpp,
                   host,
                   now,
                   {[](void* out, const finding& found) { *static_cast<std::string*>(out) += told_by(found); }, &told}};
    abide_filter c_f;
    abide_filter_init(
        &c_f, &p.c, &c, text_of(host), now,
        [](void* out, const abide_finding* found) { *static_cast<std::string*>(out) += told_by(*found); }, &c_told);
    const auto field = ask.field(), set = ask.set_cookie_field();
    std::string out(filtered_size_max(field.size()), ' '), c_out = out;
    std::size_t removed = 0, c_removed = 0;
    out.resize(filter_cookies(f, field, out.data(), removed));
    c_out.resize(abide_filter_cookies(&c_f, text_of(field), c_out.data(), &c_removed));
    REQUIRE(c_out == out);
    REQUIRE(c_removed == removed);
    REQUIRE(abide_filter_set_cookie(&c_f, text_of(set)) == static_cast<int>(filter_set_cookie(f, set)));
    REQUIRE(c_told == told);
  }
}

TEST_CASE("C and C++ write and read the same records and times") {
  questions ask;
  for (int i = 0; i < 500; ++i) {
    const abide_record c = random_record(ask);
    char out[record_text_max], c_out[record_text_max];
    std::string text(out, write_record(record_of(c), out));
    REQUIRE(std::string(c_out, abide_record_write(&c, c_out)) == text);
    if (ask.maybe(50)) text[ask.below(text.size())] = static_cast<char>(ask.below(256));
    abide_record back{};
    const auto read = parse_record(text);
    REQUIRE((abide_record_read(text_of(text), &back) != 0) == read.has_value());
    if (read)
      REQUIRE(std::string(c_out, abide_record_write(&back, c_out)) == std::string(out, write_record(*read, out)));
  }
  for (const char* text : {"2026-11-22T00:00:00Z", "2026-11-22T10:20:30.5-08:00", "x", "", "2026-02-30T00:00:00Z"}) {
    std::int64_t seconds = -1;
    const auto time = parse_timestamp(text);
    REQUIRE((abide_timestamp_read(text_of(text), &seconds) != 0) == time.has_value());
    CHECK(seconds == time.value_or(-1));
  }
}

TEST_CASE("C and C++ make the same next record of a wish or a signal") {
  questions ask;
  policy rules;
  rules.notice_version = 3;
  abide_policy c_rules;
  abide_policy_init(&c_rules);
  REQUIRE(abide_policy_set(&c_rules, ABIDE_OPTION_NOTICE_VERSION, 3) == 1);
  const auto text_form = [](const record& r) {
    char out[record_text_max];
    return std::string(out, write_record(r, out));
  };
  for (int i = 0; i < 2000; ++i) {
    CAPTURE(i);
    const auto set = [&] { return static_cast<std::uint8_t>(ask.below(16)); };
    const abide_indication c{static_cast<std::uint8_t>(ask.below(12)), set(), set(), set(), set(), ask.maybe(50),
                             static_cast<std::uint32_t>(ask.below(3))};
    const indication cpp{static_cast<wish>(c.wish),
                         category_set(c.granted),
                         category_set(c.kept),
                         category_set(c.excepted),
                         category_set(c.objected),
                         c.from_banner != 0,
                         c.service};
    const abide_record chosen = random_record(ask);
    const record before = record_of(chosen);
    const bool has_record = ask.maybe(80), active = ask.maybe(40);
    const std::int64_t now = ask.maybe(20) ? chosen.time : ask.time();
    const record* was = has_record ? &before : nullptr;
    const std::string_view place = ask.maybe(50) ? "US-CA" : "DE";
    const decision made = decide(rules, {active, dnt_value::absent}, find_jurisdiction(place, now), was, {}, now);
    const abide_signals seen{active, ABIDE_DNT_ABSENT};
    abide_decision c_made;
    abide_decide(&c_rules, &seen, text_of(place), has_record ? &chosen : nullptr, nullptr, now, &c_made);
    abide_record next = chosen;
    abide_record_apply_wish(&c_rules, &c_made, &c, has_record ? &next : nullptr, now, &next);
    CHECK(text_form(record_of(next)) == text_form(apply_wish(cpp, was, rules, made, now)));
    abide_record_apply_signal(has_record ? &chosen : nullptr, c.granted, now, &next);
    const source from = c.granted < 8 ? static_cast<source>(c.granted) : source::none;
    CHECK(text_form(record_of(next)) == text_form(apply_signal(has_record ? &before : nullptr, from, now)));
  }
}

TEST_CASE("C: a wish with an unknown number refuses everything") {
  const abide_indication odd{200, 14, 0, 0, 0, 0, 0};
  const abide_policy rules{};
  const abide_decision made{};
  abide_record next;
  CHECK(abide_record_apply_wish(&rules, &made, &odd, nullptr, words::today(), &next) == 0);
  CHECK(std::string(next.choices, next.choices + 4) == std::string{0, 2, 2, 2});
}

TEST_CASE("C and C++ give the same version of the laws' data") {
  abide_text version;
  abide_jurisdiction_version(&version);
  CHECK(string_of(version) == jurisdiction_version());
}

TEST_CASE("C: an option, a value or a kind with an unknown number is an error and changes nothing") {
  abide_policy p, untouched;
  std::memset(&p, 0, sizeof p);
  abide_policy_init(&p);
  untouched = p;
  CHECK(abide_policy_set(&p, 99, 1) == 0);
  CHECK(abide_policy_set(&p, ABIDE_OPTION_DNT, 77) == 0);
  CHECK(abide_policy_set(&p, ABIDE_OPTION_MODE, 77) == 0);
  CHECK(abide_policy_set(&p, ABIDE_OPTION_EXCEPTION, 77) == 0);
  CHECK(abide_policy_set(&p, ABIDE_OPTION_NOTICE_VERSION, 0) == 0);
  CHECK(std::memcmp(&p, &untouched, sizeof p) == 0);
  CHECK(abide_policy_set(&p, ABIDE_OPTION_MODE, ABIDE_MODE_OBSERVE) == 1);
  abide_signals seen{};
  CHECK(abide_signals_read(&seen, text_of("Sec-GPC"), text_of("1"), 2) == 0);
  CHECK(seen.gpc == 0);
  abide_cookie_rule rule;
  abide_exemption exemption;
  CHECK(abide_cookie_rule_init(&rule, text_of("x"), {}, {}, ABIDE_CATEGORY_COUNT, 0) == 0);
  CHECK(abide_exemption_init(&exemption, text_of("GB"), 3, text_of("x")) == 0);
  abide_policy_init(&p);
  abide_policy_cookies(&p, &rule, 1);
  abide_policy_exemptions(&p, &exemption, 1);
  abide_classification what;
  abide_classify(&p, text_of("x"), {}, 0, &what);
  CHECK(what.category == ABIDE_TARGETING);
  CHECK(abide_classify_request(&p, text_of("https://who.example/x"), 99, {}, &what) == 0);
  CHECK(what.category == ABIDE_TARGETING);
}

TEST_CASE("an empty text may have any pointer, and unknown numbers count as the strict value") {
  abide_policy p;
  abide_policy_init(&p);
  const abide_signals seen{};
  abide_record odd{};
  odd.time = words::today();
  odd.notice = 1;
  odd.choices[ABIDE_TARGETING] = 77;
  abide_decision d;
  abide_decide(&p, &seen, {nullptr, 0}, &odd, nullptr, words::today(), &d);
  CHECK(abide_decision_allows(&d, ABIDE_TARGETING, ABIDE_OWN) == 0);
  CHECK(abide_decision_rule(&d, ABIDE_TARGETING, ABIDE_OWN) == ABIDE_RULE_D2);
  abide_text name;
  abide_rule_name(200, &name);
  CHECK(string_of(name) == "D6");
  CHECK(abide_decision_allows(&d, ABIDE_REQUIRED, ABIDE_OWN) == 1);
  CHECK(abide_decision_allows(&d, ABIDE_REQUIRED, 3) == 0);
  CHECK(abide_decision_allows(&d, ABIDE_CATEGORY_COUNT, ABIDE_OWN) == 0);
}

TEST_CASE("C: a zeroed struct is strict") {
  const std::int64_t now = words::today();
  abide_policy p{};
  abide_cookie_rule rule{};
  abide_exemption exemption{};
  abide_policy_cookies(&p, &rule, 1);
  abide_policy_exemptions(&p, &exemption, 1);
  for (const char* name : {"", "x", "abide", "__Host-abide", "__Host-"}) {
    CAPTURE(name);
    abide_classification what;
    abide_classify(&p, text_of(name), {}, 0, &what);
    CHECK(what.category == ABIDE_TARGETING);
    CHECK(what.shared == 1);
  }

  abide_record agreed{};
  abide_indication asked{};
  asked.wish = ABIDE_WISH_ACCEPT_ALL;
  const abide_decision nothing{};
  CHECK(abide_record_apply_wish(&p, &nothing, &asked, nullptr, now, &agreed) == 1);
  CHECK(agreed.choices[ABIDE_TARGETING] == ABIDE_CHOICE_GRANTED);
  abide_signals seen{};
  abide_visitor who{};
  abide_decision d;
  for (const char* place : {"DE", "GB", ""}) {
    CAPTURE(place);
    abide_decide(&p, &seen, text_of(place), &agreed, &who, now, &d);
    for (std::uint8_t c = ABIDE_ANALYTICS; c < ABIDE_CATEGORY_COUNT; ++c)
      for (std::uint8_t column = ABIDE_OWN; column <= ABIDE_EXEMPT; ++column)
        CHECK(abide_decision_allows(&d, c, column) == 0);
  }

  abide_text words, code;
  for (std::uint8_t c = ABIDE_REQUIRED; c < ABIDE_CATEGORY_COUNT; ++c)
    CHECK(abide_decision_allows(&nothing, c, ABIDE_OWN) == 0);
  CHECK(abide_decision_rule(&nothing, ABIDE_REQUIRED, ABIDE_OWN) == ABIDE_RULE_D6);
  CHECK(abide_decision_regime(&nothing) == ABIDE_REGIME_OPT_IN);
  CHECK(abide_decision_exempt_in_use(&nothing) == 0);
  abide_decision_jurisdiction(&nothing, &code, &words);
  CHECK(string_of(code) == "ZZ");
  abide_decision_why(&nothing, ABIDE_TARGETING, ABIDE_OWN, &words);
  CHECK(words.size > 0);
  abide_decision_law(&nothing, ABIDE_TARGETING, ABIDE_OWN, &words);
  CHECK(words.size > 0);
  abide_decision_caution(&nothing, &words);
  abide_decision_status_line(&nothing, &words);
  CHECK(words.size == 0);

  const abide_filter removes_all{};
  char out[ABIDE_FILTERED_SIZE(12)];
  std::size_t removed = 0;
  CHECK(abide_filter_cookies(&removes_all, text_of("abide=1; b=2"), out, &removed) == 0);
  CHECK(removed == 2);
  CHECK(abide_filter_set_cookie(&removes_all, text_of("a=1")) == 0);
  CHECK(abide_filter_set_cookie(&removes_all, text_of("a=1; Max-Age=0")) == ABIDE_AS_DELETION);

  abide_record next{};
  asked = {};
  CHECK(abide_record_apply_wish(&p, &nothing, &asked, nullptr, now, &next) == 1);
  CHECK(next.choices[ABIDE_TARGETING] == ABIDE_CHOICE_DENIED);
}

TEST_CASE("C: a minor is known by an age from 1 on, and 0 means no age") {
  abide_policy p;
  abide_policy_init(&p);
  const abide_signals seen{};
  const auto allowed_at = [&](std::int32_t age) {
    abide_visitor who{};
    who.age = age;
    abide_decision d;
    abide_decide(&p, &seen, text_of("US-CT"), nullptr, &who, words::today(), &d);
    return abide_decision_allows(&d, ABIDE_TARGETING, ABIDE_SHARED);
  };
  CHECK(allowed_at(0) == 1);
  CHECK(allowed_at(-1) == 1);
  CHECK(allowed_at(1) == 0);
  CHECK(allowed_at(15) == 0);
  CHECK(allowed_at(40) == 1);
}

TEST_CASE("the library reports its version, in C and C++") {
  CHECK(std::string(abide_version()) == ABIDE_VERSION);
  CHECK(std::to_string(ABIDE_VERSION_MAJOR) + '.' + std::to_string(ABIDE_VERSION_MINOR) + '.' +
            std::to_string(ABIDE_VERSION_PATCH) ==
        ABIDE_VERSION);
}

TEST_CASE("C and C++ classify requests alike") {
  policy cpp;
  abide_policy c;
  abide_policy_init(&c);
  for (const std::string_view url : {"https://gum.criteo.com/sync", "https://www.googletagmanager.com/gtm.js?id=1",
                                     "/app.js", "https://who.example/x", ""})
    for (std::uint8_t type = 0; type < 12; ++type) {
      const classification what =
          classify_request(cpp, {url, static_cast<request_type>(type < 9 ? type : 0), "shop.example"});
      abide_classification c_what;
      CHECK(abide_classify_request(&c, text_of(url), type, text_of("shop.example"), &c_what) == (type < 9));
      CAPTURE(url, type);
      CHECK(c_what.category == static_cast<std::uint8_t>(what.category));
      CHECK(c_what.evidence == static_cast<std::uint8_t>(what.from));
      CHECK(string_view_of(c_what.vendor) == what.vendor);
    }
}
