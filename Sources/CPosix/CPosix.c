#define _GNU_SOURCE
#include "CPosix.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <linux/magic.h>
#include <malloc.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

void llmguard_share_heap(int arenas, int kept_bytes, int mapped_bytes) {
  mallopt(M_ARENA_MAX, arenas);
  mallopt(M_TRIM_THRESHOLD, kept_bytes);
  mallopt(M_MMAP_THRESHOLD, mapped_bytes);
}

void llmguard_give_back_heap(void) { malloc_trim(0); }

void llmguard_give_back_stack(void) {
  pthread_attr_t attributes;
  void *lowest;
  size_t bytes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
  int failed = pthread_attr_getstack(&attributes, &lowest, &bytes);
  pthread_attr_destroy(&attributes);
  if (failed) return;
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  // What is called from here stands below this frame: two pages are left to it.
  uintptr_t end = ((uintptr_t)__builtin_frame_address(0) & ~(page - 1)) - 2 * page;
  uintptr_t start = ((uintptr_t)lowest + page - 1) & ~(page - 1);
  if (start < end && end - start <= bytes) madvise((void *)start, end - start, MADV_DONTNEED);
}

int llmguard_holds(const void *bytes, size_t count, const void *mark, size_t mark_count) {
  return memmem(bytes, count, mark, mark_count) != NULL;
}

int llmguard_pipe2(int fds[2], int nonblocking_read_end) {
  if (pipe2(fds, O_CLOEXEC) != 0) return -1;
  // Only the read end, which stays ours: the write end's flags are shared with the child.
  if (nonblocking_read_end) return fcntl(fds[0], F_SETFL, O_NONBLOCK);
  return 0;
}

int llmguard_signalfd(const int *numbers, int count) {
  sigset_t set;
  sigemptyset(&set);
  for (int i = 0; i < count; i++) sigaddset(&set, numbers[i]);
  if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) return -1;
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int llmguard_read_signal(int fd, llmguard_signal *signal) {
  struct signalfd_siginfo info;
  ssize_t count = read(fd, &info, sizeof info);
  if (count == (ssize_t)sizeof info) {
    signal->number = (int32_t)info.ssi_signo;
    signal->from_kernel = info.ssi_code == SI_KERNEL;
    signal->sender = info.ssi_code == SI_USER ? (int32_t)info.ssi_pid : 0;
    return 1;
  }
  return count < 0 && errno != EAGAIN && errno != EINTR ? -1 : 0;
}

ssize_t llmguard_tee(int from, int to, size_t count) { return tee(from, to, count, SPLICE_F_NONBLOCK); }

int llmguard_set_pipe_size(int fd, int bytes) { return fcntl(fd, F_SETPIPE_SZ, bytes); }

int llmguard_pipe_size(int fd) { return fcntl(fd, F_GETPIPE_SZ); }

int llmguard_bytes_waiting(int fd) {
  int count = 0;
  return ioctl(fd, FIONREAD, &count) == 0 ? count : -1;
}

int llmguard_open_pty(int like, int *master, int *slave, llmguard_modes *modes) {
  int ends[2] = {-1, -1};
  char name[128];
  ends[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (ends[0] < 0) return -1;
  if (grantpt(ends[0]) != 0 || unlockpt(ends[0]) != 0 || ptsname_r(ends[0], name, sizeof name) != 0) goto fail;
  ends[1] = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (ends[1] < 0) goto fail;
  memset(modes, 0, sizeof *modes);
  if (tcgetattr(like, &modes->seen) != 0) goto fail;
  // What cannot be undone on the way out is left to the real terminal.
  modes->seen.c_oflag &= OPOST | ONLCR;
  if (tcsetattr(ends[1], TCSANOW, &modes->seen) != 0 || tcgetattr(ends[1], &modes->seen) != 0) goto fail;
  if (fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) goto fail;
  *master = ends[0];
  *slave = ends[1];
  return 0;
fail: {
  int code = errno;
  close(ends[0]);
  if (ends[1] >= 0) close(ends[1]);
  errno = code;
  return -1;
}
}

// What `now` has that `seen` had otherwise, put into `to`.
static tcflag_t merged(tcflag_t to, tcflag_t seen, tcflag_t now) {
  tcflag_t changed = seen ^ now;
  return (to & ~changed) | (now & changed);
}

int llmguard_follow_modes(int inside, int outside, llmguard_modes *modes) {
  struct termios now, to;
  memset(&now, 0, sizeof now);
  if (tcgetattr(inside, &now) != 0) return 0;
  int maps_newlines = (now.c_oflag & OPOST) && (now.c_oflag & ONLCR);
  if (memcmp(&now, &modes->seen, sizeof now) == 0) return maps_newlines;
  // In the background the terminal is somebody else's; the change is kept for later.
  if (tcgetpgrp(outside) != getpgrp() || tcgetattr(outside, &to) != 0) return maps_newlines;
  to.c_iflag = merged(to.c_iflag, modes->seen.c_iflag, now.c_iflag);
  to.c_oflag = merged(to.c_oflag, modes->seen.c_oflag, now.c_oflag);
  to.c_cflag = merged(to.c_cflag, modes->seen.c_cflag, now.c_cflag);
  to.c_lflag = merged(to.c_lflag, modes->seen.c_lflag, now.c_lflag);
  for (int i = 0; i < NCCS; i++) {
    if (now.c_cc[i] != modes->seen.c_cc[i]) to.c_cc[i] = now.c_cc[i];
  }
  sigset_t stop, before;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTTOU);
  // Were we sent to the background this very moment, the change would stop us.
  sigprocmask(SIG_BLOCK, &stop, &before);
  if (tcsetattr(outside, TCSANOW, &to) == 0) modes->seen = now;
  sigprocmask(SIG_SETMASK, &before, NULL);
  return maps_newlines;
}

