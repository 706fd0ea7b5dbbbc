import SQLite

/// The ledger's tables, and how older ones become newer ones.
enum Schema {
  /// Marks the file as a ledger: "llmg".
  static let applicationID: Int64 = 0x6C6C_6D67
  /// The newest format this program writes.
  static let version: Int64 = 15

  /// One script for each version, applied in order inside one transaction.
  static let migrations = [
    version1, version2, version3, version4, version5, version6, version7, version8, version9, version10,
    version11, version12, version13, version14, version15,
  ]

  private static let version1 = """
    CREATE TABLE clock (id INTEGER PRIMARY KEY CHECK (id = 1), now_ms INTEGER NOT NULL);
    INSERT INTO clock VALUES (1, 0);

    CREATE TABLE balance (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL, start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL,
      pending INTEGER NOT NULL CHECK (pending >= 0), posted INTEGER NOT NULL CHECK (posted >= 0),
      forgiven INTEGER NOT NULL CHECK (forgiven BETWEEN 0 AND posted),
      anchor_ms INTEGER NOT NULL, refill_amount INTEGER, refill_seconds INTEGER,
      closed INTEGER NOT NULL DEFAULT 0,
      UNIQUE (key, start_ms));
    CREATE INDEX balance_due ON balance (end_ms) WHERE closed = 0;

    CREATE TABLE entry (
      sequence INTEGER PRIMARY KEY, kind TEXT NOT NULL, at_ms INTEGER NOT NULL, hold INTEGER,
      user TEXT, tier TEXT, operation TEXT, model TEXT, requested_model TEXT, run TEXT, program TEXT, phase TEXT,
      degraded INTEGER, estimated_input INTEGER, estimated_output INTEGER, price_stamp TEXT,
      input INTEGER, output INTEGER, cached_input INTEGER, cache_write INTEGER, reasoning INTEGER, exactness TEXT,
      charge_tokens INTEGER, cost_micro_usd INTEGER, overrun_tokens INTEGER, ending TEXT,
      balances TEXT, when_abandoned TEXT, idempotency_key TEXT, actor TEXT, note TEXT,
      hash BLOB NOT NULL);
    CREATE UNIQUE INDEX entry_idempotency ON entry (idempotency_key) WHERE idempotency_key IS NOT NULL;
    CREATE UNIQUE INDEX entry_terminal ON entry (hold) WHERE kind IN ('settle', 'void');
    CREATE INDEX entry_call_time ON entry (at_ms) WHERE kind IN ('settle', 'refuse');
    CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entries are immutable'); END;
    CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entries are immutable'); END;

    CREATE TABLE hold (id INTEGER PRIMARY KEY, pid INTEGER NOT NULL);

    CREATE TABLE top_up (
      id INTEGER PRIMARY KEY, key TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0), expires_ms INTEGER NOT NULL);
    CREATE INDEX top_up_key ON top_up (key);

    CREATE TABLE user (
      name TEXT PRIMARY KEY, tier TEXT, budgets TEXT NOT NULL DEFAULT '[]', removed INTEGER NOT NULL DEFAULT 0,
      last_call_ms INTEGER) WITHOUT ROWID;

    CREATE TABLE learned_input (
      model TEXT PRIMARY KEY, settlements INTEGER NOT NULL, estimated INTEGER NOT NULL, actual INTEGER NOT NULL)
      WITHOUT ROWID;
    CREATE TABLE learned_output (
      operation TEXT NOT NULL, model TEXT NOT NULL, bucket INTEGER NOT NULL, calls INTEGER NOT NULL,
      PRIMARY KEY (operation, model, bucket)) WITHOUT ROWID;

    CREATE TABLE rollup (
      quarter_ms INTEGER NOT NULL, user TEXT NOT NULL, operation TEXT NOT NULL, model TEXT NOT NULL,
      tier TEXT NOT NULL, phase TEXT NOT NULL,
      calls INTEGER NOT NULL, exact_input INTEGER NOT NULL, estimated_input INTEGER NOT NULL,
      exact_output INTEGER NOT NULL, estimated_output INTEGER NOT NULL, charge_tokens INTEGER NOT NULL,
      cost_micro_usd INTEGER NOT NULL, unknown_cost INTEGER NOT NULL, refusals INTEGER NOT NULL,
      degraded INTEGER NOT NULL, failed INTEGER NOT NULL, overrun_tokens INTEGER NOT NULL,
      PRIMARY KEY (quarter_ms, user, operation, model, tier, phase)) WITHOUT ROWID;
    """

