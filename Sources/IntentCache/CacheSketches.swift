import Intent
import SQLite

/// The signs of the entries of one place, packed: what a similar request is searched in.
///
/// A row holds up to `pairsInRow` pairs of signs and entry number, so that thousands of entries are read in a few rows and
/// compared by counting bits.
extension IntentCache {
  /// A pair is two words of eight bytes.
  fileprivate static let pairBytes = 16
  fileprivate static let pairsInRow = 250
  /// The newest entries of a place that are compared; older ones are found by their words or their intent only.
  static let maximumCompared = 1 << 16
  /// How many of them, the nearest by their signs, are compared in full.
  private static let maximumRanked = 12
  /// By how much the best must be more alike than another request, in thousandths.
  static let margin: Int64 = 50

  /// The most similar request of a place, where it is alike enough and clearly more so than any that asks for something else.
  static func mostSimilar(
    _ asked: String, _ keys: CacheKeys, _ likeness: any Likeness, _ verifier: any Verifier, threshold: Int64,
    _ connection: Connection
  ) throws(SQLiteError) -> (id: Int64, likeness: Int64)? {
    let ranked = try nearest(to: asked, keys.place, likeness, connection)
    guard let best = ranked.first, best.likeness >= threshold else { return nil }
    let rivals = ranked.dropFirst().prefix { best.likeness - $0.likeness < margin }
    if !rivals.isEmpty {
      // The same in other words is no other request, and its being near is no doubt.
      let read = ReadInstruction(best.instruction)
      let isAlone = rivals.allSatisfy { rival in
        let other = ReadInstruction(rival.instruction)
        return read.intent.asksTheSame(as: other.intent) && verifier.verdict(asked: read, stored: other) == .same
      }
      if !isAlone { return nil }
    }
    return (best.id, best.likeness)
  }

  /// The requests of a place that are most alike, the best first, one for each wording.
  static func nearest(
    to asked: String, _ place: [UInt8], _ likeness: any Likeness, _ connection: Connection
  ) throws(SQLiteError) -> [(id: Int64, instruction: String, likeness: Int64)] {
    guard !asked.isEmpty, let signs = likeness.signs(of: asked) else { return [] }
    var nearest: [(distance: Int, id: Int64)] = []
    var compared = 0
    try connection.forEachBlob(
      "SELECT pairs FROM sketch WHERE place = ? ORDER BY id DESC", [.blob(place)]
    ) { pairs in
      compared += pairs.count / pairBytes
      scan(pairs, signs, &nearest)
      return compared < maximumCompared
    }
    var ranked: [(id: Int64, instruction: String, likeness: Int64)] = []
    for candidate in nearest {
      guard let row = try connection.row("SELECT instruction FROM entry WHERE id = ?", [.integer(candidate.id)])
      else { continue }
      let instruction = row.text(0)
      if ranked.contains(where: { $0.instruction == instruction }) { continue }
      ranked.append((candidate.id, instruction, likeness.thousandths(asked, instruction)))
    }
    return ranked.sorted { $0.likeness > $1.likeness }
  }

  /// Keeps the nearest of some pairs, in order.
  private static func scan(
    _ pairs: UnsafeRawBufferPointer, _ signs: UInt64, _ nearest: inout [(distance: Int, id: Int64)]
  ) {
    var worst = nearest.count < maximumRanked ? Int.max : nearest[nearest.count - 1].distance
    for offset in stride(from: pairs.count / pairBytes * pairBytes - pairBytes, through: 0, by: -pairBytes) {
      let distance = (pairs.loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ signs).nonzeroBitCount
      if distance >= worst { continue }
      let id = pairs.loadUnaligned(fromByteOffset: offset + 8, as: Int64.self)
      let place = nearest.firstIndex { $0.distance > distance } ?? nearest.count
      nearest.insert((distance, id), at: place)
      if nearest.count > maximumRanked { nearest.removeLast() }
      if nearest.count == maximumRanked { worst = nearest[maximumRanked - 1].distance }
    }
  }

  // MARK: - Keeping

  static func removeSketch(_ id: Int64, from sketch: Int64, _ connection: Connection) throws(SQLiteError) {
    guard let pairs = try connection.row("SELECT pairs FROM sketch WHERE id = ?", [.integer(sketch)])?.blob(0) else {
      return
    }
    var kept: [UInt8] = []
    kept.reserveCapacity(pairs.count)
    for start in stride(from: 0, to: pairs.count, by: pairBytes) {
      let pair = pairs[start..<min(start + pairBytes, pairs.count)]
      let owner = pair.suffix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      if owner != UInt64(bitPattern: id) { kept += pair }
    }
    if kept.isEmpty {
      try connection.run("DELETE FROM sketch WHERE id = ?", [.integer(sketch)])
    } else {
      try connection.run("UPDATE sketch SET pairs = ? WHERE id = ?", [.blob(kept), .integer(sketch)])
    }
  }
}

/// The rows that pairs are added to: each is read once and written once, however many pairs come.
struct OpenSketches {
  private struct Open {
    let place: [UInt8]
    let id: Int64
    var pairs: [UInt8]
    var isChanged = false
  }

  private let connection: Connection
  private var all: [Open] = []

  init(_ connection: Connection) { self.connection = connection }

  /// Opens the row of a place that has room. - Returns: its number.
  mutating func open(of place: [UInt8]) throws(SQLiteError) -> Int64 {
    let full = IntentCache.pairsInRow * IntentCache.pairBytes
    if let index = all.firstIndex(where: { $0.place == place }) {
      if all[index].pairs.count < full { return all[index].id }
      try close(index)
      all.remove(at: index)
    } else {
      let last = try connection.row(
        "SELECT id, pairs FROM sketch WHERE place = ? ORDER BY id DESC LIMIT 1", [.blob(place)])
      if let last, last.blob(1).count < full {
        all.append(Open(place: place, id: last.integer(0), pairs: last.blob(1)))
        return last.integer(0)
      }
    }
    try connection.run("INSERT INTO sketch (place, pairs) VALUES (?, x'')", [.blob(place)])
    all.append(Open(place: place, id: connection.lastInsertedRow, pairs: []))
    return all[all.count - 1].id
  }

  /// Adds a pair to the row of a place that was opened for it.
  mutating func add(_ signs: UInt64, _ id: Int64, of place: [UInt8]) {
    guard let index = all.firstIndex(where: { $0.place == place }) else { return }
    for word in [signs, UInt64(bitPattern: id)] {
      withUnsafeBytes(of: word) { all[index].pairs += $0 }
    }
    all[index].isChanged = true
  }

  /// Writes all of them, and knows none any more: others may change them.
  mutating func close() throws(SQLiteError) {
    for index in all.indices { try close(index) }
    all = []
  }

  private func close(_ index: Int) throws(SQLiteError) {
    let open = all[index]
    if !open.isChanged { return }
    try connection.run("UPDATE sketch SET pairs = ? WHERE id = ?", [.blob(open.pairs), .integer(open.id)])
  }
}
