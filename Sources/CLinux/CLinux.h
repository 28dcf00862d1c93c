// What Glibc's Swift module hides: epoll, eventfd, timerfd, accept4; and what the build says of itself.
// _GNU_SOURCE stays undefined: it would change types that Swift's own Glibc module has already fixed.
#pragma once

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

// Declared by <sys/socket.h> only under _GNU_SOURCE.
int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags);

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
