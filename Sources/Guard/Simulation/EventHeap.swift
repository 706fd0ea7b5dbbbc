/// Things that will happen, the earliest first; of two at one instant the one that was added first.
struct EventHeap<Event> {
  private var items: [(atUnixMs: Int64, number: Int, event: Event)] = []
  private var added = 0

  /// When the next one happens.
  var nextUnixMs: Int64? { items.first?.atUnixMs }

  mutating func add(_ event: Event, atUnixMs: Int64) {
    added += 1
    items.append((atUnixMs, added, event))
    var child = items.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard isEarlier(child, parent) else { break }
      items.swapAt(child, parent)
      child = parent
    }
  }

  /// Takes the earliest one away.
  mutating func removeFirst() -> (atUnixMs: Int64, event: Event)? {
    guard let first = items.first else { return nil }
    let last = items.removeLast()
    if !items.isEmpty {
      items[0] = last
      var parent = 0
      while true {
        var least = parent
        for child in [2 * parent + 1, 2 * parent + 2] where child < items.count && isEarlier(child, least) {
          least = child
        }
        if least == parent { break }
        items.swapAt(least, parent)
        parent = least
      }
    }
    return (first.atUnixMs, first.event)
  }

  private func isEarlier(_ a: Int, _ b: Int) -> Bool {
    (items[a].atUnixMs, items[a].number) < (items[b].atUnixMs, items[b].number)
  }
}
