import TextFormats

extension Client {
  /// The tokens that a chat's form adds to the words of a command line, as the call that its client makes of them is counted on
  /// its way: a message of the user's, and one before it where an option says something besides.
  public func formTokens(_ arguments: [String], model: String?) -> Int64 {
    if !bodyOptions.isEmpty { return 0 }
    let isAlone = parts(arguments).allSatisfy { part in
      switch part {
      case .promptText, .promptFile: false
      default: true
      }
    }
    let messages = (isAlone ? ["user"] : ["system", "user"]).map { role -> JSONValue in
      ["role": .string(role), "content": [["type": "text", "text": ""]]]
    }
    var counter = PromptCounter(.openAIChat, model: model ?? "")
    counter.count(["messages": .array(messages)])
    return counter.tokens
  }
}
