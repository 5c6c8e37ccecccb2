// A cpp-httplib server with Abide, which adds a single line.
//
//   abide-httplib samples/shop/policy.json 8080
#include <cstdlib>
#include <iostream>
#include <string>

#include <abide/httplib.hpp>

int main(int count, char** arguments) try {
  if (count < 2) throw std::runtime_error("usage: abide-httplib POLICY.json [PORT]");
  const abide::site site = abide::load_site(arguments[1]);
  httplib::Server server;
  abide::attach(site, server);

  // The application: it sets the cookies it would like to set and contains no consent logic.
  server.Get("/", [](const httplib::Request&, httplib::Response& response) {
    response.headers.emplace("Set-Cookie", "cart=empty; Path=/; HttpOnly");
    response.headers.emplace("Set-Cookie", "_ga=GA1.1.1.1; Path=/; Max-Age=34560000");
    response.set_content(
        "<!doctype html><html lang=en><head><title>Hello</title></head><body><h1>Hello</h1></body></html>",
        "text/html; charset=utf-8");
  });

  const std::string port = count > 2 ? arguments[2] : "8080";
  const int number = std::atoi(port.c_str());
  if (number < 1 || number > 65535 || !server.bind_to_port("127.0.0.1", number))
    throw std::runtime_error("cannot listen on port " + port);
  std::cout << "http://localhost:" << port << "/" << std::endl;
  server.listen_after_bind();
  return 0;
} catch (const std::exception& error) {
  std::cerr << "abide-httplib: " << error.what() << '\n';
  return 2;
}
