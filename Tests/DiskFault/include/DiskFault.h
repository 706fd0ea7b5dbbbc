#ifndef LLMGUARD_DISK_FAULT_H
#define LLMGUARD_DISK_FAULT_H

#include <stdbool.h>

/// Puts this between SQLite and the system: what is written goes on, but where the thread's disk fails. Returns whether it stands
/// there now; nothing is changed for other threads.
bool disk_fault_install(void);

/// Lets this thread's writes by SQLite fail with an error of the system, such as ENOSPC; 0 for none.
void disk_fault_set(int error);

/// How many writes of this thread failed since it was last told how they do.
int disk_fault_count(void);

#endif
