// The server of the conformance test with cpp-httplib.
#include <iostream>

#include <abide/httplib.hpp>

#include "application.hpp"

namespace {

std::string cookies_of(const httplib::Request& request) {
  std::string all;
  for (auto [at, end] = request.headers.equal_range("Cookie"); at != end; ++at)
    all.append(all.empty() ? "" : "; ").append(at->second);
  return all;
}

/// The page from one of the library's content providers, seven bytes at a time.
void provide(httplib::Response& response, bool has_length) {
  const std::string type = response.get_header_value("Content-Type");
  response.headers.erase("Content-Type");  // the library adds one
  const auto write = [has_length](std::size_t offset, httplib::DataSink& sink) {
    const std::string_view piece = application::page.substr(offset, 7);
    if (!piece.empty()) return sink.write(piece.data(), piece.size());
    if (!has_length) sink.done();
    return true;
  };
  if (!has_length) return response.set_chunked_content_provider(type, write);
  response.set_content_provider(
      application::page.size(), type,
      [write](std::size_t offset, std::size_t, httplib::DataSink& sink) { return write(offset, sink); });
}

void handle(const httplib::Request& request, httplib::Response& response) {
  const application::answer made =
      application::answer_to(request.method, request.target, cookies_of(request), request.body);
  response.status = static_cast<int>(made.status);
  for (const auto& [name, value] : made.fields) response.headers.emplace(name, value);
  if (request.path == "/stream" || request.path == "/cached") provide(response, request.path == "/cached");
  else response.body = made.body;
}

}  // namespace

int main(int count, char** arguments) try {
  if (count != 3) throw std::runtime_error("usage: abide_conformance_httplib POLICY.json PORT");
  const abide::site site = abide::load_site(arguments[1]);
  httplib::Server server;
  abide::attach(site, server);
  server.Get(".*", handle);
  server.Post(".*", handle);
  return server.listen("127.0.0.1", std::stoi(arguments[2])) ? 0 : 2;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 2;
}
