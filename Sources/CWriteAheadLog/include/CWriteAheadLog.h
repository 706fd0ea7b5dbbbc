#ifndef LLMGUARD_WRITE_AHEAD_LOG_H
#define LLMGUARD_WRITE_AHEAD_LOG_H

#include <sqlite3.h>

// The write-ahead log's file of one connection, with writes gathered.
typedef struct llmguard_log llmguard_log;

// Has the writes of a database's log gathered. The database is in that mode, and has been read. What is returned is freed after
// the database was closed; NULL where that cannot be done, and then nothing has changed.
llmguard_log *llmguard_log_gather(sqlite3 *db);
void llmguard_log_free(llmguard_log *log);

#endif
