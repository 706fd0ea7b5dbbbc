// With an argument, prints the names of the classes that need a weight even where no sample has them, with their ranges and
// the thousandths they then cost. Else reads samples from standard input, each a four-byte little-endian length and its bytes, and writes for each sample
// one row of little-endian UInt32: how often each class occurred in it.
import Glibc

@main struct Classify {
  /// What features cost that the samples lack: generous, so that rare bytes are not free.
  static let unseen: [(begin: Int, end: Int, thousandths: Int)] = [
    (TokenClass.word, TokenClass.longWordLetter, 2000), (TokenClass.longWordLetter, TokenClass.wordLead, 300),
    (TokenClass.accent, TokenClass.digits, 700), (TokenClass.digits, TokenClass.longDigit, 3000),
    (TokenClass.longDigit, TokenClass.spaces, 350), (TokenClass.spaces, TokenClass.longSpace, 800),
    (TokenClass.longSpace, TokenClass.lineBreak, 300), (TokenClass.lineBreak, TokenClass.underscore, 700),
    (TokenClass.underscore, TokenClass.firstMark, 700), (TokenClass.firstMark, TokenClass.repeatedMark, 1000),
    (TokenClass.repeatedMark, TokenClass.wrongByte, 100), (TokenClass.wrongByte, TokenClass.scriptRun, 1000),
    (TokenClass.symbol, TokenClass.otherNarrow, 1500), (TokenClass.otherNarrow, TokenClass.count, 2000),
  ]

  static func main() {
    if CommandLine.argc > 1 {
      for (begin, end, thousandths) in unseen { print(begin, end, thousandths) }
      return
    }
    var length: UInt32 = 0
    while fread(&length, 4, 1, stdin) == 1 {
      var bytes = [UInt8](repeating: 0, count: Int(length))
      guard bytes.isEmpty || fread(&bytes, bytes.count, 1, stdin) == 1 else { exit(1) }
      var row = [UInt32](repeating: 0, count: TokenClass.count)
      var classifier = TokenClassifier()
      bytes.withUnsafeBufferPointer { classifier.classify($0) { row[$0] += 1 } }
      classifier.finish { row[$0] += 1 }
      fwrite(row, 4, row.count, stdout)
    }
  }
}
