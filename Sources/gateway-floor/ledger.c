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
static sqlite3_stmt *begin, *commit;
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

// What statements are told, and under which names.
enum { now_value, hold_value, tokens_value, charge_value, most_value, key_value, model_value, values_count };
static const char *const value_names[values_count] = {":now", ":hold", ":tokens", ":charge", ":most", ":key", ":model"};

static struct {
  int64_t numbers[key_value];
  const char *model;
  size_t model_length;
} told;

// A statement, and where it wants what.
typedef struct {
  sqlite3_stmt *statement;
  int places[values_count];
} step;

static step holds[most_statements], settles[most_statements];

static void prepare(step *steps, const char *const *texts) {
  for (; *texts != NULL; texts++, steps++) {
    steps->statement = prepared(*texts);
    for (int value = 0; value < values_count; value++)
      steps->places[value] = sqlite3_bind_parameter_index(steps->statement, value_names[value]);
  }
}

static int take(const step *next) {
  for (int value = 0; value < key_value; value++)
    if (next->places[value] > 0) sqlite3_bind_int64(next->statement, next->places[value], told.numbers[value]);
  if (next->places[key_value] > 0)
    sqlite3_bind_blob(next->statement, next->places[key_value], key, sizeof key, SQLITE_STATIC);
  if (next->places[model_value] > 0)
    sqlite3_bind_text(next->statement, next->places[model_value], told.model, (int)told.model_length, SQLITE_STATIC);
  return run(next->statement);
}

static int note_pages(void *unused, sqlite3 *unused_too, const char *name, int pages) {
  (void)unused, (void)unused_too, (void)name;
  log_pages = pages;
  return SQLITE_OK;
}

void ledger_open(const char *path, int64_t limit, const ledger_rows *rows) {
  check(sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0));
  check(sqlite3_config(SQLITE_CONFIG_SINGLETHREAD));
  check(sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW, NULL));
  sqlite3_busy_timeout(database, 10000);
  // NORMAL syncs where the log is written back; commits are synced by `ledger_sync`, for all that are waited for.
  execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0");
  execute(rows->schema);
  told.numbers[most_value] = limit;
  begin = prepared("BEGIN IMMEDIATE");
  commit = prepared("COMMIT");
  prepare(holds, rows->hold);
  prepare(settles, rows->settle);
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
  told.numbers[now_value] = now();
  told.numbers[tokens_value] = tokens;
  told.model = model;
  told.model_length = model_length;
  if (take(&holds[0]) == 0) return 0;
  calls++;
  // The later ones stand behind the earlier ones.
  for (int byte = 0; byte < 8; byte++) key[8 + byte] = (unsigned char)(calls >> (56 - 8 * byte));
  take(&holds[1]);
  told.numbers[hold_value] = sqlite3_last_insert_rowid(database);
  for (const step *next = &holds[2]; next->statement != NULL; next++) take(next);
  return told.numbers[hold_value];
}

void ledger_settle(int64_t hold, int64_t held, int64_t charge) {
  told.numbers[now_value] = now();
  told.numbers[hold_value] = hold;
  told.numbers[tokens_value] = held;
  told.numbers[charge_value] = charge;
  if (take(&settles[0]) == 0) return;
  for (const step *next = &settles[1]; next->statement != NULL; next++) take(next);
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
  execute("UPDATE balance SET pending = pending WHERE id = 1");
}
