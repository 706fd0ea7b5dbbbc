import Posix
import TextFormats

/// A way that calls go to the provider.
struct GatewayWay {
  let name: String
  /// What stands before the client's command.
  let prefix: [String]
  let base: String
  var key = "sk-bench"
  /// The process that calls go through; `nil` for the one that starts the client.
  var process: String?
}

/// What the calls of one way took, over all rounds.
struct GatewaySample {
  /// How long each call took, or the first byte of each stream.
  var times: [Int64] = []
  /// How long each event of a stream was under way.
  var delays: [Int64] = []
  /// Calls a second, in each round.
  var rates: [Int64] = []
  /// What the process between held in memory at the end, and the most it ever did.
  var (memory, mostMemory): ([Int64], [Int64]) = ([], [])
  /// What it took of the processors.
  var processorUs: Int64 = 0

  /// The time that it took of the processors for a call.
  var processorUsPerCall: Int64 { processorUs / Int64(max(1, times.count)) }

  /// Has the client, a process of its own, make calls.
  mutating func add(
    _ way: GatewayWay, _ home: GatewayHome, _ kind: GatewayLoad.Kind, connections: Int, count: Int
  ) throws(BenchFailure) {
    let file = "\(home.path)/result.json"
    let process = way.process.map { ["--process", $0] } ?? []
    var command = ChildCommand(
      arguments: way.prefix + [
        home.own, "gateway", "load", "--kind", kind.rawValue, "--connections", "\(connections)", "--calls",
        "\(count)",
      ] + process + [file])
    command.environment = home.environment(base: way.base, key: way.key)
    guard command.run() == .exited(0), let bytes = try? File.readAll(file), let json = try? JSONParser.parse(bytes)
    else {
      throw BenchFailure("the client of '\(way.name)' failed")
    }
    if let failures = json["failures"]?.int64Value, failures > 0 {
      throw BenchFailure("\(failures) connections of '\(way.name)' failed")
    }
    let new = json["times_us"]?.arrayValue?.compactMap(\.int64Value) ?? []
    times += new
    delays += json["delays_us"]?.arrayValue?.compactMap(\.int64Value) ?? []
    rates.append(Int64(new.count) * 1_000_000 / max(1, json["elapsed_us"]?.int64Value ?? 1))
    memory.append(json["parent_rss_kb"]?.int64Value ?? 0)
    mostMemory.append(json["parent_most_kb"]?.int64Value ?? 0)
    processorUs += json["processor_us"]?.int64Value ?? 0
  }

  static func percentile(_ values: [Int64], _ percent: Int) -> Int64 {
    let sorted = values.sorted()
    return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * percent / 100)]
  }
}
