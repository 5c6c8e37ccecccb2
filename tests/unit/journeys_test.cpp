// Whole lives of browsers at random: visits, choices, signals, months that pass, cookies that come back from a backup,
// responses that arrive late, new keys. A visitor who keeps account of what she said checks each page.
#include <array>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "abide/carry.hpp"
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

struct server {
  std::string place, store;
  std::vector<std::string> keys{std::string(32, 'k')};
  std::int64_t now = 1795305600;  // 2026-11-22
  std::optional<abide::site> open{};

  void start() {
    open.reset();
    site_options options;
    options.keys = keys;
    options.records = store;
    options.warn = [](const std::string&) {};
    options.clock = [this] { return now; };
    open.emplace(parse_config(policy_for(place), "policy.json"), std::move(options));
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
  server* at = nullptr;
  jar cookies{};
  bool gpc = false;

  asked ask(std::string_view method, std::string_view target, std::string_view form = {}) {
    field_list request{{"Host", "www.shop.example"}, {"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "document"}};
    request.add("Sec-Fetch-Site", "same-origin");
    if (gpc) request.add("Sec-GPC", "1");
    if (const std::string sent = cookies.sent(at->now); !sent.empty()) request.add("Cookie", sent);
    if (!form.empty()) request.add("Content-Type", "application/x-www-form-urlencoded");
    asked one{at->open->begin(method, target, request, direct, at->now), {}, 200, true};
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
        cookies.take(value, at->now);
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

  bool has_refused(std::size_t i) const { return granted[i] && !*granted[i]; }
  bool is_fresh(std::int64_t now) const { return granted[1] && now - at < lifetime; }
};

class life {
 public:
  life(unsigned seed, std::string place, const std::string& store) : random_(seed), s_{std::move(place), store} {
    s_.start();
    b_.at = &s_;
    has_store_ = store != "none";
  }

  void go_on() {
    s_.now += 2;
    switch (below(12)) {
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
      default: return look();
    }
  }

  const std::string& fault() const { return fault_; }
  std::size_t looks() const { return looks_; }

 private:
  std::size_t below(std::size_t n) { return random_() % n; }
  bool is_opt_in() const { return s_.place == "DE"; }
  void tell(const std::string& what) { story_ += ' ' + what + (b_.gpc ? "+gpc" : ""); }

  void say(const std::string& choice, category_set allows, const std::string& grants = "") {
    tell(choice + grants);
    b_.chooses("choice=" + choice + grants);
    for (std::size_t i = 1; i < names.size(); ++i) told_.granted[i] = allows.contains(static_cast<category>(i));
    // "Accept all" leaves open what a signal denies: that is neither granted nor refused.
    const bool leaves = choice == "accept-all" && (b_.gpc || told_.is_opted_out);
    if (leaves) told_.granted[3].reset();
    told_.is_opted_out = leaves;
    told_.at = s_.now;
    told_.is_certain = is_opt_in();  // elsewhere a grant after an opt-out takes two steps
    has_new_key_ = false;
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
    s_.now += by;
    story_ += " +" + std::to_string(by);
  }
  void turn_signal() { b_.gpc = !b_.gpc; }

  /// Keeps the cookies, or brings kept ones back. Without a store, an old choice cannot be told from the latest.
  void back_up() {
    if (!kept_ || !has_store_) {
      if (told_.granted[1]) kept_ = b_.cookies;
      return;
    }
    s_.now += 20;  // servers know of a later choice after 12 seconds
    if (!kept_->holds("abide", s_.now)) return;
    tell("restores");
    b_.cookies = *kept_;
    late_.reset();
    told_.is_certain = false;
  }

  /// Whether the next page may write her choice again, and so, if it arrives late, over a newer one.
  bool is_due_for_renewal() const {
    const std::int64_t age = s_.now - told_.at;
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
    s_.keys.insert(s_.keys.begin(), std::string(31, 'k') + static_cast<char>('A' + s_.keys.size()));
    late_.reset();
    s_.start();
    has_new_key_ = true;
    tell("new key");
  }

  void look() {
    if (!b_.cookies.holds("abide", s_.now)) told_ = {};  // without cookies she is a new visitor
    tell("looks");
    const answer got = b_.visits("/" + std::to_string(++looks_));
    for (std::size_t i = 0; i < names.size(); ++i) check(i, got.passed.contains(static_cast<category>(i)));
    if (is_opt_in() && told_.is_certain && got.asks == told_.is_fresh(s_.now))
      note(got.asks ? "is asked again" : "is not asked");
    if (b_.gpc && !told_.has_refused(3)) told_.is_opted_out = true;
  }
  void check(std::size_t i, bool passes) {
    const bool grants = told_.is_fresh(s_.now) && told_.granted[i] && *told_.granted[i];
    const bool is_signalled = i == 3 && (b_.gpc || told_.is_opted_out);
    if (i == 0 && !passes) note("loses a required cookie");
    if (i == 0) return;
    const std::string cookie = " (" + std::string(names[i]) + ')';
    if (passes && told_.has_refused(i)) note("gets a cookie that she refused" + cookie);
    if (passes && is_signalled) note("gets a cookie in spite of a signal" + cookie);
    if (passes && is_opt_in() && !grants) note("gets a cookie without consent" + cookie);
    if (!passes && grants && !is_signalled && told_.is_certain) note("does not get a cookie that she allowed" + cookie);
  }
  void note(const std::string& what) {
    if (fault_.empty()) fault_ = what + " after" + story_;
  }

  std::mt19937 random_;
  server s_;
  browser b_;
  account told_;
  std::optional<jar> kept_;
  std::optional<asked> late_;
  bool has_store_ = false, has_new_key_ = false;
  std::size_t looks_ = 0;
  std::string story_, fault_;
};

struct folder {
  std::string path = "/tmp/abide-journeys-XXXXXX";
  folder() { REQUIRE(mkdtemp(path.data())); }
  ~folder() { std::filesystem::remove_all(path); }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
};

}  // namespace

TEST_CASE("a page that arrives late does not put a choice that has expired in the place of the new one") {
  const folder here;
  server s{"DE", "sqlite:" + here.path + "/log.db"};
  s.start();
  browser b{&s};
  b.chooses("choice=accept-all");
  s.now += lifetime + day;
  asked late = b.ask("GET", "/late");
  s.now += 5;
  b.chooses("choice=save&grant=analytics");
  b.get(std::move(late));
  s.now += 5;
  const answer got = b.visits();
  CHECK_FALSE(got.asks);
  CHECK(got.passed.bits() == 3);
}

TEST_CASE("an opt-out by a signal that was recorded outlives cookies from before it") {
  for (const std::string_view seen : {"on a page", "with a choice"}) {
    CAPTURE(seen);
    const folder here;
    server s{"DE", "sqlite:" + here.path + "/log.db"};
    s.start();
    browser b{&s};
    b.chooses("choice=accept-all");
    const jar before = b.cookies;
    s.now += day;
    b.gpc = true;
    if (seen == "on a page") b.visits();
    else b.chooses("choice=accept-all");
    b.gpc = false;
    b.cookies = before;
    s.now += 20;  // servers know of a later choice after 12 seconds
    CHECK(b.visits().passed.bits() == 7);
  }
}

TEST_CASE("whatever a browser lives through, its pages follow what the visitor said last") {
  std::size_t looks = 0;
  for (const std::string place : {"DE", "US-CA"})
    for (unsigned seed = 1; seed <= 65; ++seed) {
      const folder here;
      life one(seed, place, seed % 3 == 0 ? "none" : "sqlite:" + here.path + "/log.db");
      for (int step = 0; step < 80; ++step) one.go_on();
      looks += one.looks();
      if (!one.fault().empty()) FAIL_CHECK(place << ", seed " << seed << ": the visitor " << one.fault());
    }
  CHECK(looks > 1000);
}
