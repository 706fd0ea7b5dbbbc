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

  private struct Line {
    let name: String
    let unit: String
    let values: [(way: String, value: Int64)]
    let target: String
  }

  func run(isJSON: Bool) throws(BenchFailure) -> Int32 {
    let home = try GatewayHome()
    defer { home.remove() }
    let (folder, work) = (home.programs, home.path)
    let provider = try home.startProvider(port: port)
    var ways = [
      GatewayWay(name: "direct", prefix: [], base: provider),
      GatewayWay(name: "gateway", prefix: ["\(folder)/llmguard", "run", "-q", "--"], base: provider),
    ]
    if let other { ways.append(GatewayWay(name: "beside", prefix: [], base: other)) }
    let proxy: LiteLLMProxy?
    if let litellm {
      let started = try LiteLLMProxy(litellm, before: provider, in: work)
      ways.append(GatewayWay(name: "litellm", prefix: [], base: started.base, key: started.key))
      proxy = started
    } else {
      proxy = nil
    }
    defer { proxy?.stop() }
    let lines = try measure(ways, proxy, home) + [try startUp("\(folder)/llmguard", work)]
    try? StandardStreams.print(isJSON ? JSONWriter.pretty(json(lines)) : text(lines))
    return 0
  }

  // MARK: - Measuring

  private func measure(
    _ ways: [GatewayWay], _ proxy: LiteLLMProxy?, _ home: GatewayHome
  ) throws(BenchFailure) -> [Line] {
    var one: [String: GatewaySample] = [:]
    var sixteen: [String: GatewaySample] = [:]
    var streams: [String: GatewaySample] = [:]
    var idle: [String: GatewaySample] = [:]
    var (crowd, crowdOfStreams) = (GatewaySample(), GatewaySample())
    for _ in 0..<rounds {
      // In turn, so that what else the machine does touches all alike.
      for way in ways {
        try one[way.name, default: GatewaySample()].add(way, home, .calls, connections: 1, count: calls)
        try sixteen[way.name, default: GatewaySample()].add(
          way, home, .calls, connections: 16, count: max(1, calls / 4))
        try streams[way.name, default: GatewaySample()].add(way, home, .streams, connections: 1, count: 10)
        try idle[way.name, default: GatewaySample()].add(way, home, .idle, connections: 64, count: 1)
        if way.name != "gateway" { continue }
        try crowd.add(way, home, .calls, connections: 64, count: 20)
        try crowdOfStreams.add(way, home, .streams, connections: 64, count: 5)
      }
    }
    func values(_ samples: [String: GatewaySample], _ pick: (GatewaySample) -> Int64) -> [(way: String, value: Int64)] {
      ways.map { ($0.name, samples[$0.name].map(pick) ?? 0) }
    }
    return [
      Line(
        name: "one connection, median", unit: "us", values: values(one) { GatewaySample.percentile($0.times, 50) },
        target: "+150"),
      Line(
        name: "one connection, p99", unit: "us", values: values(one) { GatewaySample.percentile($0.times, 99) },
        target: "+2000"),
      Line(
        name: "16 connections, calls a second", unit: "1/s",
        values: values(sixteen) { GatewaySample.percentile($0.rates, 50) },
        target: ">=5000"),
      Line(
        name: "first byte of a stream, median", unit: "us",
        values: values(streams) { GatewaySample.percentile($0.times, 50) },
        target: "+1000"),
      Line(
        name: "an event under way, median", unit: "us",
        values: values(streams) { GatewaySample.percentile($0.delays, 50) },
        target: ""),
      Line(
        name: "an event under way, p99", unit: "us",
        values: values(streams) { GatewaySample.percentile($0.delays, 99) },
        target: "+1000"),
      Line(
        name: "memory at 64 connections", unit: "kB",
        values: [("gateway", idle["gateway"]?.memory.max() ?? 0)] + (proxy.map { [("litellm", $0.memory)] } ?? []),
        target: "<=30720"),
      Line(
        name: "the most of it, 20 calls on each", unit: "kB", values: [("gateway", crowd.mostMemory.max() ?? 0)],
        target: "<=30720"),
      Line(
        name: "the most of it, 5 streams on each", unit: "kB",
        values: [("gateway", crowdOfStreams.mostMemory.max() ?? 0)], target: "<=30720"),
    ]
  }

  /// What a run costs that calls nothing, with the gateway and without.
  private func startUp(_ program: String, _ work: String) throws(BenchFailure) -> Line {
    var times: [[Int64]] = [[], []]
    for _ in 0..<(rounds * 10) {
      for (index, options) in [["--no-gateway"], []].enumerated() {
        var command = ChildCommand(arguments: [program, "run", "-q"] + options + ["--", "true"])
        command.environment = Tools.environment(home: work)
        let start = Clock.monotonicNanoseconds
        guard command.run() == .exited(0) else { throw BenchFailure("'llmguard run -- true' failed") }
        times[index].append((Clock.monotonicNanoseconds - start) / 1000)
      }
    }
    return Line(
      name: "run -- true, median", unit: "us",
      values: [
        ("no gateway", GatewaySample.percentile(times[0], 50)), ("gateway", GatewaySample.percentile(times[1], 50)),
      ],
      target: "+1000")
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
