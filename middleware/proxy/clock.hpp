#pragma once
// The deadlines of all connections. One timer looks through them ten times a second: a timer of its own for each read
// would cost a system call each.
#include <chrono>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace abide::detail::proxy {

using instant = std::chrono::steady_clock::time_point;
inline constexpr instant never = instant::max();

/// What waits until some time. Lives in the list of its clock.
class timed {
 public:
  explicit timed(class clock&);
  timed(const timed&) = delete;
  timed& operator=(const timed&) = delete;
  virtual ~timed();
  /// Called by the clock now and then.
  virtual void look_at(instant now) = 0;

 private:
  friend class clock;
  clock* of_;
  timed *before_ = nullptr, *after_ = nullptr;
};

class clock {
 public:
  explicit clock(boost::asio::io_context& on) : timer_(on) {}
  void start();
  /// For all of them, time is up.
  void stop();

 private:
  friend class timed;
  void look(instant now);

  boost::asio::steady_timer timer_;
  timed* first_ = nullptr;
  timed* next_ = nullptr;  ///< of the look through: what is looked at may end, and others with it
};

}  // namespace abide::detail::proxy
