// The limits on how often visitors can make the log work.
#include "site/rates.hpp"

#include <string>
#include <thread>
#include <vector>

#include "catch.hpp"

using abide::detail::choice_rates, abide::detail::token_buckets;

namespace {

constexpr std::int64_t now = 1795305600;

struct asker {
  std::string subject, address;
};

unsigned taken(choice_rates& rates, unsigned times, const asker& who, std::int64_t at = now) {
  unsigned count = 0;
  for (; times > 0; --times) count += rates.allow({who.subject, rates.key_of(who.address)}, at);
  return count;
}

}  // namespace

TEST_CASE("a bucket holds a minute's tokens and refills within a minute") {
  token_buckets buckets(60);
  unsigned count = 0;
  for (int i = 0; i < 1000; ++i) count += buckets.take(1, now);
  CHECK(count == 60);
  CHECK(buckets.take(2, now));  // another bucket
  CHECK_FALSE(buckets.take(1, now));
  CHECK(buckets.take(1, now + 1));
  CHECK_FALSE(buckets.take(1, now + 1));
  for (int i = 0; i < 60; ++i) CHECK(buckets.take(1, now + 120));
  CHECK_FALSE(buckets.take(1, now + 120));
}

TEST_CASE("a clock that goes back blocks no visitor") {
  token_buckets buckets(60);
  while (buckets.take(1, now + 1'000'000)) {
  }
  CHECK(buckets.take(1, now));
}

TEST_CASE("one visitor, and one address, may ask as often as the policy says") {
  choice_rates rates(120);
  CHECK(taken(rates, 1000, {"visitor-1", "127.0.0.1"}) == 120);
  CHECK(taken(rates, 1000, {"", "203.0.113.9"}) == 120);
  CHECK(taken(rates, 1000, {"", "2001:db9::1"}) == 120);
  CHECK(taken(rates, 10, {"", "2001:db9::2"}) == 0);  // the same network of one customer
  CHECK(taken(rates, 10, {"", "2001:db9:0:1::2"}) == 10);
  CHECK(taken(rates, 10, {"visitor-2", "127.0.0.1"}) == 10);
}

TEST_CASE("an address of a private network is often a proxy's, and has no bucket of its own") {
  choice_rates rates(120);
  for (const char* address : {"", "10.1.2.3", "127.0.0.1", "::1", "fd00::1", "unknown"})
    CHECK(taken(rates, 500, {"", address}) == 500);
}

TEST_CASE("all visitors together may ask a hundred times as often") {
  choice_rates rates(10);
  unsigned count = 0;
  for (unsigned i = 0; i < 3000; ++i) count += rates.allow({"visitor-" + std::to_string(i)}, now);
  CHECK(count > 950);
  CHECK(count <= 1000);
}

TEST_CASE("threads share the buckets") {
  choice_rates rates(1000);
  std::vector<unsigned> counts(4);
  std::vector<std::thread> threads;
  for (unsigned& count : counts) threads.emplace_back([&] { count = taken(rates, 1000, {"visitor", ""}); });
  for (std::thread& each : threads) each.join();
  CHECK(counts[0] + counts[1] + counts[2] + counts[3] == 1000);
}
