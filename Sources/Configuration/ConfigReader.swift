import GuardModel
import Providers
import TextFormats

/// Reads the configuration: all files, all mistakes at once.
public struct ConfigReader {
  var settings = Settings()
  var problems: [ConfigProblem] = []
  var source = ConfigSource(path: "", bytes: [], kind: .user)
  private let isKnownZone: (String) -> Bool
  let patternProblem: (String) -> PatternFault?
  /// Whether all files could be read.
  private var isWhole = true
  /// References to tiers, checked when all files are read.
  var tierReferences: [(name: String, source: String, position: SourcePosition?)] = []

  private init(isKnownZone: @escaping (String) -> Bool, patternProblem: @escaping (String) -> PatternFault?) {
    self.isKnownZone = isKnownZone
    self.patternProblem = patternProblem
  }

  /// Reads the files in order, later ones over earlier ones, and the environment over all.
  ///
  /// - Parameters:
  ///   - sources: the system's file first.
  ///   - environment: variables by name.
  ///   - isKnownZone: whether a time zone of a name exists.
  ///   - patternProblem: what is wrong with a POSIX extended expression; `nil` when nothing is.
  /// - Returns: the rules, and every problem found; with problems the rules are incomplete.
  public static func read(
    _ sources: [ConfigSource], environment: [String: String] = [:], isKnownZone: @escaping (String) -> Bool,
    patternProblem: @escaping (String) -> PatternFault? = { _ in nil }
  ) -> (settings: Settings, problems: [ConfigProblem]) {
    var reader = ConfigReader(isKnownZone: isKnownZone, patternProblem: patternProblem)
    for source in sources { reader.read(source) }
    reader.read(environment)
    reader.checkReferences()
    return (reader.settings, reader.inOrder(sources))
  }

  /// The problems in the order of the files and their lines, those of the environment last.
  private func inOrder(_ sources: [ConfigSource]) -> [ConfigProblem] {
    func place(_ problem: ConfigProblem) -> (Int, Int, Int) {
      let file = sources.firstIndex { $0.path == problem.path } ?? sources.count
      return (file, problem.position?.line ?? 0, problem.position?.column ?? 0)
    }
    return problems.enumerated()
      .sorted { a, b in
        let (first, second) = (place(a.element), place(b.element))
        return first == second ? a.offset < b.offset : first < second
      }
      .map(\.element)
  }

  private mutating func read(_ source: ConfigSource) {
    self.source = source
    let (root, faults) = TOMLParser.collecting(source.bytes)
    let before = problems.count
    for entry in root?.entries ?? [] { readTop(entry) }
    if let root { nameKeys(ofProblems: before, root) }
    if root == nil { isWhole = false }
    var (told, twice) = (0, 0)
    for error in faults {
      let hint: String
      if error.message.contains("a second time") {
        twice += 1
        // Whoever takes a table out loses what stands in it.
        hint =
          (error.message.contains("the table is") ? "move its lines under the first one" : "take one of the two out")
          + (twice == TOMLParser.mostFaults ? "; what else is defined twice is told when these are mended" : "")
      } else {
        told += 1
        // What TOML is, is said once.
        hint =
          error.message.contains("UTF-8")
          ? "save the file as UTF-8"
          : told == 1
            ? "the file is TOML: lines of KEY = VALUE, in tables that begin with [NAME]; 'llmguard config init --stdout' prints one"
            : told == TOMLParser.mostFaults && root == nil ? "what comes after it is read when these are mended" : ""
      }
      problems.append(ConfigProblem(path: source.path, position: error.position, message: error.message, hint: hint))
    }
  }

  /// Says of each problem of a file which key it is about: the last one that begins before it.
  private mutating func nameKeys(ofProblems first: Int, _ root: TOMLTable) {
    if first == problems.count { return }
    var keys: [(position: SourcePosition, key: String)] = []
    func add(_ table: TOMLTable, _ path: [String]) {
      for entry in table.entries {
        let path = path + [entry.key]
        if entry.keyPosition.line > 0 { keys.append((entry.keyPosition, ConfigKey.text(of: path))) }
        switch entry.node.value {
        case .table(let inner): add(inner, path)
        case .array(let nodes):
          for case .table(let inner) in nodes.map(\.value) { add(inner, path) }
        default: break
        }
      }
    }
    add(root, [])
    for index in first..<problems.count where problems[index].key == nil {
      guard let position = problems[index].position else { continue }
      problems[index].key = keys.filter { $0.position <= position }.max { $0.position < $1.position }?.key
    }
  }

