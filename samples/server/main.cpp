// The smallest server with Abide. An application adds only the marked lines; what every server needs, with or without
// Abide, is in serve.hpp.
//
//   abide-server samples/shop/policy.json 8080      kill -HUP: reads the policy, its keys and its texts again
#include <charconv>
#include <iostream>
#include <string_view>

#include <abide/beast_async.hpp>
#include <abide/live_site.hpp>

#include "serve.hpp"

namespace http = boost::beast::http;

// The application: it sets the cookies it would like to set and contains no consent logic.
static serving::response handle(const serving::request& request) {
  serving::response page{http::status::ok, request.version()};
  page.set(http::field::content_type, "text/html; charset=utf-8");
  page.insert(http::field::set_cookie, "cart=empty; Path=/; HttpOnly");
  page.insert(http::field::set_cookie, "_ga=GA1.1.1.1; Path=/; Max-Age=34560000");
  page.insert(http::field::set_cookie, "_fbp=fb.1.1.1; Path=/; Max-Age=7776000");
  page.body() = "<!doctype html><html lang=en><head><title>Hello</title></head><body><h1>Hello</h1></body></html>";
  serving::prepare(page, request);
  return page;
}

static unsigned short port_of(std::string_view text) {
  unsigned short port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error == std::errc{} && end == text.data() + text.size()) return port;
  throw std::runtime_error("PORT: expected a whole number from 0 to 65535, found \"" + std::string(text) + '"');
}

int main(int count, char** arguments) try {
  if (count < 2) throw std::runtime_error("usage: abide-server POLICY.json [PORT]");
  const std::string policy = arguments[1];
  abide::live_site live([policy] { return abide::load_site(policy); });  // Abide: the site, replaceable while serving

  serving::server server("127.0.0.1");
  const auto port = server.open(count > 2 ? port_of(arguments[2]) : 8080);
  server.serve(port, [&live](serving::request request, auto& stream) -> serving::answer {
    const auto site = live.now();  // Abide: the site for this exchange
    // Abide: answers the notice's form, the preference page and gpc.json; hides and filters cookies, inserts the notice
    co_return co_await abide::async_respond(*site, std::move(request), stream, abide::transport::plain, handle);
  });
  server.on_hangup([&live] {
    live.reload([](const std::string& why) {
      std::cerr << "abide-server: "
                << (why.empty() ? "policy reloaded" : "policy not reloaded, the old one stays in use: " + why)
                << std::endl;
    });
  });
  std::cout << "http://localhost:" << port << "/" << std::endl;
  server.run();
  return 0;
} catch (const std::exception& error) {
  std::cerr << "abide-server: " << error.what() << '\n';
  return 2;
}
