// OpenSSL's libcrypto, from the Debian package libssl-dev.
#pragma once

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
