// A cache in this process in front of a site. Half of the visitors send GPC. Counts hits, and responses that were made
// for another visitor, with `caching` private and shared. Fails if there are any of the latter.
//   sharing_report [REQUESTS]
#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <string>

#include "abide/site.hpp"
#include "fields.hpp"
#include "site/consent_cookie.hpp"

namespace {

using namespace abide;

constexpr std::int64_t today = 1795305600;
const std::string secret(32, 'k');

site made(bool shared) {
  site_options options;
  options.keys = {secret};
  options.records = "none";
  options.browser_files = ABIDE_BINARY_DIR "/wasm";
  options.warn = [](const std::string&) {};
  const std::string policy = R"({"site": {"name": "Shop", "host": "www.shop.example"}, "caching": ")" +
                             std::string(shared ? "shared" : "private") +
                             R"(", "jurisdiction": {"from": "cloudflare", "trusted_proxies": ["10.0.0.0/8"]},
  "cookies": [{"name": "a", "category": "analytics"}, {"name": "t", "category": "targeting"}]})";
  return site(parse_config(policy, "policy.json"), std::move(options));
}

std::string choice_cookie(choice what) {
  record r;
  for (std::size_t i = 1; i < r.choices.size(); ++i) r.choices[i] = what;
  r.time = today - 1000;
  r.notice = 1;
  const std::string field =
      detail::write_consent_cookie("abide", {r, {}, 0, r.time, true}, {"www.shop.example", false, false},
                                   detail::keys({secret}, "", detail::key_use::cookies), 395);
  return field.substr(0, field.find(';')) + "; now_abide=x";
}

struct response {
  field_list fields;
  std::string body;
};

response answered(const site& s, field_list request, unsigned page) {
  response r;
  r.fields = field_list{{"Content-Type", "text/html"}, {"Cache-Control", "public, max-age=600"}, {"ETag", "\"1\""}};
  r.body =
      "<!doctype html><html lang=en><head><title>x</title></head><body>page " + std::to_string(page) + "</body></html>";
  const std::string target = "/page" + std::to_string(page);
  visit v = s.begin("GET", target, request, {"10.0.0.1", transport::plain}, today);
  if (v.answer("GET", target, request, {})) v.abandon();
  v.finish(200, r.fields, &r.body);
  return r;
}

/// Whether a shared cache may store it (RFC 9111 section 3).
bool is_kept(const response& r) {
  const std::string control = r.fields.all("Cache-Control");
  for (const char* word : {"private", "no-store", "no-cache"})
    if (control.find(word) != std::string::npos) return false;
  return r.fields.all("Set-Cookie").empty();
}

bool run(bool shared, long requests) {
  constexpr unsigned pages = 50;
  const site s = made(shared);
  const std::array<std::pair<std::string, std::string>, 3> places{
      {{"DE", "opt_in"}, {"US", "opt_out"}, {"JP", "notice"}}};
  const std::array<std::string, 3> cookies{"", choice_cookie(choice::granted), choice_cookie(choice::denied)};
  std::map<std::pair<unsigned, std::string>, response> kept;  // by page and by the values of the fields in Vary
  std::mt19937 random(1);
  long hits = 0, others = 0;
  for (long i = 0; i < requests; ++i) {
    const auto page = static_cast<unsigned>(random() % pages);
    const std::size_t place = random() % 3, cookie = random() % 3;
    const bool gpc = random() % 2 == 0;
    field_list request{{"Host", "www.shop.example"}, {"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "document"}};
    request.add("CF-IPCountry", places[place].first);
    request.add("Abide-Regime", places[place].second);
    if (gpc) request.add("Sec-GPC", "1");
    if (!cookies[cookie].empty()) request.add("Cookie", cookies[cookie]);
    const response own = answered(s, request, page);
    const auto found = kept.find({page, places[place].second});
    if (found != kept.end()) {
      ++hits;
      others += found->second.fields.list != own.fields.list || found->second.body != own.body;
    } else if (is_kept(own)) {
      kept[{page, places[place].second}] = own;
    }
  }
  std::printf("%-8s %9ld requests  %6.2f %% hits  %ld of another visitor  %zu copies of %u pages\n",
              shared ? "shared" : "private", requests,
              100.0 * static_cast<double>(hits) / static_cast<double>(requests), others, kept.size(), pages);
  return others == 0;
}

}  // namespace

int main(int argc, char** argv) {
  const long requests = argc > 1 ? std::atol(argv[1]) : 1'000'000;
  const bool own = run(false, requests), all = run(true, requests);
  return own && all ? 0 : 1;
}
