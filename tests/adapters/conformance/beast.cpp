// The server of the conformance test with Boost.Beast: the reference for the others.
#include <iostream>

#include <abide/beast_async.hpp>

#include "application.hpp"
#include "serve.hpp"

namespace {

namespace http = boost::beast::http;

std::string cookies_of(const serving::request& request) {
  std::string all;
  for (auto [at, end] = request.equal_range(http::field::cookie); at != end; ++at)
    all.append(all.empty() ? "" : "; ").append(at->value());
  return all;
}

serving::response handle(const serving::request& request) {
  const std::string_view target(request.target().data(), request.target().size());
  const application::answer made =
      application::answer_to(request.method_string(), target, cookies_of(request), request.body());
  serving::response response{static_cast<http::status>(made.status), request.version()};
  for (const auto& [name, value] : made.fields) response.insert(name, value);
  response.body() = made.body;
  serving::prepare(response, request);
  return response;
}

}  // namespace

int main(int count, char** arguments) try {
  if (count != 3) throw std::runtime_error("usage: abide_conformance_beast POLICY.json PORT");
  const abide::site site = abide::load_site(arguments[1]);
  serving::server server("127.0.0.1");
  const auto port = server.open(static_cast<unsigned short>(std::stoi(arguments[2])));
  server.serve(port, [&site](serving::request request, auto& stream) -> serving::answer {
    co_return co_await abide::async_respond(site, std::move(request), stream, abide::transport::plain, handle);
  });
  server.run();
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 2;
}
