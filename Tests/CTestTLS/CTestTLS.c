#include "CTestTLS.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  EVP_PKEY *key;
  X509 *certificate;
} authority;

typedef struct {
  SSL_CTX *context;
  unsigned char protocol[32];
} server;

static void extend(X509 *certificate, X509 *issuer, int kind, const char *value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
  X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
  if (!extension) abort();
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

static X509 *certificate(
    EVP_PKEY *key, const char *name, const char *names, long begins, long ends,
    const authority *signer) {
  static long serial = 1;
  X509 *made = X509_new();
  X509_set_version(made, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made), __atomic_fetch_add(&serial, 1, __ATOMIC_RELAXED));
  X509_gmtime_adj(X509_getm_notBefore(made), begins);
  X509_gmtime_adj(X509_getm_notAfter(made), ends);
  X509_set_pubkey(made, key);
  X509_NAME_add_entry_by_txt(
      X509_get_subject_name(made), "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
  X509 *issuer = signer ? signer->certificate : made;
  X509_set_issuer_name(made, X509_get_subject_name(issuer));
  if (names) {
    extend(made, issuer, NID_subject_alt_name, names);
  } else {
    extend(made, issuer, NID_basic_constraints, "critical,CA:TRUE");
    extend(made, issuer, NID_key_usage, "critical,keyCertSign");
  }
  if (!X509_sign(made, signer ? signer->key : key, EVP_sha256())) abort();
  return made;
}

void *ctest_authority_new(void) {
  authority *made = calloc(1, sizeof *made);
  made->key = EVP_EC_gen("P-256");
  made->certificate = certificate(made->key, "Test Authority", NULL, -86400, 86400, NULL);
  return made;
}

int ctest_authority_write(void *given, const char *path) {
  FILE *file = fopen(path, "w");
  if (!file) return -1;
  int written = PEM_write_X509(file, ((authority *)given)->certificate);
  return fclose(file) == 0 && written == 1 ? 0 : -1;
}

static int choose(
    SSL *connection, const unsigned char **chosen, unsigned char *size,
    const unsigned char *offered, unsigned int offered_size, void *context) {
  const server *asked = context;
  unsigned char *found = NULL;
  int result = SSL_select_next_proto(
      &found, size, asked->protocol, asked->protocol[0] + 1u, offered, offered_size);
  *chosen = found;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

void *ctest_server_new(
    void *given, const char *names, long begins, long ends, int greatest_version,
    const char *protocol) {
  server *made = calloc(1, sizeof *made);
  made->context = SSL_CTX_new(TLS_server_method());
  EVP_PKEY *key = EVP_EC_gen("P-256");
  X509 *shown = certificate(key, "Test Server", names, begins, ends, given);
  SSL_CTX_use_certificate(made->context, shown);
  SSL_CTX_use_PrivateKey(made->context, key);
  X509_free(shown);
  EVP_PKEY_free(key);
  if (greatest_version) {
    // The system's settings allow nothing so old otherwise.
    SSL_CTX_set_security_level(made->context, 0);
    SSL_CTX_set_min_proto_version(made->context, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(made->context, greatest_version);
  }
  if (protocol) {
    made->protocol[0] = (unsigned char)strlen(protocol);
    memcpy(made->protocol + 1, protocol, made->protocol[0]);
    SSL_CTX_set_alpn_select_cb(made->context, choose, made);
  }
  return made;
}

void *ctest_accept(void *given, int descriptor) {
  SSL *connection = SSL_new(((server *)given)->context);
  SSL_set_fd(connection, descriptor);
  if (SSL_accept(connection) == 1) return connection;
  SSL_free(connection);
  return NULL;
}

int ctest_read(void *connection, void *room, int size) { return SSL_read(connection, room, size); }

int ctest_write(void *connection, const void *bytes, int size) {
  return SSL_write(connection, bytes, size);
}

void ctest_close(void *connection) {
  SSL_shutdown(connection);
  SSL_free(connection);
}
