#define _GNU_SOURCE
#include "CPosix.h"

#include <signal.h>
#include <stdlib.h>
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

// Runs before main. glibc hands the command line to what runs there.
//
// A run lives a few milliseconds and ends with all its memory. To give the end of the heap back in between, and to ask for it
// again, costs more than the memory. glibc learns from a large piece that is given back: up to twice its size then stays.
__attribute__((constructor)) static void start(int count, char **words) {
  argument_count = count;
  argument_words = words;
  note_own_signals();
  // Where the compiler cannot leave both away.
  void *volatile piece = malloc(256 << 10);
  free(piece);
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
