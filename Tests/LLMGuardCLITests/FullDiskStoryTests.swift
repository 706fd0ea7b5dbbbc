import Testing

/// What a disk without room leaves, and says.
@Suite struct FullDiskStoryTests {
  /// A configuration that is empty would be taken for one, and never written again.
  @Test func aConfigurationIsWrittenWholeOrNotAtAll() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    guard
      let outcome = try home.runOnSmallDisk(
        """
        fill; llmguard config init; echo $?; ls -A .config/llmguard; empty
        llmguard config init; echo $?; llmguard config check; llmguard config init >/dev/null; echo $?
        """)
    else { return }
    let path = "\(home.path)/work/.config/llmguard/llmguard.toml"
    #expect(outcome.output == "74\n\(path)\n0\nok: \(path)\n73\n", "\(outcome)")
    #expect(outcome.error.contains("cannot write '\(path)': no space left on device"), "\(outcome)")
  }
}
