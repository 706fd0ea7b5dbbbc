import CPosix
import Glibc

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

  /// The same, each as a `ByteText`.
  public static var byteTexts: [String] {
    (0..<llmguard_argument_count()).compactMap { index in
      llmguard_argument(index).map { ByteText.text(Array(UnsafeRawBufferPointer(start: $0, count: strlen($0)))) }
    }
  }
}
