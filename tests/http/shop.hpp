#pragma once
// A shop behind the test server, and a browser that keeps its cookies.
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "test_server.hpp"
#include "unit/cookie_jar.hpp"
#include "unit/words.hpp"

namespace http_test {

// Categories of the cookies: r, a, f, t; s is shared analytics; p* is a targeting pattern.
inline constexpr std::string_view shop_policy = R"({
  "site": {"name": "Shop", "host": "www.shop.example", "gpc_updated": "2026-11-01"},
  "jurisdiction": {"from": "cloudflare", "trusted_proxies": ["127.0.0.1/32"]},
  "notice": {"languages": ["en", "de"]},
  "cookies": [{"name": "r", "category": "required"}, {"name": "a", "category": "analytics"}, {"name": "f", "category": "functional"},
              {"name": "t", "category": "targeting"}, {"name": "s", "category": "analytics", "shared": true}, {"name": "p*", "category": "targeting"}]
})";

inline constexpr const char* document = "<!doctype html><title>x</title><p>hi";
inline const field_pairs navigation{{"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "document"}};
inline const field_pairs fetched{{"Sec-Fetch-Mode", "cors"}, {"Sec-Fetch-Dest", "empty"}};

/// A folder for one test's log.
struct log_folder {
  std::string folder;
  log_folder() {
    char name[] = "/tmp/abide-http-records-XXXXXX";
    folder = mkdtemp(name);
  }
  ~log_folder() { std::filesystem::remove_all(folder); }
  log_folder(const log_folder&) = delete;
  std::string store() const { return "sqlite:" + folder + "/abide.db"; }
};

struct setting {
  std::string location = "DE";
  std::string policy = std::string(shop_policy);
  bool tls = false;
  std::optional<abide::mode> mode = std::nullopt;
  std::string records = "none";
  std::string browser_files = "none";  ///< folder with gate.js and abide.mjs
  std::function<void(const std::string&)> warn = [](const std::string&) {};
};

struct shop {
  std::shared_ptr<std::atomic<std::int64_t>> now = std::make_shared<std::atomic<std::int64_t>>(words::today());
  told next = page();  ///< what the application answers
  std::vector<std::string> keys{std::string(32, 'k')};
  test_server server;

  explicit shop(setting how = {}) : server(site_of(how, keys, now), [this](const asked&) { return next; }) {
    server.pretend_tls(how.tls);
  }

  static abide::site site_of(const setting& how, const std::vector<std::string>& keys,
                             std::shared_ptr<std::atomic<std::int64_t>> now) {
    abide::site_options options;
    options.location = how.location;
    options.mode = how.mode;
    options.keys = keys;
    options.reports = true;
    options.records = how.records;
    options.browser_files = how.browser_files;
    options.clock = [now] { return now->load(); };
    options.warn = how.warn;
    return abide::site(abide::parse_config(how.policy, "policy.json"), std::move(options));
  }

  void sets(std::vector<std::string> cookies, field_pairs more = {}) {
    next = page();
    for (std::string& c : cookies) next.fields.emplace_back("Set-Cookie", std::move(c));
    next.fields.insert(next.fields.end(), more.begin(), more.end());
  }

  /// The cookies of the Cookie field that the application saw.
  std::string cookies_seen() const { return all_of(server.seen().fields, "Cookie"); }

  answer get(std::string_view target, field_pairs fields = {}) { return send("GET", target, std::move(fields)); }
  answer send(std::string_view method, std::string_view target, field_pairs fields = {}, std::string_view body = {}) {
    if (!has(fields, "Host")) fields.insert(fields.begin(), {"Host", "www.shop.example"});
    fields.emplace_back("Connection", "close");
    return raw(request_text(method, target, fields, body));
  }
  answer raw(const std::string& bytes) {
    const auto answers = talk(server.port(), bytes);
    return answers.empty() ? answer{} : answers.front();
  }
};

/// The folder of the shop's browser files: `/consent/v-0123456789ab/`.
inline std::string files_of(shop& s) {
  const std::string html = s.get("/consent").body;
  const std::size_t at = html.find("/consent/v-");
  return at == std::string::npos ? "" : html.substr(at, html.find('/', at + 9) + 1 - at);
}

/// Keeps cookies as browsers do, and posts forms from the site's own pages.
struct browser {
  shop& at;
  bool tls = false;
  field_pairs always{};  ///< sent with every request: `Sec-GPC: 1`
  std::string host = "www.shop.example";
  tests::cookie_jar jar{words::today()};

  tests::web_address here(std::string_view target) const {
    return {host, std::string(target.substr(0, target.find('?'))), tls};
  }
  std::string cookies() const { return jar.header(here("/")); }
  void holds(std::string_view set_cookie) { jar.store(set_cookie, here("/")); }

  answer send(std::string_view method, std::string_view target, field_pairs fields, std::string_view body = {}) {
    fields.insert(fields.begin(), {"Host", host});
    fields.insert(fields.end(), always.begin(), always.end());
    if (const std::string kept = jar.header(here(target)); !kept.empty()) fields.emplace_back("Cookie", kept);
    answer got = at.send(method, target, fields, body);
    for (const std::string& field : got.set_cookies()) jar.store(field, here(target));
    return got;
  }
  answer get(std::string_view target = "/", field_pairs fields = {}) { return send("GET", target, std::move(fields)); }
  answer post(std::string_view body, std::string_view target = "/consent") {
    return send("POST", target,
                {{"Sec-Fetch-Site", "same-origin"}, {"Content-Type", "application/x-www-form-urlencoded"}}, body);
  }
};

inline bool shows_notice(const answer& a) { return a.body.find("data-abide-notice") != std::string::npos; }

}  // namespace http_test
