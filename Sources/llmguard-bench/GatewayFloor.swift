import Posix
import SQLite
import TextFormats

/// What calls cost that go through the least gateway which keeps the same promise, beside llmguard's.
struct GatewayFloor {
  let rounds: Int
  let calls: Int

  /// The streams of a round.
  private static let streams = 20

  /// What the C program promises, and its way's name.
  private static let promises = [("pass", "pass"), ("committed", "committed"), ("synced", "floor"), ("whole", "whole")]

  func run(isJSON: Bool) throws(BenchFailure) -> Int32 {
    let home = try GatewayHome(needing: ["gateway-floor"])
    defer { home.remove() }
    let provider = try home.startProvider()
    let port = String(provider.drop { $0 != ":" }.dropFirst().drop { $0 != ":" }.dropFirst().prefix { $0.isNumber })
    var ways = [GatewayWay(name: "direct", prefix: [], base: provider)]
    try makeLedger(provider, home)
    for (promise, name) in Self.promises {
      let ledger = promise == "pass" ? [] : ["\(home.path)/\(name).sqlite3"]
      let floor = try home.start("gateway-floor", [promise, port] + ledger, as: name)
      ways.append(GatewayWay(name: name, prefix: [], base: floor.url + "/v1", process: floor.pid))
    }
    let command = ["\(home.programs)/llmguard", "run", "-q", "--"]
    ways.append(GatewayWay(name: "llmguard", prefix: command, base: provider))
    let figures = try measure(ways, home)
    for name in ["committed", "floor"] { try check(name, home, tokens: "tokens") }
    try check("whole", home, tokens: "charge_tokens", before: 1)
    // Nor may llmguard forget one, or answer it from the cache: the others do neither.
    try check(".local/state/llmguard/ledger", home, tokens: "charge_tokens")
    let json: JSONValue = [
      "schema": 1, "rounds": .int(Int64(rounds)), "calls": .int(Int64(calls)),
      "measurements": FloorFigure.json(figures),
    ]
    try? StandardStreams.print(isJSON ? JSONWriter.pretty(json) : FloorFigure.text(figures))
    return 0
  }

  /// Has llmguard make the ledger into which its own rows are written, by a call.
  private func makeLedger(_ provider: String, _ home: GatewayHome) throws(BenchFailure) {
    let client = [home.own, "gateway", "load", "--connections", "1", "--calls", "1", "\(home.path)/first.json"]
    var command = ChildCommand(arguments: ["\(home.programs)/llmguard", "run", "-q", "--"] + client)
    command.environment = home.environment(base: provider, key: "sk-bench")
    command.environment["LLMGUARD_LEDGER"] = "\(home.path)/whole.sqlite3"
    guard command.run() == .exited(0) else { throw BenchFailure("'llmguard run' made no ledger") }
  }

  // MARK: - Measuring

  private func measure(_ ways: [GatewayWay], _ home: GatewayHome) throws(BenchFailure) -> [FloorFigure] {
    var (one, sixteen, streams) = ([String: GatewaySample](), [String: GatewaySample](), [String: GatewaySample]())
    for _ in 0..<rounds {
      // In turn, so that what else the machine does touches all alike.
      for way in ways {
        try one[way.name, default: GatewaySample()].add(way, home, .calls, connections: 1, count: calls)
        try sixteen[way.name, default: GatewaySample()].add(
          way, home, .calls, connections: 16, count: max(1, calls / 4))
        try streams[way.name, default: GatewaySample()].add(way, home, .streams, connections: 1, count: Self.streams)
      }
    }
    func values(_ samples: [String: GatewaySample], _ pick: (GatewaySample) -> Int64) -> [(way: String, value: Int64?)]
    {
      ways.map { ($0.name, samples[$0.name].map(pick)) }
    }
    func median(_ sample: GatewaySample) -> Int64 { GatewaySample.percentile(sample.times, 50) }
    // Direct calls go through no process.
    func processor(_ samples: [String: GatewaySample]) -> [(way: String, value: Int64?)] {
      values(samples, \.processorUsPerCall).map { ($0.way, $0.way == "direct" ? nil : $0.value) }
    }
    return [
      FloorFigure(name: "one connection, median", unit: "us", wanted: 150, values: values(one, median)),
      FloorFigure(
        name: "one connection, p99", unit: "us", wanted: 2000,
        values: values(one) { GatewaySample.percentile($0.times, 99) }),
      FloorFigure(
        name: "16 connections, calls", unit: "1/s", wanted: 5000, isRate: true,
        values: values(sixteen) { GatewaySample.percentile($0.rates, 50) }),
      FloorFigure(name: "first byte, median", unit: "us", wanted: 1000, values: values(streams, median)),
      FloorFigure(name: "one connection, processor", unit: "us", wanted: nil, values: processor(one)),
      FloorFigure(name: "16 connections, processor", unit: "us", wanted: nil, values: processor(sixteen)),
    ]
  }

  /// A floor that forgot a call would be none.
  ///
  /// - Parameters:
  ///   - column: where an entry's tokens stand.
  ///   - before: the calls that were in its ledger before.
  private func check(
    _ name: String, _ home: GatewayHome, tokens column: String, before: Int = 0
  ) throws(BenchFailure) {
    let made = Int64(before + rounds * (calls + 16 * max(1, calls / 4) + Self.streams))
    let found: [Int64]
    do throws(SQLiteError) {
      let ledger = try Connection(path: "\(home.path)/\(name).sqlite3", busyMs: 10_000)
      let row = try ledger.row(
        """
        SELECT count(*) FILTER (WHERE kind = 'reserve'), count(*) FILTER (WHERE kind = 'settle'),
          sum(\(column)) FILTER (WHERE kind = 'settle') - (SELECT posted FROM balance),
          (SELECT pending FROM balance), (SELECT count(*) FROM hold) FROM entry
        """)
      found = row.map { row in (0..<5).map { row.integer($0) } } ?? []
    } catch { throw BenchFailure("the ledger of '\(name)': \(error)") }
    guard found == [made, made, 0, 0, 0] else {
      throw BenchFailure("the ledger of '\(name)' does not hold \(made) calls once each: \(found)")
    }
  }
}
