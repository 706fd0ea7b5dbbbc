#include "ledger.h"

#include <CWriteAheadLog.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static sqlite3 *database;
static sqlite3_stmt *begin, *commit, *take, *record, *insert, *drop, *charge, *settle;
static int log_file = -1;
static int log_pages;
// Each call has a key under which it is recorded at most once: this process's own number, and the call's.
static unsigned char key[16];

static void check(int code) {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
  fprintf(stderr, "gateway-floor: error: the ledger: %s\n", database ? sqlite3_errmsg(database) : sqlite3_errstr(code));
  exit(1);
}

static void execute(const char *sql) { check(sqlite3_exec(database, sql, NULL, NULL, NULL)); }

static sqlite3_stmt *prepared(const char *sql) {
  sqlite3_stmt *statement = NULL;
  check(sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL));
  return statement;
}

// Runs a statement. Returns how many rows it changed.
static int run(sqlite3_stmt *statement) {
  check(sqlite3_step(statement));
  check(sqlite3_reset(statement));
  return sqlite3_changes(database);
}

static int note_pages(void *unused, sqlite3 *unused_too, const char *name, int pages) {
  (void)unused, (void)unused_too, (void)name;
  log_pages = pages;
  return SQLITE_OK;
}

void ledger_open(const char *path, int64_t limit) {
  check(sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0));
  check(sqlite3_config(SQLITE_CONFIG_SINGLETHREAD));
  check(sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW, NULL));
  sqlite3_busy_timeout(database, 10000);
  // NORMAL syncs where the log is written back; commits are synced by `ledger_sync`, for all that are waited for.
  execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;"
          "CREATE TABLE IF NOT EXISTS balance (id INTEGER PRIMARY KEY, most INTEGER NOT NULL,"
          " pending INTEGER NOT NULL CHECK (pending >= 0), posted INTEGER NOT NULL CHECK (posted >= 0));"
          "CREATE TABLE IF NOT EXISTS hold (id INTEGER PRIMARY KEY, tokens INTEGER NOT NULL);"
          "CREATE TABLE IF NOT EXISTS entry (sequence INTEGER PRIMARY KEY, kind TEXT NOT NULL, at_ms INTEGER NOT NULL,"
          " hold INTEGER, model TEXT, tokens INTEGER NOT NULL, key BLOB);"
          "CREATE UNIQUE INDEX IF NOT EXISTS entry_key ON entry (key) WHERE key IS NOT NULL");
  sqlite3_stmt *start = prepared("INSERT OR IGNORE INTO balance VALUES (1, ?, 0, 0)");
  check(sqlite3_bind_int64(start, 1, limit));
  run(start);
  check(sqlite3_finalize(start));
  begin = prepared("BEGIN IMMEDIATE");
  commit = prepared("COMMIT");
  take = prepared("UPDATE balance SET pending = pending + ?1 WHERE id = 1 AND pending + posted + ?1 <= most");
  record = prepared("INSERT INTO entry (kind, at_ms, model, tokens, key) VALUES ('reserve', ?, ?, ?, ?)");
  insert = prepared("INSERT INTO hold VALUES (?, ?)");
  drop = prepared("DELETE FROM hold WHERE id = ?");
  charge = prepared("UPDATE balance SET pending = pending - ?1, posted = posted + ?2 WHERE id = 1");
  settle = prepared("INSERT INTO entry (kind, at_ms, hold, tokens) VALUES ('settle', ?, ?, ?)");
  sqlite3_wal_hook(database, note_pages, NULL);
  // As llmguard writes its commits: each with one system call.
  if (llmguard_log_gather(database) == NULL) check(SQLITE_NOMEM);
  char name[4096];
  snprintf(name, sizeof name, "%s-wal", path);
  log_file = open(name, O_RDONLY | O_CLOEXEC);
  if (log_file < 0 || getentropy(key, 8) != 0) {
    perror("gateway-floor: error: the ledger's log");
    exit(1);
  }
}

static int64_t now(void) {
  struct timespec clock;
  clock_gettime(CLOCK_REALTIME, &clock);
  return (int64_t)clock.tv_sec * 1000 + clock.tv_nsec / 1000000;
}

void ledger_begin(void) { run(begin); }

void ledger_commit(void) { run(commit); }

int64_t ledger_hold(int64_t tokens, const char *model, size_t model_length) {
  static uint64_t calls;
  sqlite3_bind_int64(take, 1, tokens);
  if (run(take) == 0) return 0;
  calls++;
  // The later ones stand behind the earlier ones.
  for (int byte = 0; byte < 8; byte++) key[8 + byte] = (unsigned char)(calls >> (56 - 8 * byte));
  sqlite3_bind_int64(record, 1, now());
  sqlite3_bind_text(record, 2, model, (int)model_length, SQLITE_STATIC);
  sqlite3_bind_int64(record, 3, tokens);
  sqlite3_bind_blob(record, 4, key, sizeof key, SQLITE_STATIC);
  run(record);
  int64_t hold = sqlite3_last_insert_rowid(database);
  sqlite3_bind_int64(insert, 1, hold);
  sqlite3_bind_int64(insert, 2, tokens);
  run(insert);
  return hold;
}

void ledger_settle(int64_t hold, int64_t held, int64_t charged) {
  sqlite3_bind_int64(drop, 1, hold);
  if (run(drop) == 0) return;
  sqlite3_bind_int64(charge, 1, held);
  sqlite3_bind_int64(charge, 2, charged);
  run(charge);
  sqlite3_bind_int64(settle, 1, now());
  sqlite3_bind_int64(settle, 2, hold);
  sqlite3_bind_int64(settle, 3, charged);
  run(settle);
}

void ledger_sync(void) {
  if (fdatasync(log_file) == 0) return;
  perror("gateway-floor: error: the ledger's log");
  exit(1);
}

int ledger_log_pages(void) { return log_pages; }

void ledger_shorten_log(void) {
  execute("PRAGMA wal_checkpoint(PASSIVE)");
  // As llmguard does: the next commit would else sync the header of a log that begins anew.
  execute("BEGIN IMMEDIATE; PRAGMA user_version = 1; COMMIT");
}
