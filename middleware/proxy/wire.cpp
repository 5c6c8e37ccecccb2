#include "proxy/wire.hpp"

#include <sys/uio.h>
#include <cerrno>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include "proxy/into.hpp"

namespace abide::detail::proxy {

namespace asio = boost::asio;
using std::chrono::steady_clock;
using waits = asio::posix::stream_descriptor::wait_type;

namespace {

bool would_block() noexcept { return errno == EAGAIN || errno == EWOULDBLOCK; }

constexpr std::size_t most_parts = 24;

/// The parts, starting at byte `from`.
std::size_t fill(std::array<iovec, most_parts>& to, std::span<const std::string_view> parts, std::size_t from) {
  std::size_t count = 0;
  for (const std::string_view part : parts) {
    if (from >= part.size()) {
      from -= part.size();
      continue;
    }
    if (count == most_parts) break;
    to[count++] = {const_cast<char*>(part.data() + from), part.size() - from};
    from = 0;
  }
  return count;
}

}  // namespace

wire::wire(asio::io_context& on, clock& by, int socket) : timed(by), descriptor_(on, socket), socket_(socket) {}

void wire::take_along(wire* other) noexcept {
  taken_along_ = other;
  look_for_end_at_ = other ? steady_clock::now() + std::chrono::seconds(1) : never;
}

void wire::look_for_end(instant now) noexcept {
  look_for_end_at_ = now + std::chrono::seconds(1);
  if (!has_ended()) return;
  has_left_ = true;
  taken_along_->cut();
  look_for_end_at_ = never;
}

void wire::look_at(instant now) {
  if (now >= look_for_end_at_ && now != never) look_for_end(now);
  if (now < read_until_ && now < write_until_) return;
  is_late_ = true;
  read_until_ = write_until_ = never;
  boost::system::error_code ignored;
  descriptor_.cancel(ignored);
}

void wire::stop_reading() noexcept {
  boost::system::error_code ignored;
  descriptor_.cancel(ignored);
}

void wire::cut() noexcept {
  is_cut_ = true;
  boost::system::error_code ignored;
  descriptor_.cancel(ignored);
}

void wire::reset() noexcept {
  const linger discard{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &discard, sizeof discard);
  cut();
}

asio::awaitable<bool> wire::wait(waits what) {
  if (is_cut_) co_return false;
  boost::system::error_code error;
  co_await descriptor_.async_wait(what, into(error));
  co_return !error && !is_cut_;
}

asio::awaitable<bool> wire::connect(const sockaddr* to, socklen_t size) {
  if (::connect(socket_, to, size) == 0) co_return true;
  if (errno != EINPROGRESS || !co_await wait(waits::wait_write)) co_return false;
  int why = 0;
  socklen_t room = sizeof why;
  co_return ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &why, &room) == 0 && why == 0;
}

asio::awaitable<bool> wire::wait_for_tls(int result) {
  switch (SSL_get_error(tls_.get(), result)) {
    case SSL_ERROR_WANT_READ: return wait(waits::wait_read);
    case SSL_ERROR_WANT_WRITE: return wait(waits::wait_write);
    default: break;
  }
  return [](wire* of) -> asio::awaitable<bool> {
    of->is_cut_ = true;
    co_return false;
  }(this);
}

asio::awaitable<bool> wire::begin_tls(tls_session session) {
  tls_ = std::move(session);
  if (!tls_) co_return false;
  for (;;) {
    ERR_clear_error();
    const int result = SSL_do_handshake(tls_.get());
    if (result == 1) co_return true;
    if (!co_await wait_for_tls(result)) co_return false;
  }
}

asio::awaitable<std::size_t> wire::read(std::span<char> room) {
  return reading_ ? read_patiently(room) : read_some(room);
}

asio::awaitable<std::size_t> wire::read_patiently(std::span<char> room) {
  read_until_ = reading_->begin(steady_clock::now());
  const std::size_t size = co_await read_some(room);
  if (!reading_) co_return size;  // another deadline was set meanwhile
  reading_->passed(size, steady_clock::now());
  read_until_ = never;
  co_return size;
}

