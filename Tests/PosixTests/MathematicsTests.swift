import Posix
import SessionDriver
import Testing

/// Where the mathematical library is loaded late (`CPosixMath.c`, in release builds, which the gate looks at), its functions
/// answer as they always do. Here they are the library's own: the table of them is whole, and compares well.
@Suite struct MathematicsTests {
  @Test func functionsAnswerAsTheLibrarys() throws {
    let outcome = try Driver.run("\"$PROBE\" mathematics")
    let isLate = CommandLine.arguments[0].contains("/release/")
    #expect(outcome.text == "119 functions, \(isLate ? 119 : 0) late\n", "\(outcome.errorText)")
    #expect(outcome.status == .exited(0))
  }
}
