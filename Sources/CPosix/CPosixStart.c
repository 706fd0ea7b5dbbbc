#define _GNU_SOURCE
#include "CPosix.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static int argument_count;
static char **argument_words;

// The C library's own signals, which its functions do not show: it sets handlers for them when it starts threads. *Source:*
// signal(7), and rt_sigaction(2) for what the kernel takes.
enum { first_own_signal = 32, own_signal_count = 2 };
static int ignores_own[own_signal_count];

typedef struct {
  void (*handler)(int);
  unsigned long flags;
  void (*restorer)(void);
  unsigned long mask;
} kernel_action;

static void note_own_signals(void) {
  for (int i = 0; i < own_signal_count; i++) {
    kernel_action action = {0};
    syscall(SYS_rt_sigaction, first_own_signal + i, NULL, &action, sizeof action.mask);
    ignores_own[i] = action.handler == SIG_IGN;
  }
}

void llmguard_pass_own_signals(void) {
  for (int i = 0; i < own_signal_count; i++) {
    kernel_action action = {.handler = ignores_own[i] ? SIG_IGN : SIG_DFL};
    syscall(SYS_rt_sigaction, first_own_signal + i, &action, NULL, sizeof action.mask);
  }
}

#ifdef LLMGUARD_QUICK_START
// Memory that is used soon, made ready in one go: page by page, each first use stops the program for more than twice as long.
// Where the kernel (before Linux 5.14) cannot, it is page by page as ever.
static void make_pages_ready(void *first, size_t bytes) {
  enum { populate_write = 23 };  // MADV_POPULATE_WRITE
  uintptr_t page = 4096;
  uintptr_t from = (uintptr_t)first & ~(page - 1);
  uintptr_t to = ((uintptr_t)first + bytes + page - 1) & ~(page - 1);
  madvise((void *)from, to - from, populate_write);
}

// The linker's list (`Sources/llmguard/link/order`) places what a run writes to between these.
__attribute__((section(".data.llmguard_first"))) char llmguard_first_written = 1;
__attribute__((section(".data.llmguard_last"))) char llmguard_last_written = 1;
__attribute__((section(".bss.llmguard_first"))) char llmguard_first_zero;
__attribute__((section(".bss.llmguard_last"))) char llmguard_last_zero;

static void make_ready_between(char *first, char *last) {
  enum { most = 256 << 10 };
  // Elsewhere they lie where they lie.
  if (first < last && last - first <= most) make_pages_ready(first, (size_t)(last - first));
}

static void make_ready(int count, char **words) {
  // What a run takes of its heap and its stack, and of the runtime's own, which lies behind the variables.
  enum { heap = 216 << 10, stack = 64 << 10, runtime = 12 << 10 };
  int is_run = count > 1 && strcmp(words[1], "run") == 0;
  make_ready_between(&llmguard_first_written, &llmguard_last_written);
  make_ready_between(&llmguard_first_zero, &llmguard_last_zero + (is_run ? runtime : 0));
  if (!is_run) return;
  char *piece = malloc(heap);
  if (piece != NULL) make_pages_ready(piece, heap);
  free(piece);
  // The stack grows by being used.
  char room[stack];
  *(volatile char *)room = 0;
  make_pages_ready(room, stack);
}
#endif

// A stack that may not grow as far as a run's first steps take it ends the program by a signal that says nothing (`ulimit -s 64`).
// It can be asked here, before any of it is used. 125 is what `run` and `submit` end with where llmguard itself fails.
static void check_stack(int count, char **words) {
  enum { least = 128 << 10, failed = 125, unavailable = 69 };
  static const char text[] =
      "llmguard: error: the stack may take less than the 128 KiB without which nothing works\n"
      "hint: raise its limit: ulimit -s 1024\n";
  struct rlimit stack;
  if (getrlimit(RLIMIT_STACK, &stack) != 0 || stack.rlim_cur >= least) return;
  ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);
  (void)written;
  int is_run = count > 1 && (strcmp(words[1], "run") == 0 || strcmp(words[1], "submit") == 0);
  _exit(is_run ? failed : unavailable);
}

// Runs before main. glibc hands the command line to what runs there.
//
// A run lives a few milliseconds and ends with all its memory. To give the end of the heap back in between, and to ask for it
// again, costs more than the memory. glibc learns from a large piece that is given back: up to twice its size then stays.
__attribute__((constructor)) static void start(int count, char **words) {
  argument_count = count;
  argument_words = words;
  check_stack(count, words);
  note_own_signals();
  // Where the compiler cannot leave both away.
  void *volatile piece = malloc(256 << 10);
  free(piece);
#ifdef LLMGUARD_QUICK_START
  make_ready(count, words);
#endif
}

int llmguard_argument_count(void) { return argument_count; }

const char *llmguard_argument(int index) {
  return index >= 0 && index < argument_count ? argument_words[index] : NULL;
}

// What the program is linked with in place of the runtime's own: that looks, at each start, in eight folders for a tool that
// prints where a crash was. Whoever has the tool names it in SWIFT_BACKTRACE.
char *__wrap_swift_copyAuxiliaryExecutablePath(const char *name) {
  (void)name;
  return NULL;
}

// Likewise in place of the runtime's own, which reads /proc/self/maps before main to find where the arguments may lie.
__attribute__((visibility("hidden"), used)) char **_swift_stdlib_getUnsafeArgvArgc(int *count) {
  *count = argument_count;
  return argument_words;
}
