import CPosix

/// The command line of this process.
public enum ProgramArguments {
  /// Its words, the program's name first.
  ///
  /// The language's own `CommandLine` looks for them through `/proc`, which takes longer than to read them, and fails where no
  /// file can be opened.
  public static var all: [String] {
    var words: [String] = []
    words.reserveCapacity(Int(llmguard_argument_count()))
    var index: Int32 = 0
    while let word = llmguard_argument(index) {
      words.append(String(cString: word))
      index += 1
    }
    return words
  }
}
