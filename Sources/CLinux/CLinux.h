// What Glibc's Swift module hides: epoll, eventfd, timerfd, accept4.
// _GNU_SOURCE stays undefined: it would change types that Swift's own Glibc module has already fixed.
#pragma once

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

// Declared by <sys/socket.h> only under _GNU_SOURCE.
int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags);
