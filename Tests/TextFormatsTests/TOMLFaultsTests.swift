import Testing
import TextFormats

/// Several faults of one document are told at once, each at its place, and no line is called wrong that is not.
@Suite struct TOMLFaultsTests {
  private func places(_ text: String) -> [String] {
    TOMLParser.collecting(Array(text.utf8)).problems.map { "\($0.position.line):\($0.position.column)" }
  }

  @Test(
    arguments: [
      ("a = 1\nb = 2", []),
      ("a =\nb = 1\nc = [1\nd = 2\n[e\nf = = 1\n[g]\nh = 'x", ["1:4", "4:1", "5:3", "6:5", "8:5"]),
      // What is no line of a document is one fault until one begins again.
      ("a: 1\n  b: 2\n- c\nd = 1\ne: 2", ["1:2", "5:2"]),
      ("{\n  \"a\": 1,\n  \"b\": 2\n}\n", ["1:1"]),
      ("a = x # [t]\r\n\r\n[t] # b\r\nb = y\r\n", ["1:5", "4:5"]),
      ("  a = 1 2\n\t[ t . 'u' ]\n  'b' = x\n  \"c\".d = y", ["1:9", "3:9", "4:11"]),
      ("a = x\n[t\nb = y\n[ [u]]\nc = z", ["1:5", "2:3", "3:5", "5:5"]),
      ("[t\na = 1\n[t]\na = 1\na = 2", ["1:3", "5:1"]),
    ] as [(String, [String])])
  func eachIsToldAtItsPlace(text: String, expected: [String]) {
    #expect(places(text) == expected)
  }

  /// What stands in an array, an inline table or a string looks like a key or a table, and is none.
  @Test(
    arguments: [
      "a = [\n  { b = 1,\n    c = 2 },\n  { b = 3,\n    c = 4 },\n]\nd = 1",
      "a = [\n  {\n    b = 1,\n    c = [\n 2\n],\n    d = 3\n  }\n]",
      "a = [ x,\n[1],\n[true]\n]", "a = {\n  b = 1,\n  b = 2\n}", "a = x [ '''\nb = =\n'''", "a = \"\"\"\nb = =\n[c\n",
      "a = \"\"\"\n\\q\nb = =\n\"\"\"\nc = 1\n", "a = [ x, \"[\", ']' # [ {\n  1,\n]\nb = 1",
    ])
  func whatIsInsideAValueIsNoLineOfItsOwn(text: String) {
    #expect(places(text).count == 1, "\(places(text))")
  }

  /// A bracket that is not closed hides no fault of the lines after it.
  @Test(
    arguments: [
      ("a = ['b'\nc = x", ["2:1", "2:5"]), ("a = {b = 1\nc = x", ["1:11", "2:5"]),
      ("a = [{b = 1\nc = x", ["1:12", "2:5"]), ("a = [\n'b',\n[t.u]\nc = x", ["3:2", "4:5"]),
      ("a = {\nb = 1\n[[t]]\nc = x", ["1:6", "4:5"]), ("a = [1 2\n]\nb = x", ["1:8", "3:5"]),
    ] as [(String, [String])])
  func anOpenBracketHidesNothing(text: String, expected: [String]) {
    #expect(places(text) == expected)
  }

  @Test func noMoreAreToldThanAreRead() {
    let text = String(repeating: "a = x\n", count: 30)
    #expect(places(text) == (1...TOMLParser.mostFaults).map { "\($0):5" } && TOMLParser.mostFaults == 20)
    // Of second definitions as many are told, beside them.
    let twice = String(repeating: "a = 1\n", count: 30)
    #expect(places(twice) == (2...21).map { "\($0):1" })
    #expect(places(twice + String(repeating: "[t]\n", count: 9) + text).count == 40)
    #expect(TOMLParser.collecting(Array(twice.utf8)).table?["a"] != nil)
  }

  @Test func aDocumentWithAFaultHasNoTable() {
    #expect(TOMLParser.collecting(Array("a = 1\nb =\nc = 2".utf8)).table == nil)
    #expect(TOMLParser.collecting(Array("a = 1\na = 2".utf8)).table?["a"]?.value == .integer(1))
    #expect(places("a = 1\n\u{1}\nb = x") == ["2:1", "3:5"])
    #expect(TOMLParser.collecting(Array("a = x\n".utf8) + [0xFF]).problems.count == 1)
  }

  @Test func theFirstFaultIsTheOneThatIsThrown() {
    #expect(throws: TextFormatError.self) { try TOMLParser.parse("a = 1\na = 2\nb = x\nc = y") }
    do { _ = try TOMLParser.parse("a = x\nb = y") } catch { #expect(error.position.line == 1) }
  }
}
