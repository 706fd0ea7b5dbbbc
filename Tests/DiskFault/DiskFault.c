#define _GNU_SOURCE
#include "DiskFault.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static __thread int code;
static __thread int failures;

// The folder that is full for all threads.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char folder[4096];
static atomic_int folder_code;
static atomic_int folder_failures;

static int is_in_folder(int file) {
  char link[32];
  char path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t count = readlink(link, path, sizeof path - 1);
  if (count < 0) return 0;
  path[count] = 0;
  pthread_mutex_lock(&lock);
  size_t length = strlen(folder);
  int is_in = length > 0 && strncmp(path, folder, length) == 0 && path[length] == '/';
  pthread_mutex_unlock(&lock);
  return is_in;
}

static int fails(int file) {
  if (code != 0) {
    failures++;
    errno = code;
    return 1;
  }
  int error = atomic_load(&folder_code);
  if (error == 0 || !is_in_folder(file)) return 0;
  atomic_fetch_add(&folder_failures, 1);
  errno = error;
  return 1;
}

static ssize_t write_at(int file, const void *bytes, size_t count, off64_t place) {
  return fails(file) ? -1 : pwrite64(file, bytes, count, place);
}

static ssize_t write_on(int file, const void *bytes, size_t count) { return fails(file) ? -1 : write(file, bytes, count); }

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

void disk_fault_set_in(const char *path, int error) {
  pthread_mutex_lock(&lock);
  snprintf(folder, sizeof folder, "%s", path);
  pthread_mutex_unlock(&lock);
  if (error != 0) atomic_store(&folder_failures, 0);
  atomic_store(&folder_code, error);
}

int disk_fault_count_in(void) { return atomic_load(&folder_failures); }
