import Gateway
import Guard
import GuardModel
import HTTPWire
import Ledger
import Posix
import TextFormats

/// The run that this one stands in: its gateway is used, so that no call is metered twice.
final class OuterRun {
  static let gatewayVariable = "LLMGUARD_GATEWAY"
  static let runVariable = "LLMGUARD_RUN"

  /// The id of the run around this one, as the environment says; it may have ended.
  static var current: String? {
    guard Environment.value(gatewayVariable) != nil, let run = Environment.value(runVariable), !run.isEmpty,
      run.utf8.count <= 64, run.allSatisfy({ $0.isHexDigit })
    else { return nil }
    return run
  }

  static let envelopeVariable = "LLMGUARD_ENVELOPE"

  /// What names the envelope of a run around this one; `nil` where none holds one.
  static var envelope: String? {
    guard let run = current, let name = Environment.value(envelopeVariable),
      name == run || name.hasPrefix(CallRequest.envelope(inRun: run, of: ""))
    else { return nil }
    return name
  }

  static let programVariable = "LLMGUARD_PROGRAM"

  /// The program of the run around this one: what is called in it, its forecasts have to know.
  static var program: String? {
    guard current != nil, let program = Environment.value(programVariable) else { return nil }
    do throws(NameError) { try Name.check("program", program) } catch { return nil }
    return program
  }

  static let capsVariable = "LLMGUARD_CAPS"

  /// What the nearest run around this one that was given caps may take, in words; `nil` where none was.
  static var caps: String? {
    guard current != nil, let caps = Environment.value(capsVariable), !caps.isEmpty, caps.utf8.count <= 200,
      caps.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
    else { return nil }
    return caps
  }

  static let originsVariable = "LLMGUARD_ORIGINS"

  static let flightVariable = "LLMGUARD_FLIGHT"

  /// What names the calls of runs around this one that others wait for, with a gateway or without.
  static var flights: [String] { (Environment.value(flightVariable) ?? "").split(separator: ",").map(String.init) }

  /// The same for what a run starts that has one more.
  static func flights(with flight: String) -> String { (flights.suffix(16) + [flight]).joined(separator: ",") }

  /// The place in the line that the run around this one has given it.
  let turn: TurnPlace?
  /// What the run around this one holds by its text for what is this one's call.
  let insteadOf: HoldID?
  /// Where all runs' gateway is: `http://127.0.0.1:PORT/TOKEN`.
  private let gateway: String
  /// Where this one is.
  private let place: String
  private var hasLeft = false
  /// The programs in front of those that heed no variable, where they are not to go with the run around it.
  var shims: ShimFolder?
  /// What this run's own text took, for the runs around it: their gateway sees nothing of that.
  private var own = GatewaySummary()

  /// Joins the run around this one; `nil` when there is none, or when it has ended.
  ///
  /// - Parameters:
  ///   - user: who is charged here; it must be the outer run's user.
  ///   - terms: what this run wants for its own calls.
  ///   - isMeteredByText: whether its command is one call, which takes the place of the one around it.
  ///   - request: the submitted call that it is; `nil` for any other run.
  init?(user: String, terms: JoinedTerms, isMeteredByText: Bool, request: String? = nil) throws(Failure) {
    guard let root = Environment.value(Self.gatewayVariable), Self.current != nil else { return nil }
    let id = Random.hexadecimal(bytes: 8)
    // Behind the token stands one run at most: the gateway knows which one is around which.
    gateway = root.split(separator: "/", omittingEmptySubsequences: false).prefix(4).joined(separator: "/")
    place = "\(gateway)/\(JoinedRun.part(id))"
    var message = terms.json.objectValue ?? JSONObject()
    message["id"] = .string(id)
    message["metered_by_text"] = .bool(isMeteredByText)
    message["request"] = request.map { .string($0) }
    guard let answer = Self.ask(root, "join", .object(message)) else { return nil }
    turn = answer["turn"].flatMap(TurnPlace.init)
    insteadOf = answer["instead_of"]?.int64Value.map { HoldID($0) }
    if let outer = answer["user"]?.stringValue, outer != user {
      _ = leave(posted: nil)
      throw Failure(
        "this run is part of another one, whose calls are charged to \(outer), not to \(user)",
        hint: "leave out --user (and LLMGUARD_USER) inside a guarded script", status: Failure.Status.usage)
    }
  }

  static let rehearsalVariable = "LLMGUARD_REHEARSAL"

