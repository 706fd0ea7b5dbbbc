/// A word of a command line that a person is given to run.
public enum ShellWord {
  /// The word as a shell reads it back: as it is where that is safe, else in quotation marks.
  public static func text(_ word: String) -> String {
    let isSafe = !word.isEmpty && word.utf8.allSatisfy(isPlain)
    return isSafe ? word : quoted(word)
  }

  /// The word in quotation marks.
  public static func quoted(_ word: String) -> String {
    "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "+"):
      true
    default: false
    }
  }
}
