#define _GNU_SOURCE
#include "CBlast.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { kinds = 1000, frame_room = 512, chunk = 256 << 10, queue = 4 << 20 };

typedef struct {
  int socket;
  SSL *ssl;
  BIO *out;  // Where the encrypted bytes gather, so that one write carries many records.
} peer;

static int write_all(int socket, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(socket, bytes, count);
    if (written <= 0) return -1;
    bytes += written;
    count -= (size_t)written;
  }
  return 0;
}

static int flush(peer *client) {
  if (!client->ssl) return 0;
  char *bytes;
  long count = BIO_get_mem_data(client->out, &bytes);
  int result = write_all(client->socket, bytes, (size_t)count);
  (void)BIO_reset(client->out);
  return result;
}

static int send_bytes(peer *client, const char *bytes, size_t count) {
  if (!client->ssl) return write_all(client->socket, bytes, count);
  return SSL_write(client->ssl, bytes, (int)count) == (int)count ? flush(client) : -1;
}

static ssize_t receive(peer *client, char *room, size_t size) {
  if (!client->ssl) return read(client->socket, room, size);
  return SSL_read(client->ssl, room, (int)size);
}

/// Wraps a text into an unmasked frame and returns its size.
static size_t frame(char *out, const char *text) {
  size_t size = strlen(text);
  out[0] = (char)0x81;
  size_t head = 2;
  if (size < 126) {
    out[1] = (char)size;
  } else {
    out[1] = 126;
    out[2] = (char)(size >> 8);
    out[3] = (char)size;
    head = 4;
  }
  memcpy(out + head, text, size);
  return head + size;
}

/// Writes a thousand different pushes one after the other; `ends` gets where each begins.
static char *make_frames(size_t *begins) {
  char *frames = malloc((size_t)kinds * frame_room);
  if (!frames) abort();
  begins[0] = 0;
  for (int index = 0; index < kinds; index++) {
    int price = 943215 + index * 7 % 2000;
    char text[frame_room];
    snprintf(
        text, sizeof text,
        "{\"arg\":{\"channel\":\"tickers\",\"instId\":\"BTC-USDT\"},\"data\":[{\"instId\":"
        "\"BTC-USDT\",\"last\":\"%d.%d\",\"lastSize\":\"%d\",\"askPrice\":\"%d.%d\",\"askSize\":"
        "\"%d\",\"bidPrice\":\"%d.%d\",\"bidSize\":\"%d\",\"high24h\":\"95811.3\",\"open24h\":"
        "\"93012.8\",\"low24h\":\"92750.1\",\"volCurrency24h\":\"38150.4821\",\"vol24h\":"
        "\"38150482\",\"ts\":\"17632%08d\"}]}",
        price / 10, price % 10, 1 + index % 97, (price + 1) / 10, (price + 1) % 10,
        100 + index % 313, price / 10, price % 10, 200 + index % 211, index * 113);
    begins[index + 1] = begins[index] + frame(frames + begins[index], text);
  }
  return frames;
}

static int blast(peer *client, const char *frames, const size_t *begins, long count) {
  while (count > 0) {
    long now = count < kinds ? count : kinds;
    count -= now;
    if (!client->ssl) {
      if (write_all(client->socket, frames, begins[now]) != 0) return -1;
      continue;
    }
    for (long index = 0; index < now; index++) {
      int size = (int)(begins[index + 1] - begins[index]);
      if (SSL_write(client->ssl, frames + begins[index], size) != size) return -1;
      char *bytes;
      if (BIO_get_mem_data(client->out, &bytes) >= chunk && flush(client) != 0) return -1;
    }
  }
  return flush(client);
}

