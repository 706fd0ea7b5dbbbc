#define _GNU_SOURCE
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "CWriteAheadLog.h"

// The index of the write-ahead log, kept from one process to the next.
//
// SQLite keeps an index of the log's pages in shared memory, the `-shm` file. Who opens a database that nobody else has open cuts
// that file off, and makes the index anew from the whole log: after a loss of power nothing says that it fits the log. Where
// every process is alone, each reads the log of those before it, a tenth of a run's time. While anybody has the database open
// the index stays, whoever is killed meanwhile: SQLite is made for that. Here the file is kept as if somebody had it open, but only
// where a mark proves that it is as the last one to write left it:
//
// - the kernel has not been started anew, and the file system not been mounted anew: what memory says of both files holds;
// - neither of the two files has been written since, whoever would have (their numbers, sizes and times of change);
// - the index describes the commit after which the mark was left, and nothing of the log has been moved into the database.
//
// The mark is left while no other process writes (`llmguard_index_note`). All that is not so, or cannot be told, has the index made
// anew, as SQLite would.
//
// *Source:* https://www.sqlite.org/walformat.html for the index and its header; `unixLockSharedMemory` in SQLite's `os_unix.c` cuts
// the file to three bytes while it alone has the database open; statx(2).

enum {
  // Of the index: its header twice, then how much of the log was moved; the header's words that name a commit.
  HEADER_BYTES = 48,
  COMMIT_WORD = 4,
  COMMIT_WORDS = 6,
  MOVED_WORD = 2 * HEADER_BYTES / 4,
  WORDS_READ = MOVED_WORD + 1,
  // So many pages of the log does the first piece of the index hold. It has no other: then their number need not be told.
  PIECE_BYTES = 32768,
  MOST_PAGES = 4062,
  CUT = 3,
  BOOT_BYTES = 36,
  UNIQUE_MOUNT = 0x4000,  // STATX_MNT_ID_UNIQUE, Linux 6.8
};

// What the mark says, besides the first word, which says that it says something.
typedef struct {
  uint32_t valid;
  uint32_t commit[COMMIT_WORDS];
  uint32_t index_nanoseconds, log_nanoseconds;
  uint32_t devices[4];
  uint32_t unused;
  uint64_t boot[2], mount;
  uint64_t index, index_seconds, log, log_bytes, log_seconds;
} mark;
_Static_assert(sizeof(mark) == LLMGUARD_INDEX_WORDS * sizeof(uint32_t), "the mark has the size that others are told");
enum { VALID = 0x6C6C6D31 };

static __thread const uint32_t *offered;
static __thread const char *offered_log;
static __thread int kept;

// What tells one start of the kernel from the next.
static int read_boot(uint64_t boot[2]) {
  static __thread uint64_t known[2];
  if (known[0] == 0 && known[1] == 0) {
    char text[BOOT_BYTES];
    int file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    ssize_t count = read(file, text, sizeof text);
    close(file);
    if (count != (ssize_t)sizeof text) return 0;
    for (size_t i = 0, digits = 0; i < sizeof text; i++) {
      if (text[i] == '-') continue;
      uint64_t digit = (uint64_t)(text[i] <= '9' ? text[i] - '0' : (text[i] | 32) - 'a' + 10);
      if (digit > 15 || digits == 32) return 0;
      known[digits / 16] = known[digits / 16] << 4 | digit;
      digits++;
    }
  }
  memcpy(boot, known, sizeof known);
  return 1;
}

// Both files as they are now. - Returns: 0 where something that is needed is not known.
static int look(mark *now, int index, const char *index_path, const char *log_path) {
  struct statx file;
  unsigned needed = STATX_INO | STATX_SIZE | STATX_CTIME | UNIQUE_MOUNT;
  memset(now, 0, sizeof *now);
  now->valid = VALID;
  // glibc's own would do without the kernel where that knows less.
  if (syscall(SYS_statx, index, index_path, index_path[0] ? 0 : AT_EMPTY_PATH, needed, &file) != 0) return 0;
  if ((file.stx_mask & needed) != needed || file.stx_size < PIECE_BYTES) return 0;
  // Behind what glibc 2.36 knows of the record.
  memcpy(&now->mount, (const char *)&file + offsetof(struct statx, stx_dev_minor) + sizeof file.stx_dev_minor,
         sizeof now->mount);
  now->devices[0] = file.stx_dev_major;
  now->devices[1] = file.stx_dev_minor;
  now->index = file.stx_ino;
  now->index_seconds = (uint64_t)file.stx_ctime.tv_sec;
  now->index_nanoseconds = file.stx_ctime.tv_nsec;
  if (syscall(SYS_statx, AT_FDCWD, log_path, 0, needed, &file) != 0 || (file.stx_mask & needed) != needed) return 0;
  now->devices[2] = file.stx_dev_major;
  now->devices[3] = file.stx_dev_minor;
  now->log = file.stx_ino;
  now->log_bytes = file.stx_size;
  now->log_seconds = (uint64_t)file.stx_ctime.tv_sec;
  now->log_nanoseconds = file.stx_ctime.tv_nsec;
  return read_boot(now->boot);
}

