import Gateway
import Guard
import Ledger
import Providers
import Terminal

/// What is said of something that went wrong in a gateway.
struct GatewayRemark {
  var kind: Context.Notice
  var text: String
  var hint: String
  /// What is the same trouble: figures and the numbers of processes change from call to call, those in a user's name do not.
  var key: String { (owner ?? "") + "\u{1F}" + (topic ?? text).filter { !$0.isNumber } }
  /// What it is about, where its text holds what a client makes up.
  private var topic: String?
  /// Whose doing it is; `nil` where nobody is named.
  private(set) var owner: String?
  /// What is said of those that were not told one by one.
  var more: @Sendable (_ count: Int64) -> String

  /// The same of one of many users; of what is nobody's own, as it is.
  init?(_ news: GatewayNews, of user: String?) {
    guard let remark = GatewayRemark(news) else { return nil }
    self = remark
    guard let user else { return }
    owner = user
    text = "\(user): \(remark.text)"
    more = { "\(user): \(remark.more($0))" }
  }

  /// What is said of some news; `nil` where nothing went wrong.
  init?(_ news: GatewayNews) {
    switch news {
    case .failed(let error, let isOpen):
      kind = .error
      text = "\(error.message); " + (isOpen ? "the call goes out unmetered (fail-open)" : "the call was not sent")
      hint = error.hint
      if isOpen, case .ledger(let ledger) = error { hint = ledger.remedy + "; what it costs is not recorded" }
      more = { count in
        Self.calls(count, isOpen ? "went out unmetered (fail-open)" : count == 1 ? "was not sent" : "were not sent")
          + ": \(error.message)"
      }
    case .unsettled(let error):
      kind = .error
      text = "a call has run, but could not be settled: \(error.message)"
      hint = Failure.hint(unsettled: error)
      more = { Self.calls($0, "could not be settled") + ": \(error.message)" }
    case .judgeUnsettled(let error):
      (kind, text, hint) = (.error, JudgeRemark.unsettled(error), Failure.hint(unsettled: error))
      more = { Self.calls($0, "of a judge could not be settled") + ": \(error.message)" }
    case .judgeUnreachable(let message, let remedy):
      (kind, text, hint) = (.warning, JudgeRemark.unasked(message), remedy)
      more = { Self.calls($0, "of a judge failed") + ": \(message)" }
    case .unreadable(_, let provider, let why):
      kind = .refused
      text = "refused: a call to \(provider) cannot be metered: \(why); it was not sent"
      hint = "it has to be as the API asks, its x-llmguard fields as llmguard does; its client was answered the same"
      more = { "refused: " + Self.calls($0, "to \(provider) could not be metered: \(why)") }
    case .astray(_, let provider, let remedy):
      let what = provider.map { "no provider is known as '\($0)'" } ?? "its address names no provider"
      topic = "a request leads nowhere" + (provider == nil ? "" : ", by a name")
      (kind, text, hint) = (.refused, "refused: a request leads nowhere: \(what); it was not sent", remedy)
      more = { "refused: \(HumanNumber.counted($0, "more request")) led nowhere: \(what)" }
    case .misaddressed(_, let host):
      topic = "a request names another host"
      (kind, text) = (.refused, "refused: a request names the host '\(host)', and not the gateway; it was not sent")
      hint = "leave its Host field out: the gateway puts in the provider's"
      more = { "refused: \(HumanNumber.counted($0, "more request")) named another host than the gateway" }
    case .crowded(_, let why, let remedy):
      (kind, text, hint) = (.refused, "refused: a request was turned away: \(why); it was not sent", remedy)
      more = { "refused: \(HumanNumber.counted($0, "more request")) turned away: \(why)" }
    case .slowedRefusals:
      kind = .note
      text =
        "so many calls in a row were refused that refusals are answered later and later, up to 10 s; "
        + "no other call waits for that"
      hint = "stop, or wait for as long as 'Retry-After' says, when a call is refused (429)"
      more = { "refusals of \(HumanNumber.counted($0, "more call")) were answered later" }
    case .overMaximum(let answers, let most):
      kind = .refused
      text = "refused: \(ProviderRequest.excess(of: answers, over: most)); it was not sent"
      hint = "ask for fewer answers, or raise --max-tokens"
      more = { "refused: " + Self.calls($0, "had no room for their answers in --max-tokens") }
    case .unreachable(let message, let remedy):
      (kind, text, hint) = (.error, message, remedy)
      more = { Self.calls($0, "failed") + ": \(message)" }
    case .ledAway(_, let provider, let isRefused):
      kind = isRefused ? .refused : .warning
      text =
        isRefused
        ? "refused: \(provider) led a call to another server"
        : "\(provider) led a call to another server, past llmguard"
      hint =
        isRefused
        ? "leave out --strict to let clients follow, or make the other server the base ([provider.\(provider)])"
        : "make the other server the base ([provider.\(provider)] base = …), or --strict refuses such calls"
      more = {
        "\(isRefused ? "refused: " : "")\(provider) led \(HumanNumber.counted($0, "more call")) to another server"
      }
    case .disbelieved(let provider, let stated, let charged):
      (kind, text, hint) = DisbeliefRemark.parts(provider, stated: stated, charged: charged)
      more = { Self.calls($0, "to \(provider) took less than it states") }
    case .beyondMaximum(let provider, let stated, let most):
      (kind, text, hint) = DisbeliefRemark.parts(provider, stated: stated, most: most)
      more = { Self.calls($0, "to \(provider) wrote more than their maximum") }
    case .disbelievedCost(let provider, let stated):
      (kind, text, hint) = DisbeliefRemark.parts(provider, statedMicroUSD: stated)
      more = { Self.calls($0, "to \(provider) cost less than it states") }
    case .unmetered(_, let provider, let what, let request, let entry):
      (kind, text, hint) = Self.unmetered(provider, what, request + (entry.map { ", call \($0)" } ?? ""))
      more = { count in
        let requests = HumanNumber.counted(count, "more request")
        return what.isRefused
          ? "refused: \(requests) to \(provider) that cannot be metered"
          : "\(requests) to \(provider) went out unmetered"
      }
    case .webSocketDeclined(_, let provider, let request, let isLost):
      kind = isLost ? .refused : .warning
      text =
        (isLost ? "refused: " : "")
        + "\(provider) was asked for a WebSocket (\(request)), over which calls cannot be metered; not sent"
      hint =
        isLost ? "llmguard has no way for what is asked over it" : "clients that can ask over HTTP do so now"
      more = { "\(HumanNumber.counted($0, "more WebSocket")) to \(provider) not sent" }
    case .admitted, .queued, .cached, .offered, .settled, .givenBack, .refused, .judgeUnclear: return nil
    }
  }

