// Records what a program does to the files of one folder, for `llmguard-bench power`; loaded by LD_PRELOAD.
//
// LLMGUARD_RECORD_FOLDER: the folder. LLMGUARD_RECORD: the record, appended to. Each call is made and recorded under one
// lock, so that the record tells the order among processes. A record is a header of six 64-bit numbers (kind, file,
// offset, length, bytes that follow, 0) and those bytes. Files are told by their device-independent names.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OPENED = 1, WRITTEN, TRUNCATED, SYNCED, UNLINKED, RENAMED, FOLDER_SYNCED };
enum { FILES = 1024 };

static char folder[4096];
static size_t folder_length;
static int record = -1;
static char *names[FILES];  // by descriptor; NULL for a file that is not watched

static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);

static void watch(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t count = readlink(link, path, sizeof path - 1);
  if (fd < 0 || fd >= FILES || count <= 0) return;
  path[count] = 0;
  free(names[fd]);
  names[fd] = NULL;
  if (strncmp(path, folder, folder_length) != 0) return;
  if (path[folder_length] == 0) names[fd] = strdup("");
  // Not a file below, and not the shared memory, which no power loss leaves.
  if (path[folder_length] != '/' || strchr(path + folder_length + 1, '/') != NULL) return;
  size_t length = strlen(path);
  if (length > 4 && strcmp(path + length - 4, "-shm") == 0) return;
  names[fd] = strdup(path + folder_length + 1);
}

__attribute__((constructor)) static void begin(void) {
  real_open = dlsym(RTLD_NEXT, "open");
  real_close = dlsym(RTLD_NEXT, "close");
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_unlink = dlsym(RTLD_NEXT, "unlink");
  real_rename = dlsym(RTLD_NEXT, "rename");
  const char *target = getenv("LLMGUARD_RECORD_FOLDER"), *path = getenv("LLMGUARD_RECORD");
  if (target == NULL || path == NULL || strlen(target) >= sizeof folder) return;
  strcpy(folder, target);
  folder_length = strlen(folder);
  record = real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  // Out of the way of programs that expect low numbers.
  int high = fcntl(record, F_DUPFD_CLOEXEC, 900);
  if (high >= 0) {
    real_close(record);
    record = high;
  }
  for (int fd = 0; fd < 16; fd++) watch(fd);
}

static void lock(void) { while (flock(record, LOCK_EX) != 0 && errno == EINTR) {} }
static void unlock(void) { flock(record, LOCK_UN); }

static int is_watched(int fd) { return record >= 0 && fd >= 0 && fd < FILES && names[fd] != NULL; }

static void note(uint64_t kind, const char *name, uint64_t offset, uint64_t length, const void *bytes, size_t count) {
  size_t name_length = strlen(name);
  uint64_t header[6] = {kind, name_length, offset, length, count, 0};
  struct iovec parts[3] = {{header, sizeof header}, {(void *)name, name_length}, {(void *)bytes, count}};
  size_t total = sizeof header + name_length + count;
  if (writev(record, parts, 3) != (ssize_t)total) abort();
}

static int opened(int fd, int flags) {
  if (record < 0 || fd < 0) return fd;
  int code = errno;
  watch(fd);
  if (is_watched(fd) && names[fd][0] != 0 && flags & O_CREAT) {
    lock();
    note(OPENED, names[fd], 0, flags & O_TRUNC ? 1 : 0, NULL, 0);
    unlock();
  }
  errno = code;
  return fd;
}

#define OPEN(name)                                          \
  int name(const char *path, int flags, ...) {              \
    mode_t mode = 0;                                        \
    if (flags & (O_CREAT | O_TMPFILE)) {                    \
      va_list list;                                         \
      va_start(list, flags);                                \
      mode = va_arg(list, mode_t);                          \
      va_end(list);                                         \
    }                                                       \
    return opened(real_open(path, flags, mode), flags);     \
  }
OPEN(open)
OPEN(open64)

int close(int fd) {
  if (fd == record && record >= 0) return 0;
  if (fd >= 0 && fd < FILES && names[fd] != NULL) {
    free(names[fd]);
    names[fd] = NULL;
  }
  return real_close(fd);
}

ssize_t write(int fd, const void *bytes, size_t count) {
  if (!is_watched(fd)) return real_write(fd, bytes, count);
  lock();
  int is_appended = fcntl(fd, F_GETFL) & O_APPEND;
  off_t offset = lseek(fd, 0, is_appended ? SEEK_END : SEEK_CUR);
  ssize_t written = real_write(fd, bytes, count);
  int code = errno;
  if (written > 0) note(WRITTEN, names[fd], (uint64_t)offset, (uint64_t)written, bytes, (size_t)written);
  unlock();
  errno = code;
  return written;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
  if (!is_watched(fd)) return real_pwrite(fd, bytes, count, offset);
  lock();
  ssize_t written = real_pwrite(fd, bytes, count, offset);
  int code = errno;
  if (written > 0) note(WRITTEN, names[fd], (uint64_t)offset, (uint64_t)written, bytes, (size_t)written);
  unlock();
  errno = code;
  return written;
}
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) { return pwrite(fd, bytes, count, offset); }

int ftruncate(int fd, off_t length) {
  if (!is_watched(fd)) return real_ftruncate(fd, length);
  lock();
  int result = real_ftruncate(fd, length);
  int code = errno;
  if (result == 0) note(TRUNCATED, names[fd], (uint64_t)length, 0, NULL, 0);
  unlock();
  errno = code;
  return result;
}
int ftruncate64(int fd, off64_t length) { return ftruncate(fd, length); }

// What a sync promises is what was written before it began: it is recorded when it has ended, and other writers wait.
static int synced(int fd, int (*real)(int)) {
  if (!is_watched(fd)) return real(fd);
  lock();
  int result = real(fd);
  int code = errno;
  if (result == 0) note(names[fd][0] == 0 ? FOLDER_SYNCED : SYNCED, names[fd], 0, 0, NULL, 0);
  unlock();
  errno = code;
  return result;
}
int fsync(int fd) { return synced(fd, real_fsync); }
int fdatasync(int fd) { return synced(fd, real_fdatasync); }

static const char *below(const char *path) {
  if (record < 0 || strncmp(path, folder, folder_length) != 0 || path[folder_length] != '/') return NULL;
  const char *name = path + folder_length + 1;
  return strchr(name, '/') == NULL ? name : NULL;
}

int unlink(const char *path) {
  const char *name = below(path);
  if (name == NULL) return real_unlink(path);
  lock();
  int result = real_unlink(path);
  int code = errno;
  if (result == 0) note(UNLINKED, name, 0, 0, NULL, 0);
  unlock();
  errno = code;
  return result;
}

int rename(const char *from, const char *to) {
  const char *name = below(to);
  if (name == NULL || below(from) == NULL) return real_rename(from, to);
  lock();
  int result = real_rename(from, to);
  int code = errno;
  if (result == 0) note(RENAMED, below(from), 0, 0, name, strlen(name));
  unlock();
  errno = code;
  return result;
}
