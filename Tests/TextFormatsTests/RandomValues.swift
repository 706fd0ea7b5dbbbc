import SeededGenerator
import TextFormats

/// Random values whose written form must read back as themselves.
struct RandomValues {
  var generator: Seeded

  init(seed: UInt64) { generator = Seeded(seed) }

  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }

  mutating func string() -> String {
    let pieces = [
      "", "a", "key", "ü", "e\u{301}", "\u{E9}", "日本", "👩‍👩‍👧", "\"", "\\", "\n", "\r\n", "\t", "\u{0}", "\u{1B}", "\u{7F}",
      "\u{2028}",
      "\u{FEFF}", "\u{10FFFF}", ".", "#", "'''", "\"\"\"", " ", "=", "[", "}",
    ]
    return (0..<below(5)).map { _ in pieces[below(pieces.count)] }.joined()
  }

  mutating func integer() -> Int64 {
    [Int64.min, Int64.max, 0, -1, 1, Int64(truncatingIfNeeded: generator.next())][below(6)]
  }

  mutating func json(depth: Int) -> JSONValue {
    switch below(depth > 0 ? 7 : 4) {
    case 0: return .null
    case 1: return .bool(below(2) == 0)
    case 2: return .int(integer())
    case 3: return .string(string())
    case 4, 5: return .array((0..<below(4)).map { _ in json(depth: depth - 1) })
    default: return .object(JSONObject((0..<below(20)).map { _ in (string(), json(depth: depth - 1)) }))
    }
  }

  mutating func toml(depth: Int) -> TOMLValue {
    switch below(depth > 0 ? 8 : 5) {
    case 0: return .string(string())
    case 1: return .integer(integer())
    case 2:
      let value = Double(bitPattern: generator.next())
      return .float([0.0, -0.0, 1e100, .leastNonzeroMagnitude, .infinity, -.infinity, .nan, value][below(8)])
    case 3: return .boolean(below(2) == 0)
    case 4:
      let words = [
        "2024-02-29", "00:00:00", "23:59:60.125", "0000-01-01T12:00:00", "1979-05-27T07:32:00Z",
        "9999-12-31T00:32:00.999-07:30",
      ]
      return (try? TOMLParser.parse("a = " + words[below(words.count)]))?["a"]?.value ?? .boolean(false)
    case 5: return .array((0..<below(4)).map { _ in TOMLNode(toml(depth: depth - 1)) })
    case 6: return .array((0..<below(4)).map { _ in TOMLNode(.table(table(depth: depth - 1))) })
    default: return .table(table(depth: depth - 1))
    }
  }

  mutating func table(depth: Int) -> TOMLTable {
    var table = TOMLTable()
    for _ in 0..<below(12) { table.set(string(), TOMLNode(toml(depth: depth))) }
    return table
  }
}
