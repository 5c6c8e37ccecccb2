#pragma once
// How long the proxy waits for a visitor who sends or reads slowly.
#include <algorithm>
#include <chrono>
#include <cstddef>

#include "proxy/clock.hpp"

namespace abide::detail::proxy {

/// A time that waiting uses up and bytes give back, never more than it was at first. So a pause is limited, and so is
/// the time for which bytes that arrive now and then hold a connection. Only the visitor's own slowness counts: nothing
/// is used up while the proxy waits for the application.
class patience {
 public:
  /// `rate`: bytes a second that a visitor must send or read in the long run; 0: each byte gives back all.
  patience(std::chrono::milliseconds most, std::size_t rate) : most_(most), left_(most), rate_(rate) {}

  /// Waiting begins. Returns when it must end.
  instant begin(instant now) noexcept { return until_ = now + left_; }
  /// Bytes have passed. Returns when waiting for more must end.
  instant passed(std::size_t bytes, instant now) noexcept {
    left_ = std::clamp(until_ - now + worth(bytes), duration::zero(), most_);
    return begin(now);
  }

 private:
  using duration = instant::duration;
  duration worth(std::size_t bytes) const noexcept {
    using seconds = std::chrono::duration<double>;
    if (bytes == 0) return duration::zero();
    if (rate_ == 0) return most_;
    const seconds earned(static_cast<double>(bytes) / static_cast<double>(rate_));
    return earned < seconds(most_) ? std::chrono::duration_cast<duration>(earned) : most_;
  }

  duration most_, left_;
  std::size_t rate_;
  instant until_;
};

}  // namespace abide::detail::proxy