int llmguard_window_size(int fd, int *columns, int *rows) {
  struct winsize size;
  if (ioctl(fd, TIOCGWINSZ, &size) != 0) return -1;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return 0;
}

int llmguard_copy_window_size(int from, int to) {
  struct winsize size;
  if (ioctl(from, TIOCGWINSZ, &size) != 0) return -1;
  return ioctl(to, TIOCSWINSZ, &size);
}

static int ofd(int fd, int command, short type, int64_t offset, struct flock *lock) {
  memset(lock, 0, sizeof *lock);
  lock->l_type = type;
  lock->l_whence = SEEK_SET;
  lock->l_start = (off_t)offset;
  lock->l_len = 1;
  return fcntl(fd, command, lock);
}

int llmguard_ofd_lock(int fd, int64_t offset) {
  struct flock lock;
  return ofd(fd, F_OFD_SETLK, F_WRLCK, offset, &lock);
}

int llmguard_ofd_unlock(int fd, int64_t offset) {
  struct flock lock;
  return ofd(fd, F_OFD_SETLK, F_UNLCK, offset, &lock);
}

int llmguard_ofd_is_held(int fd, int64_t offset) {
  struct flock lock;
  if (ofd(fd, F_OFD_GETLK, F_WRLCK, offset, &lock) != 0) return -1;
  return lock.l_type != F_UNLCK;
}

int llmguard_lock_owner(const char *path, int64_t offset) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return -1;
  struct flock lock;
  int owner = ofd(fd, F_GETLK, F_WRLCK, offset, &lock) != 0 || lock.l_type == F_UNLCK ? -1 : (int)lock.l_pid;
  close(fd);
  return owner < -1 ? 0 : owner;
}

uint32_t *llmguard_map_words(int fd, int count) {
  static const char zeros[256];
  size_t size = (size_t)count * sizeof(uint32_t);
  struct stat status;
  if (size > sizeof zeros || fstat(fd, &status) != 0) return NULL;
  // The bytes are written before they are mapped: a write can fail, a store into a hole of a full disk ends the process.
  if (status.st_size < (off_t)size) {
    size_t missing = size - (size_t)status.st_size;
    if (pwrite(fd, zeros, missing, status.st_size) != (ssize_t)missing) return NULL;
  }
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

void llmguard_unmap_words(uint32_t *words, int count) { munmap(words, (size_t)count * sizeof(uint32_t)); }

uint32_t llmguard_word_read(const uint32_t *word) { return __atomic_load_n(word, __ATOMIC_SEQ_CST); }

void llmguard_word_write(uint32_t *word, uint32_t value) { __atomic_store_n(word, value, __ATOMIC_SEQ_CST); }

uint32_t llmguard_word_add(uint32_t *word, uint32_t value) {
  return __atomic_fetch_add(word, value, __ATOMIC_SEQ_CST);
}

void llmguard_word_wait(uint32_t *word, uint32_t seen, uint32_t bits, int64_t microseconds) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  int64_t nanoseconds = until.tv_nsec + microseconds % 1000000 * 1000;
  until.tv_sec += microseconds / 1000000 + nanoseconds / 1000000000;
  until.tv_nsec = nanoseconds % 1000000000;
  syscall(SYS_futex, word, FUTEX_WAIT_BITSET, seen, &until, NULL, bits);
}

