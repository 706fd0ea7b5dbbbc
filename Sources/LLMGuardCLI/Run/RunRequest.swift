import CommandSpec
import Gateway
import Guard
import GuardModel
import Ledger
import Posix
import Providers

extension CallRequest {
  /// What the calls of a script are for, where that is stated or a rule knows the script; else each has its own.
  var operationOfAll: String? {
    switch operationBasis {
    case .stated, .rule: operation
    case .endpoint, .standard: nil
    }
  }
}

/// What a run asks for: its command line and its prompt, as the pipeline takes them.
extension GuardedRun {
  var promptSource: PromptText.Source {
    switch arguments[RunCommand.promptFrom] {
    case nil: .automatic
    case "stdin": .input
    case "args": .arguments
    case let path?: ClientCall.isStandardInput(path) ? .input : .file(path)
    }
  }

  func request(_ prompt: PromptText) throws(Failure) -> CallRequest {
    let isKnown = client != nil
    var call = call
    if !prompt.body.isEmpty, let client {
      var piped = ClientCall()
      client.read(body: String(decoding: prompt.body, as: UTF8.self), into: &piped)
      call.model = call.model ?? piped.model
      call.maxOutputTokens = call.maxOutputTokens ?? piped.maxOutputTokens
    }
    let http = isClientCall ? httpCall(prompt) : nil
    let model = arguments[RunCommand.model] ?? http?.request.model ?? call.model
    var operation = (name: "default", basis: OperationBasis.stated)
    if let stated = try arguments.operationName() {
      operation.name = settings.operation(stated: stated)
    } else {
      operation = settings.operation(
        for: traits(prompt, model), endpoint: client?.name, holds: { Pattern.holds($0, in: $1) })
    }
    var request = CallRequest(
      user: try arguments.user(RunCommand.user),
      operation: operation.name, model: model,
      maxOutputTokens: [arguments[RunCommand.maxTokens], http?.request.maxOutputTokens ?? call.maxOutputTokens]
        .compactMap { $0 }.min(),
      countedInputTokens: promptSource == .automatic
        ? http?.request.countedInputTokens ?? prompt.tokens(for: model) + formTokens(model)
        : prompt.tokens(for: model), statedTokens: arguments[RunCommand.estimate],
      run: run,
      program: OuterRun.program ?? name.text, fingerprint: fingerprint(prompt),
      canChangeModel: call.canChangeModel || Placeholders.holdsModel(commandLine) || !isKnown,
      canCapTokens: call.canCapTokens || Placeholders.holdsMaxTokens(commandLine) || !isKnown,
      mayDegrade: !arguments[RunCommand.noDegrade])
    request.operationBasis = operation.basis
    request.reachableModels = http?.request.reachableModels
    request.answers = http?.request.answers ?? 1
    request.predictedTokens = http?.request.predictedTokens ?? 0
    request.serviceTier = http?.request.serviceTier ?? .standard
    request.promptCacheWrite = http?.request.promptCacheWrite
    // As through the gateway: an embedding is no other try at a better answer.
    if http?.request.format.answersWithNumbers == true { request.fingerprint = nil }
    // What the gateway will take the call for, it is taken for beforehand.
    if arguments[RunCommand.dryRun], !arguments[RunCommand.noGateway], let http, http.isKnownServer,
      request.fingerprint != nil
    {
      var question = Question()
      question.add(http.request.question)
      request.fingerprint = question.fingerprint
    }
    // The numbers of an outer run's calls are given by its gateway; this one's must be none of them.
    if OuterRun.current != nil { request.number = CallNumbers.draw() }
    return request
  }

  /// What a known client puts around its words, which the gateway counts: a rehearsal counts it beforehand, or it would name a
  /// maximum that does not fit.
  private func formTokens(_ model: String?) -> Int64 {
    guard isClientCall, arguments[RunCommand.dryRun], !arguments[RunCommand.noGateway] else { return 0 }
    return client?.formTokens(commandLine, model: model) ?? 0
  }

  /// What is wrong with a call that asks for more answers than `--max-tokens` has tokens; `nil` for any other.
  func excessOfAnswers(_ prompt: PromptText) -> String? {
    guard isClientCall, let most = arguments[RunCommand.maxTokens], let http = httpCall(prompt),
      !http.request.fits(most)
    else { return nil }
    return ProviderRequest.excess(of: http.request.answers, over: most)
  }

  /// What rules know a call by.
  private func traits(_ prompt: PromptText, _ model: String?) -> CallTraits {
    let url = commandLine.dropFirst().first { $0.hasPrefix("http://") || $0.hasPrefix("https://") }
    let route = url.map { url in
      let rest = url.drop { $0 != "/" }.dropFirst(2).drop { $0 != "/" }.prefix { $0 != "?" && $0 != "#" }
      return rest.isEmpty ? "/" : String(rest)
    }
    return CallTraits(
      route: route, model: model, client: client?.name, script: scriptPath,
      instruction: prompt.instruction(of: call, isBody: client?.bodyOptions.isEmpty == false))
  }

  /// The script or program, by its path where it was called by one.
  var scriptPath: String {
    let script = name.script ?? commandLine.first ?? ""
    // An interpreter looks for its script where it is started, a program without a folder is looked for on PATH.
    if name.script != nil || script.contains("/"), !script.hasPrefix("/"), let folder = Folder.current {
      return "\(folder)/\(script)"
    }
    return script
  }

  /// What is asked for, where that can be told: the client's command line shows it or the prompt was pointed out, all of it
  /// has been seen, and it does not go on with an earlier conversation.
  func fingerprint(_ prompt: PromptText) -> Fingerprint? {
    let isShown = client?.showsQuestion(commandLine) ?? (arguments[RunCommand.promptFrom] != nil)
    guard isShown, prompt.isWholeSeen, !prompt.isOpenEnded, !call.continuesConversation else { return nil }
    return prompt.question.fingerprint
  }
}
