#define _GNU_SOURCE
#include "CIntentTables.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

// The files stand in read-only data: nothing is opened, read or copied when the program starts.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char lexicon[] = {
#embed "lexicon.txt"
};

const unsigned char *intent_lexicon(void) { return lexicon; }
size_t intent_lexicon_size(void) { return sizeof lexicon; }

_Alignas(16) static const unsigned char lexicon_table[] = {
#embed "lexicon.bin"
};

const unsigned char *intent_lexicon_table(void) { return lexicon_table; }
size_t intent_lexicon_table_size(void) { return sizeof lexicon_table; }

_Alignas(16) static const unsigned char similarity[] = {
#embed "similarity.bin"
};

const unsigned char *intent_similarity(void) { return similarity; }
size_t intent_similarity_size(void) { return sizeof similarity; }

_Alignas(16) static const unsigned char words[] = {
#embed "words.bin"
};

const unsigned char *intent_words(void) { return words; }
size_t intent_words_size(void) { return sizeof words; }

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
