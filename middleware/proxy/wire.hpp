#pragma once
// One socket, TCP or Unix, optionally with TLS: reads and writes without blocking, each with a deadline.
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <sys/socket.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "proxy/clock.hpp"
#include "proxy/patience.hpp"
#include "proxy/tls.hpp"

namespace abide::detail::proxy {

/// For one thread. One reader and one writer at a time.
class wire final : timed {
 public:
  /// Owns the socket, which must be non-blocking.
  wire(boost::asio::io_context&, clock&, int socket);

  boost::asio::awaitable<bool> connect(const sockaddr*, socklen_t);
  /// Speaks TLS from now on; false: the handshake failed.
  boost::asio::awaitable<bool> begin_tls(tls_session);

  /// The number of bytes read; 0: the other side has ended, the connection failed, or cut() was called.
  boost::asio::awaitable<std::size_t> read(std::span<char> room);
  /// Whether everything was written.
  boost::asio::awaitable<bool> write(std::span<const std::string_view> parts);
  boost::asio::awaitable<bool> write(std::string_view text);

  /// Tells before a read that there is probably nothing to read yet.
  void expect_nothing_yet() noexcept { is_empty_ = true; }
  void read_until(instant deadline) noexcept {
    reading_.reset();
    read_until_ = deadline;
  }
  void write_until(instant deadline) noexcept {
    writing_.reset();
    write_until_ = deadline;
  }
  /// Limits all reads, or all writes, that follow instead of a deadline for each.
  void read_within(patience by) noexcept { reading_ = by; }
  void write_within(patience by) noexcept { writing_ = by; }

  /// From now on `other` is cut if the other side of this connection ends it, or its sending direction, which is
  /// noticed within two seconds. Null: no longer.
  void take_along(wire* other) noexcept;
  /// The other side has ended the connection while there was one to take along.
  bool has_left() const noexcept { return has_left_; }

  /// Ends the current wait of a read.
  void stop_reading() noexcept;
  /// Ends the current waits and all later ones.
  void cut() noexcept;
  /// Like cut(); and the other side sees that the connection broke, not that it ended. It may lose what was sent last.
  void reset() noexcept;
  /// The other side has said that it sends no more: not so if the connection broke, a deadline passed, or this side
  /// ended it. Over TLS only its closure alert says so (RFC 9112 section 9.8).
  bool has_been_ended() const noexcept { return has_been_ended_; }
  /// A deadline has passed and ended a wait.
  bool is_late() const noexcept { return is_late_; }
  /// Whether the other side of an idle connection has ended it or has sent something unasked.
  bool is_stale() noexcept;
  int number() const noexcept { return socket_; }
  /// Ends the sending direction; of a connection that was cut, nothing is ended in good order.
  void end_writing() noexcept;

 private:
  void look_at(instant now) override;
  void look_for_end(instant now) noexcept;
  bool has_ended() noexcept;
  boost::asio::awaitable<std::size_t> read_some(std::span<char> room);
  boost::asio::awaitable<std::size_t> read_patiently(std::span<char> room);
  boost::asio::awaitable<bool> write_all(std::span<const std::string_view> parts);
  boost::asio::awaitable<bool> write_patiently(std::span<const std::string_view> parts);
  void has_written(std::size_t size) noexcept;
  boost::asio::awaitable<bool> wait(boost::asio::posix::stream_descriptor::wait_type);
  boost::asio::awaitable<bool> wait_for_tls(int result);
  boost::asio::awaitable<bool> write_tls(std::string_view);

  boost::asio::posix::stream_descriptor descriptor_;
  int socket_;
  tls_session tls_;
  instant read_until_ = never, write_until_ = never;
  std::optional<patience> reading_, writing_;
  wire* taken_along_ = nullptr;
  instant look_for_end_at_ = never;
  bool is_empty_ = false, is_late_ = false, is_cut_ = false, has_left_ = false, has_been_ended_ = false;
};

/// While it exists, a visitor who leaves also ends the connection to the application.
class together {
 public:
  together(wire& visitor, wire& application) noexcept : visitor_(visitor) { visitor_.take_along(&application); }
  ~together() { visitor_.take_along(nullptr); }
  together(const together&) = delete;
  together& operator=(const together&) = delete;

 private:
  wire& visitor_;
};

}  // namespace abide::detail::proxy
