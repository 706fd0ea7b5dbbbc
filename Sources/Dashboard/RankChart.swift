import GuardModel

/// Horizontal bars from the largest down, with their names and amounts.
struct RankChart {
  struct Item {
    var name: String
    var value: Int64
    /// The amount for people.
    var shown: String
    var look = "s0"
  }

  let id: String
  let title: String
  let items: [Item]
  var note = ""

  var html: String {
    let heading = Markup.element("figcaption", [("id", "\(id)-title")], Markup.text(title))
    let most = max(1, items.map(\.value).max() ?? 1)
    if items.isEmpty {
      return Markup.element("figure", [], heading + Markup.element("p", [("class", "none")], "Nothing in this range."))
    }
    let rows = items.map { item in
      let width = (try? Amount.scaledDown(item.value, by: 1000, over: most)) ?? 0
      let bar =
        "<svg class=\"bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
        + "<rect class=\"track\" width=\"100\" height=\"8\"/><rect class=\"\(item.look)\" width=\"\(Markup.tenths(width))\" height=\"8\"/></svg>"
      return Markup.element(
        "tr", [],
        Markup.element("th", [("scope", "row")], Markup.text(item.name))
          + Markup.element("td", [("class", "wide")], bar)
          + Markup.element("td", [("class", "n")], Markup.text(item.shown)))
    }
    let note = note.isEmpty ? "" : Markup.element("p", [("class", "note")], Markup.text(note))
    return Markup.element(
      "figure", [],
      heading + Markup.element("table", [("class", "rank"), ("aria-labelledby", "\(id)-title")], rows.joined()) + note)
  }
}
