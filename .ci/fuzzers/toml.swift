import TextFormats

/// TOML: what is read, written and read again is the same; a fault lies in the text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = input(data, count)
  do {
    let table = try TOMLParser.parse(bytes)
    let written = TOMLWriter.document(table)
    do {
      let again = try TOMLParser.parse(written)
      require(again == table, "what was written reads equal:\n\(written)")
      require(same(TOMLWriter.document(again), written), "writing twice writes the same:\n\(written)")
    } catch {
      fatalError("what was written is TOML: \(error)\n\(written)")
    }
    let inline = "a = " + TOMLWriter.inline(.table(table))
    let value = try? TOMLParser.parse(inline)["a"]?.value
    // Tables below each other may be deeper than what may stand on one line.
    require(value == nil || value == .table(table), "on one line it reads equal:\n\(inline)")
  } catch {
    let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    requirePlace(of: error, in: bytes, skipping: hasMark ? 3 : 0)
  }
  return 0
}
