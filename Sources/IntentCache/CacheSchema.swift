import SQLite

/// The cache's tables. A cache can be dropped, so no older one is ever carried over: it is emptied.
enum CacheSchema {
  /// Marks the file as a cache: "llmc".
  static let applicationID: Int64 = 0x6C6C_6D63
  /// The format that this program writes.
  static let version: Int64 = 5

  /// The most bytes of an answer that stands in its entry's row, so that a hit reads one page. Larger ones stand in a table
  /// of their own: an entry is written with every hit, and its answer should not be.
  static let mostInRow = 2048

  static let script = """
    CREATE TABLE entry (
      id INTEGER PRIMARY KEY AUTOINCREMENT, exact BLOB NOT NULL UNIQUE, intent BLOB, parts BLOB, place BLOB NOT NULL,
      surroundings BLOB NOT NULL, payload BLOB NOT NULL, instruction TEXT NOT NULL, scope TEXT NOT NULL,
      user TEXT NOT NULL, operation TEXT NOT NULL, model TEXT, stored_ms INTEGER NOT NULL, used_ms INTEGER NOT NULL,
      bytes INTEGER NOT NULL, input INTEGER NOT NULL, output INTEGER NOT NULL, exactness TEXT NOT NULL,
      cost_micro_usd INTEGER, status INTEGER, content_type TEXT, fields TEXT NOT NULL, checksum INTEGER NOT NULL, sketch INTEGER,
      body BLOB);
    CREATE INDEX entry_intent ON entry (intent) WHERE intent IS NOT NULL;
    CREATE INDEX entry_parts ON entry (parts) WHERE parts IS NOT NULL;
    CREATE INDEX entry_used ON entry (used_ms);
    CREATE INDEX entry_stored ON entry (stored_ms);
    CREATE TABLE answer (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
    CREATE TABLE sketch (id INTEGER PRIMARY KEY, place BLOB NOT NULL, pairs BLOB NOT NULL);
    CREATE INDEX sketch_place ON sketch (place, id);
    CREATE TABLE total (id INTEGER PRIMARY KEY CHECK (id = 1), entries INTEGER NOT NULL, bytes INTEGER NOT NULL);
    INSERT INTO total VALUES (1, 0, 0);
    CREATE TABLE look (
      id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, tier TEXT, entry INTEGER, place BLOB NOT NULL,
      surroundings BLOB NOT NULL, payload BLOB NOT NULL, instruction TEXT NOT NULL);
    CREATE INDEX look_entry ON look (entry);
    CREATE TABLE tally (tier TEXT PRIMARY KEY, hits INTEGER NOT NULL, rejected INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE verdict (
      pair BLOB PRIMARY KEY, same INTEGER NOT NULL, source TEXT NOT NULL, at_ms INTEGER NOT NULL, a TEXT NOT NULL,
      b TEXT NOT NULL, entry INTEGER, tier TEXT, owed BLOB) WITHOUT ROWID;
    CREATE INDEX verdict_owed ON verdict (owed) WHERE owed IS NOT NULL;
    """
}
