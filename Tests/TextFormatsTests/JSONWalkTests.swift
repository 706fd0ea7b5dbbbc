import SeededGenerator
import Testing

@testable import TextFormats

/// What is walked over is what a lenient parser reads.
@Suite struct JSONWalkTests {
  private static func isWalked(_ bytes: [UInt8]) -> Bool {
    JSONWalk.over(bytes) { (walk) throws(JSONWalk.GivenUp) in try walk.pass() }
  }

  @Test(arguments: [
    "null", " [ ] ", "{}", #"{"a":[1,-0.5e+3,true,false,null,"x\n\u00e9"],"b":{"c":""}}"#, "0", "-12", "1E9", #""é""#,
    String(repeating: "[", count: 32) + String(repeating: "]", count: 32),
  ])
  func whatIsUsualIsWalkedOver(text: String) { #expect(Self.isWalked(Array(text.utf8))) }

  /// The last of them are read by whoever reads all.
  @Test(arguments: [
    "", "nul", "tru", "[1,]", "{,}", #"{"a"}"#, #"{"a":1,}"#, "01", "-", "1.", "1e", "\"\u{1}\"", #""\x""#,
    #""\u12g4""#, "\"a", "1 2", "\u{FEFF}1", #"{"\u0061":1}"#, #"{"é":1}"#,
    String(repeating: "[", count: 33) + String(repeating: "]", count: 33),
  ])
  func whatIsFaultyOrUnusualIsNot(text: String) { #expect(!Self.isWalked(Array(text.utf8))) }

  @Test func whatIsWalkedOverIsRead() {
    var values = RandomValues(seed: 7)
    var (walked, faulty) = (0, 0)
    for _ in 0..<4000 {
      var bytes = Array(JSONWriter.compact(values.json(depth: 3)).utf8)
      if values.below(2) == 0 {
        let place = values.below(bytes.count)
        bytes[place] = [UInt8(ascii: "\""), 0x20, 0x2C, 0x30, 0x5B, 0x7D, 0x80, 0x1F][values.below(8)]
      }
      let isRead = (try? JSONParser.parse(bytes, options: .lenient)) != nil
      if !isRead { faulty += 1 }
      if Self.isWalked(bytes) {
        walked += 1
        #expect(isRead, "\(String(decoding: bytes, as: UTF8.self))")
      }
    }
    #expect(walked > 500 && faulty > 500, "\(walked) and \(faulty): else this shows nothing")
  }

  /// Whether a text says anything, and what it says where it has no escape.
  @Test func textsAreToldApart() {
    func text(_ json: String) -> (plain: String?, isVisible: Bool)? {
      var found: (String?, Bool)?
      let isWalked = JSONWalk.over(Array(json.utf8)) { (walk) throws(JSONWalk.GivenUp) in
        let text = try walk.text()
        found = (text.plain.map { String(decoding: $0, as: UTF8.self) }, text.isVisible)
      }
      return isWalked ? found : nil
    }
    #expect(text(#""ab é""#)?.plain == "ab é" && text(#""ab""#)?.isVisible == true)
    #expect(text(#""""#)?.plain?.isEmpty == true && text(#""  ""#)?.isVisible == false)
    #expect(text(#""\n\u0020""#)?.isVisible == false && text(#""\u0041""#)?.isVisible == true)
    #expect(text(#""\ud800""#)?.isVisible == true && text(#""a\n""#)?.plain == nil)
    #expect(text("1") == nil)
  }
}
