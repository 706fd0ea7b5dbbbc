/// A key compared scalar by scalar.
///
/// Swift calls two strings equal when they are canonically equivalent; JSON and TOML keys that differ in any code point
/// are two keys.
struct ExactKey: Hashable {
  let text: String

  static func == (a: ExactKey, b: ExactKey) -> Bool {
    // Most keys differ in their lengths.
    guard a.text.utf8.count == b.text.utf8.count else { return false }
    let answer = a.text.utf8.withContiguousStorageIfAvailable { a in
      b.text.utf8.withContiguousStorageIfAvailable { b in Self.isSame(a, b) }
    }
    return (answer ?? nil) ?? a.text.utf8.elementsEqual(b.text.utf8)
  }

  /// Whether as many bytes are the same bytes.
  private static func isSame(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
    for index in a.indices where a[index] != b[index] { return false }
    return true
  }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

/// Where each key stands in a list of entries.
///
/// Most objects have a handful of keys, which are found faster by looking at each than by hashing; a dictionary takes
/// over when there are more.
struct KeyIndex: Sendable {
  private static let mostKeysLookedThrough = 8

  private var keys: [String] = []
  private var places: [ExactKey: Int] = [:]

  /// The place of a key.
  subscript(key: String) -> Int? {
    let key = ExactKey(text: key)
    if keys.count > Self.mostKeysLookedThrough { return places[key] }
    return keys.firstIndex { ExactKey(text: $0) == key }
  }

  /// Adds a key that is not there yet, at the next place.
  mutating func append(_ key: String) {
    keys.append(key)
    if keys.count == Self.mostKeysLookedThrough + 1 {
      for (place, key) in keys.enumerated() { places[ExactKey(text: key)] = place }
    } else if keys.count > Self.mostKeysLookedThrough {
      places[ExactKey(text: key)] = keys.count - 1
    }
  }
}
