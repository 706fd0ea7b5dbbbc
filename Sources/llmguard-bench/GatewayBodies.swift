import Posix
import TextFormats

/// Bodies of growing size through the gateway, and the most memory that it took for each.
struct GatewayBodies {
  /// The largest body.
  let bytes: Int64

  /// The way a body takes.
  enum Kind: String, CaseIterable {
    /// A metered answer in pieces, which is read on the way.
    case stream
    /// A body that the client sends.
    case upload
    /// A body that the provider sends.
    case download

    /// What passes it on, prints how many bytes came through, and then the most memory that its parent, the gateway, took.
    fileprivate var script: String {
      let transfer =
        switch self {
        case .stream:
          #"curl -sSN "$OPENAI_BASE_URL/chat/completions" -d '{"model":"m--huge-'$1'","stream":true,"messages":[]}' | wc -c"#
        case .upload:
          #"head -c $1 /dev/zero | curl -sS -X POST -T - "$OPENAI_BASE_URL/files" | sed 's/.*"bytes":\([0-9]*\).*/\1/'; echo"#
        case .download: #"curl -sS "$OPENAI_BASE_URL/files/$1/content" | wc -c"#
        }
      return "{ \(transfer); sed -n 's/^VmHWM:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$PPID/status; } >\"$2\""
    }
  }

  private struct Line {
    let kind: Kind
    let bytes: Int64
    let passed: Int64
    let peakKB: Int64
  }

  /// The most by which the peak may grow from a body of a megabyte to the largest: what is kept of one answer for the cache.
  static let mostGrowthKB: Int64 = 4096

  private var sizes: [Int64] { ([1_000_000, 100_000_000] + [bytes]).filter { $0 <= bytes } }

  func run(isJSON: Bool) throws(BenchFailure) -> Int32 {
    let home = try GatewayHome()
    defer { home.remove() }
    let provider = try home.startProvider()
    var lines: [Line] = []
    for kind in Kind.allCases {
      for size in sizes where !lines.contains(where: { $0.kind == kind && $0.bytes == size }) {
        lines.append(try pass(size, kind, provider, home))
      }
    }
    let growth = Kind.allCases.map { kind in
      let peaks = lines.filter { $0.kind == kind }.map(\.peakKB)
      return (kind, (peaks.max() ?? 0) - (peaks.first ?? 0))
    }
    try? StandardStreams.print(isJSON ? JSONWriter.pretty(json(lines, growth)) : text(lines, growth))
    return growth.allSatisfy { $0.1 <= Self.mostGrowthKB } ? 0 : 1
  }

  /// Lets one body pass a gateway of its own.
  private func pass(
    _ size: Int64, _ kind: Kind, _ provider: String, _ home: GatewayHome
  ) throws(BenchFailure) -> Line {
    let file = "\(home.path)/passed"
    var command = ChildCommand(
      arguments: ["\(home.programs)/llmguard", "run", "-q", "--", "sh", "-c", kind.script, "sh", "\(size)", file])
    command.environment = home.environment(base: provider, key: "sk-bench")
    guard command.run() == .exited(0), let bytes = try? File.readAll(file, maximumBytes: 4096) else {
      throw BenchFailure("a \(kind.rawValue) of \(size) bytes failed", hint: "is curl installed?")
    }
    let numbers = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap { Int64($0) }
    // A stream is larger than its text by what its events are made of.
    guard numbers.count == 2, kind == .stream ? numbers[0] >= size : numbers[0] == size else {
      throw BenchFailure("of a \(kind.rawValue) of \(size) bytes not all came through: \(numbers)")
    }
    return Line(kind: kind, bytes: size, passed: numbers[0], peakKB: numbers[1])
  }

  // MARK: - Output

  private func text(_ lines: [Line], _ growth: [(Kind, Int64)]) -> String {
    lines.map { "\($0.kind.rawValue) of \($0.bytes) bytes: \($0.passed) passed, peak \($0.peakKB) kB\n" }.joined()
      + growth.map { "\($0.rawValue): grew by \($1) kB; wanted <=\(Self.mostGrowthKB)\n" }.joined()
  }

  private func json(_ lines: [Line], _ growth: [(Kind, Int64)]) -> JSONValue {
    [
      "schema": 1,
      "bodies": .array(
        lines.map {
          [
            "kind": .string($0.kind.rawValue), "bytes": .int($0.bytes), "passed_bytes": .int($0.passed),
            "peak_kb": .int($0.peakKB),
          ]
        }),
      "growth_kb": .object(JSONObject(growth.map { ($0.rawValue, .int($1)) })),
      "most_growth_kb": .int(Self.mostGrowthKB),
    ]
  }
}
