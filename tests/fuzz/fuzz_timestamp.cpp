// RFC 3339 and cookie dates compared with each other: a written date reads back, and every date is within its range.
#include "abide/abide.hpp"
#include "input.hpp"
#include "linear.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const exact_copy copy({reinterpret_cast<const char*>(data), size});
  if (const auto time = abide::parse_timestamp(copy.view())) {
    constexpr std::int64_t first = -62167219200, last = 253402300800, day = 86400;
    must(*time >= first - day && *time <= last + day, "a timestamp lies in the years 0000 to 9999");
    if (*time >= first && *time < last) {
      char date[10];
      abide::write_date(*time, date);
      const auto midnight = abide::parse_timestamp(std::string(date, 10) + "T00:00:00Z");
      must(midnight && *midnight <= *time && *time - *midnight < day, "a written date is the day of the time");
    }
  }
  must_be_linear(copy.view(), [](std::string_view text) {
    (void)abide::parse_timestamp(text);
    (void)abide::parse_cookie_date(text);
  });
  if (const auto time = abide::parse_cookie_date(copy.view()))
    must(*time >= -59011459200 && *time < 253402300800, "a cookie date lies in the years 100 to 9999");
  return 0;
}