  // MARK: - Tables

  private mutating func readTop(_ entry: TOMLTable.Entry) {
    guard isAllowed(entry, in: []) else { return }
    let node = entry.node
    switch entry.key {
    case "timezone":
      guard let name = string(node, entry.key) else { return }
      if isKnownZone(name) {
        set(entry, [entry.key]) { $0.timezone = name }
      } else {
        problem(node, "the time zone '\(name)' does not exist", hint: "use a name such as Europe/Berlin or UTC")
      }
    case "default_tier":
      guard let name = string(node, entry.key) else { return }
      tierReferences.append((name, source.path, node.position))
      set(entry, [entry.key]) { $0.defaultTier = name }
    case "fail_open": if let value = boolean(node, entry.key) { set(entry, [entry.key]) { $0.failOpen = value } }
    case "unknown_price": readUnknownPrice(entry)
    case "abandoned_holds":
      guard let word = string(node, entry.key) else { return }
      if let value = AbandonedHoldPolicy(rawValue: word) {
        set(entry, [entry.key]) { $0.abandonedHolds = value }
      } else {
        problem(node, "'\(word)' is not 'charge' or 'void'", hint: ConfigKey.meaning(of: entry.key))
      }
    case "lock_wait": if let ms = duration(node, entry.key) { set(entry, [entry.key]) { $0.lockWaitMs = ms } }
    case "results_ttl": if let ms = duration(node, entry.key) { set(entry, [entry.key]) { $0.resultsTTLMs = ms } }
    case "queue_wait": if let ms = duration(node, entry.key) { set(entry, [entry.key]) { $0.queueWaitMs = ms } }
    case "default_max_tokens":
      if let value = integer(node, entry.key, 0...1_000_000_000) {
        set(entry, [entry.key]) { $0.defaultMaxOutputTokens = value }
      }
    case "prefer":
      guard let word = string(node, entry.key) else { return }
      if let value = Sacrifice(rawValue: word) {
        set(entry, [entry.key]) { $0.prefer = value }
      } else {
        problem(node, "'\(word)' is not 'model', 'length' or 'delay'", hint: ConfigKey.meaning(of: entry.key))
      }
    case "run": readRun(entry)
    case "lock": readLock(entry)
    case "notify": readNotify(entry)
    case "rule": readRules(entry)
    case "cache": readCache(entry)
    default: readNamed(entry)
    }
  }

  private mutating func readNamed(_ entry: TOMLTable.Entry) {
    guard let tables = table(entry.node, entry.key) else { return }
    for named in tables.entries {
      do throws(NameError) { try Name.check(entry.key, named.key) } catch {
        problems.append(
          ConfigProblem(
            path: source.path, position: named.keyPosition, message: error.description,
            hint: "use a short printable name"))
        continue
      }
      guard let body = table(named.node, "\(entry.key).\(named.key)") else { continue }
      switch entry.key {
      case "tier": readTier(named.key, body, named.keyPosition)
      case "operation":
        refuseTwin(of: named)
        readOperation(named.key, body)
      case "user": readUser(named.key, body)
      case "model": readModel(named.key, body)
      case "client": readClient(named.key, body, named.keyPosition)
      case "provider": readProvider(named.key, body, named.keyPosition)
      default: break
      }
    }
  }

  private mutating func readUnknownPrice(_ entry: TOMLTable.Entry) {
    if case .string(let word) = entry.node.value {
      if word == "refuse" { return set(entry, [entry.key]) { $0.unknownPrice = nil } }
      return problem(
        entry.node, "'\(word)' is not 'refuse' or a price", hint: "write \"refuse\" or { input = 5.00, output = 15.00 }"
      )
    }
    if let price = price(entry.node, entry.key) { set(entry, [entry.key]) { $0.unknownPrice = price } }
  }

  // MARK: - The environment

  private static let keysWithVariable = [
    "timezone", "default_tier", "fail_open", "abandoned_holds", "lock_wait", "default_max_tokens", "queue_wait",
    "prefer", "results_ttl",
  ]

  private static func variable(_ key: String) -> String { ConfigSource.variablePrefix + key.uppercased() }

  /// The variables that stand for keys.
  public static var variables: [String] { keysWithVariable.map(variable) }

