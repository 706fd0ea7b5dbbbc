import GuardModel
import Providers
import TextFormats

/// A configuration file's content and whose it is.
public struct ConfigSource: Sendable {
  /// Whose file it is.
  public enum Kind: Sendable {
    /// The administrator's; it may lock keys.
    case system
    /// The user's.
    case user
  }

  /// Its path, for messages.
  public var path: String
  /// Its content.
  public var bytes: [UInt8]
  /// Whose it is.
  public var kind: Kind

  /// Makes a source.
  public init(path: String, bytes: [UInt8], kind: Kind) {
    self.path = path
    self.bytes = bytes
    self.kind = kind
  }
}

/// Something wrong in a configuration file.
public struct ConfigProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, or the environment variable.
  public var path: String
  /// Where in the file; `nil` for a variable.
  public var position: SourcePosition?
  /// What is wrong.
  public var message: String
  /// What to do; may be empty.
  public var hint: String

  /// `llmguard.toml:3:8: unknown key 'budget'`.
  public var description: String {
    path + (position.map { ":\($0.line):\($0.column)" } ?? "") + ": " + message
  }
}

/// Reads the configuration: all files, all mistakes at once.
public struct ConfigReader {
  private var settings = Settings()
  var problems: [ConfigProblem] = []
  private var locks: [(key: String, place: String)] = []
  var source = ConfigSource(path: "", bytes: [], kind: .user)
  private let isKnownZone: (String) -> Bool
  /// References to tiers, checked when all files are read.
  private var tierReferences: [(name: String, source: String, position: SourcePosition?)] = []

  private init(isKnownZone: @escaping (String) -> Bool) { self.isKnownZone = isKnownZone }

  /// Reads the files in order, later ones over earlier ones, and the environment over all.
  ///
  /// - Parameters:
  ///   - sources: the system's file first.
  ///   - environment: variables by name.
  ///   - isKnownZone: whether a time zone of a name exists.
  /// - Returns: the rules, and every problem found; with problems the rules are incomplete.
  public static func read(
    _ sources: [ConfigSource], environment: [String: String] = [:], isKnownZone: @escaping (String) -> Bool
  ) -> (settings: Settings, problems: [ConfigProblem]) {
    var reader = ConfigReader(isKnownZone: isKnownZone)
    for source in sources { reader.read(source) }
    reader.read(environment)
    reader.checkReferences()
    return (reader.settings, reader.problems)
  }

