import Configuration
import SeededGenerator
import Testing

/// Damaged files are problems or settings, never a crash, and every problem has a place inside the file.
@Suite struct MutationTests {
  static let pieces = [
    "[", "]", "[[", "{", "}", "=", "\"", "'", "\n", ".", ",", "#", "NAME", "tier", "lock", "9223372036854775807", "-1",
    "nan", "1e400", "1979-05-27", "true", "\u{0}", "\u{1F600}", "\\u0000", "unlimited", "$", "burst", "keys",
  ].map { Array($0.utf8) }

  static func mutated(_ original: [UInt8], _ generator: inout Seeded) -> [UInt8] {
    var bytes = original
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let place = Int.random(in: 0...bytes.count, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: bytes.insert(contentsOf: pieces.randomElement(using: &generator) ?? [], at: place)
      case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...8, using: &generator)))
      case 2 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &generator)
      default:
        let end = min(bytes.count, place + Int.random(in: 1...40, using: &generator))
        bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &generator))
      }
    }
    return bytes
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func aDamagedFileIsReadOrReported(_ seed: UInt64) {
    var generator = Seeded(seed)
    let originals = [SettingsTests.everything, ConfigTemplateTests.uncommented, BudgetsTests.toml].map {
      Array($0.utf8)
    }
    var reported = 0
    for round in 0..<300 {
      let bytes = Self.mutated(originals[round % originals.count], &generator)
      let kind: ConfigSource.Kind = round % 2 == 0 ? .user : .system
      let lines = bytes.reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
      let (settings, problems) = ConfigReader.read([ConfigSource(path: "x", bytes: bytes, kind: kind)]) {
        Reading.zones.contains($0)
      }
      for problem in problems {
        #expect((1...lines).contains(problem.position?.line ?? 0), "seed \(seed), round \(round): \(problem)")
        #expect(!problem.message.isEmpty)
      }
      if problems.isEmpty { #expect(!settings.listing.isEmpty) } else { reported += 1 }
    }
    // The control: a mutation that never hurt would prove nothing.
    #expect(reported > 150)
  }
}
