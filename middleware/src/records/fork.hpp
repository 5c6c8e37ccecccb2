#pragma once
// Fork handling for objects that own threads and files: a child has no threads, and must not use the parent's files.
#include <atomic>

namespace abide::detail {

/// Number of forks between the program's start and this process. Objects created under another number belong to a
/// parent.
unsigned fork_count() noexcept;

/// Ends this process: a callback in a thread of the log forked it and returned. Only that thread exists here, and the
/// log belongs to the parent.
[[noreturn]] void end_lost_child() noexcept;

/// Called around every fork() of this process, in the thread that forks. The child forgets all guests: they belong to
/// its parent, and it must neither use nor destroy them.
class fork_guest {
 public:
  virtual ~fork_guest() = default;
  virtual void before_fork() noexcept = 0;
  virtual void after_fork() noexcept = 0;  ///< in the parent
};
void join_forks(fork_guest*);
void leave_forks(fork_guest*);

}  // namespace abide::detail
