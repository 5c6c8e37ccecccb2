// A grant after an opt-out of sale or sharing takes two steps in opt-out places (11 CCR 7028(a)): one table, and every
// path by which a choice can arrive.
#include <array>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "abide/abide.h"
#include "abide/choosing.hpp"
#include "abide/event.hpp"
#include "abide/site.hpp"
#include "catch.hpp"
#include "fields.hpp"
#include "log_on_paper.hpp"
#include "scene.hpp"
#include "site/changes.hpp"
#include "site/consent_cookie.hpp"

using namespace abide;
using namespace abide::detail;
using words::today;

namespace {

constexpr std::string_view policy_text = R"({
  "site": {"name": "Shop", "host": "www.shop.example"},
  "jurisdiction": {"from": "cloudflare", "trusted_proxies": ["10.0.0.0/8"]},
  "cookies": [{"name": "a", "category": "analytics"}, {"name": "f", "category": "functional"},
              {"name": "t", "category": "targeting"}, {"name": "s", "category": "analytics", "shared": true}]
})";
const std::string secret(32, 'k');

const config& settings() {
  static const config read = parse_config(policy_text, "policy.json");
  return read;
}

/// A visitor's state, before and after a press.
struct state {
  std::optional<record> chosen;
  visitor who;
  signals seen;
  std::string place = "US-CA";
  std::int64_t now = today();

  decision decide() const {
    return abide::decide(settings().policy, seen, find_jurisdiction(place, now), chosen ? &*chosen : nullptr, who, now);
  }
};

/// For example `af-/--t`: what may be used by vendors that keep what they learn, and by those that sell or share it.
std::string allowed(const decision& d) {
  std::string text;
  for (const bool shared : {false, true}) {
    if (shared) text += '/';
    for (const category c : {category::analytics, category::functional, category::targeting})
      text += d.of(c, shared).allowed ? to_string(c).front() : '-';
  }
  return text;
}

record opted_out_by_signal() { return apply_signal(nullptr, source::gpc_header, today() - 100); }

record chose(std::string_view letters) {
  record r;
  for (std::size_t i = 0; i < letters.size(); ++i)
    r.choices[i + 1] = letters[i] == 'g' ? choice::granted : letters[i] == 'd' ? choice::denied : choice::none;
  r.time = today() - 200;
  r.notice = 1;
  r.source = source::settings;
  return r;
}

record with_signal_after(record r) { return apply_signal(&r, source::gpc_header, today() - 100); }

record with_opt_out_after(record r) {
  r.choices[3] = choice::denied;
  r.sticky_since = today() - 100;
  return r;
}

struct row {
  std::string_view name;
  state before;
  std::string_view was, one_press, two_presses;
};

state at(std::string_view place, std::optional<record> chosen, bool account = false) {
  state s;
  s.place = place;
  s.chosen = chosen;
  s.who.known = true;
  s.who.opted_out = account;
  return s;
}

// Kept in columns, so that it reads as a table.
// clang-format off
std::vector<row> rows() {
  return {
      {"nothing chosen",                     at("US-CA", {}),                                    "aft/aft", "aft/aft", "aft/aft"},
      {"a signal, no longer sent",           at("US-CA", opted_out_by_signal()),                 "af-/---", "af-/---", "aft/aft"},
      {"accepted, then a signal",            at("US-CA", with_signal_after(chose("ggg"))),       "af-/---", "af-/---", "aft/aft"},
      {"the opt-out button",                 at("US-CA", with_opt_out_after(record{})),          "af-/---", "af-/---", "aft/aft"},
      {"accepted, then the opt-out button",  at("US-CA", with_opt_out_after(chose("ggg"))),      "af-/---", "af-/---", "aft/aft"},
      {"refused all",                        at("US-CA", chose("ddd")),                          "---/---", "af-/---", "aft/aft"},
      {"refused ads alone",                  at("US-CA", chose("nnd")),                          "af-/af-", "af-/af-", "aft/aft"},
      {"refused statistics alone",           at("US-CA", chose("dng")),                          "-ft/-ft", "-ft/-ft", "aft/aft"},
      {"the account, on another device",     at("US-CA", {}, true),                              "af-/---", "af-/---", "aft/aft"},
      {"accepted here, then the account",    at("US-CA", chose("ggg"), true),                    "af-/---", "af-/---", "aft/aft"},
      {"a signal, in another opt-out state", at("US-CO", opted_out_by_signal()),                 "af-/---", "af-/---", "aft/aft"},
      {"a signal, where consent is asked",   at("DE", opted_out_by_signal()),                    "---/---", "aft/aft", "aft/aft"},
      {"refused all, where consent is asked", at("DE", chose("ddd")),                            "---/---", "aft/aft", "aft/aft"},
  };
}
// clang-format on

