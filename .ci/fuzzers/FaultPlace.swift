import TextFormats

/// A fault must lie in the text: on a line there is, at most one column behind the line's last scalar.
func requirePlace(of error: TextFormatError, in bytes: [UInt8], skipping mark: Int = 0) {
  let lines = bytes.dropFirst(mark).split(separator: 0x0A, omittingEmptySubsequences: false)
  require((1...lines.count).contains(error.position.line), "the fault lies on a line of the text: \(error)")
  let scalars = lines[error.position.line - 1].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
  require((1...scalars + 1).contains(error.position.column), "the fault lies in its line: \(error)")
  require(!error.message.isEmpty, "the fault has a message")
}
