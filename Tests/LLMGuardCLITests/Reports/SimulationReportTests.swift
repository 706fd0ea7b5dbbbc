import Terminal
import Testing

@testable import LLMGuardCLI

@Suite struct SimulationReportTests {
  /// What went out degraded had asked for more than the ledger keeps, so the replay may degrade less than the past did.
  @Test(arguments: [(0, false), (3, true)]) func whyTheReplayIsNotTheReportIsSaid(degraded: Int64, isSaid: Bool) {
    let report = SimulationReport(
      policies: [], calls: 9, source: "ledger", assumedCachePercent: 0, degradedInPast: degraded)
    let text = report.text(Style(isColored: false, isTerminal: true, columns: 300, isUnicode: true))
    #expect(text.contains("3 calls went out degraded") == isSaid, "\(text)")
    #expect(
      !report.text(Style(isColored: false, isTerminal: false, columns: 300, isUnicode: true)).contains("went out"))
  }
}
