import GuardModel
import Terminal

/// Bars over time, in stacked parts: an SVG with its numbers in a table beneath.
struct StackedChart {
  /// A part of every bar.
  struct Series: Sendable {
    var name: String
    /// Its class in the style sheet.
    var look: String
    var values: [Int64]
  }

  let id: String
  let title: String
  /// What one bar is: `day`.
  let step: String
  let names: [String]
  /// What is said behind the names of bars that are not whole: `so far`.
  let notes: [String?]
  let series: [Series]
  /// Whether values are millionths of a dollar, and not counts.
  var isMoney = false
  /// Whether bars show shares of a whole, each as high as the others.
  var isShare = false
  /// What is said where there is nothing to draw.
  var nothing = "Nothing in this range."

  /// In tenths, so that a telephone, which is hardly narrower, shows the letters nearly in their size.
  private static let width: Int64 = 4400
  private static let height: Int64 = 1900
  private static let bottom: Int64 = 250
  private static let top: Int64 = 80

  /// A value for people.
  private func shown(_ value: Int64) -> String {
    isMoney ? HumanNumber.money(microUSD: value) : HumanNumber.count(value)
  }

  /// A value to the last unit.
  private func exact(_ value: Int64) -> String {
    isMoney ? HumanNumber.exact(microUSD: value) : HumanNumber.exact(value)
  }

  /// Where the bars begin: behind the longest value at the axis.
  private var left: Int64 {
    let maximum = isShare ? 100 : Self.ceiling(names.indices.map(total).max() ?? 1)
    let longest = isShare ? 5 : [maximum, maximum / 2].map { shown($0).count }.max() ?? 0
    // A figure of the axis's letters is seven wide.
    return max(460, Int64(longest) * 70 + 80)
  }

  /// The figure; a sentence where there is nothing to draw.
  var html: String {
    let heading = Markup.element("figcaption", [("id", "\(id)-title")], Markup.text(title))
    if series.isEmpty {
      return Markup.element("figure", [], heading + Markup.element("p", [("class", "none")], nothing))
    }
    return Markup.element(
      "figure", [],
      heading + legend + svg + remark + Markup.element("details", [], Markup.element("summary", [], "Numbers") + table))
  }

  /// That the last bar still grows is told without a mouse, too.
  private var remark: String {
    guard let last = names.last, let note = notes.last ?? nil else { return "" }
    return Markup.element("p", [("class", "note")], Markup.text("The last \(step), \(last), is shown \(note)."))
  }

  private var legend: String {
    Markup.element(
      "ul", [("class", "legend")],
      series.map { one in
        "<li><svg class=\"key\" viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect class=\"\(one.look)\" width=\"10\" height=\"10\" rx=\"2\"/></svg>"
          + Markup.element("bdi", [("title", one.name)], Markup.text(one.name)) + "</li>"
      }.joined())
  }

  private func total(_ index: Int) -> Int64 {
    series.reduce(0) { (try? Amount.sum($0, $1.values[index])) ?? .max }
  }

  private var svg: String {
    let maximum = isShare ? 1000 : Self.ceiling(names.indices.map(total).max() ?? 1)
    let left = left
    let plot = Self.height - Self.bottom - Self.top
    func y(_ value: Int64) -> Int64 {
      Self.top + plot - ((try? Amount.scaledDown(min(value, maximum), by: plot, over: maximum)) ?? 0)
    }
    var body = ""
    for quarter in 0...4 {
      let value = (try? Amount.scaledDown(maximum, by: Int64(quarter), over: 4)) ?? 0
      let place = Markup.tenths(y(value))
      body +=
        "<line class=\"grid\" x1=\"\(left / 10)\" x2=\"\(Self.width / 10)\" y1=\"\(place)\" y2=\"\(place)\"/>"
      if quarter % 2 == 0 {
        body +=
          "<text class=\"axis end\" x=\"\((left - 60) / 10)\" y=\"\(Markup.tenths(y(value) + 40))\">"
          + Markup.text(isShare ? "\(value / 10) %" : shown(value)) + "</text>"
      }
    }
    let slot = (Self.width - left) / Int64(max(names.count, 1))
    // However few they are, each stands in the middle of its slot, above its name.
    let bar = min(max(10, slot * 8 / 10), 400)
    for index in names.indices {
      let x = left + slot * Int64(index) + (slot - bar) / 2
      body += bars(index, fullName(index), x: x, width: bar, y: y)
    }
    body += ticks(slot, from: left)
    return
      "<svg viewBox=\"0 0 \(Self.width / 10) \(Self.height / 10)\" role=\"img\" aria-labelledby=\"\(id)-title\">\(body)</svg>"
  }

