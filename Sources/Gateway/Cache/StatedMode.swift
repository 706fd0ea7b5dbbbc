import GuardModel
import HTTPWire

/// What a request says itself of the cache.
struct StatedMode {
  /// The request's own word; `nil` where it says none.
  let mode: CacheMode?
  /// What it says in place of one of the words, for a person; `nil` where it says none, or a right one.
  let fault: String?

  private static let field = "x-llmguard-cache"

  /// Reads it, whatever its letter case. A word that nobody knows is no reason to answer as if it were not there: its client wants
  /// something of the cache, and may want it kept away from it.
  init(_ fields: HTTPFields) {
    guard let stated = fields[Self.field] else {
      (mode, fault) = (nil, nil)
      return
    }
    mode = CacheMode(rawValue: stated.lowercased())
    let words = CacheMode.allCases.map(\.rawValue).joined(separator: ", ")
    fault = mode == nil ? "'\(Self.field)' takes one of these words: \(words)" : nil
  }
}
