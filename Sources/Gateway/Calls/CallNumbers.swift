/// The numbers of a run's calls. Those of its gateway follow each other from one on; a run inside draws its own.
public enum CallNumbers {
  /// Numbers that are drawn: nobody guesses one, and the gateway's never come so far.
  public static let untold: ClosedRange<Int64> = 1 << 40...1 << 60

  /// Draws a number.
  public static func draw() -> Int64 { Int64.random(in: untold) }
}