// ---- The paths. Each makes one choice and returns the visitor's new state.

struct press {
  wish what;
  bool by_switches = false;  ///< by all switches instead of "Accept all"
};

indication said_by(const press& p) {
  indication i;
  i.wish = p.by_switches ? wish::save : p.what;
  if (p.by_switches) i.granted = category_set(14);
  return i;
}

state in_cpp(state s, const press& p) {
  const record next = apply_wish(said_by(p), s.chosen ? &*s.chosen : nullptr, settings().policy, s.decide(), s.now);
  s.chosen = next;
  return s;
}

state in_c(state s, const press& p) {
  abide_policy rules;
  abide_policy_init(&rules);
  std::vector<abide_cookie_rule> cookies;
  for (std::size_t i = 0; i < settings().policy.cookie_count; ++i) {
    const cookie_rule& from = settings().policy.cookies[i];
    abide_cookie_rule_init(&cookies.emplace_back(), {from.name.data(), from.name.size()}, {}, {},
                           static_cast<std::uint8_t>(from.category), from.shared);
  }
  abide_policy_cookies(&rules, cookies.data(), cookies.size());
  abide_record before{}, next{};
  char text[record_text_max];
  if (s.chosen) REQUIRE(abide_record_read({text, write_record(*s.chosen, text)}, &before) == 1);
  const abide_record* chosen = s.chosen ? &before : nullptr;
  abide_visitor who{};
  who.known = s.who.known;
  who.opted_out = s.who.opted_out;
  const abide_signals seen{s.seen.gpc, ABIDE_DNT_ABSENT};
  abide_decision made;
  abide_decide(&rules, &seen, {s.place.data(), s.place.size()}, chosen, &who, s.now, &made);
  const indication i = said_by(p);
  const abide_indication asked{static_cast<std::uint8_t>(i.wish), i.granted.bits(), 0, 0, 0, 0, 0};
  REQUIRE(abide_record_apply_wish(&rules, &made, &asked, chosen, s.now, &next) == 1);
  s.chosen = parse_record({text, abide_record_write(&next, text)});
  REQUIRE(s.chosen);
  return s;
}

site open_site(std::shared_ptr<log_on_paper> log) {
  site_options options;
  options.keys = {secret};
  options.log = std::move(log);
  if (!options.log) options.records = "none";
  options.warn = [](const std::string&) {};
  return site(config(settings()), std::move(options));
}

field_list request_from(const state& s) {
  field_list request{{"Host", "www.shop.example"}, {"Sec-Fetch-Site", "same-origin"}};
  request.add("CF-IPCountry", s.place.substr(0, 2));
  if (s.place.size() > 2) request.add("CF-Region-Code", s.place.substr(3));
  if (s.seen.gpc) request.add("Sec-GPC", "1");
  if (!s.chosen) return request;
  const std::string field =
      write_consent_cookie("abide", {*s.chosen, {}, 0, s.chosen->time, true}, {"www.shop.example", false, false},
                           keys({secret}, "", key_use::cookies), 395);
  request.add("Cookie", field.substr(0, field.find(';')));
  return request;
}

std::string body_of(const press& p) {
  const std::string more = "&from=settings&return=/cart";
  if (p.by_switches) return "choice=save&grant=analytics&grant=functional&grant=targeting" + more;
  return (p.what == wish::confirm ? "choice=confirm" : "choice=accept-all") + more;
}

struct answered {
  state next;
  own_reply reply;
  std::vector<log_change> saved;
};

answered post(state s, const press& p, std::string_view accept, const std::shared_ptr<log_on_paper>& log,
              std::string_view account) {
  const site shop = open_site(log);
  field_list request = request_from(s);
  if (!accept.empty()) request.add("Accept", accept);
  visit v = shop.begin("POST", "/consent", request, {"10.0.0.1", transport::plain}, s.now);
  if (!account.empty()) {
    effect_result known;
    known.account = {true, s.who.opted_out ? std::optional(s.now - 50) : std::nullopt};
    if (v.identify(account, s.who, request)) CHECK_FALSE(v.resume(std::move(known), request));
  }
  answered a;
  effect wanted = v.answer("POST", "/consent", request, body_of(p));
  while (wanted) {
    effect_result result;
    result.saved.status = save_status::saved;
    if (s.chosen) result.latest = {true, s.chosen->time * 1000, s.chosen->choices, {}, {}};
    if (wanted.kind == effect_kind::save) a.saved.push_back(wanted.change);
    wanted = v.resume(std::move(result), request);
  }
  auto reply = v.take_reply();
  REQUIRE(reply);
  a.reply = std::move(*reply);
  a.next = std::move(s);
  for (const auto& [name, value] : a.reply.fields) {
    if (name != "Set-Cookie" || value.rfind("abide=", 0) != 0) continue;
    a.next.chosen = parse_record(value.substr(6, value.find('~') - 6));
    REQUIRE(a.next.chosen);
  }
  for (const log_change& each : a.saved)
    if (each.step == log_change::account_step::opt_in) a.next.who.opted_out = false;
  return a;
}