  /// Retries: which attempt a call was, what that added to its charge, and what is remembered of the latest ones.
  private static let version2 = """
    ALTER TABLE entry ADD COLUMN attempt INTEGER;
    ALTER TABLE entry ADD COLUMN surcharge_tokens INTEGER;
    ALTER TABLE rollup ADD COLUMN retries INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE rollup ADD COLUMN surcharge_tokens INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE attempt (hold INTEGER PRIMARY KEY, key BLOB NOT NULL, at_ms INTEGER NOT NULL);
    CREATE INDEX attempt_key ON attempt (key, at_ms);
    """

  /// The waiting line: tickets, what started in the last minute in each lane, and lanes that a provider wants still.
  private static let version3 = """
    CREATE TABLE ticket (
      id INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL, operation TEXT NOT NULL, program TEXT NOT NULL,
      priority TEXT NOT NULL, lanes TEXT NOT NULL, tokens INTEGER NOT NULL, arrived_ms INTEGER NOT NULL,
      started_ms INTEGER, pid INTEGER NOT NULL);
    CREATE TABLE lane_start (at_ms INTEGER NOT NULL, lane TEXT NOT NULL, tokens INTEGER NOT NULL);
    CREATE INDEX lane_start_time ON lane_start (at_ms);
    CREATE TABLE lane_pause (lane TEXT PRIMARY KEY, until_ms INTEGER NOT NULL) WITHOUT ROWID;
    """

  /// Windows may begin at one instant after a clock was set back, and are looked up by their end.
  private static let version4 = """
    CREATE TABLE balance_4 (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL, start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL,
      pending INTEGER NOT NULL CHECK (pending >= 0), posted INTEGER NOT NULL CHECK (posted >= 0),
      forgiven INTEGER NOT NULL CHECK (forgiven BETWEEN 0 AND posted),
      anchor_ms INTEGER NOT NULL, refill_amount INTEGER, refill_seconds INTEGER,
      closed INTEGER NOT NULL DEFAULT 0);
    INSERT INTO balance_4 SELECT * FROM balance;
    DROP TABLE balance;
    ALTER TABLE balance_4 RENAME TO balance;
    CREATE INDEX balance_key ON balance (key, end_ms);
    CREATE INDEX balance_due ON balance (end_ms) WHERE closed = 0;
    """

  /// Calls are read one by one: by when they ended (given back ones, too), and by their run. What no call made is found
  /// without walking through the calls.
  private static let version5 = """
    DROP INDEX entry_call_time;
    CREATE INDEX entry_ending ON entry (at_ms) WHERE kind IN ('settle', 'refuse', 'void');
    CREATE INDEX entry_run ON entry (run) WHERE kind IN ('settle', 'refuse', 'void');
    CREATE INDEX entry_administration ON entry (at_ms) WHERE run IS NULL;
    CREATE INDEX entry_refusal ON entry (at_ms, user, note) WHERE kind = 'refuse';
    CREATE INDEX entry_recovery ON entry (at_ms) WHERE ending = 'abandoned' OR note = 'the owner died';
    """

  /// Calls that were answered from the cache.
  private static let version6 = """
    ALTER TABLE entry ADD COLUMN cache_tier TEXT;
    ALTER TABLE entry ADD COLUMN saved_tokens INTEGER;
    ALTER TABLE entry ADD COLUMN saved_micro_usd INTEGER;
    ALTER TABLE rollup ADD COLUMN cached INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE rollup ADD COLUMN saved_tokens INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE rollup ADD COLUMN saved_micro_usd INTEGER NOT NULL DEFAULT 0;
    DROP INDEX entry_ending;
    DROP INDEX entry_run;
    CREATE INDEX entry_ending ON entry (at_ms) WHERE kind IN ('settle', 'refuse', 'void', 'cached');
    CREATE INDEX entry_run ON entry (run) WHERE kind IN ('settle', 'refuse', 'void', 'cached');
    """

