#include "CSQLiteHeap.h"

#include <malloc.h>
#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/single_threaded.h>

// A run reads the schema and prepares a few dozen statements, and then ends: of what SQLite asks for meanwhile, three thousand
// small pieces, the C library's general way takes a tenth of all instructions.

enum {
  piece_bytes = 1 << 20,
  // Sizes are counted in steps; each has a list of what was freed.
  step = 8,
  largest = 8192,
  classes = largest / step + 1,
  page = 4096,
  // So much of the piece is made ready in one go: page by page, each first use stops the program for more than twice as long.
  stretch = 16 * page,
  populate_write = 23,  // MADV_POPULATE_WRITE; the kernel has it since Linux 5.14, and without it all is as ever.
};

// Stands before what is handed out.
typedef struct {
  uint64_t bytes;
} header;

typedef struct freed {
  struct freed *next;
} freed;

static _Alignas(page) char piece[piece_bytes];
static size_t used;
static size_t ready;
static freed *lists[classes];

bool llmguard_heap_has_one_thread(void) { return __libc_single_threaded; }

static int is_ours(const void *memory) { return (uintptr_t)memory - (uintptr_t)piece < piece_bytes; }

void *llmguard_heap_allocate(int size) {
  if (size <= 0) return NULL;
  size_t steps = ((size_t)size + step - 1) / step;
  if (steps < classes && __libc_single_threaded) {
    freed *last = lists[steps];
    if (last) {
      lists[steps] = last->next;
      return last;
    }
    size_t bytes = steps * step;
    if (piece_bytes - used >= sizeof(header) + bytes) {
      header *start = (header *)(piece + used);
      used += sizeof(header) + bytes;
      if (used > ready && ready < piece_bytes) {
        madvise(piece + ready, stretch, populate_write);
        ready += stretch;
      }
      start->bytes = bytes;
      return start + 1;
    }
  }
  return malloc((size_t)size);
}

int llmguard_heap_size(void *memory) {
  if (!memory) return 0;
  return is_ours(memory) ? (int)((header *)memory - 1)->bytes : (int)malloc_usable_size(memory);
}

void llmguard_heap_free(void *memory) {
  if (!is_ours(memory)) {
    free(memory);
  } else if (__libc_single_threaded) {
    // With several threads it stays as it is: nobody would take it.
    freed *first = memory;
    freed **list = &lists[((header *)memory - 1)->bytes / step];
    first->next = *list;
    *list = first;
  }
}

void *llmguard_heap_resize(void *memory, int size) {
  if (!is_ours(memory)) return realloc(memory, (size_t)size);
  int before = llmguard_heap_size(memory);
  if (size <= before) return memory;
  void *larger = llmguard_heap_allocate(size);
  if (!larger) return NULL;
  memcpy(larger, memory, (size_t)before);
  llmguard_heap_free(memory);
  return larger;
}

static int rounded_up(int size) { return (size + step - 1) & ~(step - 1); }

static int begin(void *unused) {
  (void)unused;
  return SQLITE_OK;
}

static void end(void *unused) { (void)unused; }

int llmguard_sqlite_use_heap(void) {
  sqlite3_mem_methods methods = {
      .xMalloc = llmguard_heap_allocate,
      .xFree = llmguard_heap_free,
      .xRealloc = llmguard_heap_resize,
      .xSize = llmguard_heap_size,
      .xRoundup = rounded_up,
      .xInit = begin,
      .xShutdown = end,
  };
  return sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
}
