import Testing

@testable import Intent

/// Requests in a few words, as one types them: what is left out, and what may not be.
@Suite struct TelegraphicTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  /// An arrow behind "below", a command and what it does, "how" at the end.
  @Test(arguments: [
    ("convert the yaml below to json", "yaml below -> json"),
    ("turn the notes below into an email", "notes below -> email"),
    ("translate this letter into Turkish", "this letter -> turkish"),
    ("Convert 50 °F to Celsius.", "50 °F in celsius"),
    ("How do I rename a branch both locally and on the remote?", "rename branch both locally and on remote, how"),
    (
      "ffmpeg command to cut the first 15 seconds from video.mp4",
      "ffmpeg command, cut first 15 seconds from video.mp4"
    ),
    (
      "write a bash one-liner that deletes all .log files under /var/tmp",
      "bash one-liner: delete all .log files under /var/tmp"
    ),
  ])
  func whatIsLeftOutIsKnown(a: String, b: String) { #expect(isServed(a, b)) }

  /// Where it is another one, or is of what is there.
  @Test(arguments: [
    ("json below -> yaml", "convert the yaml below to json"),
    ("this letter -> turkish", "translate this Turkish letter"),
    ("this letter -> turkish", "this turkish letter"),
    ("50 °F in celsius", "50 °C in fahrenheit"),
    ("bash one-liner: explain the first step", "write a bash one-liner that explains the first step"),
    ("bash one-liner: fix the loop", "write a bash one-liner that fixes the loop"),
    ("sed command: replace spaces with tabs", "sed command to replace spaces with tabs"),
    ("awk one-liner below: count the fields", "write an awk one-liner that counts the fields"),
    ("my ffmpeg command, cut the first 15 seconds", "ffmpeg command to cut the first 15 seconds"),
    ("rename the branch on the remote, how", "rename a branch on the remote"),
    ("rename my branch on remote, how", "rename branch on remote"),
    ("delete branches on remotes, how", "delete branches on remotes"),
    ("how far below, text", "how far is the text"),
    ("the temperature below -> zero", "convert the temperature below to zero degrees"),
    ("what goes into Turkey", "what goes into turkey"),
    ("git command: delete", "git command to remove"),
    ("docker command, stop all containers", "docker command to start all containers"),
    ("rename branch locally and on remote, how", "rename branch remotely and on local, how"),
  ])
  func whatSaysMoreIsApart(a: String, b: String) { #expect(!isServed(a, b)) }
}
