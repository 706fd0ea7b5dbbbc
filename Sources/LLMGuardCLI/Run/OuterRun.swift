import Gateway
import GuardModel
import HTTPWire
import Posix
import TextFormats

/// The run that this one stands in: its gateway is used, so that no call is metered twice.
struct OuterRun {
  static let gatewayVariable = "LLMGUARD_GATEWAY"
  static let runVariable = "LLMGUARD_RUN"

  /// The id of the run around this one, as the environment says; it may have ended.
  static var current: String? {
    guard Environment.value(gatewayVariable) != nil, let run = Environment.value(runVariable), !run.isEmpty,
      run.utf8.count <= 64, run.allSatisfy({ $0.isHexDigit })
    else { return nil }
    return run
  }

  static let programVariable = "LLMGUARD_PROGRAM"

  /// The program of the run around this one: what is called in it, its forecasts have to know.
  static var program: String? {
    guard current != nil, let program = Environment.value(programVariable) else { return nil }
    do throws(NameError) { try Name.check("program", program) } catch { return nil }
    return program
  }

  /// The outer run's id: this one's calls are its calls.
  let run: String
  private let root: String
  private let joined: JoinedRun

  /// The run around this one; `nil` when there is none, or when it has ended.
  ///
  /// - Parameters:
  ///   - user: who is charged here; it must be the outer run's user.
  ///   - operation: what the calls are for, where that was said.
  init?(user: String, operation: String?) throws(Failure) {
    guard let root = Environment.value(Self.gatewayVariable), let run = Self.current else { return nil }
    self.root = root
    self.run = run
    joined = JoinedRun(id: Random.hexadecimal(bytes: 8), operation: operation)
    guard let answer = ask() else { return nil }
    if let outer = answer["user"]?.stringValue, outer != user {
      throw Failure(
        "this run is part of another one, whose calls are charged to \(outer), not to \(user)",
        hint: "leave out --user (and LLMGUARD_USER) inside a guarded script", status: Failure.Status.usage)
    }
  }

  /// What the outer gateway saw of this run; `nil` when it has ended.
  var summary: GatewaySummary? {
    guard let answer = ask() else { return nil }
    var summary = GatewaySummary()
    summary.calls = answer["calls"]?.int64Value ?? 0
    summary.refusals = answer["refusals"]?.int64Value ?? 0
    summary.lastWasRefused = answer["last_was_refused"]?.boolValue ?? false
    return summary
  }

  /// The variables that say whose the command's calls are.
  var environment: [String: String?] {
    var variables: [String: String?] = [:]
    for (name, value) in Environment.dictionary where value == root || value.hasPrefix(root + "/") {
      variables[name] = "\(root)/\(joined.part)" + value.dropFirst(root.count)
    }
    return variables
  }

  /// This process's variables without those that lead to a gateway which is not there any more.
  static func environmentWithout() -> [String: String] {
    guard let root = Environment.value(gatewayVariable), !root.isEmpty else { return Environment.dictionary }
    return Environment.dictionary.filter { !$0.value.hasPrefix(root) }
  }

  private func ask() -> JSONValue? {
    let rest = root.dropFirst("http://127.0.0.1:".count)
    let port = rest.prefix { $0 != "/" }
    guard root.hasPrefix("http://127.0.0.1:"), let number = UInt16(port), let socket = try? Socket.connected(to: number)
    else { return nil }
    defer { socket.close() }
    socket.setTimeouts(ms: 5000)
    let path = "\(rest.dropFirst(port.count))/\(joined.part)/llmguard/summary"
    let request = "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n"
    guard (try? socket.writeAll(Array(request.utf8))) != nil else { return nil }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while bytes.count < 65_536, let count = try? piece.withUnsafeMutableBytes({ try socket.read(into: $0) }), count > 0
    {
      bytes += piece[..<count]
    }
    guard let end = bytes.firstRange(of: [0x0D, 0x0A, 0x0D, 0x0A]),
      let head = try? HTTPResponseHead(reading: bytes[..<end.upperBound]), head.status == 200
    else { return nil }
    return try? JSONParser.parse(Array(bytes[end.upperBound...]))
  }
}