  private mutating func read(_ source: ConfigSource) {
    self.source = source
    do throws(TextFormatError) {
      let root = try TOMLParser.parse(source.bytes)
      for entry in root.entries { readTop(entry) }
    } catch {
      problems.append(ConfigProblem(path: source.path, position: error.position, message: error.message, hint: ""))
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
        problem(node, "'\(word)' is not 'charge' or 'void'")
      }
    case "lock_wait": if let ms = duration(node, entry.key) { set(entry, [entry.key]) { $0.lockWaitMs = ms } }
    case "default_max_tokens":
      if let value = integer(node, entry.key, 0...1_000_000_000) {
        set(entry, [entry.key]) { $0.defaultMaxOutputTokens = value }
      }
    case "lock": readLock(entry)
    default: readNamed(entry)
    }
  }

  private mutating func readNamed(_ entry: TOMLTable.Entry) {
    guard let tables = table(entry.node, entry.key) else { return }
    for named in tables.entries {
      do throws(NameError) { try Name.check(entry.key, named.key) } catch {
        problems.append(
          ConfigProblem(path: source.path, position: named.keyPosition, message: error.description, hint: ""))
        continue
      }
      guard let body = table(named.node, "\(entry.key).\(named.key)") else { continue }
      switch entry.key {
      case "tier": readTier(named.key, body, named.keyPosition)
      case "operation": readOperation(named.key, body)
      case "user": readUser(named.key, body)
      case "model": readModel(named.key, body)
      case "client": readClient(named.key, body, named.keyPosition)
      default: break
      }
    }
  }

  private mutating func readTier(_ name: String, _ body: TOMLTable, _ position: SourcePosition) {
    var tier = settings.tiers[name] ?? Tier(name: name, ladder: Settings.defaultLadder)
    var percents = [tier.thresholds.warnPercent, tier.thresholds.softPercent, tier.thresholds.hardPercent]
    for entry in body.entries where isAllowed(entry, in: ["tier", name]) {
      switch entry.key {
      case "budgets": if let limits = budgets(entry.node) { tier.budgets = limits }
      case "warn": percents[0] = integer(entry.node, "warn", 1...1000) ?? percents[0]
      case "soft": percents[1] = integer(entry.node, "soft", 1...1000) ?? percents[1]
      case "hard": percents[2] = integer(entry.node, "hard", 1...1000) ?? percents[2]
      case "ladder": if let ladder = ladder(entry.node, ["tier", name, "ladder"], tier.ladder) { tier.ladder = ladder }
      default: break
      }
      note(entry, ["tier", name, entry.key])
    }
    if let thresholds = PhaseThresholds(warnPercent: percents[0], softPercent: percents[1], hardPercent: percents[2]) {
      tier.thresholds = thresholds
    } else {
      let place = body["warn"] ?? body["soft"] ?? body["hard"] ?? TOMLNode(.boolean(true), at: position)
      problem(
        place,
        "the thresholds of tier '\(name)' are out of order: warn \(percents[0]), soft \(percents[1]), hard \(percents[2])",
        hint: "warn ≤ soft ≤ hard, such as 80, 100, 120")
    }
    settings.tiers[name] = tier
  }

  private mutating func readOperation(_ name: String, _ body: TOMLTable) {
    var operation = settings.operations[name] ?? Operation(name: name)
    for entry in body.entries where isAllowed(entry, in: ["operation", name]) {
      switch entry.key {
      case "weight": operation.weight = weight(entry.node) ?? operation.weight
      case "budgets": if let limits = budgets(entry.node) { operation.budgets = limits }
      case "ladder": operation.ladder = ladder(entry.node, ["operation", name, "ladder"], operation.ladder ?? Ladder())
      default: break
      }
      note(entry, ["operation", name, entry.key])
    }
    settings.operations[name] = operation
  }

  private mutating func readUser(_ name: String, _ body: TOMLTable) {
    var user = settings.users[name] ?? UserSettings()
    for entry in body.entries where isAllowed(entry, in: ["user", name]) {
      switch entry.key {
      case "tier":
        guard let tier = string(entry.node, "tier") else { continue }
        tierReferences.append((tier, source.path, entry.node.position))
        user.tier = tier
      case "budgets": if let limits = budgets(entry.node) { user.budgets = limits }
      default: break
      }
      note(entry, ["user", name, entry.key])
    }
    settings.users[name] = user
  }

  private mutating func readModel(_ name: String, _ body: TOMLTable) {
    for entry in body.entries where isAllowed(entry, in: ["model", name]) {
      switch entry.key {
      case "weight": if let weight = weight(entry.node) { settings.modelWeights[name] = weight }
      case "price": if let price = price(entry.node) { settings.prices[name] = price }
      default: break
      }
      note(entry, ["model", name, entry.key])
    }
  }

  private mutating func readClient(_ name: String, _ body: TOMLTable, _ position: SourcePosition) {
    let place = settings.clients.firstIndex { $0.name == name }
    var client = place.map { settings.clients[$0] } ?? Client(name: name, program: name)
    var patterns: (input: String?, output: String?, onError: Bool) = (nil, nil, false)
    for entry in body.entries where isAllowed(entry, in: ["client", name]) {
      let node = entry.node
      switch entry.key {
      case "program": client.program = string(node, entry.key) ?? client.program
      case "required_words": client.requiredWords = strings(node, entry.key) ?? client.requiredWords
      case "model_options": client.modelOptions = strings(node, entry.key) ?? client.modelOptions
      case "model_is_operand": client.modelIsOperand = boolean(node, entry.key) ?? client.modelIsOperand
      case "max_tokens_option": client.maxTokensOption = strings(node, entry.key) ?? client.maxTokensOption
      case "prompt_options": client.promptOptions = strings(node, entry.key) ?? client.promptOptions
      case "prompt_file_options": client.promptFileOptions = strings(node, entry.key) ?? client.promptFileOptions
      case "body_options": client.bodyOptions = strings(node, entry.key) ?? client.bodyOptions
      case "value_options": client.valueOptions = strings(node, entry.key) ?? client.valueOptions
      case "reads_input": client.readsInput = boolean(node, entry.key) ?? client.readsInput
      case "usage":
        guard let word = string(node, entry.key) else { continue }
        switch word {
        case "none": client.usage = .none
        case "reply": client.usage = .reply
        default: problem(node, "'\(word)' is not 'none' or 'reply'")
        }
      case "usage_input": patterns.input = string(node, entry.key)
      case "usage_output": patterns.output = string(node, entry.key)
      case "usage_on_error": patterns.onError = boolean(node, entry.key) ?? false
      default: break
      }
      note(entry, ["client", name, entry.key])
    }
    switch (patterns.input, patterns.output) {
    case (let input?, let output?): client.usage = .patterns(input: input, output: output, onError: patterns.onError)
    case (nil, nil): break
    default: problem(TOMLNode(.boolean(true), at: position), "client '\(name)' needs both usage_input and usage_output")
    }
    if client.maxTokensOption.count > 2 {
      problem(
        body["max_tokens_option"] ?? TOMLNode(.boolean(true), at: position), "max_tokens_option has one or two words")
    }
    if let place { settings.clients[place] = client } else { settings.clients.insert(client, at: 0) }
  }

  private mutating func readLock(_ entry: TOMLTable.Entry) {
    guard let body = table(entry.node, "lock") else { return }
    for inner in body.entries where isAllowed(inner, in: ["lock"]) {
      guard let keys = strings(inner.node, "lock.keys") else { continue }
      if source.kind == .user {
        problem(inner.node, "only the system file may lock keys", hint: "move [lock] to /etc/llmguard/llmguard.toml")
        continue
      }
      for key in keys { locks.append((key, "\(source.path):\(inner.node.position.line)")) }
    }
  }

  private mutating func readUnknownPrice(_ entry: TOMLTable.Entry) {
    if case .string(let word) = entry.node.value {
      if word == "refuse" { return set(entry, [entry.key]) { $0.unknownPrice = nil } }
      return problem(
        entry.node, "'\(word)' is not 'refuse' or a price", hint: "write \"refuse\" or { input = 5.00, output = 15.00 }"
      )
    }
    if let price = price(entry.node) { set(entry, [entry.key]) { $0.unknownPrice = price } }
  }

  private mutating func ladder(_ node: TOMLNode, _ path: [String], _ before: Ladder) -> Ladder? {
    guard let body = table(node, path.joined(separator: ".")) else { return nil }
    var ladder = before
    for entry in body.entries where isAllowed(entry, in: path) {
      switch entry.key {
      case "models":
        guard let models = table(entry.node, "models") else { continue }
        ladder.cheaperModels = [:]
        for model in models.entries {
          if let cheaper = string(model.node, model.key) { ladder.cheaperModels[model.key] = cheaper }
        }
        for model in models.entries where !ends(ladder, from: model.key) {
          problem(
            model.node, "the ladder comes back to '\(model.key)'",
            hint: "each model leads to a cheaper one, and the last to none")
          break
        }
      case "max_tokens":
        ladder.maxTokensCap = integer(entry.node, "max_tokens", 1...1_000_000_000) ?? ladder.maxTokensCap
      case "delay": ladder.delayMs = duration(entry.node, "delay") ?? ladder.delayMs
      default: break
      }
      note(entry, path + [entry.key])
    }
    return ladder
  }

  private func ends(_ ladder: Ladder, from model: String) -> Bool {
    var seen: Set<String> = []
    var current = model
    while let next = ladder.cheaperModels[current], seen.insert(next).inserted {
      if next == model { return false }
      current = next
    }
    return true
  }

  // MARK: - The environment

  private mutating func read(_ environment: [String: String]) {
    for name in ["timezone", "default_tier", "fail_open", "abandoned_holds", "lock_wait", "default_max_tokens"] {
      let variable = "LLMGUARD_" + name.uppercased()
      guard let text = environment[variable], !text.isEmpty else { continue }
      source = ConfigSource(path: variable, bytes: [], kind: .user)
      let value: TOMLValue =
        switch name {
        case "fail_open":
          ["1": true, "true": true, "0": false, "false": false][text].map(TOMLValue.boolean) ?? .string(text)
        case "default_max_tokens": Int64(text).map(TOMLValue.integer) ?? .string(text)
        default: .string(text)
        }
      let place = SourcePosition(line: 0, column: 0)
      readTop(TOMLTable.Entry(key: name, keyPosition: place, node: TOMLNode(value, at: place)))
    }
  }

  private mutating func checkReferences() {
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
  private mutating func isAllowed(_ entry: TOMLTable.Entry, in table: [String]) -> Bool {
    let known = ConfigKey.names(in: table)
    let path = (table + [entry.key]).joined(separator: ".")
    guard known.contains(entry.key) else {
      let nearest = Nearest.name(to: entry.key, among: known).map { "did you mean '\($0)'? " } ?? ""
      problems.append(
        ConfigProblem(
          path: source.path, position: entry.keyPosition, message: "unknown key '\(path)'",
          hint: nearest + "known here: \(known.joined(separator: ", "))"))
      return false
    }
    if source.kind == .user,
      let lock = locks.first(where: {
        path == $0.key || path.hasPrefix($0.key + ".") || $0.key.hasPrefix(path + ".") && table.count > 1
      })
    {
      problems.append(
        ConfigProblem(
          path: source.path, position: entry.keyPosition.line > 0 ? entry.keyPosition : nil,
          message: "'\(path)' is locked by \(lock.place)", hint: "take it out, or ask whoever keeps the system file"))
      return false
    }
    return true
  }

  private mutating func set(_ entry: TOMLTable.Entry, _ path: [String], _ change: (inout Settings) -> Void) {
    change(&settings)
    note(entry, path)
  }

  private mutating func note(_ entry: TOMLTable.Entry, _ path: [String]) {
    settings.origins[path.joined(separator: ".")] =
      entry.keyPosition.line > 0 ? "\(source.path):\(entry.keyPosition.line)" : source.path
  }
}
