// Whole lives of browsers at random: visits, choices, signals, months that pass, cookies that come back from a backup,
// responses that arrive late, new keys, two servers whose clocks differ, a store that fails. A visitor who keeps
// account of what she said checks each page.
#include <array>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "abide/carry.hpp"
#include "abide/records.hpp"
#include "abide/site.hpp"
#include "catch.hpp"
#include "fields.hpp"

using namespace abide;

namespace {

constexpr std::int64_t day = 86'400, lifetime = 180 * day;
const connection direct{"192.0.2.1", transport::plain};
constexpr std::string_view page = "<!doctype html><html lang=en><head><title>x</title></head><body>hi</body></html>";
constexpr std::array<std::string_view, 4> names{"r", "a", "f", "t"};  // one cookie of each category, in their order

std::string policy_for(std::string_view place) {
  return R"({"site": {"name": "Shop", "host": "www.shop.example"}, "jurisdiction": {"fixed": ")" + std::string(place) +
         R"("}, "consent": {"lifetime_days": 180}, "cookies": [{"name": "r", "category": "required"},
         {"name": "a", "category": "analytics"}, {"name": "f", "category": "functional"},
         {"name": "t", "category": "targeting"}]})";
}

/// A store that can fail. What may wait for it is saved later.
class unsteady_log final : public abide::log {
 public:
  bool fails = false;

  void save(log_change change, saved_function done, cancel_flag gone) override {
    if (fails) return done({});
    inner_->save(std::move(change), std::move(done), std::move(gone));
  }
  bool save_later(log_change change) override { return inner_->save_later(std::move(change)); }
  void account(std::string_view name, account_function done, cancel_flag gone) override {
    inner_->account(name, std::move(done), std::move(gone));
  }
  void history(std::string_view subject, std::size_t count, history_function done, cancel_flag gone) override {
    inner_->history(subject, count, std::move(done), std::move(gone));
  }
  void latest(std::string_view subject, std::int64_t time_ms, latest_function done, cancel_flag gone) override {
    inner_->latest(subject, time_ms, std::move(done), std::move(gone));
  }
  std::chrono::milliseconds timeout() const override { return inner_->timeout(); }

 private:
  static records_options silent() {
    records_options options;
    options.warn = [](const std::string&) {};
    return options;
  }
  std::unique_ptr<abide::records> inner_ = records::open("memory:", silent());
};

/// What the servers of one site share.
struct house {
  std::string place;
  std::shared_ptr<unsteady_log> log;  ///< null: the site keeps no records
  std::vector<std::string> keys{std::string(32, 'k')};
  std::int64_t now = 1795305600;  // 2026-11-22
};

struct server {
  const house* of = nullptr;
  std::int64_t ahead = 0;  ///< seconds by which its clock is wrong
  std::optional<abide::site> open{};

  std::int64_t now() const { return of->now + ahead; }
  void start() {
    open.reset();
    site_options options;
    options.keys = of->keys;
    options.log = of->log;
    if (!of->log) options.records = "none";
    options.warn = [](const std::string&) {};
    options.clock = [this] { return now(); };
    open.emplace(parse_config(policy_for(of->place), "policy.json"), std::move(options));
  }
};

/// Name to value; cookies end when their time has come.
struct jar {
  struct held {
    std::string value;
    std::int64_t end = 0;
  };
  std::map<std::string, held> of;

  void take(std::string_view field, std::int64_t now) {
    if (field.find("Domain=") != field.npos) return;  // deletions of cookies that nobody sets here
    const std::string_view pair = field.substr(0, field.find(';'));
    const std::string name(pair.substr(0, pair.find('=')));
    const std::size_t age = field.find("Max-Age=");
    const std::int64_t left = age == field.npos ? 400 * day : std::stoll(std::string(field.substr(age + 8)));
    if (left <= 0) of.erase(name);
    else of[name] = {std::string(pair.substr(name.size() + 1)), now + left};
  }
  void forget(const std::string& name) { of.erase(name); }
  bool holds(const std::string& name, std::int64_t now) const {
    const auto found = of.find(name);
    return found != of.end() && found->second.end > now;
  }
  std::string sent(std::int64_t now) const {
    std::string text;
    for (const auto& [name, one] : of)
      if (one.end > now) text += (text.empty() ? "" : "; ") + name + '=' + one.value;
    return text;
  }
};

/// An exchange of which the browser has not got the answer yet.
struct asked {
  visit v;
  field_list response;
  unsigned status = 200;
  bool is_page = true;
};

