import Intent
import IntentCache
import Terminal
import TextFormats

/// Two requests side by side.
struct RequestComparison {
  private let a: RequestParts
  private let b: RequestParts
  private let label: CacheLabel?
  private let intents: (a: CanonicalIntent, b: CanonicalIntent)

  init(_ a: RequestParts, _ b: RequestParts, label: CacheLabel?) {
    (self.a, self.b, self.label) = (a, b, label)
    intents = (CanonicalIntent.read(a.instruction), CanonicalIntent.read(b.instruction))
  }

  /// Why they match: the tier; `nil` when they do not.
  private var tier: String? {
    if a.payload != b.payload || isFleeting { return nil }
    if NormalisedText.exact(a.instruction) == NormalisedText.exact(b.instruction) { return "exact" }
    if label?.isSame == false { return nil }
    return intents.a.asksTheSame(as: intents.b) && guardObjection == nil ? "intent" : nil
  }

  /// Whether one of them wants a new answer each time.
  private var isFleeting: Bool {
    [a, b].contains { FleetingWish.isAsked(in: $0.instruction, isAboutText: !$0.payload.isEmpty) }
  }

  private var guardObjection: String? {
    if case .different(let what) = GuardVerifier().verdict(asked: a.instruction, stored: b.instruction) { return what }
    return nil
  }

  /// The first thing that differs, in words; `nil` when nothing does.
  private var difference: String? {
    if a.payload != b.payload { return "the text they are asked about differs" }
    if tier == "exact" { return nil }
    if isFleeting { return "chance, something other than before or what is so now is asked for, so each call is made" }
    if let label, !label.isSame { return "somebody said that they do not want the same (\(label.source))" }
    if !intents.a.asksTheSame(as: intents.b),
      let difference = CanonicalIntent.firstDifference(intents.a, intents.b, shown: ShownPart.pair)
    {
      return difference
    }
    if !intents.a.isUnderstood { return "what is to be done is not understood, so only the same words match" }
    return guardObjection
  }

  private var verdict: String {
    switch tier {
    case "exact": "the same words: one answer"
    case "intent" where intents.a.key != intents.b.key:
      "the same parts, put together otherwise, and no guard objects: one answer"
    case "intent": "the same intent, and no guard objects: one answer"
    default: "not the same: \(difference ?? "the wording")"
    }
  }

  /// What to do where the verdict is wrong; `nil` where nothing can be done.
  var advice: String? {
    switch tier {
    case "intent":
      return "if an answer given so was wrong: 'llmguard cache reject ID', with the ID that its message names or "
        + "'llmguard cache list' shows; then the two never match again"
    case nil where label?.isSame == false && label?.source == "user":
      return "if they do want the same: 'llmguard cache reject --undo ID', with the ID of the entry that answered"
    default: return nil
    }
  }

  /// The parts of both, in the order of their keys.
  private var rows: [(name: String, a: String, b: String)] {
    CanonicalIntent.sideBySide(intents.a, intents.b).map { ($0.name, $0.a ?? "", $0.b ?? "") }
  }

  /// For people: a table, and the verdict.
  func text(_ style: Style) -> String {
    var table = Table([
      Table.Column("Part", key: "part"), Table.Column("A", key: "a", canShrink: true),
      Table.Column("B", key: "b", canShrink: true), Table.Column("", key: "same"),
    ])
    for row in rows {
      let shown = ShownPart.pair(row.a, row.b)
      table.add([
        Table.Cell(row.name), Table.Cell(shown.a), Table.Cell(shown.b),
        Table.Cell(row.a == row.b ? "" : "differs", look: .warning),
      ])
    }
    let lines = TerminalText.paragraph(style.spelled(TerminalText.safe(verdict)), style)
    return table.text(style) + "\n" + lines.map { style.apply(tier == nil ? .warning : .good, $0) + "\n" }.joined()
  }

  /// For programs.
  var json: JSONValue {
    func object(_ parts: RequestParts, _ intent: CanonicalIntent) -> JSONValue {
      [
        "instruction": .string(parts.instruction), "payload_bytes": .int(Int64(parts.payload.count)),
        "is_understood": .bool(intent.isUnderstood),
      ]
    }
    return [
      "schema": 1, "matches": .bool(tier != nil), "tier": .string(orNull: tier), "verdict": .string(verdict),
      "difference": .string(orNull: difference), "guards": .string(orNull: guardObjection),
      "a": object(a, intents.a), "b": object(b, intents.b),
      "parts": .array(
        rows.map { ["part": .string($0.name), "a": .string($0.a), "b": .string($0.b), "same": .bool($0.a == $0.b)] }),
    ]
  }
}