void llmguard_word_wake(uint32_t *word, int count, uint32_t bits) {
  syscall(SYS_futex, word, FUTEX_WAKE_BITSET, count, NULL, NULL, bits);
}

struct llmguard_gate {
  pthread_mutex_t mutex;
  uint32_t changes;   // how often something was told
  uint32_t sleepers;  // how many wait for that
};

// The value stands behind the gate, in one piece of memory with it.
static size_t gate_bytes(size_t alignment) {
  return (sizeof(struct llmguard_gate) + alignment - 1) / alignment * alignment;
}

llmguard_gate *llmguard_gate_make(size_t bytes, size_t alignment) {
  size_t all = gate_bytes(alignment) + bytes;
  llmguard_gate *gate;
  if (alignment <= _Alignof(max_align_t)) {
    gate = malloc(all);
  } else {
    gate = aligned_alloc(alignment, (all + alignment - 1) / alignment * alignment);
  }
  if (gate == NULL) return NULL;
  memset(gate, 0, sizeof *gate);
  pthread_mutex_init(&gate->mutex, NULL);
  return gate;
}

void *llmguard_gate_value(llmguard_gate *gate, size_t alignment) { return (char *)gate + gate_bytes(alignment); }

void llmguard_gate_free(llmguard_gate *gate) {
  pthread_mutex_destroy(&gate->mutex);
  free(gate);
}

void llmguard_gate_lock(llmguard_gate *gate) { pthread_mutex_lock(&gate->mutex); }

