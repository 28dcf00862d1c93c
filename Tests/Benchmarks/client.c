// The client of scripts/bench where wrk does not do: so many requests and no more, or one at a time with every wait.
//
//   client ADDRESS PORT REQUEST-FILE EXPECTED-TEXT CONNECTIONS DEPTH COUNT MICROSECONDS
//
// Sends the file's octets COUNT times (0: until SIGTERM), DEPTH at once on each of CONNECTIONS, and then reads all the
// answers; MICROSECONDS lie between two such rounds. Each answer has to be a 200 with EXPECTED-TEXT in its content, or
// it ends with 1 and says why. Prints as JSON how many answers came, in what time, and how long rounds took.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { bufferSize = 1 << 20, maximumRounds = 1 << 22 };

// Answers that have come in part stay at the start of the buffer.
struct connection {
  int descriptor;
  size_t filled;
  char *buffer;
};

static volatile sig_atomic_t isStopped;

static void stop(int number) {
  (void)number;
  isStopped = 1;
}

static void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static struct connection dial(const char *address, int port) {
  struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(port)};
  if (inet_pton(AF_INET, address, &peer.sin_addr) != 1) fail("%s is no IPv4 address", address);
  struct connection made = {.descriptor = socket(AF_INET, SOCK_STREAM, 0), .buffer = malloc(bufferSize)};
  int on = 1;
  if (made.descriptor < 0 || made.buffer == NULL) fail("no socket or no memory: %s", strerror(errno));
  setsockopt(made.descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(made.descriptor, (struct sockaddr *)&peer, sizeof peer) != 0) fail("connect: %s", strerror(errno));
  return made;
}

static void sendAll(struct connection *to, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t sent = send(to->descriptor, bytes, count, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) fail("send: %s", strerror(errno));
    bytes += sent;
    count -= sent;
  }
}

// The length of the answer at `bytes`, or 0 while it is not whole.
static size_t answerLength(const char *bytes, size_t count, const char *expected) {
  const char *end = memmem(bytes, count, "\r\n\r\n", 4);
  if (end == NULL) return 0;
  const char *length = memmem(bytes, end - bytes, "Content-Length: ", 16);
  if (memcmp(bytes, "HTTP/1.1 200 ", 13) != 0 || length == NULL) fail("bad answer: %.*s", (int)(end - bytes), bytes);
  size_t content = strtoul(length + 16, NULL, 10), whole = (size_t)(end - bytes) + 4 + content;
  if (whole > bufferSize) fail("an answer of %zu octets is too long", whole);
  if (whole > count) return 0;
  if (memmem(end + 4, content, expected, strlen(expected)) == NULL) fail("bad content: %.*s", (int)content, end + 4);
  return whole;
}

static void readAnswers(struct connection *from, long missing, const char *expected) {
  while (missing > 0) {
    ssize_t received = recv(from->descriptor, from->buffer + from->filled, bufferSize - from->filled, 0);
    if (received < 0 && errno == EINTR) continue;
    if (received <= 0) fail("%ld answers did not come: %s", missing, received < 0 ? strerror(errno) : "closed");
    from->filled += received;
    size_t taken = 0, length;
    while (missing > 0 && (length = answerLength(from->buffer + taken, from->filled - taken, expected)) > 0) {
      taken += length;
      missing--;
    }
    from->filled -= taken;
    memmove(from->buffer, from->buffer + taken, from->filled);
  }
  if (from->filled > 0) fail("more came than was asked for: %.*s", (int)from->filled, from->buffer);
}

static int ascending(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

int main(int argumentCount, char **arguments) {
  if (argumentCount != 9) fail("client ADDRESS PORT REQUEST-FILE EXPECTED-TEXT CONNECTIONS DEPTH COUNT MICROSECONDS");
  const char *expected = arguments[4];
  long connections = atol(arguments[5]), depth = atol(arguments[6]), count = atol(arguments[7]);
  useconds_t pause = atol(arguments[8]);
  static char request[1 << 16];
  FILE *file = fopen(arguments[3], "rb");
  size_t size = file == NULL ? 0 : fread(request, 1, sizeof request, file);
  char *batch = malloc(size * depth);
  double *waits = malloc(sizeof *waits * maximumRounds);
  struct connection *all = malloc(sizeof *all * connections);
  if (size == 0 || batch == NULL || waits == NULL || all == NULL) fail("no request or no memory");
  for (long index = 0; index < depth; index++) memcpy(batch + index * size, request, size);
  signal(SIGTERM, stop);
  for (long index = 0; index < connections; index++) all[index] = dial(arguments[1], atoi(arguments[2]));

  long answered = 0, rounds = 0;
  double start = now();
  while (!isStopped && (count == 0 || answered < count)) {
    double sent = now();
    for (long index = 0; index < connections; index++) sendAll(&all[index], batch, size * depth);
    for (long index = 0; index < connections; index++) readAnswers(&all[index], depth, expected);
    waits[rounds++ % maximumRounds] = now() - sent;
    answered += connections * depth;
    if (pause > 0) usleep(pause);
  }
  double seconds = now() - start;
  if (rounds > maximumRounds) rounds = maximumRounds;
  if (rounds == 0) fail("stopped before anything was asked");
  qsort(waits, rounds, sizeof *waits, ascending);
  printf("{\"answers\": %ld, \"seconds\": %.6f, ", answered, seconds);
  printf("\"p50\": %.9f, \"p99\": %.9f, ", waits[rounds / 2], waits[rounds * 99 / 100]);
  printf("\"p999\": %.9f, \"max\": %.9f}\n", waits[rounds * 999 / 1000], waits[rounds - 1]);
}
