// A Beast server without sockets: parses a request, asks the application and serialises the response, N times, with or
// without the middleware. For counting instructions (tests/bench/measure), not for timing.
//   harness with|without|equal SCENE COUNT      equal: the application itself sends what the middleware makes
//     plain    no signal, no choice; JSON       first    the first request with GPC: it is remembered, cookies expire;
//     JSON choice   GPC and a signed choice; JSON    page     the same; an HTML page with a notice's link and status
//     tags     the same; a page of 10 KB with 800 tags
//   harness memory
#include <malloc.h>

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http.hpp>

#include "abide/beast.hpp"
#include "counting_new.hpp"
#include "site/consent_cookie.hpp"
#include "typical.hpp"

namespace {

namespace http = boost::beast::http;
namespace asio = boost::asio;

const std::string secret(32, 'k');

constexpr std::string_view policy = R"({
  "site": {"host": "www.shop.example"},
  "cookies": [{"name": "shop_*", "category": "required"}, {"name": "cart", "category": "required"}, {"name": "lang", "category": "functional"},
              {"name": "theme", "category": "functional"}, {"name": "_pk_*", "category": "analytics"}, {"name": "promo*", "category": "targeting"},
              {"name": "uid", "host": ".ads.example", "category": "targeting"}, {"name": "seen_*", "category": "functional"}]
})";

abide::site make_site() {
  abide::site_options options;
  options.location = "US-CA";
  options.keys = {secret};
  options.clock = [] { return typical::now; };
  return abide::site(abide::parse_config(policy, "policy"), std::move(options));
}

// The typical request; from the second one on, the visitor has a signed record of the opt-out.
std::string request_text(std::string_view scene) {
  std::string text = "GET /products?page=2 HTTP/1.1\r\n";
  for (const auto& [name, value] : typical::headers)
    if (scene != "plain" || name != "Sec-GPC") text.append(name).append(": ").append(value).append("\r\n");
  if (scene == "plain" || scene == "first") return text + "\r\n";
  abide::record opted_out;
  opted_out.sticky_since = typical::now - 1000;
  opted_out.source = abide::source::gpc_header;
  std::string cookie = abide::detail::write_consent_cookie(
      "abide", {opted_out, {}, 0, typical::now, true}, {"www.shop.example", false, false},
      abide::detail::keys({secret}, "", abide::detail::key_use::cookies), 395);
  text.resize(text.size() - 2);
  return text + "; " + cookie.substr(0, cookie.find(';')) + "; now_abide=0\r\n\r\n";  // the twin, which is not read
}

std::string page_of(std::string_view scene) {
  std::string text = "<!doctype html><html lang=\"en\"><head><title>Shop</title></head><body><h1>Shop</h1>";
  if (scene == "page") text.append(4000, 'x');
  for (int left = scene == "tags" ? 400 : 0; left > 0; --left) text += "<p>Everything must go.</p>";
  return text + "</body></html>";
}

using response_type = http::response<http::string_body>;

// What the application sends.
struct content {
  std::string page;  // empty: JSON
  std::vector<std::string> set_cookies{typical::set_cookies.begin(), typical::set_cookies.end()};
  std::vector<std::pair<std::string, std::string>> more_fields{};
};

response_type respond(const http::request<http::string_body>& request, const content& content) {
  response_type response(http::status::ok, request.version());
  response.set(http::field::server, "shop");
  response.set(http::field::content_type, content.page.empty() ? "application/json" : "text/html; charset=utf-8");
  for (const std::string& value : content.set_cookies) response.insert(http::field::set_cookie, value);
  for (const auto& [name, value] : content.more_fields) response.insert(name, value);
  response.body() = content.page.empty() ? std::string(400, 'x') : content.page;
  response.prepare_payload();
  return response;
}

// An application that itself sends what the middleware made of its response.
content content_of(const response_type& sent, const response_type& bare) {
  content all{bare.find(http::field::content_type)->value() == "application/json" ? "" : sent.body(), {}, {}};
  for (const auto& field : sent)
    if (field.name() == http::field::set_cookie) all.set_cookies.emplace_back(field.value());
    else if (bare.find(field.name_string()) == bare.end())
      all.more_fields.emplace_back(field.name_string(), field.value());
  return all;
}

std::size_t serialised(response_type& response) {
  http::response_serializer<http::string_body> serializer(response);
  std::size_t written = 0;
  boost::system::error_code error;
  while (!serializer.is_done()) {
    serializer.next(error, [&](boost::system::error_code&, const auto& buffers) {
      const std::size_t size = boost::beast::buffer_bytes(buffers);
      written += size;
      serializer.consume(size);
    });
    if (error) break;
  }
  return written;
}

std::size_t exchange(const abide::site* site, const std::string& text, const content& content,
                     response_type* sent = nullptr) {
  http::request_parser<http::string_body> parser;
  parser.eager(true);
  boost::system::error_code error;
  parser.put(asio::buffer(text), error);
  if (error) return 0;
  if (!site) {
    auto response = respond(parser.get(), content);
    if (sent) *sent = response;
    return serialised(response);
  }
  abide::visit visit = abide::begin(*site, parser.get(), {"127.0.0.1", abide::transport::plain});
  if (auto reply = abide::answer(visit, parser.get())) return serialised(*reply);
  auto response = respond(parser.get(), content);
  abide::finish(visit, response);
  if (sent) *sent = response;
  return serialised(response);
}

std::size_t heap() { return mallinfo2().uordblks; }

// The memory of a site: heap of its policy and of everything else; the catalog is read-only data.
int memory() {
  const std::size_t before = heap();
  const abide::config config = abide::parse_config(policy, "policy");
  const std::size_t with_policy = heap();
  const abide::site site = make_site();
  std::printf("policy %zu KB and site %zu KB of heap, catalog %zu KB of read-only data (%zu entries)\n",
              (with_policy - before + 1023) / 1024, (heap() - with_policy + 1023) / 1024,
              (abide::catalog().bytes + 1023) / 1024, abide::catalog().entries);
  return config.policy.cookie_count == 8 ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  if (count == 2 && std::string_view(words[1]) == "memory") return memory();
  if (count != 4) {
    std::fputs("usage: harness with|without|equal plain|first|choice|page|tags COUNT | harness memory\n", stderr);
    return 2;
  }
  const std::string_view way = words[1], scene = words[2];
  const std::string page = scene == "page" || scene == "tags" ? page_of(scene) : std::string();
  const std::string text = request_text(scene);
  const abide::site site = make_site();
  content content{page};
  if (way == "equal") {
    response_type bare, sent;
    exchange(nullptr, text, content, &bare);
    for (int i = 0; i < 100; ++i) exchange(&site, text, content, &sent);  // the first ones also expire refused cookies
    content = content_of(sent, bare);
  }
  const abide::site* with = way == "with" ? &site : nullptr;
  const std::size_t turns = std::strtoul(words[3], nullptr, 10);
  std::size_t bytes = exchange(with, text, content);
  const std::size_t before = allocations;
  for (std::size_t i = 0; i < turns; ++i) bytes = exchange(with, text, content);
  std::printf("%zu bytes a response, %.2f allocations a request\n", bytes,
              turns ? static_cast<double>(allocations - before) / static_cast<double>(turns) : 0.0);
  return bytes > 0 ? 0 : 1;
}
