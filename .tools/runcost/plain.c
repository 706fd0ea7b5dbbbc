/* plain LEDGER COMMAND [ARG...]: what 'llmguard run' does, as plainly as C can: takes a hold in one SQLite transaction, runs
   the command, and settles in another. The rows it writes are those of 'llmguard run', in a ledger that 'llmguard run' has
   made and used before; it decides nothing, reads no configuration and counts no tokens. The yardstick of
   'llmguard-bench run'. The ledger is not one afterwards: the entries' hashes are zeros. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
static sqlite3 *database;
static sqlite3_int64 now, hold, balance, sequence;

static void fail(const char *what) {
  fprintf(stderr, "plain: %s: %s\n", what, database ? sqlite3_errmsg(database) : "");
  exit(125);
}

static void set(const char *sql) {
  if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK) fail(sql);
}

/* Runs a statement with the four numbers that change as its parameters; the first column of its first row is the result. */
static sqlite3_int64 run(const char *sql) {
  sqlite3_stmt *statement;
  sqlite3_int64 result = 0;
  if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK) fail(sql);
  sqlite3_int64 values[] = {now, hold, balance, sequence};
  const char *names[] = {":now", ":hold", ":balance", ":sequence"};
  for (int i = 0; i < 4; i++) {
    int index = sqlite3_bind_parameter_index(statement, names[i]);
    if (index) sqlite3_bind_int64(statement, index, values[i]);
  }
  int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) {
    result = sqlite3_column_int64(statement, 0);
    while (code == SQLITE_ROW) code = sqlite3_step(statement);
  }
  if (code != SQLITE_DONE) fail(sql);
  sqlite3_finalize(statement);
  return result;
}

static const char *named(const char *path, const char *ending) {
  char *name;
  if (asprintf(&name, "%s%s", path, ending) < 0) fail("memory");
  return name;
}

/* The columns that both entries of a call have. */
#define FACTS                                                                                                       \
  "user, tier, operation, run, program, phase, degraded, estimated_input, estimated_output, charge_tokens, balances"
#define FACT_VALUES "'root', 'default', 'default', '0123456789abcdef', 'true', 'ok', 0, 2, 1000, 1002, '[1]'"

int main(int count, char **words) {
  if (count < 3) return 125;
  const char *path = words[1];
  struct timespec clock;
  clock_gettime(CLOCK_REALTIME, &clock);
  now = clock.tv_sec * 1000 + clock.tv_nsec / 1000000;

  int lock = open(named(path, ".lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  int owners = open(named(path, ".owners"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  int head = open(named(path, ".head"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0 || owners < 0 || head < 0) fail("the files beside the ledger");
  if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) fail(path);
  sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  set("PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 100; PRAGMA synchronous = NORMAL");

  /* The hold. */
  run("SELECT now_ms FROM clock");
  run("SELECT tier, budgets FROM user WHERE name = 'root' AND removed = 0");
  run("SELECT bucket, calls FROM learned_output WHERE operation = 'default' AND model = ''");
  run("SELECT id FROM balance WHERE start_ms <= :now AND end_ms > :now");
  if (flock(lock, LOCK_EX) != 0) fail("flock");
  set("BEGIN IMMEDIATE");
  run("SELECT now_ms FROM clock");
  run("SELECT id FROM hold ORDER BY id");
  balance = run("SELECT id FROM balance WHERE start_ms <= :now AND end_ms > :now");
  run("SELECT coalesce(sum(amount), 0) FROM top_up WHERE key = 'key' AND expires_ms > :now");
  sequence = run("SELECT max(sequence) FROM entry") + 1;
  hold = sequence;
  struct flock owner = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = hold, .l_len = 1};
  if (fcntl(owners, F_OFD_SETLK, &owner) != 0) fail("the owner's lock");
  run("UPDATE balance SET pending = pending + 1002 WHERE id = :balance");
  run("INSERT INTO entry (sequence, kind, at_ms, hold, " FACTS ", when_abandoned, hash) VALUES (:sequence, 'reserve', :now, "
      ":hold, " FACT_VALUES ", 'charge', zeroblob(32))");
  run("INSERT INTO hold (id, pid) VALUES (:hold, 1)");
  run("UPDATE clock SET now_ms = :now");
  set("COMMIT");
  flock(lock, LOCK_UN);
  int log = open(named(path, "-wal"), O_RDONLY | O_CLOEXEC);
  if (log < 0 || fdatasync(log) != 0) fail("the log");
  char link[40] = {0};
  if (pwrite(head, link, sizeof link, 0) < 0) fail("the head");

  /* The command. */
  pid_t child;
  int status = 0;
  if (posix_spawnp(&child, words[2], NULL, NULL, words + 2, environ) != 0) return 127;
  waitpid(child, &status, 0);

  /* The settlement. */
  if (flock(lock, LOCK_EX) != 0) fail("flock");
  set("BEGIN IMMEDIATE");
  run("SELECT now_ms FROM clock");
  run("SELECT sequence FROM entry WHERE hold = :hold AND kind IN ('settle', 'void')");
  run("DELETE FROM hold WHERE id = :hold RETURNING id");
  run("SELECT * FROM entry WHERE sequence = :hold");
  run("SELECT * FROM balance WHERE id = :balance");
  run("UPDATE balance SET pending = pending - 1002, posted = posted + 2 WHERE id = :balance");
  sequence = run("SELECT max(sequence) FROM entry") + 1;
  run("INSERT INTO entry (sequence, kind, at_ms, hold, " FACTS ", input, output, cached_input, cache_write, reasoning, "
      "exactness, overrun_tokens, ending, hash) VALUES (:sequence, 'settle', :now, :hold, " FACT_VALUES
      ", 2, 0, 0, 0, 0, 'estimated', 0, 'complete', zeroblob(32))");
  run("INSERT INTO learned_output (operation, model, bucket, calls) VALUES ('default', '', 0, 1) ON CONFLICT DO UPDATE SET "
      "calls = calls + 1");
  run("INSERT INTO rollup (quarter_ms, user, operation, model, tier, phase, calls, exact_input, estimated_input, exact_output, "
      "estimated_output, charge_tokens, cost_micro_usd, unknown_cost, refusals, degraded, failed, overrun_tokens) VALUES (:now - "
      ":now % 900000, 'root', 'default', '', 'default', 'ok', 1, 0, 2, 0, 0, 2, 0, 1, 0, 0, 0, 0) ON CONFLICT DO UPDATE SET "
      "calls = calls + 1, estimated_input = estimated_input + excluded.estimated_input, charge_tokens = charge_tokens + "
      "excluded.charge_tokens, unknown_cost = unknown_cost + 1");
  run("INSERT INTO user (name, last_call_ms) VALUES ('root', :now) ON CONFLICT (name) DO UPDATE SET last_call_ms = "
      "excluded.last_call_ms, removed = 0");
  run("UPDATE clock SET now_ms = :now");
  set("COMMIT");
  flock(lock, LOCK_UN);
  if (fdatasync(log) != 0) fail("the log");
  if (pwrite(head, link, sizeof link, 0) < 0) fail("the head");
  sqlite3_close(database);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
