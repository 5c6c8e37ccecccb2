#include "proxy/clock.hpp"

namespace abide::detail::proxy {

timed::timed(clock& of) : of_(&of), after_(of.first_) {
  if (after_) after_->before_ = this;
  of.first_ = this;
}

timed::~timed() {
  if (of_->next_ == this) of_->next_ = after_;
  (before_ ? before_->after_ : of_->first_) = after_;
  if (after_) after_->before_ = before_;
}

void clock::start() {
  timer_.expires_after(std::chrono::milliseconds(100));
  timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    look(std::chrono::steady_clock::now());
    start();
  });
}

void clock::look(instant now) {
  for (timed* each = first_; each; each = next_) {
    next_ = each->after_;
    each->look_at(now);
  }
  next_ = nullptr;
}

void clock::stop() {
  timer_.cancel();
  look(never);
}

}  // namespace abide::detail::proxy
