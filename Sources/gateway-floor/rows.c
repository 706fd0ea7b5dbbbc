#include "rows.h"

#include <stddef.h>

#define TAKE                                                                                                          \
  "UPDATE balance SET pending = pending + :tokens WHERE id = 1 AND pending + posted + :tokens <= :most"
#define DROP "DELETE FROM hold WHERE id = :hold"
#define CHARGE "UPDATE balance SET pending = pending - :tokens, posted = posted + :charge WHERE id = 1"

const ledger_rows ledger_least = {
    .schema = "CREATE TABLE IF NOT EXISTS balance (id INTEGER PRIMARY KEY,"
              " pending INTEGER NOT NULL CHECK (pending >= 0), posted INTEGER NOT NULL CHECK (posted >= 0));"
              "CREATE TABLE IF NOT EXISTS hold (id INTEGER PRIMARY KEY, tokens INTEGER NOT NULL);"
              "CREATE TABLE IF NOT EXISTS entry (sequence INTEGER PRIMARY KEY, kind TEXT NOT NULL,"
              " at_ms INTEGER NOT NULL, hold INTEGER, model TEXT, tokens INTEGER NOT NULL, key BLOB);"
              "CREATE UNIQUE INDEX IF NOT EXISTS entry_key ON entry (key) WHERE key IS NOT NULL;"
              "INSERT OR IGNORE INTO balance VALUES (1, 0, 0)",
    .hold = {TAKE,
             "INSERT INTO entry (kind, at_ms, model, tokens, key) VALUES ('reserve', :now, :model, :tokens, :key)",
             "INSERT INTO hold VALUES (:hold, :tokens)"},
    .settle = {DROP, CHARGE,
               "INSERT INTO entry (kind, at_ms, hold, tokens) VALUES ('settle', :now, :hold, :charge)"},
};

#define NEXT "(SELECT coalesce(max(sequence), 0) + 1 FROM entry)"
// What both entries of a call say.
#define FACTS                                                                                                         \
  "user, tier, operation, run, program, phase, degraded, estimated_input, estimated_output, price_stamp, balances,"  \
  " provider, model"

const ledger_rows ledger_whole = {
    .schema = "SELECT count(*) FROM balance",
    .hold = {TAKE,
             "INSERT INTO entry (sequence, hold, kind, at_ms, " FACTS ", charge_tokens, cost_micro_usd, when_abandoned,"
             " idempotency_key, hash) VALUES (" NEXT ", " NEXT ", 'reserve', :now, 'root', 'default', 'chat',"
             " '0123456789abcdef', 'llmguard-bench', 'ok', 0, 19, 1000, 'built-in 2026-11-24', '[1]', 'openai', :model,"
             " :tokens, 10048, 'charge', hex(:key), zeroblob(32))",
             "INSERT INTO hold (id, pid) VALUES (:hold, 1)",
             "INSERT INTO attempt (hold, key, at_ms) VALUES (:hold, randomblob(32), :now)"},
    .settle = {DROP, CHARGE,
               "INSERT INTO entry (sequence, hold, kind, at_ms, " FACTS ", input, output, cached_input, cache_write,"
               " reasoning, exactness, charge_tokens, cost_micro_usd, overrun_tokens, ending, hash)"
               " SELECT " NEXT ", :hold, 'settle', :now, " FACTS ", :charge, 0, 0, 0, 0, 'exact', :charge, 118, 0,"
               " 'complete', zeroblob(32) FROM entry WHERE sequence = :hold",
               "INSERT INTO learned_output (operation, model, bucket, calls) VALUES ('chat', 'gpt-4o', 9, 1)"
               " ON CONFLICT DO UPDATE SET calls = calls + 1",
               "INSERT OR REPLACE INTO learned_input (model, settlements, estimated, actual)"
               " VALUES ('gpt-4o', :hold, :hold * 16, :hold * 7)",
               "INSERT INTO rollup (quarter_ms, user, operation, model, tier, phase, calls, exact_input,"
               " estimated_input, exact_output, estimated_output, charge_tokens, cost_micro_usd, unknown_cost, refusals,"
               " degraded, failed, overrun_tokens) VALUES (:now - :now % 900000, 'root', 'chat', 'gpt-4o', 'default', 'ok',"
               " 1, :charge, 0, 0, 0, :charge, 118, 0, 0, 0, 0, 0) ON CONFLICT DO UPDATE SET calls = calls + 1,"
               " exact_input = exact_input + excluded.exact_input, charge_tokens = charge_tokens + excluded.charge_tokens,"
               " cost_micro_usd = cost_micro_usd + excluded.cost_micro_usd",
               "INSERT INTO user (name, last_call_ms) VALUES ('root', :now) ON CONFLICT (name) DO UPDATE SET"
               " last_call_ms = excluded.last_call_ms, removed = 0"},
};
