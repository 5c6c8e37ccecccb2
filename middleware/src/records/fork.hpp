#pragma once
// What a fork means for objects that own threads and files: the child has neither.
#include <atomic>

namespace abide::detail {

/// How many forks lie between the program's start and this process: what was made under another number belongs to a
/// parent.
unsigned fork_count() noexcept;

/// Ends this process, which a callback in a thread of the log's forked and then let return: nobody but that thread is
/// in it, and the log is its parent's.
[[noreturn]] void end_lost_child() noexcept;

/// Told around every fork() of this process, in the thread that forks. The child forgets all guests: they are its
/// parent's, and it must neither use nor destroy them.
class fork_guest {
 public:
  virtual ~fork_guest() = default;
  virtual void before_fork() noexcept = 0;
  virtual void after_fork() noexcept = 0;  ///< in the parent
};
void join_forks(fork_guest*);
void leave_forks(fork_guest*);

}  // namespace abide::detail
