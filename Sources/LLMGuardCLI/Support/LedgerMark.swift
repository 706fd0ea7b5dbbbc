import Digest
import Posix

/// What tells a ledger from all others, here and on other machines. It says nothing of where that is.
enum LedgerMark {
  /// The mark of the ledger at a path: 32 hexadecimal digits; empty where there is none.
  static func of(_ path: String) -> String {
    // The lock stays the same file where the ledger is compacted, and another file is in its place.
    let identity = File.identity(path + ".lock")
    if identity.isEmpty { return "" }
    let words = ["llmguard", ProcessInfo.bootID, path] + identity.map { String($0) }
    return SHA256.hash(Array(words.joined(separator: "\n").utf8)).prefix(16).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
