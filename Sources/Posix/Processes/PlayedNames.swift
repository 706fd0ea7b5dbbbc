/// What a played name server answers: each name has an address of its own, by which it is known again.
///
/// *Source:* RFC 1035, section 4; RFC 3596; RFC 4291, 2.5.5.2; 198.18.0.0/15 is nobody's address (RFC 2544).
struct PlayedNames {
  private var names: [String] = []
  private var numbers: [String: Int] = [:]

  private static let first: [UInt8] = [198, 18]
  private static let most = 65_535

  /// The name of an address; `nil` for one that was not told.
  func name(of address: [UInt8]) -> String? {
    guard address.count == 4, address.starts(with: Self.first) else { return nil }
    let index = Int(address[2]) << 8 | Int(address[3])
    return names.indices.contains(index - 1) ? names[index - 1] : nil
  }

  /// The answer to a question; `nil` where it is none that has to be answered.
  mutating func answer(_ question: [UInt8]) -> [UInt8]? {
    // A question of the ordinary kind, and one.
    guard question.count > 16, question[2] & 0xF8 == 0, question[4] == 0, question[5] == 1 else { return nil }
    var labels: [String] = []
    var index = 12
    while index < question.count, question[index] > 0 {
      let end = index + 1 + Int(question[index])
      guard question[index] < 64, end < question.count else { return nil }
      labels.append(String(decoding: question[(index + 1)..<end], as: UTF8.self).lowercased())
      index = end
    }
    guard index + 5 <= question.count else { return nil }
    let kind = Int(question[index + 1]) << 8 | Int(question[index + 2])
    let isAddress = (kind == 1 || kind == 28) && !labels.isEmpty
    guard var address = isAddress ? address(of: labels.joined(separator: ".")) : [] else { return nil }
    // By IPv6 it is the same one, in IPv6's own form.
    if isAddress, kind == 28 { address = Array(repeating: 0, count: 10) + [0xFF, 0xFF] + address }
    // An answer, by one who recurses; no more than the question and what is told of it.
    var reply = Array(question[..<2]) + [0x80 | (question[2] & 0x01), 0x80, 0, 1, 0, isAddress ? 1 : 0, 0, 0, 0, 0]
    reply += question[12..<(index + 5)]
    if isAddress { reply += [0xC0, 12, 0, UInt8(kind), 0, 1, 0, 0, 0, 0, 0, UInt8(address.count)] + address }
    return reply
  }

  private mutating func address(of name: String) -> [UInt8]? {
    if numbers[name] == nil {
      guard names.count < Self.most else { return nil }
      names.append(name)
      numbers[name] = names.count
    }
    return numbers[name].map { Self.first + [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
  }
}