  private mutating func read(_ environment: [String: String]) {
    for name in Self.keysWithVariable {
      let variable = Self.variable(name)
      guard let text = environment[variable], !text.isEmpty else { continue }
      source = ConfigSource(path: variable, bytes: [], kind: .user)
      let value: TOMLValue?
      switch name {
      case "fail_open":
        value = Self.switches[text.lowercased()].map(TOMLValue.boolean)
        if value == nil {
          misread(text, "yes or no", "\(variable) takes 1, true, yes or on, and 0, false, no or off")
        }
      case "default_max_tokens":
        value = Decimal.ungrouped(text).flatMap { Int64($0) }.map(TOMLValue.integer)
        if value == nil { misread(text, "a whole number", "\(variable) takes one, such as \(variable)=1000") }
      default: value = .string(text)
      }
      guard let value else { continue }
      let place = SourcePosition(line: 0, column: 0)
      readTop(TOMLTable.Entry(key: name, keyPosition: place, node: TOMLNode(value, at: place)))
    }
  }

  /// What a variable may say of something that is or is not.
  private static let switches = [
    "1": true, "true": true, "yes": true, "on": true, "0": false, "false": false, "no": false, "off": false,
  ]

  /// A variable says what its key does not take. What is told of a file helps nobody there: it has no types, and no quotes.
  private mutating func misread(_ text: String, _ expected: String, _ hint: String) {
    problems.append(
      ConfigProblem(path: source.path, position: nil, message: "'\(text)' is not \(expected)", hint: hint))
  }

  private mutating func checkReferences() {
    // In what could not be read may stand what is referred to.
    if !isWhole { return }
    for reference in tierReferences where settings.tiers[reference.name] == nil {
      let known = settings.tiers.keys.sorted()
      problems.append(
        ConfigProblem(
          path: reference.source, position: reference.position.flatMap { $0.line > 0 ? $0 : nil },
          message: "the tier '\(reference.name)' does not exist", hint: "known tiers: \(known.joined(separator: ", "))")
      )
    }
  }

  // MARK: - Keys

  /// Whether a key is known and not locked; otherwise that is a problem.
  mutating func isAllowed(_ entry: TOMLTable.Entry, in table: [String]) -> Bool {
    let known = ConfigKey.names(in: table)
    let path = ConfigKey.text(of: table + [entry.key])
    guard known.contains(entry.key) else {
      let place = ConfigKey.place(of: entry.key).map { $0 + "; " }
      let meant = Nearest.name(to: entry.key, among: known) ?? ConfigKey.otherName(of: entry.key, among: known)
      let nearest = meant.map { "did you mean '\($0)'? " } ?? place ?? ""
      // What is a key elsewhere, or a slip of one, is no part of a name.
      let quoted =
        place == nil && meant == nil
        ? dottedName(entry, in: table).map { "a name with a dot stands in quotes: [\($0)]; " } ?? "" : ""
      problems.append(
        ConfigProblem(
          path: source.path, position: entry.keyPosition, message: "unknown key '\(path)'",
          // Whoever is told what was meant needs no list of all the others.
          hint: quoted + nearest
            + (meant == nil ? "known here: \(known.joined(separator: ", "))" : "'man llmguard.toml' has all keys")))
      return false
    }
    if source.kind == .user, let lock = settings.lock(on: table + [entry.key]) {
      problems.append(
        ConfigProblem(
          path: source.path, position: entry.keyPosition.line > 0 ? entry.keyPosition : nil,
          message: "'\(path)' is locked by \(lock.place)", hint: "take it out, or ask whoever keeps the system file"))
      return false
    }
    return true
  }

  /// The table that was meant where a name with a dot was taken for two: `[model.gpt-4.1]` for `[model."gpt-4.1"]`.
  private func dottedName(_ entry: TOMLTable.Entry, in table: [String]) -> String? {
    guard table.count == 2, case .table(var body) = entry.node.value,
      ["tier", "operation", "user", "model", "client", "provider"].contains(table[0])
    else { return nil }
    var name = "\(table[1]).\(entry.key)"
    while body.entries.count == 1, let only = body.entries.first, case .table(let inner) = only.node.value {
      name += ".\(only.key)"
      body = inner
    }
    return "\(table[0]).\(TOMLWriter.string(name))"
  }

  private mutating func set(_ entry: TOMLTable.Entry, _ path: [String], _ change: (inout Settings) -> Void) {
    change(&settings)
    note(entry, path)
  }

  mutating func note(_ entry: TOMLTable.Entry, _ path: [String]) {
    let key = ConfigKey.text(of: path)
    let isInFile = entry.keyPosition.line > 0
    settings.origins[key] = isInFile ? "\(source.path):\(entry.keyPosition.line)" : source.path
    settings.positions[key] = isInFile ? entry.keyPosition : nil
  }
}
