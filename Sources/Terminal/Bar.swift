/// A bar that shows a share of a whole.
public enum Bar {
  /// A bar of a fixed number of columns.
  ///
  /// - Parameters:
  ///   - percent: the share, ≥ 0; above 100 the bar is full.
  ///   - columns: its width, ≥ 1.
  ///   - isUnicode: whether block characters may be used; otherwise `#` and `.`.
  public static func text(percent: Int64, columns: Int, isUnicode: Bool) -> String {
    let share = min(max(0, percent), 100)
    guard isUnicode else {
      let full = Int(share) * columns / 100
      return String(repeating: "#", count: full) + String(repeating: ".", count: columns - full)
    }
    let eighths = Int(share) * columns * 8 / 100
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    let full = eighths / 8
    let part = parts[eighths % 8]
    return String(repeating: "█", count: full) + part
      + String(repeating: "░", count: columns - full - (part.isEmpty ? 0 : 1))
  }
}
