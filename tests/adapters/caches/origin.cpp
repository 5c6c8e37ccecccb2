// A site behind caches: its pages allow every cache to keep them. Prints its port; exits when its input ends.
//   abide_cache_origin private|shared BROWSER_FILES
#include <atomic>
#include <cstdio>
#include <ctime>
#include <iostream>
#include <string>

#include "http/test_server.hpp"

namespace {

std::string policy_of(std::string_view caching) {
  return R"({"site": {"name": "Shop", "host": "www.shop.example"}, "caching": ")" + std::string(caching) +
         R"(", "jurisdiction": {"from": "cloudflare", "trusted_proxies": ["127.0.0.1/32"]},
  "cookies": [{"name": "r", "category": "required"}, {"name": "a", "category": "analytics"},
              {"name": "t", "category": "targeting"}]})";
}

/// Squid ignores `max-age` in a response without `Date` (RFC 9110 section 6.6.1).
std::string date_now() {
  const std::time_t now = std::time(nullptr);
  char text[32];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", std::gmtime(&now));
  return text;
}

std::string value_of(const http_test::field_pairs& fields, std::string_view name) {
  return http_test::all_of(fields, name);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::atomic<unsigned long> pages{0};
  abide::site_options options;
  options.keys = {std::string(32, 'k')};
  options.records = "none";
  options.browser_files = argv[2];
  options.clock = [] { return std::int64_t{1795305600}; };
  http_test::test_server server(abide::site(abide::parse_config(policy_of(argv[1]), "policy.json"), std::move(options)),
                                [&](const http_test::asked& request) {
                                  if (request.target == "/count") {
                                    http_test::told count;
                                    count.fields = {{"Content-Type", "text/plain"}, {"Cache-Control", "no-store"}};
                                    count.body = std::to_string(pages);
                                    return count;
                                  }
                                  ++pages;
                                  const std::string tag = "\"" + request.target.substr(1) + "\"";
                                  http_test::told answer = http_test::page(
                                      "<!doctype html><html lang=\"en\"><head><title>Shop</title></head><body><h1>" +
                                          request.target + "</h1></body></html>",
                                      {{"Date", date_now()}, {"Cache-Control", "public, max-age=600"}, {"ETag", tag}});
                                  if (value_of(request.fields, "If-None-Match") != tag) return answer;
                                  answer.status = 304;
                                  answer.body.clear();
                                  return answer;
                                });
  std::printf("%u\n", server.port());
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
  }
}
