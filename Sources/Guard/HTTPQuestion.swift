import IntentCache
import Providers
import TextFormats

/// A provider's request body as the cache compares it: the last thing the user said is what is asked; everything else must
/// be equal.
public enum HTTPQuestion {
  /// Members that do not change an answer.
  private static let withoutEffect: Set = [
    "user", "metadata", "store", "service_tier", "prompt_cache_key", "safety_identifier", "prompt_cache_retention",
  ]

  /// Members of which one must be there: what else has a body in JSON is no call of a model.
  private static let asking: Set = ["messages", "contents", "input", "prompt"]

  /// Tells a request body apart.
  ///
  /// How the reply is streamed stays among what must be equal, so that a stored reply is always given in the form that is
  /// asked for, with the usage that is asked for.
  ///
  /// - Parameters:
  ///   - body: the body.
  ///   - surroundings: what must be equal beside it: the path, the server.
  ///   - isWorded: whether another wording of the same may have the same answer; an embedding is of its very words.
  /// - Returns: `nil` for what is no call of a model.
  public static func question(
    body: [UInt8], surroundings: CacheQuestion.Surroundings, isWorded: Bool = true
  ) -> CacheQuestion? {
    guard let body = try? JSONParser.parse(body, options: .lenient) else { return nil }
    return question(of: body, surroundings: surroundings, isWorded: isWorded)
  }

  /// Tells a request body apart that was read.
  public static func question(
    of body: JSONValue, surroundings: CacheQuestion.Surroundings, isWorded: Bool = true
  ) -> CacheQuestion? {
    guard case .object(let object) = body, object.members.contains(where: { asking.contains($0.0) }) else { return nil }
    var surroundings = surroundings
    var asked: String?
    var kept = JSONObject()
    for (name, value) in object.members where !withoutEffect.contains(name) {
      guard isWorded else {
        kept[name] = value
        continue
      }
      switch name {
      case "messages", "contents", "input": kept[name] = asked == nil ? RequestBody.taking(&asked, from: value) : value
      case "prompt":
        if asked == nil, case .string(let text) = value {
          asked = text
          kept[name] = .null
        } else {
          kept[name] = value
        }
      default: kept[name] = value
      }
    }
    let rest = JSONWriter.compact(.object(kept))
    if Self.holdsRepair(asked ?? "") || Self.holdsRepair(rest) { return nil }
    surroundings.add(rest.utf8)
    return CacheQuestion(surroundings: surroundings, asked: Array((asked ?? "").utf8))
  }

  /// Whether U+FFFD stands in a text, by its bytes: walking through its characters would take far longer.
  private static func holdsRepair(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      bytes.indices.dropLast(2).contains { bytes[$0] == 0xEF && bytes[$0 + 1] == 0xBF && bytes[$0 + 2] == 0xBD }
    }
  }
}
