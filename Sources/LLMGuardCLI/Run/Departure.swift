import CommandSpec
import Configuration
import Gateway
import Posix

/// How a submitted call leaves the guarded run in which it was submitted: it goes on when that is over, so it has a gateway of its own
/// and stands under its own id. What the run around it wants of its calls it takes along as options.
///
/// It stays where something of the run is to be shared with it: caps, a share of the budgets, what is held for the run's text, a
/// network that nothing else leads out of.
struct Departure {
  /// Options for its `run`, beside its own.
  private(set) var options: [String] = []
  /// Its variables that are other than those of this process; `nil` for one that it does not have.
  private(set) var environment: [String: String?] = [:]
  private let addresses: GatewayAddresses

  /// What cannot be had inside another run is refused by the call itself.
  private static let ofItsOwn = [RunCommand.isolate, RunCommand.unixSockets, RunCommand.noGateway]

  /// The run that a call stays in, to share what it has; `nil` where it leaves or there is none.
  static func stay(_ arguments: ParsedArguments) -> String? {
    ofItsOwn.contains { arguments[$0] } || !OuterRun.keepsSubmitted ? nil : OuterRun.current
  }

  /// - Returns: `nil` where there is no run around it, or where it stays.
  init?(_ arguments: ParsedArguments, _ settings: Settings) {
    for flag in Self.ofItsOwn where arguments[flag] { return nil }
    guard let (terms, user) = OuterRun.termsForSubmitted(), let addresses = GatewayAddresses(settings),
      [arguments[RunCommand.user], Environment.value(ActingUser.variable)].allSatisfy({ $0 == nil || $0 == user })
    else { return nil }
    self.addresses = addresses
    if arguments[RunCommand.operation] == nil, let operation = terms.operation { options += ["--op", operation] }
    if arguments[RunCommand.priority] == nil, let priority = terms.priority {
      options += ["--priority", priority.rawValue]
    }
    if !terms.mayDegrade, !arguments[RunCommand.noDegrade] { options.append(RunCommand.noDegrade.spec.name) }
    if terms.isStrict, !arguments[RunCommand.strict] { options.append(RunCommand.strict.spec.name) }
    if arguments[RunCommand.retries] == nil, let retries = terms.retries, retries > 0 {
      options += ["--retries", "\(retries)"]
    }
    if arguments[RunCommand.wait] == nil, let wait = terms.waitMs, wait != settings.queueWaitMs {
      options += ["--wait", "\(wait)ms"]
    }
    if arguments.given(RunCommand.failOpen) == nil, let opens = terms.failsOpen, opens != settings.failOpen {
      options.append(opens ? "--fail-open" : "--no-fail-open")
    }
    if arguments[RunCommand.cache] == nil, !arguments[RunCommand.noCache], let mode = terms.cacheMode {
      options += ["--cache", mode.rawValue]
    }
    environment = addresses.changes
    environment[ActingUser.variable] = user
    // What names the answers that others wait for stays: the script may wait for this call, which must not wait for the script's.
    for name in [
      OuterRun.runVariable, OuterRun.envelopeVariable, OuterRun.programVariable, OuterRun.originsVariable,
      OuterRun.capsVariable,
    ] {
      environment[name] = .some(nil)
    }
  }

  /// A word of its command line: where a shell has put an address of the gateway for a variable, that of the server behind it.
  func word(_ word: String) -> String { addresses.restored(word) ?? word }
}

/// The addresses of the gateway of a run that a process does without, and what they stand for.
struct GatewayAddresses {
  /// What they begin with, without the scheme.
  private let root: Substring
  private let all: OwnOrigins
  private let own: OwnOrigins
  /// The variables that the gateway's run has set.
  private let variables: Set<String>

  /// - Returns: `nil` where no variable names a gateway of this machine.
  init?(_ settings: Settings) {
    guard let root = OuterRun.root else { return nil }
    self.root = root
    let routes = RouteTable(providers: settings.providers, environment: OuterRun.environmentWithout())
    (all, own) = (OwnOrigins(everyOneOf: routes), OwnOrigins(of: routes))
    variables = Set(routes.settings.map(\.name) + [OuterRun.gatewayVariable])
  }

  /// This process's variables that lead there, as they are without it. What only the gateway has set is taken away.
  var changes: [String: String?] { led { _ in nil } }

  /// The same for a command that has no gateway: what only the gateway has set leads to its provider itself, as a script may say no
  /// more than the variable. The gateway's key goes with its address.
  var directions: [String: String?] { led { all.own($0, root) } }

  private func led(_ unset: (String) -> String?) -> [String: String?] {
    Environment.dictionary.reduce(into: [:]) { changes, variable in
      let (name, value) = variable
      guard value.contains(root) else { return }
      if variables.contains(name) {
        changes[name] = .some(own.own(value, root) ?? unset(value))
      } else if let restored = restored(value) {
        changes[name] = .some(restored)
      }
    }
  }

  /// A text with the addresses of another gateway in place of those that begin with `root`.
  static func moved(_ text: String, from root: Substring, to other: Substring) -> String {
    var (moved, rest) = ("", text[...])
    while let found = rest.firstRange(of: root) {
      moved += rest[..<found.lowerBound] + other
      rest = rest[found.upperBound...]
      let part = rest.dropFirst().prefix { !"/?\"' \n".contains($0) }
      if rest.first == "/", JoinedRun.id(in: String(part)) != nil { rest = rest[part.endIndex...] }
    }
    return moved + rest
  }

  private static func isOfPath(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || "/_-.~%".contains(character)
  }

  /// Where an address without a scheme begins, of which the end of a text is the name and the password, or nothing.
  private static func bareStart(_ head: String) -> String.Index? {
    let start = head.lastIndex { " \t\n\"'=,".contains($0) }.map { head.index(after: $0) } ?? head.startIndex
    let user = head[start...]
    return user.isEmpty || user.last == "@" && !user.contains("/") ? start : nil
  }

  /// A text with the servers in place of the addresses that lead to them; `nil` where it has none.
  func restored(_ text: String) -> String? {
    var (before, rest, isChanged) = ("", text[...], false)
    while let found = rest.firstRange(of: root) {
      // What stands behind the path stays as it is, whether it belongs to the address or parts it from the next one.
      let end = rest[found.upperBound...].firstIndex { !Self.isOfPath($0) } ?? rest.endIndex
      // Between the scheme and the rest a name and a password may stand.
      let head = String(rest[..<found.lowerBound])
      let start = head.ranges(of: "://").last?.lowerBound
      if let start, head[..<start].hasSuffix("http"),
        !head[start...].dropFirst(3).contains(where: { "/ \"'".contains($0) }),
        let server = all.own(String(head[start...]) + rest[found.lowerBound..<end], root)
      {
        before += head[..<start].dropLast(4) + server
        isChanged = true
      } else if let start = Self.bareStart(head),
        let server = all.own(String(head[start...]) + rest[found.lowerBound..<end], root)
      {
        before += head[..<start] + server
        isChanged = true
      } else {
        before += rest[..<end]
      }
      rest = rest[end...]
    }
    return isChanged ? before + rest : nil
  }
}
