#include "CWriteAheadLog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

// The write-ahead log's file, with writes gathered.
//
// SQLite writes a commit frame by frame, and each frame in two pieces: for the sixteen pages of a call the system is called 32
// times. Here the frames of a commit are put together and written in one go, with its last one: what is in the file when the
// commit is acknowledged is the same, and an error of that write is the commit's. Frames without the end of a commit, which
// SQLite writes when its cache is full, are written before anything else is done with the file, or dropped when their
// transaction is taken back: later, others may have written at their place. A header that is written where one stands already
// (SQLite does so at the end of a commit whose pages left before it) has no page behind it, and is written at once.
//
// Source of the frame's form: https://www.sqlite.org/fileformat2.html#walformat (a frame's header has 24 bytes; those from the
// fifth to the eighth are not zero in the last frame of a commit alone).
struct llmguard_log {
  sqlite3_io_methods methods;  // first, as the file points to it
  const sqlite3_io_methods *own;
  unsigned char *bytes;
  int count;
  int ends_commit;
  sqlite3_int64 place;
  int failed;  // why what was gathered could not be written; until its transaction is taken back
  sqlite3_int64 lost;  // where that would stand
  sqlite3_int64 end;  // of all that was written since the log began, or since something was taken back
};

enum { LLMGUARD_LOG_BYTES = 96 << 10, LLMGUARD_FRAME_HEADER_BYTES = 24 };

static llmguard_log *llmguard_log_of(sqlite3_file *file) { return (llmguard_log *)(void *)file->pMethods; }

static int llmguard_log_flush(sqlite3_file *file) {
  llmguard_log *log = llmguard_log_of(file);
  int count = log->count;
  if (log->failed != SQLITE_OK) return log->failed;
  log->count = 0;
  if (count == 0) return SQLITE_OK;
  int code = log->own->xWrite(file, log->bytes, count, log->place);
  // A quota or a limit of the file's size is told by what the system said last, and only here that is known still.
  if ((code & 0xFF) == SQLITE_IOERR && (errno == EDQUOT || errno == EFBIG)) code = SQLITE_FULL;
  // Frames of earlier statements may be among them: SQLite may take back one statement alone, where the disk is full, and
  // the commit of the others must not stand on what was never written.
  log->failed = code;
  log->lost = log->place;
  return code;
}

static int llmguard_log_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 place) {
  llmguard_log *log = llmguard_log_of(file);
  if (log->failed != SQLITE_OK) return log->failed;
  if (place != log->place + log->count || count > LLMGUARD_LOG_BYTES - log->count) {
    int code = llmguard_log_flush(file);
    if (code != SQLITE_OK) return code;
  }
  if (count > LLMGUARD_LOG_BYTES) return log->own->xWrite(file, bytes, count, place);
  if (log->count == 0) log->place = place;
  memcpy(log->bytes + log->count, bytes, (size_t)count);
  log->count += count;
  const unsigned char *header = (const unsigned char *)bytes;
  int is_anew = place < log->end;
  if (place == 0) log->end = 0;
  if (log->end < place + count) log->end = place + count;
  if (count == LLMGUARD_FRAME_HEADER_BYTES) {
    log->ends_commit = header[4] | header[5] | header[6] | header[7];
    return is_anew ? llmguard_log_flush(file) : SQLITE_OK;
  }
  if (!log->ends_commit) return SQLITE_OK;
  log->ends_commit = 0;
  return llmguard_log_flush(file);
}

static int llmguard_log_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 place) {
  llmguard_log *log = llmguard_log_of(file);
  // What was there before can be read, for the transaction is taken back with it.
  int code = log->failed != SQLITE_OK && place < log->lost ? SQLITE_OK : llmguard_log_flush(file);
  return code == SQLITE_OK ? log->own->xRead(file, bytes, count, place) : code;
}

static int llmguard_log_truncate(sqlite3_file *file, sqlite3_int64 size) {
  int code = llmguard_log_flush(file);
  return code == SQLITE_OK ? llmguard_log_of(file)->own->xTruncate(file, size) : code;
}

static int llmguard_log_sync(sqlite3_file *file, int flags) {
  int code = llmguard_log_flush(file);
  return code == SQLITE_OK ? llmguard_log_of(file)->own->xSync(file, flags) : code;
}

static int llmguard_log_size(sqlite3_file *file, sqlite3_int64 *size) {
  int code = llmguard_log_flush(file);
  return code == SQLITE_OK ? llmguard_log_of(file)->own->xFileSize(file, size) : code;
}

static int llmguard_log_close(sqlite3_file *file) {
  // What is left is of a transaction that was not committed.
  file->pMethods = llmguard_log_of(file)->own;
  return file->pMethods->xClose(file);
}

static void llmguard_log_drop(void *log) {
  ((llmguard_log *)log)->count = 0;
  ((llmguard_log *)log)->ends_commit = 0;
  ((llmguard_log *)log)->end = 0;
  ((llmguard_log *)log)->failed = SQLITE_OK;
}

// Source: https://www.sqlite.org/fileformat2.html#file_format_version_numbers (both are 2 for a log). The mode is written to the
// file itself, whatever stands in its log.
int llmguard_log_is_used(sqlite3 *db) {
  enum { place = 18, logged = 2 };
  sqlite3_file *file = NULL;
  unsigned char versions[2];
  if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK) return 0;
  if (file == NULL || file->pMethods == NULL) return 0;
  if (file->pMethods->xRead(file, versions, sizeof versions, place) != SQLITE_OK) return 0;
  return versions[0] == logged && versions[1] == logged;
}

llmguard_log *llmguard_log_gather(sqlite3 *db) {
  sqlite3_file *file = NULL;
  if (sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) != SQLITE_OK) return NULL;
  if (file == NULL || file->pMethods == NULL || file->pMethods->iVersion < 1) return NULL;
  llmguard_log *log = (llmguard_log *)calloc(1, sizeof *log);
  if (log == NULL) return NULL;
  log->bytes = (unsigned char *)malloc(LLMGUARD_LOG_BYTES);
  if (log->bytes == NULL) {
    free(log);
    return NULL;
  }
  log->own = file->pMethods;
  log->methods = *log->own;
  log->methods.xClose = llmguard_log_close;
  log->methods.xRead = llmguard_log_read;
  log->methods.xWrite = llmguard_log_write;
  log->methods.xTruncate = llmguard_log_truncate;
  log->methods.xSync = llmguard_log_sync;
  log->methods.xFileSize = llmguard_log_size;
  sqlite3_rollback_hook(db, llmguard_log_drop, log);
  file->pMethods = &log->methods;
  return log;
}

void llmguard_log_free(llmguard_log *log) {
  if (log == NULL) return;
  free(log->bytes);
  free(log);
}
