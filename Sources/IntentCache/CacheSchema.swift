import SQLite

/// The cache's tables. A cache can be dropped, so no older one is ever carried over: it is emptied.
enum CacheSchema {
  /// Marks the file as a cache: "llmc".
  static let applicationID: Int64 = 0x6C6C_6D63
  /// The format that this program writes.
  static let version: Int64 = 6

  /// The most bytes of an answer that stands in its entry's row, so that a hit reads one page. Larger ones stand in a table
  /// of their own: an entry is written with every hit, and its answer should not be.
  static let mostInRow = 2048

  /// Each run of a command reads this text before it can look anything up. So it says no more than SQLite needs: what is
  /// written has its type anyway, one function writes it, and whoever reads it takes nothing for granted. The numbers of
  /// entries are told to people, and not given again; those of lookups are the program's own.
  static let script = """
    CREATE TABLE entry (
      id INTEGER PRIMARY KEY AUTOINCREMENT, exact UNIQUE, intent, parts, place, surroundings, payload, instruction, scope,
      user, operation, model, stored_ms, used_ms, bytes, input, output, exactness, cost_micro_usd, status, content_type,
      fields, checksum, sketch, guards, body);
    CREATE INDEX entry_intent ON entry (intent) WHERE intent IS NOT NULL;
    CREATE INDEX entry_parts ON entry (parts) WHERE parts IS NOT NULL;
    CREATE INDEX entry_used ON entry (used_ms);
    CREATE INDEX entry_stored ON entry (stored_ms);
    CREATE TABLE answer (id INTEGER PRIMARY KEY, body);
    CREATE TABLE sketch (id INTEGER PRIMARY KEY, place, pairs);
    CREATE INDEX sketch_place ON sketch (place, id);
    CREATE TABLE total (id INTEGER PRIMARY KEY, entries, bytes);
    INSERT INTO total VALUES (1, 0, 0);
    CREATE TABLE look (id INTEGER PRIMARY KEY, at_ms, tier, entry, place, surroundings, payload, instruction);
    CREATE TABLE tally (tier PRIMARY KEY, hits, rejected) WITHOUT ROWID;
    CREATE TABLE verdict (pair PRIMARY KEY, same, source, at_ms, a, b, entry, tier, owed) WITHOUT ROWID;
    CREATE INDEX verdict_owed ON verdict (owed) WHERE owed IS NOT NULL;
    """
}
