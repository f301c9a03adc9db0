#pragma once

/// Inserts so many rows of seven columns, one durable commit each, into a new database: a prepared
/// statement, write-ahead log, synchronous = FULL. Returns the seconds taken, or -1.
double plain_sqlite_commits(const char *path, int rows);
