#pragma once
// Keeps the memory of objects destroyed on this thread for new ones of the same type, so that objects of each request
// need no allocation.
#include <array>
#include <cstddef>
#include <new>

namespace abide::detail {

template <class Object>
class spare_rooms {
 public:
  static void* take(std::size_t size) {
    spare_rooms& own = of_thread;
    return is_over || own.count_ == 0 ? ::operator new(size) : own.rooms_[--own.count_];
  }

  static void give(void* room) noexcept {
    spare_rooms& own = of_thread;
    if (is_over || own.count_ == most) ::operator delete(room);
    else own.rooms_[own.count_++] = room;
  }

  ~spare_rooms() {
    for (; count_ > 0; --count_) ::operator delete(rooms_[count_ - 1]);
    is_over = true;
  }

 private:
  static constexpr std::size_t most = 8;
  std::array<void*, most> rooms_{};
  std::size_t count_ = 0;
  static inline thread_local bool is_over = false;  ///< the thread is ending, and its rooms were freed
  static thread_local spare_rooms of_thread;
};

template <class Object>
thread_local spare_rooms<Object> spare_rooms<Object>::of_thread;

}  // namespace abide::detail
