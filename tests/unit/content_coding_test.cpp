#include "site/content_coding.hpp"

#include "catch.hpp"
#include "fields.hpp"

using abide::detail::read_accepted_codings;

namespace {
std::string accepted(std::initializer_list<const char*> values) {
  field_list request;
  for (const char* value : values) request.add("accept-encoding", value);
  const auto [brotli, gzip, identity] = read_accepted_codings(request);
  return std::to_string(brotli) + " " + std::to_string(gzip) + " " + std::to_string(identity);
}
}  // namespace

TEST_CASE("codings are read from a list, in any letter case, on one line or several") {
  CHECK(accepted({"gzip, deflate, br, zstd"}) == "1000 1000 1");
  CHECK(accepted({"gzip, deflate"}) == "0 1000 1");
  CHECK(accepted({"GZIP"}) == "0 1000 1");
  CHECK(accepted({"x-gzip"}) == "0 1000 1");
  CHECK(accepted({"br;q=0.8 ,\tgzip ; q=1"}) == "800 1000 1");
  CHECK(accepted({"gzip", "br"}) == "1000 1000 1");
}

TEST_CASE("a coding has the weight that the request gives it, and none if that is 0 or malformed") {
  CHECK(accepted({"br;q=0, gzip"}) == "0 1000 1");
  CHECK(accepted({"br; q = 0.000, gzip;Q=0"}) == "0 0 1");
  CHECK(accepted({"br;q=0.001, gzip;q=1.000, identity;q=0.05"}) == "1 1000 50");
  CHECK(accepted({"br;q=0., gzip;q=1., identity;q=0"}) == "0 1000 0");
  for (const char* weight : {"", "2", "1.5", "1.001", "-1", "0.0001", "00.5", "0,5", ".5", "0.x", "0.5;q=1", "1;x"}) {
    INFO(weight);
    CHECK(accepted({("br;q=" + std::string(weight)).c_str()}) == "0 0 1");
  }
  CHECK(accepted({"br;level=4;q=1"}) == "0 0 1");
}

TEST_CASE("without a coding that is kept, bytes are sent as they are") {
  for (const char* value : {"", "*", "*;q=0", "brotli", "deflate, zstd", ",,;,", "br-x, xgzip", "q=0;br"}) {
    INFO(value);
    CHECK(accepted({value}) == "0 0 1");
  }
  CHECK(accepted({"identity"}) == "0 0 1000");
  CHECK(accepted({}) == "0 0 1");
}
