/// Names with what there is to say of each, in two columns.
public enum FactList {
  /// A line each; on a terminal what is longer goes on under its own column.
  ///
  /// - Parameter facts: names and texts, which are safe to show; an empty name goes on with the one before.
  public static func text(_ facts: [(name: String, text: String)], _ style: Style) -> String {
    let facts = facts.map { (name: style.spelled($0.name), text: style.spelled($0.text)) }
    let width = facts.map { TerminalText.width($0.name) }.max() ?? 0
    let indent = "\n" + String(repeating: " ", count: width + 2)
    return facts.map { name, text in
      let parts = style.isTerminal ? TerminalText.wrapped(text, to: max(20, style.columns - width - 2)) : [text]
      return style.apply(.bold, name) + String(repeating: " ", count: width + 2 - TerminalText.width(name))
        + parts.joined(separator: indent) + "\n"
    }.joined()
  }
}
