#pragma once

// TLS servers for tests: right and wrong in the ways that a client must notice.

/// A certificate authority with a key of its own, made anew.
void *ctest_authority_new(void);

/// Writes the authority's certificate as PEM, for a client to trust. Zero when it worked.
int ctest_authority_write(void *authority, const char *path);

/// What TLS servers with a fresh key and certificate share.
///
/// The authority signs the certificate; without one it is signed by its own key. The names are such
/// as "DNS:localhost,IP:127.0.0.1". The certificate begins and ends so many seconds from now. With a
/// greatest version (0x0302 is TLS 1.1) nothing newer is spoken. The protocol is the one agreed to
/// by ALPN ("h2"), null for none.
void *ctest_server_new(
    void *authority, const char *names, long begins, long ends, int greatest_version,
    const char *protocol);

/// Shakes hands on a connected socket; null when that fails.
void *ctest_accept(void *server, int descriptor);

/// Reads at most so many bytes; zero or less at the end.
int ctest_read(void *connection, void *room, int size);

/// Writes all bytes as one record, if they fit one; the number of bytes, or less on failure.
int ctest_write(void *connection, const void *bytes, int size);

/// Says goodbye and lets go. The socket stays open.
void ctest_close(void *connection);
