/* Does something with the rights of another user: a server that starts as root checks what its workers can read. */
#ifndef ABIDE_AS_USER_H
#define ABIDE_AS_USER_H

#include <grp.h>
#include <sys/types.h>
#include <unistd.h>

typedef struct abide_user {
  const char* name;
  uid_t id;
  gid_t group;
} abide_user;

/* Calls `act` with the rights of this user; with its own if the process is not root, or this user is. Only for
   processes with a single thread. Returns 1, or 0 if the process could not return to root: then it must not go on. */
static inline int abide_as_user(abide_user user, void (*act)(void*), void* of) {
  enum { groups_max = 256 };
  gid_t groups[groups_max];
  const gid_t group = getegid();
  const int count = getgroups(groups_max, groups);
  if (geteuid() != 0 || user.id == 0 || count < 0) {
    act(of);
    return 1;
  }
  if (initgroups(user.name, user.group) != 0) return 1; /* root may not change users here */
  if (setegid(user.group) == 0 && seteuid(user.id) == 0) act(of);
  return seteuid(0) == 0 && setegid(group) == 0 && setgroups((size_t)count, groups) == 0;
}

#endif
