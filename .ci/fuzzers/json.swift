import TextFormats

/// JSON: both written forms read equal, numbers keep their text and value, edits change what they should alone, and what is walked
/// over where it stands is read, too.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = input(data, count)
  let lenient = try? JSONParser.parse(bytes, options: .lenient)
  let isWalked = JSONWalk.over(bytes) { (walk) throws(JSONWalk.GivenUp) in try walk.pass() }
  require(!isWalked || lenient != nil, "what is walked over is read leniently")
  do {
    let value = try JSONParser.parse(bytes)
    require(lenient == value, "what is read strictly is read leniently, and equal")
    checkWriting(value)
    checkNumbers(value)
    #if PLANTED_FAULT
      require(!hasExponentInArray(value), "the planted fault")
    #endif
  } catch {
    requirePlace(of: error, in: bytes)
  }
  checkEdit(String(decoding: bytes, as: UTF8.self))
  return 0
}

private func checkWriting(_ value: JSONValue) {
  let compact = JSONWriter.compact(value)
  for text in [compact, JSONWriter.pretty(value)] {
    do {
      let again = try JSONParser.parse(text)
      require(again == value, "what was written reads equal:\n\(text)")
      require(same(JSONWriter.compact(again), compact), "writing twice writes the same:\n\(text)")
    } catch {
      fatalError("what was written is JSON: \(error)\n\(text)")
    }
  }
}

private func checkNumbers(_ value: JSONValue) {
  switch value {
  case .number(let number):
    // Both are the double nearest to the number's one true value.
    if let whole = number.int64 { require(number.double == Double(whole), "\(number.text) is not \(whole)") }
    if let whole = Int64(number.text) { require(number.int64 == whole, "\(number.text) is whole") }
  case .array(let elements): elements.forEach(checkNumbers)
  case .object(let object): object.members.forEach { checkNumbers($0.value) }
  default: break
  }
}

private func checkEdit(_ text: String) {
  guard let edited = JSONEdit.replacing(["a": "replaced", "K": 7], in: text) else { return }
  guard case .object(let before)? = try? JSONParser.parse(text, options: .lenient) else {
    fatalError("only objects are edited:\n\(text)")
  }
  guard case .object(let after)? = try? JSONParser.parse(edited, options: .lenient) else {
    fatalError("an edited object is an object:\n\(edited)")
  }
  var expected = before
  if before["a"] != nil { expected["a"] = "replaced" }
  if before["K"] != nil { expected["K"] = 7 }
  require(after == expected, "an edit changes its members alone:\n\(text)\n\(edited)")
}

#if PLANTED_FAULT
  private func hasExponentInArray(_ value: JSONValue) -> Bool {
    guard case .array(let elements) = value else { return false }
    return elements.contains { element in
      if case .number(let number) = element { number.text.contains("e") } else { false }
    }
  }
#endif
