#include <errno.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdlib.h>

// What Swift cannot reach: variadic calls and a cast macro.
static inline int llmguard_sqlite_no_checkpoint_on_close(sqlite3 *db) {
  return sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}
// Before anything else: without counting what it allocates, SQLite takes no lock for each allocation.
static inline int llmguard_sqlite_configure(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
static inline int llmguard_sqlite_bind_text(sqlite3_stmt *statement, int index, const char *text, int count) {
  return sqlite3_bind_text(statement, index, text, count, SQLITE_TRANSIENT);
}
static inline int llmguard_sqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int count) {
  return sqlite3_bind_blob(statement, index, bytes, count, SQLITE_TRANSIENT);
}
static inline int llmguard_sqlite_is_full(sqlite3 *db) {
  int code = sqlite3_system_errno(db);
  return code == ENOSPC || code == EDQUOT || code == EFBIG;
}
static inline unsigned llmguard_sqlite_data_version(sqlite3 *db) {
  unsigned version = 0;
  sqlite3_file_control(db, "main", SQLITE_FCNTL_DATA_VERSION, &version);
  return version;
}
static inline sqlite3_int64 llmguard_sqlite_total_changes(sqlite3 *db) { return sqlite3_total_changes(db); }
// A folder's path without symbolic links, into room for `llmguard_sqlite_longest_path` bytes; 0 where there is none.
enum { llmguard_sqlite_longest_path = PATH_MAX };
static inline int llmguard_sqlite_resolve(const char *folder, char *room) { return realpath(folder, room) != (char *)0; }
