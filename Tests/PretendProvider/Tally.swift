import HTTPWire
import Posix
import TextFormats

/// What the provider itself counts: the truth that a ledger is held against.
public final class Tally: Sendable {
  /// The calls of one model.
  public struct Line: Hashable, Sendable {
    /// Calls that were answered whole.
    public var calls: Int64 = 0
    /// Their input tokens.
    public var inputTokens: Int64 = 0
    /// Their output tokens.
    public var outputTokens: Int64 = 0
    /// Calls that were answered with an error.
    public var errors: Int64 = 0
    /// Calls whose answer did not leave whole: cut, or the client left.
    public var cuts: Int64 = 0

    /// No calls.
    public init() {}
  }

  struct State {
    var lines: [String: Line] = [:]
    var others: [String: Int64] = [:]
    var last: (head: HTTPRequestHead, body: [UInt8])?
    var connections: Int64 = 0
    var open: Int64 = 0
  }

  let state = Locked(State())
  /// What is left of the provider's own limits.
  let limits = Locked(OwnLimits())

  /// The calls of each model.
  public var lines: [String: Line] { state.use { $0.lines } }

  /// Requests that cost nothing, by method and path.
  public var others: [String: Int64] { state.use { $0.others } }

  func count(_ model: String, _ change: (inout Line) -> Void) {
    state.use { change(&$0.lines[model, default: Line()]) }
  }

  /// Counts a failure of the first calls of a model; says whether this call is one of them.
  func isStillFailing(_ model: String, times: Int) -> Bool {
    state.use { state in
      guard state.lines[model, default: Line()].errors < times else { return false }
      state.lines[model, default: Line()].errors += 1
      return true
    }
  }

  /// Forgets all.
  public func reset() {
    state.use { ($0.lines, $0.others, $0.last) = ([:], [:], nil) }
    limits.use { $0 = OwnLimits() }
  }

  var json: JSONValue {
    state.use { state in
      var sum = Line()
      var models = JSONObject()
      for (model, line) in state.lines.sorted(by: { $0.key < $1.key }) {
        models[model] = Self.json(line)
        sum.calls += line.calls
        sum.inputTokens += line.inputTokens
        sum.outputTokens += line.outputTokens
        sum.errors += line.errors
        sum.cuts += line.cuts
      }
      let others = JSONObject(state.others.sorted { $0.key < $1.key }.map { ($0.key, .int($0.value)) })
      return [
        "schema": 1, "total": Self.json(sum), "models": .object(models), "other_requests": .object(others),
        "connections": .int(state.connections), "open_connections": .int(state.open),
      ]
    }
  }

  private static func json(_ line: Line) -> JSONValue {
    [
      "calls": .int(line.calls), "input_tokens": .int(line.inputTokens), "output_tokens": .int(line.outputTokens),
      "errors": .int(line.errors), "cuts": .int(line.cuts),
    ]
  }
}
