#include "records/ids.hpp"

#include <openssl/evp.h>
#include <sys/random.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <stdexcept>

#include "abide/records.hpp"

namespace abide {
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

// The kernel's own: a forked process never repeats them. So few bytes come at once and whole.
void fill_random(unsigned char* bytes, std::size_t size) {
  if (::getrandom(bytes, size, 0) != static_cast<ssize_t>(size)) throw std::runtime_error("no random numbers");
}

// Fetched once: looking it up costs more than hashing a record.
const EVP_MD* sha256() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return fetched;
}

constexpr std::int64_t set_back_ms = 10'000;  // a clock that goes back further was set; its time counts again

// Time and a 12-bit counter that starts anywhere in its lower half; when it runs over, the time goes on by one.
struct clock_tick {
  std::int64_t time;
  unsigned counter;
};

clock_tick next_tick(std::int64_t time_ms, unsigned start) {
  static std::mutex busy;
  static clock_tick last{0, 0};
  const std::lock_guard lock(busy);
  if (time_ms > last.time || time_ms < last.time - set_back_ms) last = {time_ms, start & 0x7ff};
  else if (++last.counter > 0xfff) last = {last.time + 1, start & 0x7ff};
  return last;
}

}  // namespace

std::string new_record_id(std::int64_t time_ms) {
  unsigned char bytes[16];
  fill_random(bytes, sizeof bytes);
  const clock_tick tick = next_tick(std::max<std::int64_t>(time_ms, 0), bytes[6] * 256u + bytes[7]);
  for (int i = 0; i < 6; ++i) bytes[i] = static_cast<unsigned char>(tick.time >> (40 - 8 * i));
  bytes[6] = static_cast<unsigned char>(0x70u | tick.counter >> 8);
  bytes[7] = static_cast<unsigned char>(tick.counter);
  bytes[8] = static_cast<unsigned char>(0x80u | (bytes[8] & 0x3fu));
  std::string text = hex(bytes, sizeof bytes);
  for (const std::size_t at : {20u, 16u, 12u, 8u}) text.insert(at, 1, '-');
  return text;
}

std::int64_t now_ms() noexcept {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string new_subject() {
  unsigned char bytes[16];
  fill_random(bytes, sizeof bytes);
  return hex(bytes, sizeof bytes);
}

std::string sha256_hex(std::string_view text) {
  unsigned char hash[32];
  if (!sha256() || EVP_Digest(text.data(), text.size(), hash, nullptr, sha256(), nullptr) != 1)
    throw std::runtime_error("SHA-256 is not available");
  return hex(hash, sizeof hash);
}

}  // namespace abide
