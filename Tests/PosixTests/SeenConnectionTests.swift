import Testing

@testable import Posix

/// Whom processes connect to, as the kernel's tables and a played name server tell.
@Suite struct SeenConnectionTests {
  @Test func aTableIsRead() {
    let table = """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
         0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 11 1 0 100 0 0 10 0
         1: 0F02000A:A1B2 C0A81268:01BB 01 00000000:00000000 02:00000000 00000000  1000        0 12 1 0 20 4 30 10 -1
         2: 0F02000A:A1B3 C0A81268:01BB 06 00000000:00000000 03:00000000 00000000     0        0 0 3 0
      """
    let found = ConnectionSampler.connections(in: table)
    #expect(found.map(\.inode) == [12], "who listens has no peer, what waits for its end nobody")
    #expect(found.first?.peer == SeenConnection.Peer(address: [0x68, 0x12, 0xA8, 0xC0], port: 443))
    let six = """
      head
         0: 0000000000000000FFFF00000F02000A:A1B2 0000000000000000FFFF000007020068:01BB 02 0:0 0:0 0 0 0 13 1 0
         1: 00000000000000000000000001000000:A1B2 B80D0120000000000000000007000000:1F40 01 0:0 0:0 0 0 0 14 1 0
      """
    #expect(
      ConnectionSampler.connections(in: six).map(\.peer.description)
        == ["104.0.2.7:443", "[2001:db8:0:0:0:0:0:7]:8000"])
  }

  @Test(
    arguments: [
      ([127, 0, 0, 1], true), ([127, 9, 9, 9], true), ([0, 0, 0, 0], true), ([128, 0, 0, 1], false),
      ([10, 0, 0, 1], false),
      (Array(repeating: 0, count: 15) + [1], true), (Array(repeating: 0, count: 15) + [2], false),
      (Array(repeating: 0, count: 10) + [0xFF, 0xFF, 127, 0, 0, 1], true),
      (Array(repeating: 0, count: 10) + [0xFF, 0xFF, 10, 0, 0, 1], false),
      ([0xFE, 0x80] + Array(repeating: 0, count: 14), false),
    ] as [([UInt8], Bool)])
  func theLoopbackIsKnown(address: [UInt8], isLoopback: Bool) {
    #expect(SeenConnection.Peer(address: address, port: 1).isLoopback == isLoopback)
  }

  private func question(_ labels: [String], kind: UInt8 = 1) -> [UInt8] {
    [0xAB, 0xCD, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + labels.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
      + [0, 0, kind, 0, 1]
  }

  @Test func aNameHasAnAddressByWhichItIsKnownAgain() throws {
    var names = PlayedNames()
    let answer = names.answer(question(["API", "openai", "com"]))
    let reply = try #require(answer)
    #expect(Array(reply[..<12]) == [0xAB, 0xCD, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0])
    #expect(Array(reply.suffix(4)) == [198, 18, 0, 1])
    #expect(names.name(of: [198, 18, 0, 1]) == "api.openai.com")
    let other = names.answer(question(["other", "invalid"]))
    #expect(other?.suffix(4) == [198, 18, 0, 2])
    let again = names.answer(question(["api", "openai", "com"]))
    #expect(again?.suffix(4) == [198, 18, 0, 1], "the same stays the same")
    #expect(names.name(of: [198, 18, 0, 3]) == nil && names.name(of: [198, 18, 0, 0]) == nil)
    let six = names.answer(question(["six", "invalid"], kind: 28))
    let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF, 198, 18, 0, 3]
    #expect(six?.suffix(28) == [0xC0, 12, 0, 28, 0, 1, 0, 0, 0, 0, 0, 16] + mapped, "IPv6 is the same one")
    #expect(names.name(of: SeenConnection.Peer(address: mapped, port: 443).address) == "six.invalid")
    // Of another kind there is nothing, which is an answer.
    let text = names.answer(question(["text", "invalid"], kind: 16))
    #expect(text?[7] == 0)
  }

  /// Whatever stands in it, a question is answered or not, and nothing else.
  @Test func whatIsNoQuestionIsNotAnswered() {
    var names = PlayedNames()
    let whole = question(["api", "openai", "com"])
    for length in 0..<whole.count {
      let reply = names.answer(Array(whole[..<length]))
      #expect(reply == nil, "cut at \(length)")
    }
    func change(_ index: Int, to byte: UInt8) -> [UInt8] {
      var changed = whole
      changed[index] = byte
      return changed
    }
    // An answer; a label that is longer than what came; a pointer in a question.
    for changed in [change(2, to: 0x81), change(12, to: 63), change(12, to: 0xC0)] {
      let reply = names.answer(changed)
      #expect(reply == nil, "\(changed)")
    }
  }
}