state by_form(state s, const press& p) { return post(std::move(s), p, "", nullptr, "").next; }
state by_script(state s, const press& p) { return post(std::move(s), p, "application/json", nullptr, "").next; }
state in_account(state s, const press& p) {
  return post(std::move(s), p, "", std::make_shared<log_on_paper>(), "kim").next;
}

struct path {
  std::string_view name;
  state (*choose)(state, const press&);
  bool knows_accounts;
};
constexpr path paths[]{{"C++", in_cpp, true},
                       {"C", in_c, true},
                       {"a form", by_form, false},
                       {"a script", by_script, false},
                       {"an account", in_account, true}};

}  // namespace

TEST_CASE("after an opt-out, on each path, one press keeps it and grants the rest, and a second press confirms") {
  for (const row& r : rows())
    for (const path& by : paths)
      for (const bool by_switches : {false, true}) {
        if (r.before.who.opted_out && !by.knows_accounts) continue;
        CAPTURE(r.name, by.name, by_switches);
        state now = r.before;
        CHECK(allowed(now.decide()) == r.was);
        now = by.choose(now, {wish::accept_all, by_switches});
        if (by.name == "C++" || by.name == "C") {  // the application updates its accounts itself
          if (now.chosen->choices[3] == choice::granted) now.who.opted_out = false;
        }
        CHECK(allowed(now.decide()) == r.one_press);
        CHECK(now.decide().unconfirmed.empty() == (r.one_press == r.two_presses));
        ++now.now;
        state again = by.choose(now, {wish::accept_all, by_switches});
        CHECK(allowed(again.decide()) == r.one_press);  // the same press twice confirms nothing
        now = by.choose(now, {wish::confirm});
        if (now.chosen->choices[3] == choice::granted) now.who.opted_out = false;
        CHECK(allowed(now.decide()) == r.two_presses);
        CHECK(now.decide().unconfirmed.empty());
        now.now += 30 * words::day;
        CHECK(allowed(now.decide()) == r.two_presses);
      }
}

TEST_CASE("the record of a grant after an opt-out says that it was requested, and then that it was confirmed") {
  const auto log = std::make_shared<log_on_paper>();
  const answered one = post(at("US-CA", opted_out_by_signal()), {wish::accept_all}, "", log, "kim");
  REQUIRE(one.saved.size() == 1);
  CHECK(one.saved[0].event->conflict == conflict_state::opt_in_asked);
  CHECK(one.saved[0].event->choices[3] != choice::granted);
  CHECK(one.saved[0].step != log_change::account_step::opt_in);
  const answered two = post(one.next, {wish::confirm}, "", log, "kim");
  REQUIRE(two.saved.size() == 1);
  CHECK(two.saved[0].event->conflict == conflict_state::opt_in_confirmed);
  CHECK(two.saved[0].event->choices[3] == choice::granted);
  REQUIRE(two.next.chosen->opt_in);
  CHECK(two.next.chosen->opt_in->confirmed);
}

TEST_CASE("the reply to a script's first press says that it must be confirmed, and why nothing is on yet") {
  const answered one = post(at("US-CA", opted_out_by_signal()), {wish::accept_all}, "application/json", nullptr, "");
  CHECK(one.reply.body.find("\"unconfirmed\":true") != std::string::npos);
  CHECK(one.reply.body.find("until you confirm") != std::string::npos);
  const answered two = post(one.next, {wish::confirm}, "application/json", nullptr, "");
  CHECK(two.reply.body.find("\"unconfirmed\"") == std::string::npos);
}

TEST_CASE("without scripts the settings page says so next, with one button that confirms") {
  const answered one = post(at("US-CA", opted_out_by_signal()), {wish::accept_all}, "", nullptr, "");
  CHECK(one.reply.status == 303);
  const site shop = open_site(nullptr);
  const auto page_of = [&](const state& s) {
    field_list request = request_from(s);
    visit v = shop.begin("GET", "/consent?saved=1", request, {"10.0.0.1", transport::plain}, s.now);
    CHECK_FALSE(v.answer("GET", "/consent?saved=1", request, ""));
    return v.take_reply().value().body;
  };
  constexpr std::string_view button = "value=\"confirm\" data-abide-when=\"unconfirmed\">Confirm</button>";
  CHECK(page_of(one.next).find("until you confirm") != std::string::npos);
  CHECK(page_of(one.next).find(button) != std::string::npos);
  const answered two = post(one.next, {wish::confirm}, "", nullptr, "");
  CHECK(page_of(two.next).find(button) == std::string::npos);
}

