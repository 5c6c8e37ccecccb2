// The smallest server with Abide around it: one page, one thread a connection. The two lines that are marked, and the
// site in main, are all that an application adds; the rest is any Boost.Beast server.
//
//   abide-server samples/shop/policy.json 8080
#include <functional>
#include <iostream>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <abide/beast.hpp>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using response = http::response<http::string_body>;

// The application: it asks for the cookies it would like, and knows nothing of consent.
static response handle(const http::request<http::string_body>& request) {
  response page{http::status::ok, request.version()};
  page.set(http::field::content_type, "text/html; charset=utf-8");
  page.insert(http::field::set_cookie, "cart=empty; Path=/; HttpOnly");
  page.insert(http::field::set_cookie, "_ga=GA1.1.1.1; Path=/; Max-Age=34560000");
  page.insert(http::field::set_cookie, "_fbp=fb.1.1.1; Path=/; Max-Age=7776000");
  page.body() = "<!doctype html><html lang=en><head><title>Hello</title></head><body><h1>Hello</h1></body></html>";
  page.keep_alive(request.keep_alive());
  page.prepare_payload();
  if (request.method() == http::verb::head) page.body().clear();
  return page;
}

static void converse(asio::ip::tcp::socket socket, const abide::site& site) try {
  beast::flat_buffer buffer;
  for (bool alive = true; alive;) {
    abide::request_parser<http::string_body> parser;  // Abide: a chunked request's trailer is no signal
    http::read(socket, buffer, parser);
    auto request = parser.release();
    // Abide: answers the notice's form, the preference page and gpc.json; hides and filters cookies, inserts the notice
    auto page = abide::respond(site, request, socket, abide::transport::plain, handle);
    alive = page.keep_alive();
    beast::write(socket, std::move(page));
  }
} catch (const boost::system::system_error&) {
  // The visitor left, or sent what is no HTTP.
}

int main(int count, char** arguments) try {
  if (count < 2) throw std::runtime_error("usage: abide-server POLICY.json [PORT]");
  const abide::site site = abide::load_site(arguments[1]);
  const auto port = static_cast<unsigned short>(count > 2 ? std::stoi(arguments[2]) : 8080);
  asio::io_context context;
  asio::ip::tcp::acceptor door{context, {asio::ip::make_address("127.0.0.1"), port}};
  std::cout << "http://localhost:" << door.local_endpoint().port() << "/" << std::endl;
  for (;;) std::thread(converse, door.accept(), std::cref(site)).detach();
} catch (const std::exception& error) {
  std::cerr << "abide-server: " << error.what() << '\n';
  return 2;
}
