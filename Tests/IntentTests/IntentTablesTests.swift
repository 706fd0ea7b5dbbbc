import CIntentTables
import Posix
import Testing

/// Where the tables of the lexicon and of likeness lie.
@Suite struct IntentTablesTests {
  /// A table that is written by mistake would answer wrongly from then on; in read-only pages the program ends there.
  @Test func nobodyCanWriteThem() throws {
    let maps = String(decoding: try File.readAll("/proc/self/maps"), as: UTF8.self)
    let tables = [
      intent_lexicon(), intent_lexicon_table(), intent_similarity(), intent_words(),
    ].map { UInt(bitPattern: $0) }
    for table in tables {
      let line = maps.split(separator: "\n").first { line in
        let bounds = line.prefix { $0 != " " }.split(separator: "-").compactMap { UInt($0, radix: 16) }
        return bounds.count == 2 && bounds[0] <= table && table < bounds[1]
      }
      let rights = line?.split(separator: " ").dropFirst().first
      #expect(rights?.contains("w") == false, "a table lies in '\(line ?? "")'")
    }
  }
}
