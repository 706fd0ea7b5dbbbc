import Posix
import Testing

/// The unit in the documentation is one that systemd takes, and that is as closed as it can be.
@Suite struct ServeUnitTests {
  @Test(.enabled(if: Wrapping.has("systemd-analyze"))) func systemdTakesIt() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let page = String(
      decoding: try File.readAll("\(ProgramHome.checkout)/Sources/llmguard/llmguard.docc/Serving.md"), as: UTF8.self)
    let start = try #require(page.firstRange(of: "```ini\n"))
    let end = try #require(page[start.upperBound...].firstRange(of: "\n```"))
    // The program and its manual are not installed here.
    let unit = page[start.upperBound..<end.lowerBound].replacing("/usr/local/bin/", with: "\(home.path)/bin/")
      .replacing("/usr/bin/curl", with: "/bin/sh").replacing("Documentation=man:llmguard-serve(1)\n", with: "")
    try home.write("llmguard.service", unit + "\n")
    let outcome = try home.run("systemd-analyze verify ./llmguard.service; echo $?")
    // Units of the machine's own may have faults of their own.
    let said = (outcome.output + outcome.error).split(separator: "\n").filter { $0.contains("llmguard") }
    #expect(outcome.output.hasSuffix("0\n") && said.isEmpty, "\(outcome)")
    let exposure = try home.run(
      "systemd-analyze security --offline=true --threshold=20 ./llmguard.service >exposure; echo $?; tail -n 1 exposure"
    )
    #expect(exposure.output.hasPrefix("0\n"), "\(exposure)")
  }
}
