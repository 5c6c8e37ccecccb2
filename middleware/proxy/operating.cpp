#include "proxy/operating.hpp"

#include <cerrno>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>

#include "proxy/doors.hpp"
#include "proxy/framing.hpp"
#include "proxy/grammar.hpp"
#include "proxy/into.hpp"
#include "proxy/replies.hpp"

namespace abide::detail::proxy {

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

own_reply text_reply(unsigned status, std::string body, std::string_view type = "text/plain; charset=utf-8") {
  own_reply made;
  made.status = status;
  made.fields = {{"Content-Type", std::string(type)}, {"Cache-Control", "no-store"}};
  made.body = std::move(body);
  return made;
}

own_reply answer_to(worker& in, std::string_view target) {
  const auto site = in.site_now();
  const records* const log = site->site->records();
  if (target == "/health") return text_reply(200, counting::health_of(log), "application/json");
  if (target != "/metrics") return text_reply(404, "Not found. This port answers /metrics and /health.\n");
  return text_reply(200, counting::text_of(in.of.counts, log), counting::text_type);
}

asio::awaitable<void> attend(worker& in, int socket, bool may) {
  constexpr auto patience = std::chrono::seconds(5);
  wire line(in.on, in.clock, socket);
  inbox bytes(4096, 16 * 1024);
  section_end end;
  line.read_until(steady_clock::now() + patience);
  line.write_until(steady_clock::now() + patience);
  while (end.look(bytes.bytes()) != section_end::found::whole) {
    if (bytes.room().empty()) co_return;
    const std::size_t size = co_await line.read(bytes.room());
    if (size == 0) co_return;
    bytes.received(size);
  }
  request_head asked;
  const std::string_view text = bytes.bytes();
  const bool is_read = read_request_line(text.substr(0, text.find('\r')), asked) == 0;
  own_reply reply = !may ? text_reply(403, "This address is not in --metrics-allow.\n") : answer_to(in, asked.target);
  if (may && (!is_read || (asked.method != "GET" && asked.method != "HEAD"))) {
    reply = text_reply(405, "GET only.\n");
    reply.fields.emplace_back("Allow", "GET, HEAD");
  }
  const std::string head = own_head(reply, false, 1, in.date.now());
  const std::string_view parts[] = {head, asked.method == "HEAD" ? std::string_view() : reply.body};
  co_await line.write(parts);
  line.end_writing();
}

}  // namespace

asio::awaitable<void> operate(worker& in, asio::posix::stream_descriptor& door, const trusted_proxies& may) {
  boost::system::error_code error;
  while (!error && door.is_open()) {
    std::string peer;
    const int made = accept_from(door.native_handle(), peer);
    if (made >= 0) {
      asio::co_spawn(in.on, attend(in, made, may.trust(peer)), asio::detached);
    } else if (errno == EAGAIN || errno == ECONNABORTED || errno == EINTR) {
      co_await door.async_wait(asio::posix::stream_descriptor::wait_read, into(error));
    } else {
      asio::steady_timer pause(in.on, std::chrono::milliseconds(100));
      co_await pause.async_wait(into(error));
    }
  }
}

}  // namespace abide::detail::proxy
