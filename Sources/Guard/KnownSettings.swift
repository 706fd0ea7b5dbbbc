import Configuration

/// The rules in a place that never changes: who reads them there need not copy them, as whoever reads a variable must that
/// somebody else might write to meanwhile. A copy counts references of 21 parts.
final class KnownSettings: Sendable {
  let rules: Settings

  init(_ rules: Settings) { self.rules = rules }
}
