extension GuardFacts {
  /// The marks of quotations in which a shell would read one kind otherwise than the other, in their order; else nothing.
  var quotationMarks: String {
    guard quotes.contains(where: { $0.utf8.contains { "$`\\".utf8.contains($0) } }) else { return "" }
    return String(decoding: text.utf8.filter { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }, as: UTF8.self)
  }
}
