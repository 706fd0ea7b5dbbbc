import Posix
import SessionDriver
import Testing

/// What SQLite is given to work in keeps what is written to it.
@Suite struct HeapTests {
  @Test func memoryStaysWholeWithOneThreadAndWithMore() throws {
    let outcome = try Driver.run("\"$PROBE\" heap")
    #expect(outcome.text == "whole\n", "\(outcome.errorText)")
    #expect(outcome.status == .exited(0))
  }
}
