#include "site/content_coding.hpp"

#include "catch.hpp"
#include "fields.hpp"

using abide::detail::read_accepted_codings;

namespace {
std::string accepted(std::initializer_list<const char*> values) {
  field_list request;
  for (const char* value : values) request.add("accept-encoding", value);
  const auto [brotli, gzip] = read_accepted_codings(request);
  return std::string(brotli ? "br " : "") + (gzip ? "gzip" : "");
}
}  // namespace

TEST_CASE("codings are read from a list, in any letter case, on one line or several") {
  CHECK(accepted({"gzip, deflate, br, zstd"}) == "br gzip");
  CHECK(accepted({"gzip, deflate"}) == "gzip");
  CHECK(accepted({"GZIP"}) == "gzip");
  CHECK(accepted({"x-gzip"}) == "gzip");
  CHECK(accepted({"br;q=0.8 ,\tgzip ; q=1"}) == "br gzip");
  CHECK(accepted({"gzip", "br"}) == "br gzip");
}

TEST_CASE("a coding with a weight of zero is refused") {
  CHECK(accepted({"br;q=0, gzip"}) == "gzip");
  CHECK(accepted({"br; q = 0.000, gzip;Q=0"}).empty());
  CHECK(accepted({"br;q=0.001"}) == "br ");
}

TEST_CASE("without a coding that is kept, bytes are sent as they are") {
  for (const char* value : {"", "identity", "*", "*;q=0", "brotli", "deflate, zstd", ",,;,", "br-x, xgzip", "q=0;br"}) {
    INFO(value);
    CHECK(accepted({value}).empty());
  }
  CHECK(accepted({}).empty());
}
