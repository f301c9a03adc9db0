#pragma once

/// Starts a process that serves tickers on 127.0.0.1 and ends with this one.
///
/// To each WebSocket client that sends a message it sends `count` BloFin ticker pushes of 300 bytes
/// and then {"op":"end"}. Encrypted, each frame is one TLS record, and the certificate, to be
/// trusted by the client, is written to a file. Returns the port, or -1. To be called before the
/// program has threads.
int blast_start(long count, int is_encrypted, const char *certificate_path);
