/// Counts the pages of a PDF by the marks that stand in it openly: `/Type /Page`.
enum PageMarks {
  private static let (first, second) = (Array("/Type".utf8), Array("/Page".utf8))

  static func count(_ text: Substring.UTF8View) -> Int64 {
    var (pages, place): (Int64, Int) = (0, 0)
    Base64Bytes.each(text) { byte in
      let (a, b) = (first.count, second.count)
      switch place {
      case ..<a where byte == first[place]: place += 1
      case a where byte == 0x20 || byte == 0x0A || byte == 0x0D: break
      case a..<a + b where byte == second[place - a]: place += 1
      case a + b:
        // `/Pages` is the list of them.
        if byte != UInt8(ascii: "s") { pages += 1 }
        place = byte == first[0] ? 1 : 0
      default: place = byte == first[0] ? 1 : 0
      }
      return true
    }
    return pages
  }
}
