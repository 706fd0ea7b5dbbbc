#ifndef GATEWAY_FLOOR_LEDGER_H
#define GATEWAY_FLOOR_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rows.h"

// A hold and its settlement, by the fewest rows that keep llmguard's promises: what is held counts against the limit before a
// call is sent, survives this process, and, once it is synced, the machine; a call is charged once.
//
// One thread at a time. An error ends the process: a yardstick that cannot write measures nothing.

// Opens a ledger of such rows, whose balance may be used up to a limit.
void ledger_open(const char *path, int64_t limit, const ledger_rows *rows);
// Begins a transaction, in which everything else is done until it is committed.
void ledger_begin(void);
// Takes a hold. Returns its number; 0 where the limit has no room for it.
int64_t ledger_hold(int64_t tokens, const char *model, size_t model_length);
// Ends a hold, and charges what its call took.
void ledger_settle(int64_t hold, int64_t held, int64_t charge);
// Commits, without waiting for the disk.
void ledger_commit(void);
// Waits until what was committed is on the disk.
void ledger_sync(void);
// The pages of the log.
int ledger_log_pages(void);
// Writes the log back into the database, and begins it anew.
void ledger_shorten_log(void);

#endif
