#ifndef GATEWAY_FLOOR_RELAY_H
#define GATEWAY_FLOOR_RELAY_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
  // Bytes are passed on.
  promise_none,
  // Each call is held and settled in the ledger; nothing waits for the disk.
  promise_committed,
  // No reply goes to its client before its hold is on the disk.
  promise_synced,
} promise;

// Serves until standard input ends: calls of a listening socket's clients go to a port of this machine.
void relay_run(int listener, uint16_t upstream, promise promised);

#endif
