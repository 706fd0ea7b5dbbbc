/// A ledger as the first format wrote it: one settled call, one refusal and one top-up.
let version1Ledger = """
  BEGIN TRANSACTION;
  CREATE TABLE balance (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL, start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL,
    pending INTEGER NOT NULL CHECK (pending >= 0), posted INTEGER NOT NULL CHECK (posted >= 0),
    forgiven INTEGER NOT NULL CHECK (forgiven BETWEEN 0 AND posted),
    anchor_ms INTEGER NOT NULL, refill_amount INTEGER, refill_seconds INTEGER,
    closed INTEGER NOT NULL DEFAULT 0,
    UNIQUE (key, start_ms));
  INSERT INTO "balance" VALUES(1,'user\u{1F}ana\u{1F}tokens\u{1F}day',1795478400000,1795564800000,0,13,0,1795535114014,NULL,NULL,0);
  CREATE TABLE clock (id INTEGER PRIMARY KEY CHECK (id = 1), now_ms INTEGER NOT NULL);
  INSERT INTO "clock" VALUES(1,1795535114031);
  CREATE TABLE entry (
    sequence INTEGER PRIMARY KEY, kind TEXT NOT NULL, at_ms INTEGER NOT NULL, hold INTEGER,
    user TEXT, tier TEXT, operation TEXT, model TEXT, requested_model TEXT, run TEXT, program TEXT, phase TEXT,
    degraded INTEGER, estimated_input INTEGER, estimated_output INTEGER, price_stamp TEXT,
    input INTEGER, output INTEGER, cached_input INTEGER, cache_write INTEGER, reasoning INTEGER, exactness TEXT,
    charge_tokens INTEGER, cost_micro_usd INTEGER, overrun_tokens INTEGER, ending TEXT,
    balances TEXT, when_abandoned TEXT, idempotency_key TEXT, actor TEXT, note TEXT,
    hash BLOB NOT NULL);
  INSERT INTO "entry" VALUES(1,'reserve',1795535114014,1,'ana','default','default','gpt-4o',NULL,'f6cfe61ca3c2c49a','echo','ok',0,10,50,'built-in 2026-11-24',NULL,NULL,NULL,NULL,NULL,NULL,60,525,NULL,NULL,'[1]','charge','f6cfe61ca3c2c49a/1',NULL,NULL,X'1A71215285B7A5BC11BE33CD086D439B2A0CF722439E6E4BEA94E2801D910C27');
  INSERT INTO "entry" VALUES(2,'settle',1795535114017,1,'ana','default','default','gpt-4o',NULL,'f6cfe61ca3c2c49a','echo','ok',0,10,50,'built-in 2026-11-24',10,3,0,0,0,'estimated',13,55,0,'complete','[1]',NULL,NULL,NULL,NULL,X'E527040BF8AB4B1F21BA5AAC5D965E6F97226AA902695FF27AD257E4ABDDAAA6');
  INSERT INTO "entry" VALUES(3,'refuse',1795535114024,NULL,'ana','default','default',NULL,NULL,'3eab49141065f93a','echo','hard',0,2000000,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,2000000,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'daily token budget',X'4896B3AB6A0EA5C7CA9F8AD5C2A5531807A3EB3B68D393DDEA96052005C46895');
  INSERT INTO "entry" VALUES(4,'grant',1795535114031,NULL,'ana',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'root','50000 to the daily token budget: more',X'1EEE220BFD9AF4385A5C876F6C97E12A90F8F51A1ACCDC0781CE27DD65BA61AA');
  CREATE TABLE hold (id INTEGER PRIMARY KEY, pid INTEGER NOT NULL);
  CREATE TABLE learned_input (
    model TEXT PRIMARY KEY, settlements INTEGER NOT NULL, estimated INTEGER NOT NULL, actual INTEGER NOT NULL)
    WITHOUT ROWID;
  CREATE TABLE learned_output (
    operation TEXT NOT NULL, model TEXT NOT NULL, bucket INTEGER NOT NULL, calls INTEGER NOT NULL,
    PRIMARY KEY (operation, model, bucket)) WITHOUT ROWID;
  INSERT INTO "learned_output" VALUES('default','gpt-4o',3,1);
  CREATE TABLE rollup (
    quarter_ms INTEGER NOT NULL, user TEXT NOT NULL, operation TEXT NOT NULL, model TEXT NOT NULL,
    tier TEXT NOT NULL, phase TEXT NOT NULL,
    calls INTEGER NOT NULL, exact_input INTEGER NOT NULL, estimated_input INTEGER NOT NULL,
    exact_output INTEGER NOT NULL, estimated_output INTEGER NOT NULL, charge_tokens INTEGER NOT NULL,
    cost_micro_usd INTEGER NOT NULL, unknown_cost INTEGER NOT NULL, refusals INTEGER NOT NULL,
    degraded INTEGER NOT NULL, failed INTEGER NOT NULL, overrun_tokens INTEGER NOT NULL,
    PRIMARY KEY (quarter_ms, user, operation, model, tier, phase)) WITHOUT ROWID;
  INSERT INTO "rollup" VALUES(1795535100000,'ana','default','','default','hard',0,0,0,0,0,0,0,0,1,0,0,0);
  INSERT INTO "rollup" VALUES(1795535100000,'ana','default','gpt-4o','default','ok',1,0,10,0,3,13,55,0,0,0,0,0);
  CREATE TABLE top_up (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0), expires_ms INTEGER NOT NULL);
  INSERT INTO "top_up" VALUES(1,'user\u{1F}ana\u{1F}tokens\u{1F}day',50000,1795564800000);
  CREATE TABLE user (
    name TEXT PRIMARY KEY, tier TEXT, budgets TEXT NOT NULL DEFAULT '[]', removed INTEGER NOT NULL DEFAULT 0,
    last_call_ms INTEGER) WITHOUT ROWID;
  INSERT INTO "user" VALUES('ana',NULL,'[]',0,1795535114017);
  CREATE INDEX balance_due ON balance (end_ms) WHERE closed = 0;
  CREATE UNIQUE INDEX entry_idempotency ON entry (idempotency_key) WHERE idempotency_key IS NOT NULL;
  CREATE UNIQUE INDEX entry_terminal ON entry (hold) WHERE kind IN ('settle', 'void');
  CREATE INDEX entry_call_time ON entry (at_ms) WHERE kind IN ('settle', 'refuse');
  CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entries are immutable'); END;
  CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entries are immutable'); END;
  CREATE INDEX top_up_key ON top_up (key);
  COMMIT;
  PRAGMA application_id = 1819045223;
  PRAGMA user_version = 1;
  """