  /// Envelopes of runs, what is left in them, and what open holds drew from them. A pause of a lane says when it was set.
  private static let version7 = """
    CREATE TABLE envelope (
      id INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL UNIQUE, pid INTEGER NOT NULL);
    CREATE TABLE envelope_part (
      envelope INTEGER NOT NULL, balance INTEGER NOT NULL, remaining INTEGER NOT NULL CHECK (remaining >= 0),
      PRIMARY KEY (envelope, balance)) WITHOUT ROWID;
    CREATE TABLE envelope_draw (
      hold INTEGER NOT NULL, balance INTEGER NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0),
      PRIMARY KEY (hold, balance)) WITHOUT ROWID;
    ALTER TABLE lane_pause ADD COLUMN set_ms INTEGER NOT NULL DEFAULT 0;
    """

  /// What somebody was told of, so that it is told once.
  private static let version8 = """
    CREATE TABLE notice (key TEXT PRIMARY KEY, until_ms INTEGER NOT NULL) WITHOUT ROWID;
    """

  /// Requests that nobody can meter, how long calls waited, what of them has a price of its own, and what a provider says
  /// is left of its own limits.
  private static let version9 = """
    ALTER TABLE entry ADD COLUMN provider TEXT;
    ALTER TABLE entry ADD COLUMN waited_ms INTEGER;
    ALTER TABLE entry ADD COLUMN cache_write_hour INTEGER;
    ALTER TABLE entry ADD COLUMN audio_input INTEGER;
    ALTER TABLE entry ADD COLUMN audio_output INTEGER;
    ALTER TABLE entry ADD COLUMN tool_input INTEGER;
    ALTER TABLE entry ADD COLUMN web_searches INTEGER;
    ALTER TABLE entry ADD COLUMN unpriced TEXT;
    ALTER TABLE entry ADD COLUMN route TEXT;
    ALTER TABLE rollup ADD COLUMN cached_input INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE rollup ADD COLUMN cache_write INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE rollup ADD COLUMN cache_write_hour INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE rollup ADD COLUMN reasoning INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE rollup ADD COLUMN audio_input INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE rollup ADD COLUMN audio_output INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE rollup ADD COLUMN tool_input INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE rollup ADD COLUMN web_searches INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE rollup ADD COLUMN unmetered INTEGER NOT NULL DEFAULT 0;
    UPDATE rollup SET cached_input = s.cached, cache_write = s.written, reasoning = s.thought FROM (
      SELECT at_ms - at_ms % 900000 AS quarter, user, operation, coalesce(model, '') AS model, tier, phase,
        sum(cached_input) AS cached, sum(cache_write) AS written, sum(reasoning) AS thought
      FROM entry WHERE kind = 'settle' GROUP BY 1, 2, 3, 4, 5, 6) AS s
    WHERE rollup.quarter_ms = s.quarter AND rollup.user = s.user AND rollup.operation = s.operation
      AND rollup.model = s.model AND rollup.tier = s.tier AND rollup.phase = s.phase;
    DROP INDEX entry_ending;
    DROP INDEX entry_run;
    CREATE INDEX entry_ending ON entry (at_ms) WHERE kind IN ('settle', 'refuse', 'void', 'cached', 'unmetered');
    CREATE INDEX entry_run ON entry (run) WHERE kind IN ('settle', 'refuse', 'void', 'cached', 'unmetered');
    CREATE TABLE lane_rest (
      lane TEXT NOT NULL, unit TEXT NOT NULL, left INTEGER NOT NULL CHECK (left >= 0), until_ms INTEGER NOT NULL,
      set_ms INTEGER NOT NULL, PRIMARY KEY (lane, unit)) WITHOUT ROWID;
    """

  /// What users set for themselves: what they give up first, lower limits, what each run may take; and what they booked.
  private static let version10 = """
    ALTER TABLE user ADD COLUMN prefer TEXT;
    ALTER TABLE user ADD COLUMN lowered TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE user ADD COLUMN run_tokens INTEGER;
    ALTER TABLE user ADD COLUMN run_micro_usd INTEGER;
    ALTER TABLE user ADD COLUMN run_calls INTEGER;
    ALTER TABLE user ADD COLUMN run_ms INTEGER;
    ALTER TABLE top_up ADD COLUMN is_booked INTEGER NOT NULL DEFAULT 0;
    """

