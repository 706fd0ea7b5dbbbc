import GuardModel
import TextFormats

/// `[cache]`, and what tiers and operations say of it.
extension ConfigReader {
  mutating func readCache(_ entry: TOMLTable.Entry) {
    guard let body = table(entry.node, "cache") else { return }
    var policy = settings.cache
    for entry in body.entries where isAllowed(entry, in: ["cache"]) {
      let node = entry.node
      switch entry.key {
      case "mode": policy.mode = cacheMode(node, entry.key) ?? policy.mode
      case "scope": policy.scope = word(node, entry.key) ?? policy.scope
      case "near_limit": policy.nearLimit = word(node, entry.key) ?? policy.nearLimit
      case "ttl": policy.ttlMs = cacheTTL(node, entry.key) ?? policy.ttlMs
      case "similarity": policy.similarity = similarity(node) ?? policy.similarity
      case "hit_charge": policy.hitCharge = fraction(node, entry.key) ?? policy.hitCharge
      case "judge": if let model = judge(node) { policy.judgeModel = model }
      case "max_bytes": policy.maximumBytes = integer(node, entry.key, 1 << 20...1 << 44) ?? policy.maximumBytes
      case "max_entry_bytes":
        policy.maximumEntryBytes = integer(node, entry.key, 1...1 << 30) ?? policy.maximumEntryBytes
      default: break
      }
      note(entry, ["cache", entry.key])
    }
    settings.cache = policy
  }

  /// `[cache.judge]`
  private mutating func judge(_ node: TOMLNode) -> String? {
    guard let body = table(node, "cache.judge") else { return nil }
    var model: String?
    for entry in body.entries where isAllowed(entry, in: ["cache", "judge"]) {
      if entry.key == "model", let name = string(entry.node, entry.key) {
        do throws(NameError) {
          try Name.check("model", name)
          model = name
        } catch { problem(entry.node, error.description, hint: "use a short printable name") }
      }
      note(entry, ["cache", "judge", entry.key])
    }
    return model
  }

  /// A key that a tier or an operation says of the cache.
  mutating func readCacheRule(_ entry: TOMLTable.Entry, into rules: inout CacheRules) {
    switch entry.key {
    case "cache": rules.mode = cacheMode(entry.node, entry.key) ?? rules.mode
    case "near_limit": rules.nearLimit = word(entry.node, entry.key) ?? rules.nearLimit
    case "cache_ttl": rules.ttlMs = cacheTTL(entry.node, entry.key) ?? rules.ttlMs
    default: break
    }
  }

  /// A mode that rules may say; the others are a single call's to ask for.
  private mutating func cacheMode(_ node: TOMLNode, _ key: String) -> CacheMode? {
    guard let text = string(node, key) else { return nil }
    let known: [CacheMode] = [.auto, .off, .similar]
    if let mode = known.first(where: { $0.rawValue == text }) { return mode }
    problem(
      node, "'\(text)' is not 'auto', 'off' or 'similar'", hint: "'refresh' and 'only' are for one call: run --cache")
    return nil
  }

  private mutating func word<Word: RawRepresentable<String> & CaseIterable>(_ node: TOMLNode, _ key: String) -> Word? {
    guard let text = string(node, key) else { return nil }
    if let word = Word(rawValue: text) { return word }
    let known = Word.allCases.map { "'\($0.rawValue)'" }
    problem(
      node, "'\(text)' is not \(known.dropLast().joined(separator: ", ")) or \(known.last ?? "")",
      hint: ConfigKey.meaning(of: "cache." + key))
    return nil
  }

  /// One duration, or one for each phase.
  private mutating func cacheTTL(_ node: TOMLNode, _ key: String) -> PhaseValues<Int64>? {
    var list: [Int64] = []
    for element in elements(node) {
      guard let ms = duration(element, key) else { return nil }
      list.append(ms)
    }
    return phases(list, node, growing: true, key)
  }

  /// A number from 0 to 1, or one for each phase.
  private mutating func similarity(_ node: TOMLNode) -> PhaseValues<Int64>? {
    var list: [Int64] = []
    for element in elements(node) {
      guard let value = fraction(element, "similarity") else { return nil }
      list.append(value.thousandths)
    }
    return phases(list, node, growing: false, "similarity")
  }

  private func elements(_ node: TOMLNode) -> [TOMLNode] {
    if case .array(let elements) = node.value { return elements }
    return [node]
  }

  /// Values of the phases. As a budget tightens, answers stay good longer and a looser likeness is enough: the other way
  /// round would be a mistake.
  private mutating func phases(
    _ list: [Int64], _ node: TOMLNode, growing: Bool, _ key: String
  ) -> PhaseValues<Int64>? {
    guard let values = PhaseValues(list) else {
      problem(node, "'\(key)' has \(list.count) values", hint: "one for all phases, or four: ok, warn, soft and hard")
      return nil
    }
    let inOrder = zip(list, list.dropFirst()).allSatisfy { growing ? $0 <= $1 : $0 >= $1 }
    if inOrder { return values }
    problem(
      node, "'\(key)' is out of order",
      hint: growing
        ? "as a budget tightens, answers stay good longer, not shorter"
        : "as a budget tightens, a looser likeness is enough, not a stricter one")
    return nil
  }

  private mutating func fraction(_ node: TOMLNode, _ key: String) -> Multiplier? {
    guard let text = decimal(node) else {
      wrongType(node, key, "a number")
      return nil
    }
    if let value = Multiplier(text), value <= .one { return value }
    problem(
      node, "'\(key)' is \(text), expected 0 to 1, with at most three decimals",
      hint: ConfigKey.meaning(of: "cache." + key))
    return nil
  }
}

extension CachePolicy {
  /// Its keys and values as TOML.
  var listing: [(key: String, value: String)] {
    [
      ("cache.mode", TOMLWriter.string(mode.rawValue)), ("cache.scope", TOMLWriter.string(scope.rawValue)),
      ("cache.near_limit", TOMLWriter.string(nearLimit.rawValue)), ("cache.ttl", ttlMs.ttlText),
      (
        "cache.similarity",
        "[" + similarity.list.map { Decimal.text($0, decimals: 3) }.joined(separator: ", ") + "]"
      ),
      ("cache.hit_charge", hitCharge.description), ("cache.max_bytes", String(maximumBytes)),
      ("cache.max_entry_bytes", String(maximumEntryBytes)),
    ] + (judgeModel.map { [("cache.judge.model", TOMLWriter.string($0))] } ?? [])
  }
}

extension CacheRules {
  /// Its keys, within a tier or an operation, and values as TOML.
  var listing: [(key: String, value: String)] {
    [
      ("cache", mode.map { TOMLWriter.string($0.rawValue) }),
      ("near_limit", nearLimit.map { TOMLWriter.string($0.rawValue) }), ("cache_ttl", ttlMs?.ttlText),
    ].compactMap { key, value in value.map { (key, $0) } }
  }
}

extension PhaseValues<Int64> {
  fileprivate var ttlText: String {
    "[" + list.map { "\"\(DurationText.text(milliseconds: $0))\"" }.joined(separator: ", ") + "]"
  }
}
