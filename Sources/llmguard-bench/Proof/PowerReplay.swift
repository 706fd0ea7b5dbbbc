import GuardModel
import Ledger
import Posix
import SQLiteLedger

/// Plays a recording up to many instants, lets the power fail there, and looks what is left.
struct PowerReplay {
  private let record: [UInt8]
  private let events: [PowerRecording.Event]
  /// The instants, in order: after how many events.
  private var instants: [Int]
  private let isDiskLying: Bool
  private var random: SeededRandom
  /// Where what is left is put: in memory, where that is.
  private let folder: String

  init(_ recording: PowerRecording, points: Int64, seed: Int64, isDiskLying: Bool = false) throws(BenchFailure) {
    let (record, events) = try recording.events()
    (self.record, self.events) = (record, events)
    self.isDiskLying = isDiskLying
    folder =
      (File.isWritable("/dev/shm") ? "/dev/shm" : recording.home.path)
      + "/llmguard-power-\(Random.hexadecimal(bytes: 6))"
    var random = SeededRandom(seed: UInt64(bitPattern: seed) ^ 0x504F_5745_52)
    // Half of them anywhere, half right after an acknowledgement, where there is most to lose.
    let acknowledged = events.indices.filter {
      events[$0].name == PowerRecording.acknowledged && events[$0].kind == .written
    }
    var instants: [Int] = []
    for point in 0..<Int(points) {
      if point % 2 == 0 || acknowledged.isEmpty {
        instants.append(Int.random(in: 0...events.count, using: &random))
      } else {
        instants.append(acknowledged[Int.random(in: 0..<acknowledged.count, using: &random)] + 1)
      }
    }
    self.instants = instants.sorted()
    self.random = random
  }

  /// Looks at every instant, and reports what is wrong.
  mutating func check(_ findings: inout Findings) throws(BenchFailure) {
    var (wrong, settlements, done) = (0, 0, 0)
    try visit { instant, problems, acknowledged in
      settlements = max(settlements, acknowledged)
      done += 1
      for problem in problems.prefix(3) where wrong < 10 {
        findings.report("event \(instant): \(problem)", holds: false)
      }
      wrong += problems.isEmpty ? 0 : 1
      return true
    }
    findings.report(
      "the power failed at \(done) instants of \(events.count) recorded calls with \(settlements) acknowledged "
        + "settlements: \(wrong) left something lost or unsound", holds: wrong == 0 && settlements > 0)
  }

  /// The first thing found wrong; `nil` when nothing is.
  mutating func firstProblem() throws(BenchFailure) -> String? {
    var first: String?
    try visit { _, problems, _ in
      first = problems.first
      return first == nil
    }
    return first
  }

  private mutating func visit(_ look: (Int, [String], Int) -> Bool) throws(BenchFailure) {
    defer { try? Folder.removeTree(folder) }
    var disk = PowerDisk(isLying: isDiskLying)
    var acknowledged: [LedgerCaller.Acknowledgement] = []
    var played = 0
    for instant in instants {
      while played < instant {
        let event = events[played]
        if event.name != PowerRecording.acknowledged {
          disk.apply(event, record)
        } else if event.kind == .written {
          let text = String(decoding: record[event.bytes], as: UTF8.self)
          guard let line = PowerRecording.acknowledgement(text) else {
            throw BenchFailure("an acknowledgement cannot be read: \(text)")
          }
          acknowledged.append(line)
        }
        played += 1
      }
      let mode = PowerDisk.Mode.allCases[Int.random(in: 0..<PowerDisk.Mode.allCases.count, using: &random)]
      let left = disk.afterPowerLoss(mode, &random)
      let problems = try problems(left, acknowledged).map { "\($0) (\(mode) of what was not synced survived)" }
      if !look(instant, problems, acknowledged.count) { return }
    }
  }

  /// What is wrong with what is left; the next call must find it in order, too.
  private mutating func problems(
    _ left: [String: [UInt8]], _ acknowledged: [LedgerCaller.Acknowledgement]
  ) throws(BenchFailure) -> [String] {
    let path = folder + "/ledger.sqlite3"
    do throws(PosixError) {
      if File.exists(folder) { try Folder.removeTree(folder) }
      try Folder.makePrivate(folder)
      for (name, bytes) in left { try put(bytes, folder + "/" + name) }
      // Nothing is promised of the shared memory's file.
      if left[File.name(of: path) + "-wal"] != nil, Bool.random(using: &random) {
        var noise: [UInt8] = []
        for _ in 0..<4096 { withUnsafeBytes(of: random.next()) { noise += $0 } }
        try put(noise, path + "-shm")
      }
    } catch { throw BenchFailure(error) }
    do throws(LedgerError) {
      let ledger = try SQLiteLedger(path: path, zone: .utc)
      _ = try ledger.recover(nowUnixMs: Clock.unixMs)
      do throws(BenchFailure) {
        let problems = try Inspection(ledger, acknowledged: acknowledged).problems
        if !problems.isEmpty { return problems }
      } catch { return [error.message] }
      let request = LedgerCaller.request("after", user: "after", tokens: 5)
      guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: Clock.unixMs) else {
        return ["the next call is not held"]
      }
      _ = try ledger.settle(hold, LedgerCaller.settlement(5), nowUnixMs: Clock.unixMs)
      return []
    } catch { return ["it cannot be used: \(error)"] }
  }

  private func put(_ bytes: [UInt8], _ path: String) throws(PosixError) {
    let file = try FileDescriptor.open(path, .createNew)
    defer { file.close() }
    try file.writeAll(bytes)
  }
}
