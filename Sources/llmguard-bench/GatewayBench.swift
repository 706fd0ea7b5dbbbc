import Posix
import TextFormats

/// The measurements of the gateway.
struct GatewayBench {
  let rounds: Int
  let calls: Int
  let other: String?
  let port: Int64?
  /// LiteLLM's program, where its proxy is measured, too.
  let litellm: String?

  /// A way of the calls.
  private struct Way {
    let name: String
    /// What stands before the client's command.
    let prefix: [String]
    let base: String
    var key = "sk-bench"
  }

  /// What one measurement gave, over all rounds.
  private struct Sample {
    var times: [Int64] = []
    var delays: [Int64] = []
    var rates: [Int64] = []
    var memory: [Int64] = []
  }

  private struct Line {
    let name: String
    let unit: String
    let values: [(way: String, value: Int64)]
    let target: String
  }

  func run(isJSON: Bool) throws(BenchFailure) -> Int32 {
    guard let own = ProcessInfo.executablePath else { throw BenchFailure("/proc is not there") }
    let home = try GatewayHome()
    defer { home.remove() }
    let (folder, work) = (home.programs, home.path)
    let provider = try home.startProvider(port: port)
    var ways = [
      Way(name: "direct", prefix: [], base: provider),
      Way(name: "gateway", prefix: ["\(folder)/llmguard", "run", "-q", "--"], base: provider),
    ]
    if let other { ways.append(Way(name: "beside", prefix: [], base: other)) }
    let proxy: LiteLLMProxy?
    if let litellm {
      let started = try LiteLLMProxy(litellm, before: provider, in: work)
      ways.append(Way(name: "litellm", prefix: [], base: started.base, key: started.key))
      proxy = started
    } else {
      proxy = nil
    }
    defer { proxy?.stop() }
    let lines = try measure(ways, proxy, own, home) + [try startUp("\(folder)/llmguard", work)]
    try? StandardStreams.print(isJSON ? JSONWriter.pretty(json(lines)) : text(lines))
    return 0
  }

  // MARK: - Measuring

  private func measure(
    _ ways: [Way], _ proxy: LiteLLMProxy?, _ own: String, _ home: GatewayHome
  ) throws(BenchFailure) -> [Line] {
    var one: [String: Sample] = [:]
    var sixteen: [String: Sample] = [:]
    var streams: [String: Sample] = [:]
    var idle: [String: Sample] = [:]
    for _ in 0..<rounds {
      // In turn, so that what else the machine does touches all alike.
      for way in ways {
        try add(&one, way, own, home, "calls", connections: 1, count: calls)
        try add(&sixteen, way, own, home, "calls", connections: 16, count: max(1, calls / 4))
        try add(&streams, way, own, home, "streams", connections: 1, count: 10)
        try add(&idle, way, own, home, "idle", connections: 64, count: 1)
      }
    }
    func values(_ samples: [String: Sample], _ pick: (Sample) -> Int64) -> [(way: String, value: Int64)] {
      ways.map { ($0.name, samples[$0.name].map(pick) ?? 0) }
    }
    return [
      Line(
        name: "one connection, median", unit: "us", values: values(one) { Self.percentile($0.times, 50) },
        target: "+150"),
      Line(
        name: "one connection, p99", unit: "us", values: values(one) { Self.percentile($0.times, 99) }, target: "+2000"),
      Line(
        name: "16 connections, calls a second", unit: "1/s", values: values(sixteen) { Self.percentile($0.rates, 50) },
        target: ">=5000"),
      Line(
        name: "first byte of a stream, median", unit: "us", values: values(streams) { Self.percentile($0.times, 50) },
        target: "+1000"),
      Line(
        name: "an event under way, median", unit: "us", values: values(streams) { Self.percentile($0.delays, 50) },
        target: ""),
      Line(
        name: "an event under way, p99", unit: "us", values: values(streams) { Self.percentile($0.delays, 99) },
        target: "+1000"),
      Line(
        name: "memory at 64 connections", unit: "kB",
        values: [("gateway", idle["gateway"]?.memory.max() ?? 0)] + (proxy.map { [("litellm", $0.memory)] } ?? []),
        target: "<=30720"),
    ]
  }

  private func add(
    _ samples: inout [String: Sample], _ way: Way, _ own: String, _ home: GatewayHome, _ kind: String, connections: Int,
    count: Int
  ) throws(BenchFailure) {
    let file = "\(home.path)/result.json"
    var command = ChildCommand(
      arguments: way.prefix + [
        own, "gateway", "load", "--kind", kind, "--connections", "\(connections)", "--calls", "\(count)", file,
      ])
    command.environment = home.environment(base: way.base, key: way.key)
    guard command.run() == .exited(0), let bytes = try? File.readAll(file), let json = try? JSONParser.parse(bytes)
    else {
      throw BenchFailure("the client of '\(way.name)' failed")
    }
    if let failures = json["failures"]?.int64Value, failures > 0 {
      throw BenchFailure("\(failures) connections of '\(way.name)' failed")
    }
    var sample = samples[way.name] ?? Sample()
    let times = json["times_us"]?.arrayValue?.compactMap(\.int64Value) ?? []
    sample.times += times
    sample.delays += json["delays_us"]?.arrayValue?.compactMap(\.int64Value) ?? []
    sample.rates.append(Int64(times.count) * 1_000_000 / max(1, json["elapsed_us"]?.int64Value ?? 1))
    sample.memory.append(json["parent_rss_kb"]?.int64Value ?? 0)
    samples[way.name] = sample
  }

  /// What a run costs that calls nothing, with the gateway and without.
  private func startUp(_ program: String, _ work: String) throws(BenchFailure) -> Line {
    var times: [[Int64]] = [[], []]
    for _ in 0..<(rounds * 10) {
      for (index, options) in [["--no-gateway"], []].enumerated() {
        var command = ChildCommand(arguments: [program, "run", "-q"] + options + ["--", "true"])
        command.environment = ["HOME": work]
        let start = Clock.monotonicNanoseconds
        guard command.run() == .exited(0) else { throw BenchFailure("'llmguard run -- true' failed") }
        times[index].append((Clock.monotonicNanoseconds - start) / 1000)
      }
    }
    return Line(
      name: "run -- true, median", unit: "us",
      values: [("no gateway", Self.percentile(times[0], 50)), ("gateway", Self.percentile(times[1], 50))],
      target: "+1000")
  }

  private static func percentile(_ values: [Int64], _ percent: Int) -> Int64 {
    let sorted = values.sorted()
    return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * percent / 100)]
  }

  // MARK: - Output

  private func json(_ lines: [Line]) -> JSONValue {
    [
      "schema": 1, "rounds": .int(Int64(rounds)), "calls": .int(Int64(calls)),
      "measurements": .array(
        lines.map { line in
          [
            "name": .string(line.name), "unit": .string(line.unit), "target": .string(line.target),
            "values": .object(JSONObject(line.values.map { ($0.way, .int($0.value)) })),
          ]
        }),
    ]
  }

  private func text(_ lines: [Line]) -> String {
    lines.map { line in
      let values = line.values.map { "\($0.way) \($0.value)" }.joined(separator: ", ")
      let isAdded = line.values.count > 1 && line.target.hasPrefix("+")
      let added = isAdded ? ", added \(line.values[1].value - line.values[0].value)" : ""
      return "\(line.name) (\(line.unit)): \(values)\(added)\(line.target.isEmpty ? "" : "; wanted \(line.target)")\n"
    }.joined()
  }
}
