import GuardModel
import Terminal
import TextFormats

/// Metrics for people, for programs and for Prometheus.
extension Metrics {
  /// A row a value. For people a share is a percentage; programs get the number.
  public func text(_ style: Style) -> String {
    // What programs read depends on no width.
    let isExplained = style.isTerminal && style.columns >= 140
    var table = Table(
      [
        Table.Column("Metric", key: "metric", canShrink: style.isTerminal),
        Table.Column(style.isTerminal ? "Of" : "Labels", key: "labels", canShrink: true),
        Table.Column("Value", key: "value", isNumber: true),
      ] + (isExplained ? [Table.Column("Meaning", key: "meaning", canWrap: true)] : []))
    for metric in all where style.isTerminal || !metric.samples.isEmpty {
      let rows = metric.samples.isEmpty ? [nil] : metric.samples.map(Optional.some)
      for (index, sample) in rows.enumerated() {
        let labels = sample?.labels ?? []
        let shown = labels.map(\.value).joined(separator: " ")
        let exact = labels.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
        var cells = [
          Table.Cell(metric.definition.title, exact: metric.definition.name), Table.Cell(shown, exact: exact),
          Table.Cell(
            sample.map { Self.shown($0.value, metric.definition.unit) } ?? "–", exact: sample?.value.text ?? ""),
        ]
        if isExplained {
          // Once is enough.
          let meaning = index == 0 ? metric.definition.meaning.filter { $0 != "`" } : ""
          cells.append(Table.Cell(meaning, look: .dim))
        }
        table.add(cells)
      }
    }
    if style.isTerminal, !isExplained { table.leftOut = ["Meaning"] }
    guard style.isTerminal else { return table.tabSeparated(style) }
    return table.aligned(style, remedy: "llmguard-metrics(5) says what each one is") + note(style, isExplained)
  }

  /// Why little is taken of what was held, where no column says it.
  private func note(_ style: Style, _ isExplained: Bool) -> String {
    if isExplained || value(Metric.Definition.estimateUse.name) == nil { return "" }
    let text =
      "what was held: the longest answer that a call may get is part of it, so little of it is taken where answers are short"
    return TerminalText.paragraph(text, style).map { $0 + "\n" }.joined()
  }

  private static func shown(_ value: FixedPoint, _ unit: Metric.Unit) -> String {
    switch unit {
    case .ratio: value.percent
    case .seconds: HumanNumber.duration(milliseconds: value.millionths / 1000)
    case .dollars: HumanNumber.money(microUSD: value.millionths)
    case .tokens, .count:
      HumanNumber.count(value.nearestWhole)
    }
  }

  /// One object.
  public func json(since: String, until: String?) -> JSONValue {
    var object = JSONObject([("schema", 1), ("since", .string(since)), ("until", .string(orNull: until))])
    object["users"] = .int(Int64(users))
    for metric in all {
      object[metric.definition.name] =
        if metric.definition.label != nil {
          .object(JSONObject(metric.samples.map { ($0.labels[0].value, $0.value.json) }))
        } else { metric.samples.first?.value.json ?? .null }
    }
    return .object(object)
  }

  /// How metrics begin that were written to a file, in each form.
  public static let beginnings =
    ["# HELP llmguard_", "{\n  \"schema\": 1,\n  \"since\": ", "metric\t"] + definitions.map { "\($0.name)\t" }

  /// The text format of Prometheus.
  ///
  /// *Source:* the exposition format 0.0.4 and the naming practices of the Prometheus documentation.
  public var prometheus: String {
    all.filter { !$0.samples.isEmpty }.map { metric in
      let name = "llmguard_\(metric.definition.name)"
      let help = Self.escaped(metric.definition.meaning.filter { $0 != "`" }, quotes: false)
      return "# HELP \(name) \(help)\n# TYPE \(name) \(metric.definition.kind.rawValue)\n"
        + metric.samples.map { sample in
          let labels = sample.labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
          return name + (labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}") + " \(sample.value.text)\n"
        }.joined()
    }.joined()
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result.append(contentsOf: "\\\\".unicodeScalars)
      case "\n": result.append(contentsOf: "\\n".unicodeScalars)
      case "\"" where quotes: result.append(contentsOf: "\\\"".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
