#include "CPosix.h"

#include <stdlib.h>

static int argument_count;
static char **argument_words;

// Runs before main. glibc hands the command line to what runs there.
//
// A run lives a few milliseconds and ends with all its memory. To give the end of the heap back in between, and to ask for it
// again, costs more than the memory. glibc learns from a large piece that is given back: up to twice its size then stays.
__attribute__((constructor)) static void start(int count, char **words) {
  argument_count = count;
  argument_words = words;
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
