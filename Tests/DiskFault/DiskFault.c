#define _GNU_SOURCE
#include "DiskFault.h"

#include <errno.h>
#include <sqlite3.h>
#include <sys/types.h>
#include <unistd.h>

static __thread int code;
static __thread int failures;

static int fails(void) {
  if (code == 0) return 0;
  failures++;
  errno = code;
  return 1;
}

static ssize_t write_at(int file, const void *bytes, size_t count, off64_t place) {
  return fails() ? -1 : pwrite64(file, bytes, count, place);
}

static ssize_t write_on(int file, const void *bytes, size_t count) { return fails() ? -1 : write(file, bytes, count); }

bool disk_fault_install(void) {
  sqlite3_vfs *system = sqlite3_vfs_find(NULL);
  if (system == NULL || system->iVersion < 3 || system->xSetSystemCall == NULL) return false;
  // Which of them is used was decided when the library was built.
  return system->xSetSystemCall(system, "pwrite64", (sqlite3_syscall_ptr)write_at) == SQLITE_OK &&
         system->xSetSystemCall(system, "pwrite", (sqlite3_syscall_ptr)write_at) == SQLITE_OK &&
         system->xSetSystemCall(system, "write", (sqlite3_syscall_ptr)write_on) == SQLITE_OK;
}

void disk_fault_set(int error) {
  code = error;
  if (error != 0) failures = 0;
}

int disk_fault_count(void) { return failures; }
