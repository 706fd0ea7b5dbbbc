#ifndef LLMGUARD_DISK_FAULT_H
#define LLMGUARD_DISK_FAULT_H

#include <stdbool.h>

/// Puts this between SQLite and the system: what is written goes on, but where the thread's disk fails, or that of a folder.
/// Returns whether it stands there now; nothing is changed for other threads.
bool disk_fault_install(void);

/// Lets this thread's writes by SQLite fail with an error of the system, such as ENOSPC; 0 for none.
void disk_fault_set(int error);

/// How many writes of this thread failed since it was last told how they do.
int disk_fault_count(void);

/// Lets all writes by SQLite to files beneath a folder fail, whichever thread's; 0 for none. There is one such folder at a time.
void disk_fault_set_in(const char *path, int error);

/// How many writes failed there since it was last told how they do.
int disk_fault_count_in(void);

#endif
