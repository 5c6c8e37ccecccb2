// abide records report --serve: serves the report on this machine, one connection at a time.
#include "records_serve.hpp"

#include <charconv>
#include <cstdio>

#include "records/ids.hpp"
#include "records_place.hpp"
#include "tools/report_page.hpp"

#ifdef ABIDE_PROXY
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#endif

namespace abide::detail::cli {
#ifdef ABIDE_PROXY
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

constexpr auto patience = std::chrono::seconds(5);
constexpr unsigned usual_port = 8087;
constexpr std::size_t header_max = 8192, body_max = 0;

unsigned take_port(arguments& from) {
  const auto text = from.take_option("--port");
  if (!text) return usual_port;
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), port);
  if (error != std::errc{} || end != text->data() + text->size() || port > 65'535)
    refuse_option("--port", "a whole number from 0 to 65535", *text);
  return port;
}

tcp::endpoint take_endpoint(arguments& from, bool is_behind_login) {
  const std::string text = from.take_option("--address").value_or("127.0.0.1");
  boost::system::error_code error;
  const auto address = asio::ip::make_address(text, error);
  if (error) refuse_option("--address", "an IP address such as 127.0.0.1", text);
  if (!address.is_loopback() && !is_behind_login)
    throw usage_error("--address: " + text +
                      " is reachable from other machines, and the report has no login. Put it behind the "
                      "application's login, and add --behind-login HOST");
  return {address, static_cast<unsigned short>(take_port(from))};
}

/// One connection, with one request and its reply.
class reader : public std::enable_shared_from_this<reader> {
 public:
  reader(tcp::socket from, live_report& report) : stream_(std::move(from)), report_(report) {
    request_.header_limit(header_max);
    request_.body_limit(body_max);
  }

  void start() {
    stream_.expires_after(patience);
    http::async_read(stream_, buffer_, request_,
                     [self = shared_from_this()](beast::error_code error, std::size_t) { self->reply(error); });
  }

 private:
  void reply(beast::error_code error) {
    if (error) return;
    const auto& asked = request_.get();
    const auto view = [](beast::string_view text) { return std::string_view(text.data(), text.size()); };
    report_reply made =
        report_.answer(view(asked.method_string()), view(asked.target()), view(asked[http::field::host]), now_ms());
    reply_.result(made.status);
    reply_.set(http::field::content_type, made.type);
    for (const auto& [name, value] : report_fields())
      reply_.set(beast::string_view(name.data(), name.size()), beast::string_view(value.data(), value.size()));
    if (made.status == 405) reply_.set(http::field::allow, "GET");
    reply_.body() = std::move(made.body);
    reply_.keep_alive(false);
    reply_.prepare_payload();
    stream_.expires_after(patience);
    http::async_write(stream_, reply_, [self = shared_from_this()](beast::error_code, std::size_t) {
      beast::error_code ignored;
      self->stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    });
  }

  beast::tcp_stream stream_;
  live_report& report_;
  beast::flat_buffer buffer_;
  http::request_parser<http::string_body> request_;
  http::response<http::string_body> reply_;
};

void accept(tcp::acceptor& at, live_report& report) {
  at.async_accept([&](beast::error_code error, tcp::socket from) {
    if (error == asio::error::operation_aborted) return;
    if (!error) std::make_shared<reader>(std::move(from), report)->start();
    accept(at, report);
  });
}

}  // namespace

int serve_report(arguments& from) {
  const std::string behind = from.take_option("--behind-login").value_or("");
  const tcp::endpoint at = take_endpoint(from, !behind.empty());
  const records_place place = take_records(from);
  from.done();
  const auto signing = place.signing();
  asio::io_context loop;
  tcp::acceptor listening(loop, at);
  const unsigned port = listening.local_endpoint().port();
  const std::string address = at.address().to_string();
  live_report report(place.closed(store_use::read), signing.get(), place.site ? place.site->site_name : "",
                     known_hosts(address, port, behind));
  asio::signal_set stops(loop, SIGINT, SIGTERM);
  stops.async_wait([&](beast::error_code, int) { loop.stop(); });
  accept(listening, report);
  std::fprintf(stderr, "abide: serving the report at http://%s:%u/\n",
               at.address().is_v6() ? ("[" + address + "]").c_str() : address.c_str(), port);
  loop.run();
  return ok;
}
#else
int serve_report(arguments&) {
  throw usage_error("--serve: this program was built without a server (ABIDE_PROXY=OFF)");
}
#endif

}  // namespace abide::detail::cli