struct answer {
  unsigned status = 0;
  category_set passed;
  bool asks = false;
};

struct browser {
  const server* at = nullptr;
  jar cookies{};
  bool gpc = false;

  std::int64_t now() const { return at->of->now; }

  asked ask(std::string_view method, std::string_view target, std::string_view form = {}) {
    field_list request{{"Host", "www.shop.example"}, {"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "document"}};
    request.add("Sec-Fetch-Site", "same-origin");
    if (gpc) request.add("Sec-GPC", "1");
    if (const std::string sent = cookies.sent(now()); !sent.empty()) request.add("Cookie", sent);
    if (!form.empty()) request.add("Content-Type", "application/x-www-form-urlencoded");
    asked one{at->open->begin(method, target, request, direct, at->now()), {}, 200, true};
    effect wanted = one.v.answer(method, target, request, form);
    while (wanted) {
      effect_result result = carry_out(one.v, std::move(wanted));
      wanted = one.v.resume(std::move(result), request);
    }
    if (auto reply = one.v.take_reply()) {
      one.status = reply->status;
      one.is_page = false;
      for (const auto& [name, value] : reply->fields) one.response.add(name, value);
    }
    return one;
  }

  /// The application sets a cookie of each category on every page.
  answer get(asked one) {
    answer got{one.status, {}, false};
    if (one.is_page) {
      std::string body(page);
      one.response.add("Content-Type", "text/html");
      for (const std::string_view name : names) one.response.add("Set-Cookie", std::string(name) + "=1; Path=/");
      one.v.finish(200, one.response, &body);
      got.asks = one.v.decision().notice == notice::banner;
    }
    hand_over(one.v);
    for (const auto& [field, value] : one.response.list)
      if (same_field(field, "Set-Cookie")) {
        cookies.take(value, now());
        for (std::size_t i = 0; i < names.size(); ++i)
          if (value.rfind(std::string(names[i]) + "=1", 0) == 0) got.passed.insert(static_cast<category>(i));
      }
    return got;
  }
  answer visits(std::string_view path = "/") { return get(ask("GET", path)); }
  answer chooses(const std::string& form) { return get(ask("POST", "/consent", form + "&from=banner")); }
};

/// What the visitor said last of each category. `certain`: nothing happened since that may make Abide stricter.
struct account {
  std::array<std::optional<bool>, 4> granted{};
  std::int64_t at = 0;
  bool is_opted_out = false;  ///< by a signal that no choice answered
  bool is_certain = true;
  bool is_signal_certain = true;  ///< cookies from before may hold an opt-out, or not

  bool has_refused(std::size_t i) const { return granted[i] && !*granted[i]; }
  bool is_fresh(std::int64_t now) const { return granted[1] && now - at < lifetime; }
  /// Servers whose clocks differ disagree about this minute.
  bool is_about_to_expire(std::int64_t now) const { return std::abs(now - at - lifetime) < 60; }
};

struct circumstances {
  std::string place;
  bool has_store = true;
  std::int64_t apart = 0;  ///< seconds between the servers' clocks
  bool is_unsteady = false;
};

class life {
 public:
  life(unsigned seed, const circumstances& here)
      : random_(seed),
        house_{here.place, here.has_store ? std::make_shared<unsteady_log>() : nullptr},
        is_unsteady_(here.is_unsteady) {
    for (std::size_t i = 0; i < servers_.size(); ++i) {
      servers_[i].of = &house_;
      servers_[i].ahead = i == 0 ? -here.apart / 2 : here.apart / 2;
      servers_[i].start();
    }
  }

  void go_on() {
    house_.now += 2;
    b_.at = &servers_[below(servers_.size())];
    const bool is_known = b_.cookies.holds("abide", house_.now) || b_.cookies.holds("signal_abide", house_.now);
    if (!is_known) told_ = {};  // without cookies she is a new visitor
    switch (below(13)) {
      case 0: return b_.cookies.forget("now_abide");
      case 1: return say("accept-all", category_set(b_.gpc ? 7 : 15));
      case 2: return say("reject-all", category_set(1));
      case 3: return say("withdraw", category_set(1));
      case 4: return save(category_set(static_cast<std::uint8_t>(below(8) * 2 + 1)));
      case 5: return pass_time();
      case 6: return turn_signal();
      case 7: return back_up();
      case 8: return load_slowly();
      case 9: return change_key();
      case 10: return turn_store();
      default: return look();
    }
  }

  const std::string& fault() const { return fault_; }
  std::size_t looks() const { return looks_; }

 private:
  std::size_t below(std::size_t n) { return random_() % n; }
  bool is_opt_in() const { return house_.place == "DE"; }
  void tell(const std::string& what) { story_ += ' ' + what + (b_.gpc ? "+gpc" : ""); }

  void say(const std::string& choice, category_set allows, const std::string& grants = "") {
    const unsigned status = b_.chooses("choice=" + choice + grants).status;
    tell(choice + grants + '=' + std::to_string(status));
    if (status >= 500 && allows.bits() != 1) return say_in_vain(allows);
    for (std::size_t i = 1; i < names.size(); ++i) told_.granted[i] = allows.contains(static_cast<category>(i));
    // "Accept all" leaves open what a signal denies: that is neither granted nor refused.
    const bool leaves = choice == "accept-all" && (b_.gpc || told_.is_opted_out);
    if (leaves) told_.granted[3].reset();
    told_.is_opted_out = leaves;
    if (choice != "accept-all") told_.is_signal_certain = true;
    told_.at = house_.now;
    told_.is_certain = is_opt_in();  // elsewhere a grant after an opt-out takes two steps
    has_new_key_ = false;
  }
  /// Her refusals hold, and she is told that the rest was not saved.
  void say_in_vain(category_set allows) {
    for (std::size_t i = 1; i < names.size(); ++i)
      if (!allows.contains(static_cast<category>(i))) told_.granted[i] = false;
    told_.is_certain = false;
  }
  void save(category_set allowed) {
    std::string grants;
    for (const auto& [c, text] : {std::pair(category::analytics, "analytics"),
                                  {category::functional, "functional"},
                                  {category::targeting, "targeting"}})
      if (allowed.contains(c)) grants += std::string("&grant=") + text;
    say("save", allowed, grants);
    if (b_.gpc && allowed.contains(category::targeting)) {
      told_.granted[3].reset();
      told_.is_opted_out = true;
    }
  }
  void pass_time() {
    constexpr std::array<std::int64_t, 6> some{20, 3600, day, 25 * day, 100 * day, 178 * day};
    const std::int64_t by = some[below(some.size())];
    house_.now += by;
    story_ += " +" + std::to_string(by);
  }
  void turn_signal() { b_.gpc = !b_.gpc; }
  void turn_store() {
    if (!is_unsteady_ || !house_.log) return;
    house_.log->fails = !house_.log->fails;
    tell(house_.log->fails ? "store fails" : "store is back");
  }

  /// Keeps the cookies, or brings kept ones back. Without a store, an old choice cannot be told from the latest.
  void back_up() {
    if (!kept_ || !house_.log) {
      if (told_.granted[1]) kept_ = b_.cookies;
      return;
    }
    house_.now += 20;  // servers know of a later choice after 12 seconds
    if (!kept_->holds("abide", house_.now)) return;
    tell("restores");
    b_.cookies = *kept_;
    late_.reset();
    told_.is_certain = told_.is_signal_certain = false;
  }

  /// Whether the next page may write her choice again, and so, if it arrives late, over a newer one.
  bool is_due_for_renewal() const {
    const std::int64_t age = house_.now - told_.at;
    return !told_.is_certain || has_new_key_ || (age > 25 * day && age < lifetime);
  }
  /// A page that she asks for before her next choices, and that arrives after them.
  void load_slowly() {
    if (late_) {
      tell("gets late page");
      b_.get(std::move(*late_));
      return late_.reset();
    }
    if (b_.gpc || is_due_for_renewal()) return;
    tell("asks");
    late_.emplace(b_.ask("GET", "/late"));
  }
  void change_key() {
    house_.keys.insert(house_.keys.begin(), std::string(31, 'k') + static_cast<char>('A' + house_.keys.size()));
    late_.reset();
    for (server& each : servers_) each.start();
    has_new_key_ = true;
    tell("new key");
  }

  void look() {
    tell("looks");
    const answer got = b_.visits("/" + std::to_string(++looks_));
    for (std::size_t i = 0; i < names.size(); ++i) check(i, got.passed.contains(static_cast<category>(i)));
    if (is_opt_in() && told_.is_certain && !told_.is_about_to_expire(house_.now) &&
        got.asks == told_.is_fresh(house_.now))
      note(got.asks ? "is asked again" : "is not asked");
    if (b_.gpc && !told_.has_refused(3)) told_.is_opted_out = true;
  }
  void check(std::size_t i, bool passes) {
    const bool grants = told_.is_fresh(house_.now) && told_.granted[i] && *told_.granted[i];
    const bool is_signalled = i == 3 && (b_.gpc || (told_.is_opted_out && told_.is_signal_certain));
    if (i == 0 && !passes) note("loses a required cookie");
    if (i == 0) return;
    const std::string cookie = " (" + std::string(names[i]) + ')';
    if (passes && told_.has_refused(i)) note("gets a cookie that she refused" + cookie);
    if (passes && is_signalled) note("gets a cookie in spite of a signal" + cookie);
    if (i == 3 && !told_.is_signal_certain) return;
    if (passes && is_opt_in() && !grants) note("gets a cookie without consent" + cookie);
    if (!passes && grants && !is_signalled && told_.is_certain) note("does not get a cookie that she allowed" + cookie);
  }
  void note(const std::string& what) {
    if (fault_.empty()) fault_ = what + " after" + story_;
  }

  std::mt19937 random_;
  house house_;
  bool is_unsteady_ = false;
  std::array<server, 2> servers_;
  browser b_;
  account told_;
  std::optional<jar> kept_;
  std::optional<asked> late_;
  bool has_new_key_ = false;
  std::size_t looks_ = 0;
  std::string story_, fault_;
};

struct one_server {
  house of{"DE", std::make_shared<unsteady_log>()};
  server at{&of};
  browser b{&at};
  one_server() { at.start(); }
};

}  // namespace

TEST_CASE("a page that arrives late does not put a choice that has expired in the place of the new one") {
  one_server s;
  s.b.chooses("choice=accept-all");
  s.of.now += lifetime + day;
  asked late = s.b.ask("GET", "/late");
  s.of.now += 5;
  s.b.chooses("choice=save&grant=analytics");
  s.b.get(std::move(late));
  s.of.now += 5;
  const answer got = s.b.visits();
  CHECK_FALSE(got.asks);
  CHECK(got.passed.bits() == 3);
}

TEST_CASE("an opt-out by a signal that was recorded outlives cookies from before it") {
  for (const std::string_view seen : {"on a page", "with a choice"}) {
    CAPTURE(seen);
    one_server s;
    s.b.chooses("choice=accept-all");
    const jar before = s.b.cookies;
    s.of.now += day;
    s.b.gpc = true;
    if (seen == "on a page") s.b.visits();
    else s.b.chooses("choice=accept-all");
    s.b.gpc = false;
    s.b.cookies = before;
    s.of.now += 20;  // servers know of a later choice after 12 seconds
    CHECK(s.b.visits().passed.bits() == 7);
  }
}

TEST_CASE("who refuses while the store fails is not asked again, now and after an older choice would have expired") {
  for (const bool has_chosen : {false, true}) {
    CAPTURE(has_chosen);
    one_server s;
    if (has_chosen) s.b.chooses("choice=accept-all");
    s.of.now += lifetime - 5 * day;
    s.of.log->fails = true;
    CHECK(s.b.chooses("choice=reject-all").status == 503);
    CHECK_FALSE(s.b.visits().asks);
    s.of.log->fails = false;
    s.of.now += 10 * day;
    const answer got = s.b.visits();
    CHECK_FALSE(got.asks);
    CHECK(got.passed.bits() == 1);
  }
}

TEST_CASE("the last choice counts, even if the server that took it has a clock behind that of the one before") {
  for (const std::string_view last : {"accept-all", "withdraw"}) {
    CAPTURE(last);
    one_server s;
    server behind{&s.of, -20};
    behind.start();
    s.b.chooses("choice=accept-all");
    const jar before = s.b.cookies;
    s.b.chooses("choice=reject-all");
    s.b.chooses("choice=accept-all");
    if (last == "accept-all") s.b.chooses("choice=withdraw");
    s.of.now += 5;
    s.b.at = &behind;
    s.b.chooses("choice=" + std::string(last));
    if (last == "withdraw") s.b.cookies = before;
    s.of.now += 20;
    CHECK(s.b.visits().passed.bits() == (last == "withdraw" ? 1 : 15));
  }
}

TEST_CASE("whatever a browser lives through, its pages follow what the visitor said last") {
  std::size_t looks = 0;
  for (const std::string place : {"DE", "US-CA"})
    for (unsigned seed = 1; seed <= 100; ++seed) {
      const circumstances here{place, seed % 4 != 0, seed % 3 == 0 ? 24 : 0, seed % 5 == 0};
      life one(seed, here);
      for (int step = 0; step < 80; ++step) one.go_on();
      looks += one.looks();
      if (!one.fault().empty()) FAIL_CHECK(place << ", seed " << seed << ": the visitor " << one.fault());
    }
  CHECK(looks > 1000);
}
