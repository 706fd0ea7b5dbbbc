/// A bar that shows a share of a whole.
public enum Bar {
  /// A bar of a fixed number of columns: the share, then what is only held, then the rest.
  ///
  /// - Parameters:
  ///   - percent: the share, ≥ 0; above 100 the bar is full.
  ///   - heldPercent: a share beside the first one that may still be given back; 0 for none.
  ///   - columns: its width, ≥ 1.
  ///   - isUnicode: whether block characters may be used; otherwise `#`, `=` and `.`.
  public static func text(percent: Int64, heldPercent: Int64 = 0, columns: Int, isUnicode: Bool) -> String {
    let share = min(max(0, percent), 100)
    let end = Int(min(max(0, heldPercent), 100 - share) + share) * columns / 100
    guard isUnicode else {
      let full = Int(share) * columns / 100
      return String(repeating: "#", count: full) + String(repeating: "=", count: end - full)
        + String(repeating: ".", count: columns - end)
    }
    let eighths = Int(share) * columns * 8 / 100
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    let full = eighths / 8
    let part = parts[eighths % 8]
    let used = full + (part.isEmpty ? 0 : 1)
    let held = max(0, end - used)
    return String(repeating: "█", count: full) + part + String(repeating: "▒", count: held)
      + String(repeating: "░", count: columns - used - held)
  }
}
