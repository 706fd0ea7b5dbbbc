import Configuration
import Gateway
import Guard
import GuardModel
import Posix
import Terminal

/// Says what happens in a server: what one has to know of it, and with `--verbose` a line about each call.
final class ServeVoice: Sendable {
  private let general: GatewayVoice
  private let context: Context
  private let zone: ZoneOffsets
  private let isVerbose: Bool

  init(_ context: Context, _ settings: Settings, zone: ZoneOffsets, isQuiet: Bool, isVerbose: Bool) {
    self.context = context
    self.zone = zone
    self.isVerbose = isVerbose
    // Each call's own line says it all.
    general = GatewayVoice(context, settings, isQuiet: isQuiet || isVerbose)
  }

  func hear(_ news: GatewayNews) {
    guard isVerbose, let (plan, text) = line(news) else { return general.hear(news) }
    var model = plan.request.model ?? "-"
    if let sent = plan.shape.model, sent != model { model += "→\(sent)" }
    context.say(
      .note,
      "\(TimeText.rfc3339(context.nowUnixMs, in: zone)) \(plan.request.user) \(plan.request.operation) "
        + "\(plan.request.provider ?? "-") \(model) \(text)")
  }

  /// What became of a call; `nil` for other news, and for a call that is not over.
  private func line(_ news: GatewayNews) -> (Plan, String)? {
    switch news {
    case .cached(let answer, let plan):
      return (plan, "cached \(answer.finding.tier.rawValue), saved \(answer.saved.tokens) tokens")
    case .refused(let plan): return (plan, Announcement(nowUnixMs: context.nowUnixMs).refusal(plan).message)
    case .settled(let plan, let usage, let charge):
      var text = "\(usage.input)+\(usage.output) tokens \(usage.exactness.rawValue), charged \(charge.tokens)"
      if let cost = charge.costMicroUSD { text += ", \(HumanNumber.money(microUSD: cost))" }
      return (plan, text + (plan.phase == .ok ? "" : ", \(plan.phase.rawValue)"))
    case .givenBack(let plan, let reason): return (plan, "charged nothing: \(reason)")
    default: return nil
    }
  }
}
