// The Date that the proxy writes.
#include <ctime>
#include <random>
#include <string>

#include "catch.hpp"
#include "proxy/date.hpp"

TEST_CASE("a Date is the time in the fixed format of HTTP, whichever times were asked for before") {
  std::mt19937_64 random(7);
  abide::detail::proxy::date date;
  CHECK(date.at(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");  // the example of RFC 9110 section 5.6.7
  CHECK(date.at(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(date.at(951782400) == "Tue, 29 Feb 2000 00:00:00 GMT");
  for (int i = 0; i < 2000; ++i) {
    const std::time_t time = static_cast<std::time_t>(random() % 253402300800);  // before the year 10000
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    char text[64];
    REQUIRE(date.at(time) == std::string(text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)));
  }
}
