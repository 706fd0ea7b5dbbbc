/// Forms, as far as they say what a model is asked.
public enum FormBody {
  /// How a body is written, as far as its beginning tells.
  public enum Writing: Hashable, Sendable {
    /// An object of JSON.
    case json
    /// Fields of a form: `NAME=VALUE&...`.
    case fields
    /// Parts of a form, each with a head.
    case parts
    /// None of them.
    case other

    /// How a body is written.
    ///
    /// - Parameters:
    ///   - beginning: how it begins, behind white space.
    ///   - contentType: what it is said to be; curl says of all that it is fields, where nobody says anything else.
    ///   - isForm: whether it may be a form at all.
    /// - Returns: `nil` where more has to come to tell.
    public static func of(_ beginning: ArraySlice<UInt8>, contentType: String, isForm: Bool) -> Writing? {
      guard let first = beginning.first else { return nil }
      if first == UInt8(ascii: "{") { return .json }
      guard isForm else { return .other }
      let type = contentType.lowercased()
      if type.hasPrefix("multipart/") { return .parts }
      guard type.isEmpty || type.hasPrefix("application/x-www-form-urlencoded") else { return .other }
      let name = beginning.prefix(longestName)
      let end = name.firstIndex { !isOfName($0) } ?? name.endIndex
      if end < name.endIndex {
        return name[end] == UInt8(ascii: "=") || name[end] == UInt8(ascii: "&") ? .fields : .other
      }
      return name.count < longestName ? nil : .other
    }
  }

  /// The longest name that a field may have which stands first.
  private static let longestName = 64

  private static func isOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "-_.[]%+".utf8.contains(byte)
    }
  }

  /// Fields that ask by themselves, and those that ask a model which another field names. *Source:* the providers' references, whose
  /// JSON is taken likewise, and OpenAI's of what it takes as forms.
  private static let asking: Set = ["messages", "contents", "inputs", "prompt"]
  private static let askingModel: Set = ["input", "file", "image", "audio", "text", "query", "instruction"]

  /// Whether a form is a call of a model.
  public static func isCall(_ bytes: [UInt8], _ writing: Writing) -> Bool {
    var (asks, hasModel, hasRest) = (false, false, false)
    // Of names there may be millions: none is kept.
    let visit: (String) -> Bool = { name in
      asks = asks || asking.contains(name)
      hasModel = hasModel || name == "model"
      hasRest = hasRest || askingModel.contains(name) || RequestBody.maximumKeys.contains(name)
      return !asks && !(hasModel && hasRest)
    }
    if writing == .parts { visitParts(bytes, visit) } else { visitFields(bytes, visit) }
    return asks || hasModel && hasRest
  }

  /// Whether the parts of a form that have come say what a file is kept for. *Source:* OpenAI's reference, "Upload file", whose clients
  /// write all fields before the files.
  public static func isToKeep(_ bytes: [UInt8]) -> Bool {
    var isFound = false
    visitParts(bytes) { name in
      isFound = isFound || name == "purpose"
      return !isFound
    }
    return isFound
  }

  /// Shows the names of fields, as long as they are wanted, each without what stands in brackets: `messages[0][content]` is one of
  /// `messages`.
  private static func visitFields(_ bytes: [UInt8], _ visit: (String) -> Bool) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let field = rest.prefix { $0 != UInt8(ascii: "&") }
      rest = rest[field.endIndex...].dropFirst()
      let name = field.prefix(longestLine).prefix { $0 != UInt8(ascii: "=") }
      if !visit(bare(PathText.unescaped(String(decoding: name, as: UTF8.self)))) { return }
    }
  }

  private static func bare(_ name: String) -> String {
    String(decoding: name.utf8.drop { $0 <= 0x20 }.prefix { $0 != UInt8(ascii: "[") }, as: UTF8.self)
  }

  /// The same of parts. *Source:* RFC 7578 section 4.2.
  private static func visitParts(_ bytes: [UInt8], _ visit: (String) -> Bool) {
    var rest = bytes[...]
    while let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
      let head = rest[..<colon].suffix(disposition.count)
      rest = rest[(colon + 1)...]
      guard head.count == disposition.count, zip(head, disposition).allSatisfy({ $0 | 0x20 == $1 }) else { continue }
      let line = rest.prefix(longestLine).prefix { $0 != 0x0A && $0 != 0x0D }
      for parameter in String(decoding: line, as: UTF8.self).split(separator: ";").dropFirst() {
        let words = parameter.split(separator: "=", maxSplits: 1).map { $0.filter { !" \t\"".contains($0) } }
        if words.count == 2, words[0].lowercased() == "name", !visit(bare(words[1])) { return }
      }
    }
  }

  private static let longestLine = 4096
  private static let disposition = Array("content-disposition".utf8)
}
