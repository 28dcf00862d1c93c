// What Glibc's Swift module hides: epoll, eventfd, timerfd, accept4, argv; and what the build says of itself.
// _GNU_SOURCE stays undefined: it would change types that Swift's own Glibc module has already fixed.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

// Declared by <sys/socket.h> only under _GNU_SOURCE.
int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags);

// Declared by <unistd.h> only under _GNU_SOURCE.
extern char **environ;

// argv as the kernel has laid it out, right below the environment, with the count of its words below it (System V ABI,
// process initialization): unlike what Swift's runtime reads, this needs no /proc. NULL where environ is not the kernel's
// any more, as setenv(3) replaces it.
static inline char **CLinux_arguments(ptrdiff_t *count) {
  uintptr_t start = (uintptr_t)environ;
  // The program's path is the last thing on the stack. Arguments and environment have 6 MiB at most (execve(2)).
  uintptr_t end = (uintptr_t)getauxval(AT_EXECFN);
  if (start == 0 || end <= start || end - start > (8 << 20) || environ[-1] != NULL) return NULL;
  char **words = environ - 1;
  // Texts lie above the environment's pointers; what is less is the count.
  while ((uintptr_t)words[-1] > start) words--;
  *count = environ - 1 - words;
  return (ptrdiff_t)words[-1] == *count ? words : NULL;
}

// Nothing of Linux, but Swift has no other way to be told a text when it is compiled: -DPFOP_MOCK_COMMIT=1a2b3c, as
// scripts/package does it. The second macro is there for the first one's value to be put in, not its name.
#define CLINUX_QUOTED(text) #text
#define CLINUX_EXPANDED(text) CLINUX_QUOTED(text)

// The commit that is compiled; empty if nobody said it.
static inline const char *CLinux_commit(void) {
#ifdef PFOP_MOCK_COMMIT
  return CLINUX_EXPANDED(PFOP_MOCK_COMMIT);
#else
  return "";
#endif
}
