import Intent

/// Instructions and requests, hostile ones too: reading ends, says the same twice, and never takes two texts for one that
/// differ in what cannot be seen.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = input(data, count)
  let text = String(decoding: bytes, as: UTF8.self)
  let intent = CanonicalIntent.read(text)
  require(intent.key.count == 32 && CanonicalIntent.read(text) == intent, "an instruction reads the same twice")
  require(CanonicalIntent.firstDifference(intent, intent) == nil, "it does not differ from itself")
  require(Guards.disagreement(text, text) == nil, "nothing forbids an instruction its own answer")
  // A character that cannot be seen, inside of the first word: another request.
  let seen = text.utf8.prefix(while: { $0 >= 0x61 && $0 <= 0x7A }).count
  if seen > 1, !text.utf8.contains(0) {
    var hidden = Array(text.utf8)
    hidden.insert(contentsOf: [0xE2, 0x80, 0x8B], at: 1)
    require(CanonicalIntent.read(String(decoding: hidden, as: UTF8.self)).key != intent.key, "a hidden character shows")
  }
  parts(bytes)
  let vector = SentenceVector(text)
  require(vector.similarity(to: vector) < 1.001, "a cosine is at most 1")
  return 0
}

private func parts(_ bytes: [UInt8]) {
  let parts = RequestParts.split(lastUserBytes: bytes)
  require(RequestParts.split(lastUserBytes: bytes) == parts, "a request is split the same way twice")
  require(parts.instruction.utf8.count <= 1100, "an instruction is short")
  if String(validating: bytes, as: UTF8.self) == nil {
    require(parts.instruction.isEmpty && parts.payload == bytes, "what is not UTF-8 is payload as it is")
  }
  // Every byte that is no white space is in one of the two: nothing of a request is lost.
  func marks(_ bytes: some Sequence<UInt8>) -> Int { bytes.reduce(0) { $0 + ($1 > 0x20 ? 1 : 0) } }
  let held = marks(parts.payload) + marks(parts.instruction.utf8)
  require(held >= marks(bytes), "nothing of a request is lost")
}
