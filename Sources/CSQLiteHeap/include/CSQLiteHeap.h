#ifndef LLMGUARD_CSQLITEHEAP_H
#define LLMGUARD_CSQLITEHEAP_H

#include <stdbool.h>

/// Lets SQLite take its memory here. To be called before anything else of SQLite's; returns its code.
///
/// While the process has one thread, memory is cut off one piece that is never given back, and what is freed is kept for
/// the next of its size. Afterwards, and where the piece is used up, it comes from the C library.
int llmguard_sqlite_use_heap(void);

/// Whether the process has one thread, and never had more.
bool llmguard_heap_has_one_thread(void);

/// What SQLite is given: memory, aligned to eight bytes; NULL where there is none.
void *llmguard_heap_allocate(int size);
void *llmguard_heap_resize(void *memory, int size);
void llmguard_heap_free(void *memory);
/// How many bytes of it can be used.
int llmguard_heap_size(void *memory);

#endif
