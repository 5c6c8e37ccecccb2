#include "records/ids.hpp"

#include <openssl/evp.h>
#include <sys/random.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>

#include "abide/records.hpp"

namespace abide::detail {
namespace {

std::string hex(const unsigned char* bytes, std::size_t size) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text(size * 2, '0');
  for (std::size_t i = 0; i < size; ++i) {
    text[2 * i] = digits[bytes[i] >> 4];
    text[2 * i + 1] = digits[bytes[i] & 15];
  }
  return text;
}

// From the kernel, so that a forked process never repeats them. So few bytes are always returned at once.
void fill_random(unsigned char* bytes, std::size_t size) {
  if (::getrandom(bytes, size, 0) != static_cast<ssize_t>(size))
    throw std::runtime_error("the system provides no random numbers");
}

// Fetched once: looking it up costs more than hashing a record. Lock-free, so that no lock is held during a fork; if
// two threads fetch it at the same time, one of the two is kept.
const EVP_MD* sha256() {
  static std::atomic<const EVP_MD*> kept{nullptr};
  if (const EVP_MD* known = kept.load(std::memory_order_acquire)) return known;
  EVP_MD* fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  const EVP_MD* before = nullptr;
  if (kept.compare_exchange_strong(before, fetched, std::memory_order_acq_rel)) return fetched;
  EVP_MD_free(fetched);
  return before;
}

constexpr std::int64_t set_back_ms = 10'000;  // if a clock goes back further, it was set, and its time is used

// Milliseconds and a 12-bit counter with a random start in its lower half. When the counter overflows, the time is
// incremented.
using clock_tick = std::uint64_t;
constexpr int counter_bits = 12;

clock_tick tick_after(clock_tick last, std::int64_t time_ms, unsigned start) {
  const auto last_ms = static_cast<std::int64_t>(last >> counter_bits);
  if (time_ms <= last_ms && time_ms >= last_ms - set_back_ms) {
    if (((last + 1) & 0xfff) != 0) return last + 1;
    time_ms = last_ms + 1;
  }
  return static_cast<clock_tick>(time_ms) << counter_bits | (start & 0x7ff);
}

clock_tick next_tick(std::int64_t time_ms, unsigned start) {
  static std::atomic<clock_tick> last{0};
  clock_tick before = last.load(std::memory_order_relaxed), next = 0;
  do next = tick_after(before, time_ms, start);
  while (!last.compare_exchange_weak(before, next, std::memory_order_relaxed));
  return next;
}

}  // namespace

std::string new_record_id(std::int64_t time_ms) {
  unsigned char bytes[16];
  fill_random(bytes, sizeof bytes);
  const clock_tick tick = next_tick(std::max<std::int64_t>(time_ms, 0), bytes[6] * 256u + bytes[7]);
  for (int i = 0; i < 6; ++i) bytes[i] = static_cast<unsigned char>(tick >> (counter_bits + 40 - 8 * i));
  bytes[6] = static_cast<unsigned char>(0x70u | (tick >> 8 & 15u));
  bytes[7] = static_cast<unsigned char>(tick);
  bytes[8] = static_cast<unsigned char>(0x80u | (bytes[8] & 0x3fu));
  std::string text = hex(bytes, sizeof bytes);
  for (const std::size_t at : {20u, 16u, 12u, 8u}) text.insert(at, 1, '-');
  return text;
}

std::int64_t now_ms() noexcept {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace abide::detail

namespace abide {

using namespace detail;

std::string new_subject() {
  unsigned char bytes[16];
  detail::fill_random(bytes, sizeof bytes);
  return detail::hex(bytes, sizeof bytes);
}

std::string sha256_hex(std::string_view text) {
  unsigned char hash[32];
  if (!detail::sha256() || EVP_Digest(text.data(), text.size(), hash, nullptr, detail::sha256(), nullptr) != 1)
    throw std::runtime_error("SHA-256 is not available");
  return detail::hex(hash, sizeof hash);
}

}  // namespace abide
