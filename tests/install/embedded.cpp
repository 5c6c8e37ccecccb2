#include <abide/beast.hpp>

#include <cstdio>

namespace http = boost::beast::http;

int main() {
  abide::site_options options;
  options.location = "US-CA";
  options.keys = {"0123456789abcdef0123456789abcdef"};
  const abide::site site(abide::parse_config("{}", "inline"), options);
  http::request<http::string_body> request(http::verb::get, "/", 11);
  request.set("Host", "shop.example");
  request.set("Sec-GPC", "1");
  auto visit = abide::begin(site, request, {"127.0.0.1", abide::transport::tls});
  if (abide::answer(visit, request)) return 1;
  http::response<http::string_body> response(http::status::ok, 11);
  response.insert("Set-Cookie", "_fbp=1; Path=/");
  abide::finish(visit, response);
  std::printf("%zu\n", response.count("Set-Cookie"));
  return response["Set-Cookie"].starts_with("_fbp") ? 1 : 0;
}