  private func bars(_ index: Int, _ name: String, x: Int64, width: Int64, y: (Int64) -> Int64) -> String {
    let shares = isShare ? Self.permille(of: series.map { $0.values[index] }) : []
    let whole = isShare ? total(index) : 0
    var below: Int64 = 0
    var body = ""
    for (place, one) in series.enumerated() where one.values[index] > 0 {
      let value = one.values[index]
      let upper = (try? Amount.sum(below, isShare ? shares[place] : value)) ?? .max
      let (start, end) = (y(below), y(upper))
      if start > end {
        let share = isShare ? " (\(Self.percent(value, of: whole)))" : ""
        body +=
          "<rect class=\"\(one.look)\" x=\"\(Markup.tenths(x))\" y=\"\(Markup.tenths(end))\" width=\"\(Markup.tenths(width))\" "
          + "height=\"\(Markup.tenths(start - end))\"><title>\(Markup.text("\(name), \(one.name): \(shown(value))\(share)"))</title></rect>"
      }
      below = upper
    }
    return body
  }

  /// `2026-11-27 03:00 (so far)`
  private func fullName(_ index: Int) -> String { names[index] + (notes[index].map { " (\($0))" } ?? "") }

  /// Shares in thousandths that come to all of them: rounded down, and those that lost most to it have one more.
  static func permille(of values: [Int64]) -> [Int64] {
    let whole = values.reduce(0) { (try? Amount.sum($0, $1)) ?? .max }
    guard whole > 0 else { return values.map { _ in 0 } }
    let parts = values.map { value in
      let product = value.multipliedFullWidth(by: 1000)
      return whole.dividingFullWidth((product.high, product.low))
    }
    var shares = parts.map(\.quotient)
    let left = max(0, min(1000 - shares.reduce(0, +), Int64(parts.count)))
    let ranked = parts.indices.sorted { (parts[$0].remainder, $1) > (parts[$1].remainder, $0) }
    for place in ranked.prefix(Int(left)) { shares[place] += 1 }
    return shares
  }

  /// `93.3 %`, `2 %`; what is there is not nothing, and what is not all is not 100 %. Each is rounded by itself, so that equal
  /// parts are told as equal.
  private static func percent(_ part: Int64, of whole: Int64) -> String {
    let units = (try? Amount.scaledDown(part, by: 10_000, over: whole)) ?? 0
    let permille = min((units + 5) / 10, part < whole ? 999 : 1000)
    if permille == 0 { return "less than 0.1 %" }
    return "\(permille / 10)\(permille % 10 == 0 ? "" : ".\(permille % 10)") %"
  }

  /// A few names under the bars, as many as have room.
  private func ticks(_ slot: Int64, from left: Int64) -> String {
    let every = max(1, Int(900 / max(slot, 1)) + (900 % max(slot, 1) > 0 ? 1 : 0))
    return names.enumerated().compactMap { index, name in
      guard index % every == 0 else { return nil }
      let x = left + slot * Int64(index) + slot / 2
      // The last one must not leave the picture.
      let isCut = x + Int64(Self.short(name).count) * 35 > Self.width
      return
        "<text class=\"axis \(isCut ? "end" : "middle")\" x=\"\(Markup.tenths(isCut ? Self.width : x))\" y=\"\((Self.height - 70) / 10)\">\(Markup.text(Self.short(name)))</text>"
    }.joined()
  }

  /// `11-24` for a day, `09:00` for an hour.
  private static func short(_ name: String) -> String {
    if name.count > 10 { return String(name.dropFirst(11).prefix(5)) }
    return name.count == 10 ? String(name.dropFirst(5)) : name
  }

  /// The next round number that is not smaller: 1, 2, 4, 5 or 8 times a power of ten.
  static func ceiling(_ value: Int64) -> Int64 {
    var power: Int64 = 1
    while true {
      for factor: Int64 in [1, 2, 4, 5, 8] {
        let (product, overflow) = power.multipliedReportingOverflow(by: factor)
        if overflow { return .max }
        if product >= max(value, 4) { return product }
      }
      let (next, overflow) = power.multipliedReportingOverflow(by: 10)
      if overflow { return .max }
      power = next
    }
  }

  private var table: String {
    let head = Markup.element(
      "tr", [],
      Markup.element("th", [("scope", "col")], Markup.text(step))
        + series.map { Markup.element("th", [("scope", "col"), ("class", "n")], Markup.text($0.name)) }.joined())
    let sums = series.map { $0.values.reduce(0) { (try? Amount.sum($0, $1)) ?? .max } }
    // Whoever opens it wants to know them, and a column adds up to its total.
    func row(_ name: String, _ values: [Int64]) -> String {
      Markup.element(
        "tr", [],
        Markup.element("th", [("scope", "row")], Markup.text(name))
          + values.map { Markup.element("td", [("class", "n")], Markup.text(exact($0))) }.joined())
    }
    let shown = names.indices.filter { total($0) > 0 }
    let rows = shown.map { index in row(fullName(index), series.map { $0.values[index] }) }
    let foot = shown.count > 1 ? Markup.element("tfoot", [], row("total", sums)) : ""
    return Markup.element(
      "div", [("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", title)],
      Markup.element("table", [], Markup.element("thead", [], head) + Markup.element("tbody", [], rows.joined()) + foot)
    )
  }
}
