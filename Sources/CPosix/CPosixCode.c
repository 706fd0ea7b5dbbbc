#define _GNU_SOURCE
#include "CPosix.h"

#include <elf.h>
#include <link.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

// The memory that the program's code and its libraries' take, and what is given back of it.

#ifdef LLMGUARD_QUICK_START
enum { page = 4096 };

// By the linker's list (`Sources/llmguard/link/order`) what a gateway's calls execute lies between these; all else is executed once
// or seldom.
__attribute__((noinline, used, section(".text.llmguard_called"))) void llmguard_first_called(void) { __asm__ volatile(""); }
__attribute__((noinline, used, section(".text.llmguard_last"))) void llmguard_last_executed(void) { __asm__ volatile(""); }

typedef struct {
  uintptr_t from, to;
} stretch;

typedef struct {
  stretch all[256];
  int count;
} stretches;

// What may be given back, as of when so many libraries had been loaded and unloaded.
static struct {
  stretches given;
  unsigned long long changes;
  int is_known, is_in_pieces;
} code;
static pthread_mutex_t code_lock = PTHREAD_MUTEX_INITIALIZER;

static int note_changes(struct dl_phdr_info *object, size_t size, void *changes) {
  if (size < offsetof(struct dl_phdr_info, dlpi_subs) + sizeof object->dlpi_subs) return 1;
  *(unsigned long long *)changes = object->dlpi_adds + object->dlpi_subs;
  return 1;
}

// The parts of files that are mapped and never written. Neither the program writes there nor the dynamic linker, which writes into
// code only where a library says so (DT_TEXTREL).
static int note_read_only(struct dl_phdr_info *object, size_t size, void *noted) {
  (void)size;
  stretches *parts = noted;
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &object->dlpi_phdr[i];
    if (part->p_type != PT_DYNAMIC) continue;
    for (const ElfW(Dyn) *entry = (const ElfW(Dyn) *)(object->dlpi_addr + part->p_vaddr); entry->d_tag != DT_NULL; entry++) {
      if (entry->d_tag == DT_TEXTREL) return 0;
      if (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL)) return 0;
    }
  }
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &object->dlpi_phdr[i];
    if (part->p_type != PT_LOAD || (part->p_flags & PF_W) || !(part->p_flags & PF_R)) continue;
    if (parts->count == sizeof parts->all / sizeof parts->all[0]) return 1;
    uintptr_t from = object->dlpi_addr + part->p_vaddr;
    parts->all[parts->count++] = (stretch){from, from + part->p_filesz};
  }
  return 0;
}

// Whole pages: the others hold something else as well.
static void add_stretch(uintptr_t from, uintptr_t to) {
  from = (from + page - 1) & ~(uintptr_t)(page - 1);
  to &= ~(uintptr_t)(page - 1);
  if (from >= to) return;
  stretch *last = code.given.count > 0 ? &code.given.all[code.given.count - 1] : NULL;
  if (last != NULL && last->to == from) {
    last->to = to;
  } else if (code.given.count < (int)(sizeof code.given.all / sizeof code.given.all[0])) {
    code.given.all[code.given.count++] = (stretch){from, to};
  }
}

static void add_between(uintptr_t from, uintptr_t to) {
  uintptr_t called = (uintptr_t)llmguard_first_called;
  uintptr_t seldom = (uintptr_t)llmguard_last_executed;
  if (called < seldom && from < seldom && called < to) {
    add_stretch(from, called);
    add_stretch(seldom, to);
  } else {
    add_stretch(from, to);
  }
}

// Only what is mapped from a file now: others may have put memory in its place, such as larger pages, which would be empty then.
static int note_code(void) {
  stretches parts = {.count = 0};
  dl_iterate_phdr(note_read_only, &parts);
  code.given.count = 0;
  FILE *maps = fopen("/proc/self/maps", "re");
  if (!maps) return 0;
  char line[4352];  // a path, and what stands before it
  while (fgets(line, sizeof line, maps)) {
    unsigned long from, to, file;
    char rights[5];
    if (sscanf(line, "%lx-%lx %4s %*x %*x:%*x %lu", &from, &to, rights, &file) != 4) continue;
    if (file == 0 || rights[0] != 'r' || rights[1] != '-' || rights[3] != 'p') continue;
    for (int i = 0; i < parts.count; i++) {
      uintptr_t first = from > parts.all[i].from ? from : parts.all[i].from;
      uintptr_t last = to < parts.all[i].to ? to : parts.all[i].to;
      if (first < last) add_between(first, last);
    }
  }
  fclose(maps);
  return 1;
}

// The kernel maps up to sixteen pages around the one that is needed, and none beyond the mapping that holds it: two neighbours of
// which one is not to be dumped are two mappings. Nothing else follows from that, for what a file holds is not dumped anyway.
static void cut(stretch part) {
  enum { piece = 4 * page };
  uintptr_t first = (part.from + piece - 1) & ~(uintptr_t)(piece - 1);
  // Where there may be no more mappings (vm.max_map_count) it stays in larger ones.
  for (uintptr_t from = first; from + piece <= part.to; from += 2 * piece) {
    if (madvise((void *)from, piece, MADV_DONTDUMP) != 0) return;
  }
}
#endif

void llmguard_give_back_code(int in_pieces) {
#ifdef LLMGUARD_QUICK_START
  // Whoever is at it does it for all.
  if (pthread_mutex_trylock(&code_lock) != 0) return;
  unsigned long long changes = 0;
  dl_iterate_phdr(note_changes, &changes);
  if (!code.is_known || changes != code.changes) {
    code.is_known = note_code();
    code.changes = changes;
    code.is_in_pieces = 0;
  }
  for (int i = 0; i < code.given.count; i++) {
    stretch part = code.given.all[i];
    if (in_pieces && !code.is_in_pieces) cut(part);
    madvise((void *)part.from, part.to - part.from, MADV_DONTNEED);
  }
  if (in_pieces) code.is_in_pieces = 1;
  pthread_mutex_unlock(&code_lock);
#else
  (void)in_pieces;
#endif
}