/// Reads the upgrade request and answers it.
static int upgrade(peer *client) {
  char request[8192];
  size_t size = 0;
  do {
    ssize_t count = receive(client, request + size, sizeof request - 1 - size);
    if (count <= 0) return -1;
    size += (size_t)count;
    request[size] = 0;
  } while (!strstr(request, "\r\n\r\n") && size < sizeof request - 1);
  const char *found = strcasestr(request, "Sec-WebSocket-Key:");
  if (!found) return -1;
  found += strlen("Sec-WebSocket-Key:");
  found += strspn(found, " ");
  char key[128];
  snprintf(
      key, sizeof key, "%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", (int)strcspn(found, "\r"), found);
  unsigned char digest[SHA_DIGEST_LENGTH], accept[64];
  SHA1((unsigned char *)key, strlen(key), digest);
  EVP_EncodeBlock(accept, digest, SHA_DIGEST_LENGTH);
  char answer[256];
  int length = snprintf(
      answer, sizeof answer,
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: %s\r\n\r\n",
      accept);
  return send_bytes(client, answer, (size_t)length);
}

static void serve(peer *client, const char *frames, const size_t *begins, long count) {
  char room[8192];
  if (upgrade(client) != 0 || receive(client, room, sizeof room) <= 0) return;
  if (blast(client, frames, begins, count) != 0) return;
  size_t size = frame(room, "{\"op\":\"end\"}");
  if (send_bytes(client, room, size) != 0) return;
  while (receive(client, room, sizeof room) > 0) continue;
}

static SSL_CTX *make_identity(const char *path) {
  EVP_PKEY *key = EVP_EC_gen("P-256");
  X509 *made = X509_new();
  X509_set_version(made, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
  X509_gmtime_adj(X509_getm_notBefore(made), -86400);
  X509_gmtime_adj(X509_getm_notAfter(made), 86400);
  X509_set_pubkey(made, key);
  X509_NAME_add_entry_by_txt(
      X509_get_subject_name(made), "CN", MBSTRING_ASC, (const unsigned char *)"127.0.0.1", -1, -1,
      0);
  X509_set_issuer_name(made, X509_get_subject_name(made));
  X509V3_CTX context;
  X509V3_set_ctx(&context, made, made, NULL, NULL, 0);
  X509_EXTENSION *names =
      X509V3_EXT_conf_nid(NULL, &context, NID_subject_alt_name, "IP:127.0.0.1");
  if (!names) return NULL;
  X509_add_ext(made, names, -1);
  X509_EXTENSION_free(names);
  if (!X509_sign(made, key, EVP_sha256())) return NULL;
  FILE *file = fopen(path, "w");
  if (!file) return NULL;
  int is_written = PEM_write_X509(file, made) == 1;
  if (fclose(file) != 0 || !is_written) return NULL;
  SSL_CTX *identity = SSL_CTX_new(TLS_server_method());
  SSL_CTX_use_certificate(identity, made);
  SSL_CTX_use_PrivateKey(identity, key);
  X509_free(made);
  EVP_PKEY_free(key);
  return identity;
}

static void accept_for_ever(int listener, SSL_CTX *identity, long count) {
  size_t begins[kinds + 1];
  char *frames = make_frames(begins);
  for (;;) {
    peer client = {.socket = accept(listener, NULL, NULL)};
    if (client.socket < 0) continue;
    int yes = 1, size = queue;
    setsockopt(client.socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    setsockopt(client.socket, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    if (identity) {
      client.ssl = SSL_new(identity);
      SSL_set_fd(client.ssl, client.socket);
      if (SSL_accept(client.ssl) == 1) {
        client.out = BIO_new(BIO_s_mem());
        SSL_set0_wbio(client.ssl, client.out);
        serve(&client, frames, begins, count);
      }
      SSL_free(client.ssl);
    } else {
      serve(&client, frames, begins, count);
    }
    close(client.socket);
  }
}

int blast_start(long count, int is_encrypted, const char *certificate_path) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) != 0 ||
      listen(listener, 8) != 0 ||
      getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
    return -1;
  }
  SSL_CTX *identity = is_encrypted ? make_identity(certificate_path) : NULL;
  if (is_encrypted && !identity) return -1;
  pid_t parent = getpid();
  pid_t child = fork();
  if (child < 0) return -1;
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(0);
    signal(SIGPIPE, SIG_IGN);
    accept_for_ever(listener, identity, count);
  }
  close(listener);
  SSL_CTX_free(identity);
  return ntohs(address.sin_port);
}