  /// Endings are told by what is not one: for a list of kinds SQLite would fill a table of its own for each index and entry.
  /// Calls that were given back are in no sum: what looks for a user's calls finds them by an index of their own.
  private static let version11 = """
    DROP INDEX entry_ending;
    DROP INDEX entry_run;
    CREATE INDEX entry_ending ON entry (at_ms) WHERE run IS NOT NULL AND kind <> 'reserve';
    CREATE INDEX entry_run ON entry (run) WHERE run IS NOT NULL AND kind <> 'reserve';
    CREATE INDEX entry_void ON entry (at_ms) WHERE kind = 'void';
    """

  /// Turns that have ended while somebody waited: a burst of one user does not bar the others.
  private static let version12 = "CREATE TABLE turn (user TEXT NOT NULL, started_ms INTEGER NOT NULL);"

  /// Runs inside a run have envelopes of their own: what a hold drew goes back to where it came from.
  private static let version13 = """
    ALTER TABLE envelope_draw ADD COLUMN envelope INTEGER NOT NULL DEFAULT 0;
    UPDATE envelope_draw SET envelope = coalesce((
      SELECT envelope.id FROM envelope JOIN entry ON entry.run = envelope.run
      WHERE entry.sequence = envelope_draw.hold), 0);
    """

  /// Sums tell calls of which a discount alone is unknown, and those that may have cost more or less, from calls of unknown price.
  /// Both are made from the entries; of what a sum has beyond its entries nobody knows which it is. Where nothing is unknown, no
  /// entry is looked at.
  private static let version14 = """
    ALTER TABLE rollup ADD COLUMN cost_at_most INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE rollup ADD COLUMN cost_about INTEGER NOT NULL DEFAULT 0;
    UPDATE rollup SET cost_about = unknown_cost WHERE unknown_cost > 0;
    UPDATE rollup SET cost_at_most = s.most, cost_about = s.about + max(0, unknown_cost - s.calls) FROM (
      SELECT at_ms - at_ms % 900000 AS quarter, user, operation, coalesce(model, '') AS model, tier, phase, count(*) AS calls,
        count(*) FILTER (WHERE cost_micro_usd IS NOT NULL AND unpriced = 'service_discount') AS most,
        count(*) FILTER (WHERE cost_micro_usd IS NOT NULL AND unpriced <> 'service_discount'
          AND instr(unpriced, 'service_discount')) AS about
      FROM entry WHERE run IS NOT NULL AND kind <> 'reserve' AND kind = 'settle'
        AND at_ms >= (SELECT min(quarter_ms) FROM rollup WHERE unknown_cost > 0)
        AND (cost_micro_usd IS NULL OR unpriced IS NOT NULL) GROUP BY 1, 2, 3, 4, 5, 6) AS s
    WHERE rollup.unknown_cost > 0 AND rollup.quarter_ms = s.quarter AND rollup.user = s.user
      AND rollup.operation = s.operation AND rollup.model = s.model AND rollup.tier = s.tier AND rollup.phase = s.phase;
    """

  /// What a provider says is left stands as it was said, with when the call was sent whose reply said it; calls under way tell
  /// whether their own reply has come.
  private static let version15 = """
    ALTER TABLE lane_rest ADD COLUMN sent_ms INTEGER NOT NULL DEFAULT 0;
    UPDATE lane_rest SET sent_ms = set_ms;
    ALTER TABLE ticket ADD COLUMN counted INTEGER NOT NULL DEFAULT 0;
    """

  /// An empty ledger of a format, in memory: what such a file defines.
  static func pattern(_ version: Int64) throws(SQLiteError) -> Connection {
    let pattern = try Connection(path: ":memory:")
    for script in migrations.prefix(Int(max(0, version))) { try pattern.execute(script) }
    return pattern
  }

  /// Brings an open database to the newest version, inside the caller's transaction.
  static func migrate(_ connection: Connection, from version: Int64) throws(SQLiteError) {
    for script in migrations.dropFirst(Int(version)) { try connection.execute(script) }
    try connection.execute("PRAGMA application_id = \(applicationID); PRAGMA user_version = \(self.version)")
  }
}
