#pragma once

/// Inserts so many rows of seven columns, one durable commit each, into a new database: a prepared
/// statement, write-ahead log, synchronous = FULL. Writes the seconds that each took to `taken` and
/// returns 1, or 0 when a row was not taken.
int plain_sqlite_commits(const char *path, int rows, double *taken);
