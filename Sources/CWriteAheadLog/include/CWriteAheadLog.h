#ifndef LLMGUARD_WRITE_AHEAD_LOG_H
#define LLMGUARD_WRITE_AHEAD_LOG_H

#include <sqlite3.h>
#include <stdint.h>

// The write-ahead log's file of one connection, with writes gathered.
typedef struct llmguard_log llmguard_log;

// Whether a database that has been read is one with a write-ahead log: what its file says of itself.
int llmguard_log_is_used(sqlite3 *db);

// Has the writes of a database's log gathered. The database is in that mode, and has been read. What is returned is freed after
// the database was closed; NULL where that cannot be done, and then nothing has changed.
llmguard_log *llmguard_log_gather(sqlite3 *db);
void llmguard_log_free(llmguard_log *log);

// The index of the log kept from one process to the next, where a mark of so many words says that it is as it was left.
enum { LLMGUARD_INDEX_WORDS = 30 };
// Once, before databases are opened.
int llmguard_index_configure(void);
// Offers a mark to this thread while it reads from a database for the first time; NULL afterwards. Returns whether the index was
// kept since the last call.
int llmguard_index_offer(sqlite3 *db, const uint32_t *words);
// Leaves a mark after a commit, while no other process writes.
void llmguard_index_note(sqlite3 *db, uint32_t *words);

#endif
