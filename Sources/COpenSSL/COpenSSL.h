// OpenSSL's libssl and libcrypto, from the Debian package libssl-dev; and as functions what Swift cannot call: macros, and
// a transport that raises no SIGPIPE.
#pragma once

// SHA-1 without the newer interface around it: that allocates each time a state is copied, which is what signing does.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdint.h>
#include <sys/socket.h>

static inline int COpenSSL_limitVersions(SSL_CTX *context, int minimum) {
  return SSL_CTX_set_min_proto_version(context, minimum);
}

// The only version to speak; 0 for all.
static inline int COpenSSL_setVersion(SSL *connection, int version) {
  return SSL_set_min_proto_version(connection, version) == 1 && SSL_set_max_proto_version(connection, version) == 1;
}

static inline void COpenSSL_setMode(SSL_CTX *context, long mode) { SSL_CTX_set_mode(context, mode); }

static inline int COpenSSL_setServerName(SSL *connection, const char *name) {
  return (int)SSL_set_tlsext_host_name(connection, name);
}

// A server's side: no renegotiation, exactly one ticket, which holds the whole session so that nothing is kept of it here,
// and reading as much at a time as there is.
static inline void COpenSSL_setUpServer(SSL_CTX *context) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_read_ahead(context, 1);
}

// A client's side: sessions are handed to the callback for new ones, and kept by nobody else.
static inline void COpenSSL_keepSessions(SSL_CTX *context) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
}

// Certificates that a connection trusts in place of its context's.
static inline int COpenSSL_trust(SSL *connection, X509_STORE *store) {
  return (int)SSL_set1_verify_cert_store(connection, store);
}

// A certificate that leads from the server's own to one that clients trust.
static inline int COpenSSL_addToChain(SSL_CTX *context, X509 *certificate) {
  return (int)SSL_CTX_add1_chain_cert(context, certificate);
}

static inline EVP_PKEY *COpenSSL_makeKey(void) { return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"); }

// OpenSSL's own socket transport uses write(2): a peer that has gone would end the process with SIGPIPE.
static inline int COpenSSL_receive(BIO *bio, char *buffer, int count) {
  BIO_clear_retry_flags(bio);
  ssize_t result;
  do {
    result = recv((int)(intptr_t)BIO_get_data(bio), buffer, (size_t)count, 0);
  } while (result < 0 && errno == EINTR);
  if (result < 0 && errno == EAGAIN) BIO_set_retry_read(bio);
  if (result == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return (int)result;
}

static inline int COpenSSL_send(BIO *bio, const char *buffer, int count) {
  BIO_clear_retry_flags(bio);
  ssize_t result;
  do {
    result = send((int)(intptr_t)BIO_get_data(bio), buffer, (size_t)count, MSG_NOSIGNAL);
  } while (result < 0 && errno == EINTR);
  if (result < 0 && errno == EAGAIN) BIO_set_retry_write(bio);
  return (int)result;
}

static inline long COpenSSL_control(BIO *bio, int command, long number, void *pointer) {
  switch (command) {
  case BIO_CTRL_FLUSH:
    return 1;
  case BIO_CTRL_EOF:
    return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
  default:
    return 0;
  }
}

// NULL without memory.
static inline BIO_METHOD *COpenSSL_makeTransport(void) {
  BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "descriptor");
  if (method == NULL) return NULL;
  BIO_meth_set_read(method, COpenSSL_receive);
  BIO_meth_set_write(method, COpenSSL_send);
  BIO_meth_set_ctrl(method, COpenSSL_control);
  return method;
}

// Lets a connection use a descriptor, which stays the caller's. 0 without memory.
static inline int COpenSSL_attach(SSL *connection, const BIO_METHOD *transport, int descriptor) {
  BIO *bio = BIO_new(transport);
  if (bio == NULL) return 0;
  BIO_set_data(bio, (void *)(intptr_t)descriptor);
  BIO_set_init(bio, 1);
  SSL_set_bio(connection, bio, bio);
  return 1;
}
