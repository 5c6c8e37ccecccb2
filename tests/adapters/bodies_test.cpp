// Messages with every body and fields type of Beast: the notice's form is read and the notice is inserted, or one
// warning says why not.
#include <unistd.h>

#include <filesystem>
#include <memory_resource>
#include <optional>

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/flat_static_buffer.hpp>
#include <boost/beast/core/multi_buffer.hpp>
#include <boost/beast/http.hpp>

#include "abide/beast.hpp"
#include "catch.hpp"
#include "shop.hpp"

using namespace adapters;
namespace beast = boost::beast;

namespace {

template <class T>
struct counted_allocator : std::allocator<T> {
  template <class U>
  struct rebind {
    using other = counted_allocator<U>;
  };
  counted_allocator() = default;
  template <class U>
  counted_allocator(const counted_allocator<U>&) {}
};

using other_string = http::basic_string_body<char, std::char_traits<char>, counted_allocator<char>>;
using polymorphic_string = http::basic_string_body<char, std::char_traits<char>, std::pmr::polymorphic_allocator<char>>;
using other_fields = http::basic_fields<counted_allocator<char>>;
template <std::size_t size>
using static_buffer_body = http::basic_dynamic_body<beast::flat_static_buffer<size>>;

struct scratch_file {
  std::string path;
  explicit scratch_file(std::string_view text) {
    char name[] = "/tmp/abide-body-XXXXXX";
    const int file = mkstemp(name);
    path = name;
    CHECK(write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    close(file);
  }
  ~scratch_file() { std::filesystem::remove(path); }
};

void fill(http::file_body::value_type& body, std::string_view text) {
  const scratch_file file(text);  // the file must exist while it is open
  beast::error_code error;
  body.open(file.path.c_str(), beast::file_mode::read, error);
  REQUIRE(!error);
}
void fill(http::span_body<const char>::value_type& body, std::string_view text) { body = {text.data(), text.size()}; }
void fill(http::buffer_body::value_type& body, std::string_view text) {
  body.data = const_cast<char*>(text.data());
  body.size = text.size();
  body.more = false;
}
template <class T>
void fill(T& body, std::string_view text) {
  if constexpr (abide::beast_detail::assignable<T>) body.assign(text.begin(), text.end());
  else body.commit(boost::asio::buffer_copy(body.prepare(text.size()), boost::asio::buffer(text)));
}

template <class Body, class Fields = http::fields>
http::response<Body, Fields> page_of(std::string_view text = page) {
  http::response<Body, Fields> response;
  response.result(http::status::ok);
  response.set(http::field::content_type, "text/html; charset=utf-8");
  response.insert(http::field::set_cookie, "_fbp=1; Path=/");
  fill(response.body(), text);
  response.content_length(text.size());
  return response;
}

/// The bytes that go over the wire.
std::string sent(http::message_generator message) {
  std::string text;
  beast::error_code error;
  while (!message.is_done()) {
    const auto buffers = message.prepare(error);
    if (error) return "error: " + error.message();
    for (const auto& b : buffers) text.append(static_cast<const char*>(b.data()), b.size());
    message.consume(beast::buffer_bytes(buffers));
  }
  return text;
}

/// The body as a client reads it, by length or in chunks.
std::string body_of(const std::string& message) {
  http::response_parser<http::string_body> parser;
  parser.body_limit(boost::none);
  parser.eager(true);
  beast::error_code error;
  std::size_t read = parser.put(boost::asio::buffer(message), error);
  while (!error && !parser.is_done() && read < message.size()) {
    const std::size_t more = parser.put(boost::asio::buffer(message) + read, error);
    if (more == 0) break;
    read += more;
  }
  if (!error && parser.need_eof()) parser.put_eof(error);
  return !error && parser.is_done() && read == message.size() ? parser.get().body() : "error: " + error.message();
}

bool has_notice(const std::string& message) { return body_of(message).find("data-abide-notice") != std::string::npos; }

bool bears_refused_cookie(const std::string& message) { return message.find("_fbp") != std::string::npos; }

abide::visit visit_of(const shop& s) {
  text_request request = get();
  return abide::begin(s.site, request, direct);
}

template <class Body, class Fields = http::fields>
std::string finished_page(const shop& s, std::string_view text = page) {
  abide::visit visit = visit_of(s);
  return sent(abide::finished(visit, page_of<Body, Fields>(text)));
}

}  // namespace

TEMPLATE_TEST_CASE("responses: the notice is inserted, the refused cookie is gone, the length is right", "",
                   http::string_body, other_string, polymorphic_string, http::vector_body<char>,
                   http::vector_body<unsigned char>, http::basic_dynamic_body<beast::flat_buffer>,
                   http::basic_dynamic_body<beast::multi_buffer>, static_buffer_body<65536>,
                   http::span_body<const char>, http::file_body) {
  shop s;
  for (const std::string& message : {finished_page<TestType>(s), finished_page<TestType, other_fields>(s)}) {
    CHECK(has_notice(message));
    CHECK_FALSE(bears_refused_cookie(message));
  }
  CHECK(s.warnings->empty());
}

TEMPLATE_TEST_CASE("responses: finish changes a body in place", "", http::string_body, other_string,
                   http::vector_body<char>, http::basic_dynamic_body<beast::flat_buffer>,
                   http::basic_dynamic_body<beast::multi_buffer>) {
  shop s;
  abide::visit visit = visit_of(s);
  auto response = page_of<TestType, other_fields>();
  abide::finish(visit, response);
  CHECK(has_notice(sent(http::message_generator(std::move(response)))));
}

TEMPLATE_TEST_CASE(
    "responses: a body that cannot be changed is sent unchanged, without its refused cookies, and with one warning", "",
    http::buffer_body, static_buffer_body<512>) {
  shop s;
  const std::size_t before = s.warnings->size();
  for (int i = 0; i < 2; ++i) {
    const std::string message = finished_page<TestType>(s);
    CHECK(body_of(message) == page);
    CHECK_FALSE(bears_refused_cookie(message));
  }
  REQUIRE(s.warnings->size() == before + 1);
  CHECK(s.warnings->back().find("has no notice, because") != std::string::npos);
}

TEMPLATE_TEST_CASE("responses: finish warns about a file or span body, which only finished can change", "",
                   http::file_body, http::span_body<const char>) {
  shop s;
  const std::size_t before = s.warnings->size();
  abide::visit visit = visit_of(s);
  auto response = page_of<TestType>();
  abide::finish(visit, response);
  const std::string message = sent(http::message_generator(std::move(response)));
  CHECK(body_of(message) == page);
  CHECK_FALSE(bears_refused_cookie(message));
  CHECK(s.warnings->size() == before + 1);
}

TEST_CASE("responses: fragments are inserted into a large file while it is sent, and its first byte is not held back") {
  shop s;
  const std::string large = "<!doctype html><title>x</title><p>" + std::string(8u << 20, 'x') + "</p></body>";
  abide::visit visit = visit_of(s);
  auto response = abide::streamed(visit, page_of<http::file_body>(large));
  http::response_serializer<abide::streamed_body<http::file_body>> serializer(response);
  std::string text;
  std::size_t largest = 0;
  beast::error_code error;
  while (!error && !serializer.is_done()) {
    serializer.next(error, [&](beast::error_code&, const auto& buffers) {
      const std::size_t size = beast::buffer_bytes(buffers);
      largest = std::max(largest, size);
      text += beast::buffers_to_string(buffers);
      serializer.consume(size);
    });
  }
  CHECK(largest < 65536);
  const std::string whole = body_of(text);
  CHECK(whole.substr(0, 15) == "<!doctype html>");
  CHECK(whole.size() > large.size());
  CHECK(whole.find("data-abide-notice") < 65536);
  CHECK(whole.find(std::string(8u << 20, 'x')) != std::string::npos);
  CHECK(s.warnings->empty());
}

TEST_CASE("responses: fragments are inserted into a page whose buffers arrive one by one") {
  shop s;
  abide::visit visit = visit_of(s);
  http::response<http::buffer_body> begun(http::status::ok, 11);
  begun.set(http::field::content_type, "text/html");
  begun.content_length(page.size());
  begun.body().data = nullptr;
  begun.body().more = true;
  auto response = abide::streamed(visit, std::move(begun));
  http::response_serializer<abide::streamed_body<http::buffer_body>> serializer(response);
  std::string text;
  std::size_t at = 0;
  beast::error_code error;
  while (!serializer.is_done()) {
    serializer.next(error, [&](beast::error_code&, const auto& buffers) {
      text += beast::buffers_to_string(buffers);
      serializer.consume(beast::buffer_bytes(buffers));
    });
    if (error != http::error::need_buffer) {
      REQUIRE(!error);
      continue;
    }
    auto& body = response.body().inner;
    body.data = const_cast<char*>(page.data()) + at;
    body.size = std::min<std::size_t>(7, page.size() - at);
    at += body.size;
    body.more = at < page.size();
  }
  CHECK(text.find("Content-Length") == std::string::npos);
  CHECK(body_of(text).find("data-abide-notice") != std::string::npos);
}

TEST_CASE("responses: for an HTTP/1.0 client a streamed page ends with the connection") {
  shop s;
  abide::visit visit = visit_of(s);
  auto response = page_of<http::file_body>();
  response.version(10);
  response.keep_alive(true);
  auto message = abide::finished(visit, std::move(response));
  CHECK_FALSE(message.keep_alive());
  const std::string text = sent(std::move(message));
  CHECK(text.find("Transfer-Encoding") == std::string::npos);
  CHECK(has_notice(text));
}

TEST_CASE("responses: a file that was read in part is sent from the current position") {
  shop s;
  auto response = page_of<http::file_body>("junk" + std::string(page));
  beast::error_code error;
  response.body().file().seek(4, error);
  abide::visit visit = visit_of(s);
  const std::string message = sent(abide::finished(visit, std::move(response)));
  CHECK(has_notice(message));
  CHECK(body_of(message).rfind("<!doctype", 0) == 0);
}

TEST_CASE(
    "responses: of a file that becomes shorter while it is sent, from the beginning or the middle, the end is missing") {
  const std::string large = "junk" + std::string(page) + std::string(200'000, 'x');
  for (const unsigned from : {0u, 4u}) {
    const scratch_file file(std::string_view(large).substr(4 - from));
    shop s;
    http::response<http::file_body> response(http::status::ok, 11);
    response.set(http::field::content_type, "text/html");
    beast::error_code error;
    response.body().open(file.path.c_str(), beast::file_mode::read, error);
    response.body().file().seek(from, error);
    REQUIRE(!error);
    abide::visit visit = visit_of(s);
    http::message_generator message = abide::finished(visit, std::move(response));
    std::filesystem::resize_file(file.path, 100'000);
    CHECK(sent(std::move(message)) == "error: " + beast::error_code(http::error::short_read).message());
  }
}

TEST_CASE("responses: a cookie that is set by a field without a number is filtered too") {
  shop s;
  auto response = page_of<http::string_body>();
  response.insert(http::field::unknown, "Set-Cookie", "_fbp=2; Path=/");
  response.insert(http::field::unknown, "set-cookie", "_fbp=3; Path=/");
  response.insert(http::field::unknown, "Set-Cookie2", "basket=1");
  abide::visit visit = visit_of(s);
  const std::string message = sent(abide::finished(visit, std::move(response)));
  CHECK_FALSE(bears_refused_cookie(message));
  CHECK(message.find("basket=1") != std::string::npos);
}

TEST_CASE("responses: a file that is not a page is not read") {
  shop s;
  auto response = page_of<http::file_body>("{}");
  response.set(http::field::content_type, "application/json");
  abide::visit visit = visit_of(s);
  CHECK(body_of(sent(abide::finished(visit, std::move(response)))) == "{}");
}

TEST_CASE("responses: an empty body is left alone, with one warning if its fields announce a page") {
  shop s;
  const std::size_t before = s.warnings->size();
  abide::visit visit = visit_of(s);
  http::response<http::empty_body> moved(http::status::found, 11);
  moved.set(http::field::location, "/elsewhere");
  CHECK(sent(abide::finished(visit, std::move(moved))).find("302") != std::string::npos);
  CHECK(s.warnings->size() == before);
}

TEST_CASE("responses: HEAD is answered without a body, and without the length of the page before insertion") {
  shop s;
  text_request request = get();
  request.method(http::verb::head);
  abide::visit visit = abide::begin(s.site, request, direct);
  http::response<http::empty_body> head(http::status::ok, 11);
  head.set(http::field::content_type, "text/html");
  head.set(http::field::etag, "\"1\"");
  head.content_length(page.size());
  const std::string message = sent(abide::finished(visit, std::move(head)));
  CHECK(message.find("Content-Length") == std::string::npos);
  CHECK(message.find("ETag") == std::string::npos);
}

TEST_CASE("responses: any_response holds a response with any body and fields until it is finished") {
  shop s;
  abide::any_response responses[] = {page_of<http::string_body>(), page_of<http::file_body, other_fields>(),
                                     page_of<http::vector_body<char>>()};
  for (abide::any_response& response : responses) {
    abide::visit visit = visit_of(s);
    CHECK(has_notice(sent(abide::finished(visit, std::move(response)))));
  }
  STATIC_REQUIRE_FALSE(std::is_convertible_v<abide::any_response, http::message_generator>);
}

namespace {

template <class Body>
std::optional<abide::beast_reply> answer_to_choice(const shop& s, std::string_view form) {
  http::request<Body, other_fields> request;
  set_fields(request, http::verb::post, "/consent");
  fill(request.body(), form);
  abide::visit visit = abide::begin(s.site, request, direct);
  return abide::answer(visit, request);
}

}  // namespace

TEMPLATE_TEST_CASE("requests: the notice's form is read from any body that holds it", "", http::string_body,
                   other_string, polymorphic_string, http::vector_body<char>, http::vector_body<unsigned char>,
                   http::basic_dynamic_body<beast::flat_buffer>, http::basic_dynamic_body<beast::multi_buffer>,
                   static_buffer_body<65536>, http::span_body<const char>) {
  shop s;
  const auto reply = answer_to_choice<TestType>(s, refusal);
  REQUIRE(reply);
  CHECK(reply->result_int() == 303);
  const auto large = answer_to_choice<TestType>(s, std::string(refusal) + "&x=" + std::string(8000, 'x'));
  REQUIRE(large);
  CHECK(large->result_int() == 413);
}

TEST_CASE("requests: the notice's form is read from a file that the parser wrote, and the file position is restored") {
  shop s;
  const scratch_file place("");
  http::request_parser<http::file_body> parser;
  beast::error_code error;
  parser.get().body().open(place.path.c_str(), beast::file_mode::write, error);
  REQUIRE(!error);
  parser.eager(true);
  const std::string text =
      "POST /consent HTTP/1.1\r\nHost: www.shop.example\r\nSec-Fetch-Site: same-origin\r\nContent-Length: " +
      std::to_string(refusal.size()) + "\r\n\r\n" + std::string(refusal);
  parser.put(boost::asio::buffer(text), error);
  REQUIRE(!error);
  REQUIRE(parser.is_done());
  abide::visit visit = abide::begin(s.site, parser.get(), direct);
  const auto reply = abide::answer(visit, parser.get());
  REQUIRE(reply);
  CHECK(reply->result_int() == 303);
  CHECK(parser.get().body().file().pos(error) == refusal.size());
}

TEST_CASE("requests: a form in a body that Abide cannot read is refused with one warning; other requests are not") {
  shop s;
  const std::size_t before = s.warnings->size();
  for (int i = 0; i < 2; ++i) {
    const auto reply = answer_to_choice<http::buffer_body>(s, refusal);
    REQUIRE(reply);
    CHECK(reply->result_int() == 400);
  }
  CHECK(s.warnings->size() == before + 1);
  http::request<http::buffer_body> other;
  set_fields(other, http::verb::post, "/cart");
  abide::visit visit = abide::begin(s.site, other, direct);
  CHECK_FALSE(abide::answer(visit, other));
  visit.abandon();
  CHECK(s.warnings->size() == before + 1);
}

TEST_CASE("requests: request_parser drops trailers and keeps the contents of the chunks") {
  abide::request_parser<http::string_body, counted_allocator<char>> parser;
  parser.eager(true);
  beast::error_code error;
  const std::string_view text =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nSec-GPC: 1\r\nCookie: abide=x\r\n\r\n";
  std::string_view rest = text;
  while (!parser.is_done() && !error) rest.remove_prefix(parser.put(boost::asio::buffer(rest), error));
  REQUIRE(!error);
  CHECK(parser.get().body() == "hello");
  CHECK(parser.get().find("Host") != parser.get().end());
  CHECK(parser.get().find("Sec-GPC") == parser.get().end());
  CHECK(parser.get().find(http::field::cookie) == parser.get().end());
}