TEST_CASE("a page says so to the visitor who asked, and not to the next visitor with the same decision") {
  const site shop = open_site(nullptr);
  const auto shown_to = [&](const state& s) {
    field_list request = request_from(s), response{{"Content-Type", "text/html"}};
    visit v = shop.begin("GET", "/", request, {"10.0.0.1", transport::plain}, s.now);
    CHECK_FALSE(v.answer("GET", "/", request, ""));
    std::string body = "<!doctype html><html lang=en><head><title>x</title></head><body>hi</body></html>";
    v.finish(200, response, &body);
    return body.find("until you confirm") != std::string::npos;
  };
  state asked = in_cpp(at("US-CA", opted_out_by_signal()), {wish::accept_all});
  asked.now += 120;  // a choice saved just now would also change the page
  state other = asked;
  other.chosen->opt_in.reset();
  REQUIRE(allowed(asked.decide()) == allowed(other.decide()));
  for (int i = 0; i < 2; ++i) {
    CHECK(shown_to(asked));
    CHECK_FALSE(shown_to(other));
  }
}

TEST_CASE(
    "a request for a grant ends after a day, with an opt-out, a refusal or a signal: then nothing can be confirmed") {
  const state asked = in_cpp(at("US-CA", opted_out_by_signal()), {wish::accept_all});
  const auto confirmed = [](state s) { return allowed(in_cpp(std::move(s), {wish::confirm}).decide()); };
  CHECK(confirmed(asked) == "aft/aft");
  state s = asked;
  s.now += words::day;
  CHECK(confirmed(s) == "af-/---");
  for (const wish w : {wish::opt_out, wish::reject_all, wish::withdraw}) {
    s = in_cpp(asked, {w});
    CHECK(allowed(s.decide()) == confirmed(s));
  }
  s = asked;
  s.chosen = apply_signal(&*asked.chosen, source::gpc_js, s.now);
  CHECK(confirmed(s) == "af-/---");
  s = asked;
  s.seen.gpc = true;
  CHECK(confirmed(s) == "af-/---");
}

TEST_CASE("confirming without a request changes nothing") {
  const state s = in_cpp(at("US-CA", opted_out_by_signal()), {wish::confirm});
  CHECK(allowed(s.decide()) == "af-/---");
  CHECK(s.chosen->time == 0);
}

TEST_CASE("where visitors opt out, leaving a switch unchanged lifts no refusal") {
  state s = at("US-CA", chose("ddd"));
  indication i;
  i.wish = wish::save;
  i.kept = category_set(14);
  s.chosen = apply_wish(i, &*s.chosen, settings().policy, s.decide(), s.now);
  CHECK(allowed(s.decide()) == "---/---");
}

TEST_CASE("what was refused under a signal is not granted by one press either") {
  state s = at("US-CA", with_opt_out_after(record{}));
  s.seen.gpc = true;
  s = in_cpp(s, {wish::accept_all});
  CHECK(s.chosen->choices[3] == choice::denied);
  s.seen.gpc = false;
  ++s.now;
  CHECK(allowed(in_cpp(s, {wish::accept_all}).decide()) == "af-/---");
}

TEST_CASE("Accept all grants what the notice named, and a purpose that is declared later is asked for") {
  scene s;
  const cookie_rule declared[]{{"a", "", "", category::analytics, false}, {"t", "", "", category::targeting, true}};
  s.rules.cookies = declared;
  s.rules.cookie_count = 1;
  indication i;
  i.wish = wish::accept_all;
  for (const bool from_banner : {true, false}) {
    i.from_banner = from_banner;
    s.rules.cookie_count = 1;
    s.chosen.reset();
    s.chosen = apply_wish(i, nullptr, s.rules, s.decide(), s.now);
    CHECK(s.chosen->choices == std::array{choice::none, choice::granted, choice::none, choice::none});
    CHECK(s.decide().notice == notice::none);
    s.rules.cookie_count = 2;
    CHECK(s.decide().notice == notice::banner);
    CHECK(s.own(category::targeting) == "D6 denied");
  }
}

TEST_CASE("the notice does not name what a signal or an earlier opt-out denies, and its Accept all does not grant it") {
  scene s;
  indication i;
  i.wish = wish::accept_all;
  i.from_banner = true;
  s.chosen = opted_out_by_signal();
  CHECK(apply_wish(i, &*s.chosen, s.rules, s.decide(), s.now).choices[3] == choice::none);
  s.seen.gpc = true;
  CHECK(apply_wish(i, nullptr, s.rules, s.decide(), s.now).choices[3] == choice::none);
}