void llmguard_gate_unlock(llmguard_gate *gate, int tells) {
  int wakes = 0;
  if (tells) {
    __atomic_fetch_add(&gate->changes, 1, __ATOMIC_RELAXED);
    wakes = gate->sleepers != 0;
  }
  pthread_mutex_unlock(&gate->mutex);
  // Only now, so that those who are woken find it open.
  if (wakes) syscall(SYS_futex, &gate->changes, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

void llmguard_gate_wait(llmguard_gate *gate, int64_t nanoseconds) {
  struct timespec most = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
  uint32_t seen = gate->changes;
  gate->sleepers++;
  pthread_mutex_unlock(&gate->mutex);
  syscall(SYS_futex, &gate->changes, FUTEX_WAIT_PRIVATE, seen, nanoseconds < 0 ? NULL : &most, NULL, 0);
  pthread_mutex_lock(&gate->mutex);
  gate->sleepers--;
}

struct llmguard_room {
  uint32_t calls;     // how often somebody was called
  uint32_t sleepers;  // how many sleep, or are about to
  uint32_t seats;     // how many were given
};

llmguard_room *llmguard_room_make(void) { return calloc(1, sizeof(llmguard_room)); }

void llmguard_room_free(llmguard_room *room) { free(room); }

uint32_t llmguard_room_bits(llmguard_room *room) { return 1u << (llmguard_word_add(&room->seats, 1) & 31); }

uint32_t llmguard_room_wait(llmguard_room *room, uint32_t *word, uint32_t bits) {
  uint32_t told;
  while ((told = __atomic_exchange_n(word, 0, __ATOMIC_SEQ_CST)) == 0) {
    __atomic_fetch_add(&room->sleepers, 1, __ATOMIC_SEQ_CST);
    // Whoever writes the word counts the call after it, and looks for sleepers last: one of the two is seen here or there.
    uint32_t seen = llmguard_word_read(&room->calls);
    if (llmguard_word_read(word) == 0) {
      syscall(SYS_futex, &room->calls, FUTEX_WAIT_BITSET_PRIVATE, seen, NULL, NULL, bits);
    }
    __atomic_fetch_sub(&room->sleepers, 1, __ATOMIC_SEQ_CST);
  }
  return told;
}

void llmguard_room_call(llmguard_room *room, uint32_t bits) {
  llmguard_word_add(&room->calls, 1);
  if (llmguard_word_read(&room->sleepers) == 0) return;
  syscall(SYS_futex, &room->calls, FUTEX_WAKE_BITSET_PRIVATE, INT_MAX, NULL, NULL, bits);
}

static char bus_message[512];
static int bus_status;

static void end_by_bus_error(int number) {
  (void)number;
  ssize_t written = write(2, bus_message, strlen(bus_message));
  (void)written;
  _exit(bus_status);
}

void llmguard_on_bus_error(const char *message, int status) {
  struct sigaction action;
  if (sigaction(SIGBUS, NULL, &action) != 0 || action.sa_handler != SIG_DFL) return;
  snprintf(bus_message, sizeof bus_message, "%s", message);
  bus_status = status;
  action.sa_handler = end_by_bus_error;
  sigaction(SIGBUS, &action, NULL);
}

static void go_on(int number) { (void)number; }

void llmguard_on_size_error(void) {
  struct sigaction action;
  if (sigaction(SIGXFSZ, NULL, &action) != 0 || action.sa_handler != SIG_DFL) return;
  // What is started ends by it as ever: only what is ignored stays so in another program.
  action.sa_handler = go_on;
  action.sa_flags = SA_RESTART;
  sigaction(SIGXFSZ, &action, NULL);
}

int llmguard_exited(int status, int *code) {
  if (!WIFEXITED(status)) return 0;
  *code = WEXITSTATUS(status);
  return 1;
}

int llmguard_signaled(int status, int *number) {
  if (!WIFSIGNALED(status)) return 0;
  *number = WTERMSIG(status);
  return 1;
}

int llmguard_stopped(int status, int *number) {
  if (!WIFSTOPPED(status)) return 0;
  *number = WSTOPSIG(status);
  return 1;
}

// How large an image the kernel may keep of the programs that are started, where it is to keep none of this one.
static struct rlimit core_of_programs;
static int leaves_core_to_programs;

void llmguard_leave_core_to_programs(void) {
  // To a program that takes images the kernel hands them whatever the limit is, unless it is 1, which is too little for a file.
  enum { none_at_all = 1 };
  struct rlimit core;
  if (leaves_core_to_programs || getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_max < none_at_all) return;
  core_of_programs = core;
  leaves_core_to_programs = 1;
  core.rlim_cur = none_at_all;
  setrlimit(RLIMIT_CORE, &core);
}

void llmguard_pass_core_limit(void) {
  if (leaves_core_to_programs) setrlimit(RLIMIT_CORE, &core_of_programs);
}

// Between vfork and exec memory is this process's: nothing that another thread may hold is touched, and no handler may run.
__attribute__((noreturn)) static void start_program(const char *file, char *const argv[], char *const envp[],
                                                    const int *dup_pairs, int pair_count, const int *defaults,
                                                    int default_count, volatile int *code) {
  struct sigaction action;
  for (int number = 1; number < 32; number++) {
    if (sigaction(number, NULL, &action) != 0 || action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN) continue;
    signal(number, SIG_DFL);
  }
  for (int i = 0; i < default_count; i++) signal(defaults[i], SIG_DFL);
  llmguard_pass_own_signals();
  // A process's limits are its own, unlike its memory.
  llmguard_pass_core_limit();
  int failed = 0;
  for (int i = 0; i < pair_count && !failed; i++) {
    int from = dup_pairs[2 * i], to = dup_pairs[2 * i + 1];
    // A stream that stands in its place already must lose its mark to be closed.
    failed = from == to ? fcntl(from, F_SETFD, 0) < 0 : dup2(from, to) < 0;
  }
  if (!failed) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvpe(file, argv, envp);
  }
  *code = errno;
  _exit(127);
}

int llmguard_spawn(pid_t *pid, const char *file, char *const argv[], char *const envp[], const int *dup_pairs,
                   int pair_count, const int *defaults, int default_count) {
  sigset_t all, before;
  volatile int code = 0;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  pid_t child = vfork();
  if (child == 0) start_program(file, argv, envp, dup_pairs, pair_count, defaults, default_count, &code);
  int failure = child < 0 ? errno : code;
  sigprocmask(SIG_SETMASK, &before, NULL);
  if (child > 0 && failure != 0) {
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
  }
  if (failure == 0) *pid = child;
  return failure;
}

int llmguard_user_name(const char *path, uid_t id, char *name, size_t size) {
  FILE *file = fopen(path, "re");
  if (!file) return -1;
  struct passwd entry, *found;
  char line[4096];
  int result = -1;
  while (fgetpwent_r(file, &entry, line, sizeof line, &found) == 0) {
    // Lines that begin with a sign stand for other databases.
    if (entry.pw_uid != id || entry.pw_name[0] == '+' || entry.pw_name[0] == '-') continue;
    size_t length = strlen(entry.pw_name);
    if (length > 0 && length < size) {
      memcpy(name, entry.pw_name, length + 1);
      result = 0;
    }
    break;
  }
  fclose(file);
  return result;
}

int llmguard_rename_new(const char *from, const char *to) {
  if (syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
  // NFS and the like know no such flag, and some of what does not knows no second name either.
  if (link(from, to) == 0) return unlink(from);
  if (errno == EEXIST) return -1;
  if (access(to, F_OK) == 0) {
    errno = EEXIST;
    return -1;
  }
  return rename(from, to);
}

int llmguard_unnamed_file(const char *folder) {
  int fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0) return -1;
  // Its name is given by way of /proc, which a container may lack.
  char self[32];
  snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
  if (access(self, F_OK) == 0) return fd;
  close(fd);
  errno = EOPNOTSUPP;
  return -1;
}

int llmguard_name_file(int fd, const char *path) {
  char self[32];
  snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
  return linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}

int llmguard_memory_file(const char *name) { return memfd_create(name, 0); }

int llmguard_accept(int fd) { return accept4(fd, NULL, NULL, SOCK_CLOEXEC); }

typedef int (*option_function)(void *object, int option, ...);

int llmguard_option_long(void *function, void *object, int option, long value) {
  return ((option_function)function)(object, option, value);
}

int llmguard_option_offset(void *function, void *object, int option, int64_t value) {
  return ((option_function)function)(object, option, value);
}

int llmguard_option_pointer(void *function, void *object, int option, const void *value) {
  return ((option_function)function)(object, option, value);
}

int llmguard_leave_no_core(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

int llmguard_end_with_parent(int number) { return prctl(PR_SET_PDEATHSIG, number); }

char **llmguard_environment(void) { return environ; }

int llmguard_environment_without(char *const *names, int count, char **kept) {
  int filled = 0;
  for (char **variable = environ; variable && *variable; variable++) {
    int is_among = 0;
    for (int i = 0; i < count && !is_among; i++) {
      size_t length = strlen(names[i]);
      is_among = strncmp(*variable, names[i], length) == 0 && (*variable)[length] == '=';
    }
    if (!is_among) kept[filled++] = *variable;
  }
  return filled;
}

int llmguard_open(const char *path, int flags, int mode) { return open(path, flags | O_CLOEXEC, mode); }

int llmguard_may_never_come(const char *path) {
  struct stat found;
  struct statfs system;
  if (stat(path, &found) != 0) return 0;
  switch (found.st_mode & S_IFMT) {
  // A FIFO is of the file system in which its name stands.
  case S_IFIFO: return statfs(path, &system) != 0 || system.f_type != PIPEFS_MAGIC;
  case S_IFCHR: return found.st_rdev != makedev(1, 3);
  case S_IFBLK: return 1;
  default: return 0;
  }
}

int llmguard_random(void *buffer, size_t count) {
  return getrandom(buffer, count, 0) == (ssize_t)count ? 0 : -1;
}

// Starts a program with standard input from `input` and its outputs nowhere, in a session of its own, with every signal as it
// is by default. With `parent_goes` the caller is not its parent. Runs between fork and exec.
static void become(char *const argv[], char *const envp[], int input) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
  int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nowhere < 0 || dup2(input, 0) < 0 || dup2(nowhere, 1) < 0 || dup2(nowhere, 2) < 0) _exit(126);
  // Whoever reads what the caller was given beside its streams waits until the last one who has it has gone. Before Linux 5.9
  // only the lower ones, where shells put them.
  if (syscall(SYS_close_range, 3u, ~0u, 0u) != 0) {
    for (int number = 3; number < 1024; number++) close(number);
  }
  execvpe(argv[0], argv, envp);
  _exit(errno == ENOENT ? 127 : 126);
}

int llmguard_spawn_detached(char *const argv[], char *const envp[], int input) {
  pid_t pid = fork();
  if (pid < 0) return errno;
  if (pid == 0) {
    setsid();
    pid_t child = fork();
    if (child == 0) become(argv, envp, input);
    _exit(child < 0 ? 1 : 0);
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return 0;  // somebody else has collected it
  }
  return status == 0 ? 0 : EAGAIN;
}

int llmguard_spawn_session(pid_t *pid, char *const argv[], char *const envp[], int input) {
  *pid = fork();
  if (*pid < 0) return errno;
  if (*pid == 0) {
    setsid();
    become(argv, envp, input);
  }
  return 0;
}
