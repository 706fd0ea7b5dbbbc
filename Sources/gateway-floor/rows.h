#ifndef GATEWAY_FLOOR_ROWS_H
#define GATEWAY_FLOOR_ROWS_H

enum { most_statements = 9 };

// What a call writes. Parameters: :now, :hold, :tokens (what is held), :charge, :most (the limit), :key and :model.
typedef struct {
  // Makes what is written to, or says that it is there.
  const char *schema;
  // The first takes the hold if the limit has room for it; the second records it, and its row's number is the hold's.
  const char *hold[most_statements];
  // The first says whether the hold is there still.
  const char *settle[most_statements];
} ledger_rows;

// The fewest rows that keep the promise.
extern const ledger_rows ledger_least;
// The rows that llmguard writes of a call, in a ledger that llmguard has made and whose first balance is the call's. Nothing of
// what llmguard reads decides them, and their hashes are zeros, so that the ledger is none afterwards.
extern const ledger_rows ledger_whole;

#endif