// File systems whose files are this kernel's alone, and stay as they are while they are mounted.
static int is_own(int file) {
  struct statfs system;
  if (fstatfs(file, &system) != 0) return 0;
  switch ((uint32_t)system.f_type) {
    case 0xEF53:      // ext4
    case 0x58465342:  // XFS
    case 0x9123683E:  // Btrfs
    case 0x01021994:  // tmpfs
    case 0x794C7630:  // overlayfs
      return 1;
    default: return 0;
  }
}

// Whether what a header says is the commit of the mark, and all of the log is still needed.
static int note_commit(mark *now, const uint32_t *words) {
  if (memcmp(words, words + HEADER_BYTES / 4, HEADER_BYTES) != 0) return 0;
  memcpy(now->commit, words + COMMIT_WORD, sizeof now->commit);
  return now->commit[0] != 0 && now->commit[0] <= MOST_PAGES && words[MOVED_WORD] == 0;
}

static int is_as_left(int index) {
  mark now;
  uint32_t words[WORDS_READ];
  if (((const mark *)(const void *)offered)->valid != VALID) return 0;
  return is_own(index) && look(&now, index, "", offered_log) &&
         pread(index, words, sizeof words, 0) == (ssize_t)sizeof words && note_commit(&now, words) &&
         memcmp(&now, offered, sizeof now) == 0;
}

// SQLite's way to cut a file off. Three bytes is what it leaves of an index alone: a database or a log has whole pages, or none.
static int cut(int file, off_t bytes) {
  if (bytes == CUT && offered != NULL && is_as_left(file)) {
    kept = 1;
    return 0;
  }
  return ftruncate(file, bytes);
}

// Run by root, SQLite gives the log and its index to the database's owner, at each opening: whose they are already, that would
// only change the times.
static int give(int file, uid_t user, gid_t group) {
  struct stat now;
  if (fstat(file, &now) == 0 && now.st_uid == user && now.st_gid == group) return 0;
  return fchown(file, user, group);
}

int llmguard_index_configure(void) {
  sqlite3_vfs *system = sqlite3_vfs_find(NULL);
  if (system == NULL || system->iVersion < 3 || system->xSetSystemCall == NULL) return SQLITE_NOTFOUND;
  system->xSetSystemCall(system, "ftruncate", (sqlite3_syscall_ptr)cut);
  system->xSetSystemCall(system, "fchown", (sqlite3_syscall_ptr)give);
  return SQLITE_OK;
}

int llmguard_index_offer(sqlite3 *db, const uint32_t *words) {
  int was_kept = kept;
  const char *path = sqlite3_db_filename(db, "main");
  kept = 0;
  offered = path == NULL || path[0] == 0 ? NULL : words;
  offered_log = offered == NULL ? NULL : sqlite3_filename_wal(path);
  return was_kept;
}

void llmguard_index_note(sqlite3 *db, uint32_t *words) {
  mark now;
  sqlite3_file *file = NULL;
  void volatile *piece = NULL;
  char index_path[4096];
  const char *path = sqlite3_db_filename(db, "main");
  // Whoever is ended meanwhile leaves none.
  __atomic_store_n(words, 0, __ATOMIC_SEQ_CST);
  if (path == NULL || sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK) return;
  if (file == NULL || file->pMethods == NULL || file->pMethods->iVersion < 2) return;
  size_t length = strlen(path);
  if (length > sizeof index_path - sizeof "-shm") return;
  memcpy(index_path, path, length);
  memcpy(index_path + length, "-shm", sizeof "-shm");
  if (file->pMethods->xShmMap(file, 0, PIECE_BYTES, 0, &piece) != SQLITE_OK || piece == NULL) return;
  if (!look(&now, AT_FDCWD, index_path, sqlite3_filename_wal(path)) || !note_commit(&now, (const uint32_t *)piece)) return;
  memcpy(words + 1, &now.valid + 1, sizeof now - sizeof now.valid);
  __atomic_store_n(words, VALID, __ATOMIC_SEQ_CST);
}
