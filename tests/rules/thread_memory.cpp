// What a thread remembers between exchanges stays small, however many visitors come and whatever they send.
#include <malloc.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <random>
#include <string>

#include "abide/site.hpp"
#include "fields.hpp"

namespace {

std::atomic<std::size_t> live{0};  // bytes

void* made(std::size_t size) {
  void* const at = std::malloc(size > 0 ? size : 1);
  if (!at) std::abort();
  live += malloc_usable_size(at);
  return at;
}

void ended(void* at) noexcept {
  if (at) live -= malloc_usable_size(at);
  std::free(at);
}

}  // namespace

void* operator new(std::size_t size) { return made(size); }
void* operator new[](std::size_t size) { return made(size); }
void operator delete(void* at) noexcept { ended(at); }
void operator delete(void* at, std::size_t) noexcept { ended(at); }
void operator delete[](void* at) noexcept { ended(at); }
void operator delete[](void* at, std::size_t) noexcept { ended(at); }

namespace {

constexpr int visitors = 100'000;
constexpr std::size_t budget = 2u << 20;
constexpr std::int64_t today = 1795305600;  // 2026-11-22

struct dice {
  std::mt19937 random{11};
  std::size_t below(std::size_t n) { return random() % n; }
  std::string text(std::size_t size) {
    std::string made(size, 'x');
    for (char& c : made) c = static_cast<char>('a' + below(26));
    return made;
  }
};

/// As many short names as a server accepts, a long one, or something that looks like a choice.
std::string cookies_of(dice& d) {
  std::string cookies;
  switch (d.below(16)) {
    case 0:
      while (cookies.size() < 3900) cookies += d.text(1 + d.below(3)) + "=;";
      return cookies;
    case 1: return "abide=1.nnnn.0.0.0.1~~" + d.text(d.below(7000)) + "~" + d.text(43);
    case 2: return "abide=" + d.text(30) + "~" + d.text(32) + "~abcdef~" + d.text(43) + "; _ga=" + d.text(20);
    case 3: return d.text(10) + "=" + d.text(d.below(7000));
    default: return "_ga=" + d.text(10) + "; " + d.text(6) + "=" + d.text(d.below(100));
  }
}

void visit_once(const abide::site& site, dice& d, int number) {
  const std::string host = d.below(3) == 0 ? "www.shop.example" : d.text(1 + d.below(60)) + ".shop.example";
  const std::string target = std::string("/").append(d.text(d.below(30)));
  field_list request{{"Host", host}, {"Cookie", cookies_of(d)}, {"Sec-GPC", d.below(2) == 0 ? "1" : "0"}};
  field_list response{{"Content-Type", "text/html"},
                      {"Content-Security-Policy", "script-src 'nonce-" + d.text(d.below(30)) + "'"}};
  std::string page = "<html lang=" + d.text(2) + "><body>x</body></html>";
  const auto via = d.below(2) == 0 ? abide::transport::tls : abide::transport::plain;
  abide::visit v = site.begin("GET", target, request, {"192.0.2.1", via}, today + number / 100);
  if (v.answer("GET", target, request, {})) std::abort();
  if (v.take_reply()) return;
  v.finish(200, response, &page);
}

}  // namespace

int main() {
  abide::site_options options;
  options.keys = {std::string(32, 'k')};
  options.records = "none";
  const abide::site site(abide::parse_config(R"({"site": {"host": "www.shop.example"}})", "policy.json"),
                         std::move(options));
  dice d;
  const std::size_t before = live;
  std::size_t most = 0;
  for (int i = 0; i < visitors; ++i) {
    visit_once(site, d, i);
    if (i % 100 == 0) most = std::max<std::size_t>(most, live - before);
  }
  std::printf("a thread remembers %zu KB after %d visitors; at most %zu KB\n", most >> 10, visitors, budget >> 10);
  return most <= budget ? 0 : 1;
}
