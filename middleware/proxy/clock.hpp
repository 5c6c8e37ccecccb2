#pragma once
// The deadlines of all connections. One timer checks them ten times a second: a timer for each read would cost a system
// call each.
#include <chrono>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace abide::detail::proxy {

using instant = std::chrono::steady_clock::time_point;
inline constexpr instant never = instant::max();

/// Something that waits until some time. It is in its clock's list as long as it exists.
class timed {
 public:
  explicit timed(class clock&);
  timed(const timed&) = delete;
  timed& operator=(const timed&) = delete;
  virtual ~timed();
  /// Called regularly by the clock.
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
  /// Ends all waits as if their time were up.
  void stop();

 private:
  friend class timed;
  void look(instant now);

  boost::asio::steady_timer timer_;
  timed* first_ = nullptr;
  timed* next_ = nullptr;  ///< the next one to check: what is checked may end, and others with it
};

}  // namespace abide::detail::proxy
