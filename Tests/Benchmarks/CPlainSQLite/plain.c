#include "CPlainSQLite.h"

#include <sqlite3.h>
#include <string.h>
#include <time.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

int plain_sqlite_commits(const char *path, int rows, double *taken) {
  sqlite3 *database = NULL;
  sqlite3_stmt *insert = NULL;
  int code = sqlite3_open(path, &database);
  if (code == SQLITE_OK) {
    code = sqlite3_exec(
        database,
        "PRAGMA journal_mode = wal; PRAGMA synchronous = FULL;"
        "CREATE TABLE ev (id INTEGER PRIMARY KEY, ts INTEGER NOT NULL, kind INTEGER NOT NULL,"
        "  instrument TEXT NOT NULL, px REAL, qty REAL, body BLOB)",
        NULL, NULL, NULL);
  }
  if (code == SQLITE_OK) {
    code = sqlite3_prepare_v2(
        database, "INSERT INTO ev (ts, kind, instrument, px, qty, body) VALUES (?, ?, ?, ?, ?, ?)",
        -1, &insert, NULL);
  }
  if (code == SQLITE_OK) {
    char body[120];
    memset(body, 'x', sizeof body);
    code = SQLITE_DONE;
    for (int row = 0; row < rows && code == SQLITE_DONE; row++) {
      double start = now();
      sqlite3_bind_int64(insert, 1, 1763200000113 + row);
      sqlite3_bind_int(insert, 2, 3);
      sqlite3_bind_text(insert, 3, "BTC-USDT", 8, SQLITE_STATIC);
      sqlite3_bind_double(insert, 4, 94321.5);
      sqlite3_bind_double(insert, 5, 0.012);
      sqlite3_bind_blob(insert, 6, body, sizeof body, SQLITE_STATIC);
      code = sqlite3_step(insert);
      sqlite3_reset(insert);
      taken[row] = now() - start;
    }
  }
  sqlite3_finalize(insert);
  sqlite3_close(database);
  return code == SQLITE_DONE;
}