asio::awaitable<std::size_t> wire::read_some(std::span<char> room) {
  if (std::exchange(is_empty_, false) && !tls_) {
    if (is_cut_) co_return 0;
    boost::system::error_code error;  // waiting first would cost one more system call to re-arm epoll
    const auto size = co_await descriptor_.async_read_some(asio::buffer(room.data(), room.size()), into(error));
    has_been_ended_ = error == asio::error::eof;
    co_return size;
  }
  for (;;) {
    if (is_cut_) co_return 0;
    if (tls_) {
      ERR_clear_error();
      const int size = SSL_read(tls_.get(), room.data(), static_cast<int>(room.size()));
      if (size > 0) co_return static_cast<std::size_t>(size);
      has_been_ended_ = SSL_get_error(tls_.get(), size) == SSL_ERROR_ZERO_RETURN;
      if (has_been_ended_ || !co_await wait_for_tls(size)) co_return 0;
      continue;
    }
    const ssize_t size = ::recv(socket_, room.data(), room.size(), 0);
    if (size > 0) co_return static_cast<std::size_t>(size);
    has_been_ended_ = size == 0;
    if (has_been_ended_) co_return 0;
    if (errno == EINTR) continue;
    if (!would_block() || !co_await wait(waits::wait_read)) co_return 0;
  }
}

asio::awaitable<bool> wire::write_tls(std::string_view text) {
  while (!text.empty()) {
    if (is_cut_) co_return false;
    ERR_clear_error();
    const int size = SSL_write(tls_.get(), text.data(), static_cast<int>(std::min<std::size_t>(text.size(), 1 << 20)));
    if (size > 0) {
      text.remove_prefix(static_cast<std::size_t>(size));
      has_written(static_cast<std::size_t>(size));
    } else if (!co_await wait_for_tls(size)) {
      co_return false;
    }
  }
  co_return true;
}

asio::awaitable<bool> wire::write(std::span<const std::string_view> parts) {
  return writing_ ? write_patiently(parts) : write_all(parts);
}

asio::awaitable<bool> wire::write_patiently(std::span<const std::string_view> parts) {
  write_until_ = writing_->begin(steady_clock::now());
  const bool is_written = co_await write_all(parts);
  if (writing_) write_until_ = never;
  co_return is_written;
}

void wire::has_written(std::size_t size) noexcept {
  if (writing_) write_until_ = writing_->passed(size, steady_clock::now());
}

asio::awaitable<bool> wire::write_all(std::span<const std::string_view> parts) {
  std::size_t total = 0;
  for (const std::string_view part : parts) total += part.size();
  if (tls_) {
    std::string all;
    all.reserve(total);
    for (const std::string_view part : parts) all.append(part);
    co_return co_await write_tls(all);
  }
  std::array<iovec, most_parts> pieces;
  for (std::size_t sent = 0; sent < total;) {
    if (is_cut_) co_return false;
    const ssize_t size =
        parts.size() == 1
            ? ::send(socket_, parts[0].data() + sent, total - sent, MSG_NOSIGNAL)
            : ::writev(socket_, pieces.data(), static_cast<int>(fill(pieces, parts, sent)));  // no SIGPIPE: run()
    if (size >= 0) {
      sent += static_cast<std::size_t>(size);
      has_written(static_cast<std::size_t>(size));
    } else if (errno != EINTR && (!would_block() || !co_await wait(waits::wait_write))) {
      co_return false;
    }
  }
  co_return true;
}

asio::awaitable<bool> wire::write(std::string_view text) { co_return co_await write(std::span(&text, 1)); }

bool wire::has_ended() noexcept {
  if (is_cut_) return true;
  char byte;
  if (tls_) {
    ERR_clear_error();
    const int size = SSL_peek(tls_.get(), &byte, 1);
    const int why = SSL_get_error(tls_.get(), size);
    return size <= 0 && why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE;
  }
  const ssize_t size = ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return size == 0 || (size < 0 && !would_block() && errno != EINTR);
}

bool wire::is_stale() noexcept {
  if (is_cut_) return true;
  char byte;
  if (tls_) {  // a session ticket is not application data
    ERR_clear_error();
    const int size = SSL_peek(tls_.get(), &byte, 1);
    return size > 0 || SSL_get_error(tls_.get(), size) != SSL_ERROR_WANT_READ;
  }
  const ssize_t size = ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return size >= 0 || !would_block();
}

void wire::end_writing() noexcept {
  if (is_cut_) return;
  if (tls_) SSL_shutdown(tls_.get());
  ::shutdown(socket_, SHUT_WR);
}

}  // namespace abide::detail::proxy