  private static func unmetered(
    _ provider: String, _ what: GatewayNews.Unmetered, _ request: String
  ) -> (Context.Notice, text: String, hint: String) {
    switch what {
    case .refusedAsStrict:
      (
        .refused, "refused: a request to \(provider) that cannot be metered (\(request))",
        "leave out --strict to let it pass"
      )
    case .refusedAsCall(.pause):
      (
        .refused,
        "refused: a call to \(provider) by a route that cannot be metered (\(request)), while calls are paused",
        "'llmguard ledger audit' says who paused them, and why; 'llmguard budget resume' lets them out again"
      )
    case .refusedAsCall(.budget):
      (
        .refused,
        "refused: a call to \(provider) by a route that cannot be metered (\(request)), while a budget is used up",
        "'llmguard budget show' says when it opens"
      )
    case .refusedAsCall(.run(let cap)):
      (
        .refused,
        "refused: a call to \(provider) by a route that cannot be metered (\(request)): "
          + (ShutReason.run(cap).policy ?? "the run may take no more"),
        cap == .duration
          ? "raise --max-duration, or look why it takes so long"
          : "raise --max-calls or --run-budget ('llmguard budget cap' shows what holds without them)"
      )
    case .refusedAsCall(.notCached):
      (
        .refused,
        "refused: a call to \(provider) by a route that cannot be metered (\(request)), and --cache only "
          + "takes no other answers than the cache's", "leave out --cache only to let it go out"
      )
    case .call:
      (
        .warning,
        "a call to \(provider) went out unmetered (\(request)): llmguard does not know its route, and cannot tell what it "
          + "costs", "use the provider's ordinary route; --strict refuses such requests"
      )
    case .other:
      (
        .warning, "a request to \(provider) went out unmetered (\(request)): llmguard cannot tell what it costs",
        "--strict refuses such requests"
      )
    }
  }

  private static func calls(_ count: Int64, _ what: String) -> String {
    "\(HumanNumber.counted(count, "more call")) \(what)"
  }
}
