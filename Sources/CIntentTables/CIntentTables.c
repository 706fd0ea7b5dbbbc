#define _GNU_SOURCE
#include "CIntentTables.h"

#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// The files stand in read-only data: nothing is opened, read or copied when the program starts. They have a section of their own, for
// that of the language's runtime (.rodata) is one that is written to, and the linker puts all of one name together.
#define READ_ONLY __attribute__((section("intent_tables"), aligned(16)))

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char lexicon[] READ_ONLY = {
#embed "lexicon.txt"
};

const unsigned char *intent_lexicon(void) { return lexicon; }
size_t intent_lexicon_size(void) { return sizeof lexicon; }

static const unsigned char lexicon_table[] READ_ONLY = {
#embed "lexicon.bin"
};

const unsigned char *intent_lexicon_table(void) { return lexicon_table; }
size_t intent_lexicon_table_size(void) { return sizeof lexicon_table; }

static const unsigned char similarity[] READ_ONLY = {
#embed "similarity.bin"
};

const unsigned char *intent_similarity(void) { return similarity; }
size_t intent_similarity_size(void) { return sizeof similarity; }

static const unsigned char words[] READ_ONLY = {
#embed "words.bin"
};

const unsigned char *intent_words(void) { return words; }
size_t intent_words_size(void) { return sizeof words; }
// Where the program's own file begins in memory: the linker says so.
extern const ElfW(Ehdr) __ehdr_start __attribute__((weak, visibility("hidden")));

const unsigned char *intent_program_name(size_t *size) {
  if (&__ehdr_start == NULL) return NULL;
  const char *start = (const char *)&__ehdr_start;
  const ElfW(Phdr) *segments = (const ElfW(Phdr) *)(const void *)(start + __ehdr_start.e_phoff);
  // Addresses in the file are distances where the system chose another place for it.
  const char *base = start;
  for (int i = 0; i < __ehdr_start.e_phnum; i++) {
    if (segments[i].p_type == PT_LOAD && segments[i].p_offset == 0) base = start - segments[i].p_vaddr;
  }
  for (int i = 0; i < __ehdr_start.e_phnum; i++) {
    if (segments[i].p_type != PT_NOTE) continue;
    const char *note = base + segments[i].p_vaddr, *end = note + segments[i].p_memsz;
    while ((size_t)(end - note) >= sizeof(ElfW(Nhdr))) {
      ElfW(Nhdr) header;
      memcpy(&header, note, sizeof header);
      const char *name = note + sizeof header;
      const char *content = name + ((header.n_namesz + 3u) & ~3u);
      if (content > end || (size_t)(end - content) < header.n_descsz) break;
      if (header.n_type == NT_GNU_BUILD_ID && header.n_namesz == 4 && memcmp(name, "GNU", 4) == 0) {
        *size = header.n_descsz;
        return (const unsigned char *)content;
      }
      note = content + ((header.n_descsz + 3u) & ~3u);
    }
  }
  return NULL;
}

// Whole pages within one table: they hold nothing else, and nobody writes them.
static void give_back(const unsigned char *bytes, size_t size) {
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t start = ((uintptr_t)bytes + page - 1) & ~(page - 1);
  uintptr_t end = ((uintptr_t)bytes + size) & ~(page - 1);
  if (start < end) madvise((void *)start, end - start, MADV_DONTNEED);
}

void intent_give_back(void) {
  give_back(lexicon, sizeof lexicon);
  give_back(lexicon_table, sizeof lexicon_table);
  give_back(similarity, sizeof similarity);
  give_back(words, sizeof words);
}
