import Testing

@testable import Intent

/// Tools that say another one, how they are named, and what is on or off in them.
@Suite struct NamedToolsTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("restart a k8s deployment with kubectl", "kubectl command to restart a deployment"),
    ("read a CSV file in Python with pandas", "pandas: read a CSV file"),
    ("clone a repo via SSH", "how do I clone a repo over SSH"),
    ("turn on line numbers in vim", "enable line numbers in vim"),
    (
      "GitHub Actions workflow to run pytest on each push",
      "write a GitHub Actions workflow that runs pytest on every push"
    ),
    ("linux cmd to check disk usage", "how do I check disk usage on Linux"),
    ("set an env variable in bash", "how do I set an environment variable in bash"),
    ("TCP vs UDP: main differences", "list the main differences between TCP and UDP"),
    ("Portuguese translation of these release notes", "translate these release notes into Portuguese"),
    ("release notes below -> Portuguese", "translate the release notes below to Portuguese"),
  ])
  func theyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  /// Where both say something.
  @Test(arguments: [
    ("install pandas in Python", "install pandas"),
    ("compare pandas and Python", "compare pandas"),
    ("list Python versions that pandas supports", "list versions that pandas supports"),
    ("convert this Python code to pandas", "convert this code to pandas"),
    ("install kubectl in Kubernetes", "install kubectl"),
    ("advantages of Docker over SSH", "advantages of Docker with SSH"),
    ("advantages of SSH over HTTPS", "advantages of SSH with HTTPS"),
    ("copy text from the command line", "copy text on the command line"),
    ("turn on the lamp", "enable the lamp"),
    ("turn on two-factor authentication", "turn off two-factor authentication"),
    ("what happens on each push", "what happens on pushes"),
    ("write a line on each page", "write a line on every other page"),
    ("cron expression to run daily", "cron job to run daily"),
    ("cron expression to run daily", "cron expression to run daily backups"),
    ("write release notes in Portuguese", "these release notes in Portuguese"),
  ])
  func theyAreTwo(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }
}
