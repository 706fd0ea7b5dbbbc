/// Paths of OpenAI's and xAI's that lead to an answer which was asked for before.
public enum ResponsePath {
  /// The name of the completion that a request fetches (`GET …/chat/deferred-completion/ID`). Its own name is another one.
  public static func deferredID(method: String, path: some StringProtocol) -> String? {
    var parts = PathText.parts(path)
    guard method == "GET", let id = parts.popLast(), parts.last.map(PathText.plain) == "deferred-completion" else {
      return nil
    }
    return id
  }

  /// The answer's name where a request deletes it (`DELETE …/responses/ID`).
  ///
  /// *Source:* OpenAI's reference, "Delete a model response".
  public static func deletedID(method: String, path: some StringProtocol) -> String? {
    method == "DELETE" ? id(method: "GET", path: path) : nil
  }

  /// Whether a call's target asks to make a conversation shorter (`POST …/responses/compact`): that is written by a model, and takes no
  /// maximum.
  ///
  /// *Source:* OpenAI's reference, "Compact a response"; the same of Azure's.
  static func isCompaction(_ target: String) -> Bool {
    let path = target.prefix { $0 != "?" }
    return ([PathText.parts(path)] + PathText.otherReadings(of: String(path))).contains { parts in
      parts.suffix(2).map(PathText.plain) == ["responses", "compact"]
    }
  }

  /// The answer's name where a request fetches it (`GET …/responses/ID`) or gives it up (`POST …/responses/ID/cancel`).
  ///
  /// - Parameters:
  ///   - method: the request's method.
  ///   - path: its path without the query.
  public static func id(method: String, path: some StringProtocol) -> String? {
    var parts = PathText.parts(path)
    switch method {
    case "GET": break
    case "POST": if parts.popLast().map(PathText.plain) != "cancel" { return nil }
    default: return nil
    }
    guard let id = parts.popLast(), parts.last.map(PathText.plain) == "responses" else { return nil }
    return id
  }
}