  /// Whether what the variables name is the dead end of `llmguard doctor`, and not one that is over.
  ///
  /// - Throws: where it is there and does not answer: what is started then may go out.
  static func isRehearsed() throws(Failure) -> Bool {
    guard let root = Environment.value(rehearsalVariable), root == Environment.value(gatewayVariable),
      let there = connected(root)
    else { return false }
    there.socket.close()
    if ask(root, rehearsalWord, [:])?[rehearsalWord]?.boolValue == true { return true }
    // It may have ended just now.
    guard let still = connected(root) else { return false }
    still.socket.close()
    throw Failure(
      "'llmguard doctor', before which the command is rehearsed, does not answer; nothing was started",
      hint: "rehearse it again; outside of a rehearsal: env -u \(rehearsalVariable)", status: Failure.Status.failed)
  }

  /// What a dead end is asked for, to tell it from a gateway.
  static let rehearsalWord = "rehearsal"

  /// What a call that is submitted here takes along of what the run around it wants, and who is charged there; `nil` where there is
  /// no such run, or where the call is to be made in it.
  static func termsForSubmitted() -> (terms: JoinedTerms, user: String)? {
    guard let root = Environment.value(gatewayVariable), current != nil, let answer = ask(root, "submit", [:]),
      let terms = answer["terms"], terms.objectValue != nil, let user = answer["user"]?.stringValue
    else { return nil }
    return (JoinedTerms(terms), user)
  }

  /// Whether a call that is submitted here is to be made in the run around it, which is there.
  static var keepsSubmitted: Bool {
    guard let root = Environment.value(gatewayVariable), current != nil, let answer = ask(root, "submit", [:]) else {
      return false
    }
    return answer["terms"]?.objectValue == nil
  }

  /// What the addresses of the gateway of this machine that the variables name begin with, without the scheme and without the part of
  /// a run inside; `nil` where they name none.
  static var root: Substring? {
    guard let stated = Environment.value(gatewayVariable), isOnThisMachine(stated) else { return nil }
    let parts = stated.split(separator: "/", omittingEmptySubsequences: false).prefix(4)
    // Without a token they would be anybody's.
    return parts.count == 4 && parts[3].isEmpty == false ? bare(parts.joined(separator: "/")) : nil
  }

  /// Lets the first call of the command take the place of its hold and its turn.
  ///
  /// - Returns: the cap of a run that the hold does not fit under; `nil` when it does.
  func standIn(for held: HeldCall, keeping: AnswerKeeping, place turn: TurnPlace?) -> RunCap? {
    let standIn = StandIn(held, keeping: keeping, place: turn)
    var message = standIn.earlier.members
    message["number"] = .int(held.plan.request.number)
    // A submitted run has an id of its own.
    message["run"] = .string(held.plan.request.run)
    message["keeping"] = .string(keeping.rawValue)
    message["turn"] = turn?.json
    return Self.ask(place, "stand-in", .object(message)).flatMap { $0["cap"].flatMap(RunCap.init) }
  }

  /// Whether a run inside may have given this run's hold back, to be its call.
  private(set) var isHandedOver = false
  /// Whether its command has taken anything that its gateway saw; `nil` where that is not there to say.
  private(set) var hasTaken: Bool?

  /// Whether its gateway itself has answered what its command asked, and nothing of that went out.
  private(set) var sentNothing = false

  /// Whether a call has taken the place of the hold; if not, none does any more.
  func hasReplacedStandIn() -> Bool {
    let answer = Self.ask(place, "withdraw", [:])
    // Where the gateway knows nothing of it, the ledger does.
    isHandedOver = answer?["handed_over"]?.boolValue ?? true
    hasTaken = answer?["has_taken"]?.boolValue
    sentNothing = answer?["sent_nothing"]?.boolValue ?? false
    return answer?["was_there"]?.boolValue == false
  }

  /// Counts what this run's own text took, under a number of the ledger.
  func add(_ sums: UsageSums, _ number: Int64?) { own.add(sums, number) }

  /// Leaves, once. - Returns: what the outer gateway saw of this run; `nil` when that has ended.
  ///
  /// - Parameters:
  ///   - posted: what the text of the command was charged, where no call took its place.
  ///   - looksUp: whether its calls will be looked up in the ledger.
  ///   - answer: the ledger's entry of the answer that this run's own cache gave in place of its command.
  func leave(posted: Charge?, looksUp: Bool = false, answeredBy answer: Int64? = nil) -> GatewaySummary? {
    if hasLeft { return nil }
    hasLeft = true
    let message: JSONValue = [
      "charge_tokens": .int(posted?.tokens), "cost_micro_usd": .int(posted?.costMicroUSD), "looks_up": .bool(looksUp),
      "answered_by": .int(answer), "own": own.json,
    ]
    return Self.ask(place, "leave", message).map(GatewaySummary.init)
  }

