#include "tracking.hpp"

#include <chrono>
#include <random>

#include "form.hpp"

namespace firwick {
namespace {

constexpr long day = 24 * 60 * 60;

std::string seconds() { return std::to_string(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())); }

std::string digits() { return std::to_string(1'000'000'000u + std::random_device{}() % 1'000'000'000u); }

/// Sets it again to extend its lifetime; creates a new value only if there was none.
void want(const request& asked, response& answer, bool secure, cookie wanted) {
  if (auto known = cookie_of(asked, wanted.name)) wanted.value = *known;
  set_cookie(answer, wanted, secure);
}

}  // namespace

std::string random_token() {
  constexpr char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
  std::random_device source;
  std::string token;
  for (int i = 0; i < 32; ++i) token += letters[source() % 32];
  return token;
}

void want_tracking(const request& asked, response& answer, bool secure) {
  const auto now = seconds();
  want(asked, answer, secure, {"_shop_visit", random_token().substr(0, 12), 30 * day, true});
  want(asked, answer, secure, {"_ga", "GA1.1." + digits() + "." + now, 400 * day, false});
  want(asked, answer, secure, {"_ga_9TQ4LM2X7K", "GS1.1." + now + ".1.1." + now + ".0.0.0", 400 * day, false});
  want(asked, answer, secure, {"_gcl_au", "1.1." + digits() + "." + now, 90 * day, false});
  want(asked, answer, secure, {"_fbp", "fb.1." + now + "000." + digits(), 90 * day, false});
  want(asked, answer, secure, {"br_aud", random_token().substr(0, 16), 180 * day, true});
}

void want_chat(const request& asked, response& answer, bool secure) {
  want(asked, answer, secure, {"chat_id", random_token().substr(0, 16), 30 * day, true});
}

}  // namespace firwick
