import Posix
import Terminal
import TextFormats

/// A figure of the calls that went direct, through the least gateways, and through llmguard's.
struct FloorFigure {
  let name: String
  let unit: String
  /// The most that may be added to a direct call, or the fewest calls a second; `nil` where nothing is wanted.
  let wanted: Int64?
  /// Whether more is better, and nothing is added up.
  var isRate = false
  /// Each way's; direct calls go through no process.
  let values: [(way: String, value: Int64?)]

  /// A way's figure.
  func value(_ way: String) -> Int64? { values.first { $0.way == way }?.value }

  /// What a way adds to a direct call.
  func added(_ way: String) -> Int64? {
    guard let value = self.value(way), let direct = self.value("direct") else { return nil }
    return value - direct
  }

  /// Whether a way does what is wanted.
  func isMet(_ way: String) -> Bool? {
    guard let wanted, let value = isRate ? self.value(way) : added(way) else { return nil }
    return isRate ? value >= wanted : value <= wanted
  }

  /// llmguard's figure as a part of the floor's.
  var percentOfFloor: Int64? {
    guard let floor = value("floor"), let own = value("llmguard"), floor > 0 else { return nil }
    return own * 100 / floor
  }

  // MARK: - Output

  static func json(_ figures: [FloorFigure]) -> JSONValue {
    func number(_ value: Int64?) -> JSONValue { value.map { .int($0) } ?? .null }
    return .array(
      figures.map { figure in
        let others = figure.values.map(\.way).filter { $0 != "direct" }
        return [
          "name": .string(figure.name), "unit": .string(figure.unit), "wanted": number(figure.wanted),
          "values": .object(JSONObject(figure.values.map { ($0.way, number($0.value)) })),
          "over_direct": .object(JSONObject(others.map { ($0, number(figure.added($0))) })),
          "met": .object(JSONObject(others.map { ($0, figure.isMet($0).map { .bool($0) } ?? .null) })),
          "llmguard_percent_of_floor": number(figure.percentOfFloor),
        ]
      })
  }

  static func text(_ figures: [FloorFigure]) -> String {
    let ways = figures.first?.values.map(\.way) ?? []
    var columns = [Table.Column("Figure", key: "figure", canShrink: true), Table.Column("Unit", key: "unit")]
    columns += ways.map { Table.Column($0, key: $0, isNumber: true) }
    columns += [
      Table.Column("Wanted", key: "wanted", isNumber: true), Table.Column("Met by", key: "met_by"),
      Table.Column("Of the floor", key: "llmguard_percent_of_floor", isNumber: true),
    ]
    var table = Table(columns)
    for figure in figures { table.add(figure.row) }
    return table.text(Style.of(.output, color: .auto, isHeaded: true))
  }

  private var row: [Table.Cell] {
    var cells = [Table.Cell(name), Table.Cell(unit)]
    cells += values.map { way, value in
      guard let value else { return Table.Cell("–", exact: "") }
      let added = way == "direct" || isRate ? nil : added(way)
      return Table.Cell(added.map { "\(value) (\($0 < 0 ? "" : "+")\($0))" } ?? "\(value)", exact: "\(value)")
    }
    let met = values.map(\.way).filter { $0 != "direct" && isMet($0) == true }
    let limit = wanted.map { isRate ? "≥ \($0)" : "+\($0)" } ?? "–"
    let percent = percentOfFloor.map { Table.Cell(Self.times($0), exact: "\($0)") } ?? Table.Cell("–", exact: "")
    return cells + [
      Table.Cell(limit, exact: wanted.map { "\($0)" } ?? ""),
      Table.Cell(
        wanted == nil ? "–" : met.isEmpty ? "none" : met.joined(separator: " "), exact: met.joined(separator: " ")),
      percent,
    ]
  }

  private static func times(_ percent: Int64) -> String {
    "\(percent / 100).\(percent % 100 < 10 ? "0" : "")\(percent % 100)"
  }
}