  /// A command whose calls are this run's: every address of the gateway that it is told says so, in its variables and in
  /// its words, where a shell may have put one for a variable.
  func command(_ line: [String]) -> ChildCommand {
    var command = ChildCommand(arguments: line.prefix(1) + line.dropFirst().map { led($0) ?? $0 })
    for (name, value) in Environment.dictionary {
      if let led = led(value) { command.environment[name] = .some(led) }
    }
    if let shims { command.environment["PATH"] = .some(shims.searchPath) }
    return command
  }

  /// A text with this run's address in place of the gateway's own and those of other runs; `nil` where it has none. Between
  /// the scheme and the rest a name and a password may stand.
  private func led(_ text: String) -> String? {
    let (gateway, place) = (Self.bare(gateway), Self.bare(place))
    var (led, rest) = ("", text[...])
    while let found = rest.firstRange(of: gateway) {
      led += rest[..<found.lowerBound]
      var after = rest[found.upperBound...]
      let part = after.dropFirst().prefix { $0 != "/" && $0 != "?" && $0 != "\"" && $0 != "'" && $0 != " " }
      if after.first == "/", JoinedRun.id(in: String(part)) != nil { after = after[part.endIndex...] }
      led += place
      rest = after
    }
    return led.isEmpty && rest.startIndex == text.startIndex ? nil : led + rest
  }

  /// Whether the gateway that the variables name is there, and no run could join it: one that many share takes none in.
  static var leadsToServer: Bool {
    guard current != nil, let root = Environment.value(gatewayVariable) else { return false }
    return connected(root) != nil
  }

  /// Whether a command's own words lead to the gateway that the variables name: a shell has put its address for a variable.
  static func isLed(_ line: [String]) -> Bool {
    guard let root = Environment.value(gatewayVariable), isOnThisMachine(root) else { return false }
    let address = bare(root)
    return line.dropFirst().contains { $0.firstRange(of: address) != nil }
  }

  /// A connection to a gateway of this machine, and the port and the path of its address.
  private static func connected(_ place: String) -> (socket: Socket, port: Substring, path: Substring)? {
    let rest = place.dropFirst("http://127.0.0.1:".count)
    let port = rest.prefix { $0 != "/" }
    guard place.hasPrefix("http://127.0.0.1:"), let number = UInt16(port),
      let socket = try? Socket.connected(to: number)
    else { return nil }
    return (socket, port, rest.dropFirst(port.count))
  }

  /// Whether a gateway's address is one of this machine: no run joins another.
  static func isOnThisMachine(_ root: String) -> Bool { root.hasPrefix("http://127.0.0.1:") }

  /// This process's variables without those that lead to a gateway of this machine: it is not there any more, or calls would be
  /// charged twice. What the user had said in their place is said again. One of another machine is its provider to a run.
  static func environmentWithout() -> [String: String] {
    guard let stated = Environment.value(gatewayVariable), isOnThisMachine(stated) else {
      return Environment.dictionary
    }
    let (root, origins) = (bare(stated), OwnOrigins(Environment.value(originsVariable) ?? ""))
    return Environment.dictionary.reduce(into: [:]) { variables, variable in
      let leads = variable.value.contains(root)
      variables[variable.key] = leads ? origins.own(variable.value, root) : variable.value
    }
  }

  /// A gateway's address without its scheme: nobody else's holds the token.
  static func bare(_ address: String) -> Substring {
    address.firstRange(of: "://").map { address[$0.upperBound...] } ?? address[...]
  }

  /// Tells the outer gateway something; `nil` when it is not there, or does not understand.
  private static func ask(_ place: String, _ word: String, _ message: JSONValue) -> JSONValue? {
    guard let (socket, port, path) = connected(place) else { return nil }
    defer { socket.close() }
    // Somebody else may be there.
    let endNs = Clock.monotonicNanoseconds + 60_000_000_000
    socket.setTimeouts(ms: 30_000)
    let body = Array(JSONWriter.compact(message).utf8)
    let head =
      "POST \(path)/llmguard/\(word) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
      + "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
    guard (try? socket.writeAll(Array(head.utf8) + body)) != nil else { return nil }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while bytes.count < 65_536, Clock.monotonicNanoseconds < endNs,
      let count = try? piece.withUnsafeMutableBytes({ try socket.read(into: $0) }), count > 0
    {
      bytes += piece[..<count]
    }
    guard let end = bytes.firstRange(of: [0x0D, 0x0A, 0x0D, 0x0A]),
      let head = try? HTTPResponseHead(reading: bytes[..<end.upperBound]), head.status == 200
    else { return nil }
    return try? JSONParser.parse(Array(bytes[end.upperBound...]))
  }
}
