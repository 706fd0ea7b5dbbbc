import TextFormats

/// Reads and rewrites a client's command line. Pure: files are named, not read.
extension Client {
  /// What stands at a place of the command line.
  enum Part {
    case model(value: Int, prefix: String)
    case maximum(value: Int, prefix: String)
    case promptText(value: Int, prefix: String)
    case promptFile(value: Int, prefix: String)
    case body(value: Int, prefix: String)
    case operand(Int)
    case other
  }

  /// What a command line says of its call.
  public func read(_ arguments: [String]) -> ClientCall {
    var call = ClientCall()
    call.canChangeModel = !modelOptions.isEmpty || modelIsOperand
    call.canCapTokens = !maxTokensOption.isEmpty
    call.continuesConversation = arguments.dropFirst().contains { word in
      conversationOptions.contains(word) || holds(word, one: conversationOptions)
    }
    for part in parts(arguments) {
      func value(_ index: Int, _ prefix: String) -> String { String(arguments[index].dropFirst(prefix.count)) }
      switch part {
      case .model(let index, let prefix): call.model = value(index, prefix)
      case .maximum(let index, let prefix): call.maxOutputTokens = Int64(value(index, prefix))
      case .promptText(let index, let prefix):
        call.promptTexts.append(value(index, prefix))
        call.questions.append(RequestBody.Question(asked: value(index, prefix)))
      case .promptFile(let index, let prefix): call.add(promptFile: value(index, prefix))
      case .body(let index, let prefix): read(body: value(index, prefix), into: &call)
      case .operand(let index):
        call.hasOperand = true
        // Where the prompt is a request body, operands say where it goes.
        if bodyOptions.isEmpty { call.promptTexts.append(arguments[index]) }
        call.questions.append(RequestBody.Question(asked: arguments[index]))
      case .other: break
      }
    }
    return call
  }

  /// The same command line with another model and another maximum; `nil` leaves a value alone.
  public func rewrite(_ arguments: [String], model: String?, maxOutputTokens: Int64?) -> [String] {
    var result = arguments
    var needsModel = model != nil && !modelOptions.isEmpty
    var needsMaximum = maxOutputTokens != nil && !maxTokensOption.isEmpty
    for part in parts(arguments) {
      switch part {
      case .model(let index, let prefix):
        if let model { result[index] = prefix + model }
        needsModel = false
      case .maximum(let index, let prefix):
        if let maxOutputTokens { result[index] = prefix + String(maxOutputTokens) }
        needsMaximum = false
      case .body(let index, let prefix):
        let body = String(arguments[index].dropFirst(prefix.count))
        result[index] = prefix + RequestBody.rewrite(body, model: model, maxOutputTokens: maxOutputTokens)
      default: break
      }
    }
    var added: [String] = []
    if needsModel, let model, let option = modelOptions.first { added += [option, model] }
    if needsMaximum, let maxOutputTokens { added += maxTokensOption + [String(maxOutputTokens)] }
    // Options belong to the subcommand, where there is one; else right behind the program.
    let place = result.firstIndex { requiredWords.contains($0) && !$0.hasPrefix("-") }.map { $0 + 1 } ?? 1
    result.insert(contentsOf: added, at: min(place, result.count))
    return result
  }

  /// What a request body says, when it stands on the command line or in a named file.
  public func read(body: String, into call: inout ClientCall) {
    if body.hasPrefix("@") {
      call.add(promptFile: String(body.dropFirst()))
      return
    }
    call.promptTexts.append(body)
    call.questions.append(RequestBody.question(in: body))
    if RequestBody.goesOn(in: body) { call.continuesConversation = true }
    guard let request = RequestBody(body) else { return }
    call.model = request.model ?? call.model
    call.maxOutputTokens = request.maxOutputTokens ?? call.maxOutputTokens
    call.canChangeModel = request.model != nil
    call.canCapTokens = request.maxOutputTokens != nil
  }

  func parts(_ arguments: [String]) -> [Part] {
    var parts: [Part] = []
    var index = 1
    var modelIsNext = false
    var optionsEnded = false
    while index < arguments.count {
      let word = arguments[index]
      defer { index += 1 }
      if !optionsEnded, word == "--" {
        optionsEnded = true
        continue
      }
      if !optionsEnded, requiredWords.contains(word), !promptOptions.contains(word), !word.hasPrefix("-") {
        modelIsNext = modelIsOperand
        continue
      }
      if index == 1, callWords.contains(word) { continue }
      if !optionsEnded, word.hasPrefix("-"), word.count > 1 {
        parts.append(option(word, arguments, &index))
      } else if modelIsNext {
        parts.append(.model(value: index, prefix: ""))
        modelIsNext = false
      } else {
        parts.append(.operand(index))
      }
    }
    return parts
  }

  private func option(_ word: String, _ arguments: [String], _ index: inout Int) -> Part {
    func matches(_ option: String) -> (value: Int, prefix: String)? {
      if word == option { return index + 1 < arguments.count ? (index + 1, "") : nil }
      if word.hasPrefix(option + "=") { return (index, option + "=") }
      // Short options take their value without a space, too: -mgpt-4o.
      if option.count == 2, !option.hasPrefix("--"), word.hasPrefix(option) { return (index, option) }
      return nil
    }
    if maxTokensOption.count == 2, word == maxTokensOption[0], index + 2 < arguments.count,
      arguments[index + 1] == maxTokensOption[1]
    {
      index += 2
      return .maximum(value: index, prefix: "")
    }
    let kinds: [([String], (Int, String) -> Part)] = [
      (modelOptions, { .model(value: $0, prefix: $1) }),
      (maxTokensOption.count == 1 ? maxTokensOption : [], { .maximum(value: $0, prefix: $1) }),
      (promptOptions, { .promptText(value: $0, prefix: $1) }),
      (promptFileOptions, { .promptFile(value: $0, prefix: $1) }),
      (bodyOptions, { .body(value: $0, prefix: $1) }),
      (valueOptions, { _, _ in .other }),
    ]
    // Exact and long forms come before short ones run together, so that --data-raw is not --data, nor -maximum -m.
    for exactOnly in [true, false] {
      for (options, part) in kinds {
        for option in options {
          guard let (value, prefix) = matches(option), exactOnly == (word == option || prefix.hasSuffix("=")) else {
            continue
          }
          index = value
          return part(value, prefix)
        }
      }
    }
    if maxTokensOption.count == 2, word == maxTokensOption[0] { index += 2 }
    return .other
  }
}
