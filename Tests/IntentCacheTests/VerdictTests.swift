import GuardModel
import IntentCache
import Testing

/// Words that are alike by the letters they share: enough to try what is done with likeness.
struct LetterLikeness: Likeness {
  func signs(of text: String) -> UInt64? {
    text.utf8.reduce(0) { $0 | 1 << (UInt64($1) % 64) }
  }

  func thousandths(_ a: String, _ b: String) -> Int64 {
    let (x, y) = (Set(a.split(separator: " ")), Set(b.split(separator: " ")))
    return Int64(1000 * x.intersection(y).count / max(1, x.union(y).count))
  }
}

/// A verifier that forbids nothing.
struct Lenient: Verifier {
  func verdict(asked: String, stored: String) -> Verdict { .same }
}

/// A verifier that forbids numbers.
struct NoNumbers: Verifier {
  func verdict(asked: String, stored: String) -> Verdict {
    (asked + stored).contains { $0.isNumber } ? .different("numbers") : .same
  }
}
