/// What is known of a call before anybody named its operation.
public struct CallTraits: Hashable, Sendable {
  /// The path of its URL, such as `/v1/chat/completions`; `nil` when it has none.
  public var route: String?
  /// Its model.
  public var model: String?
  /// The client that makes it: `llm`, `curl`.
  public var client: String?
  /// The script or program it comes from, by its path.
  public var script: String?
  /// What is asked for, without what it is asked of, as far as it was read.
  public var instruction: String?

  /// Gathers traits.
  public init(
    route: String? = nil, model: String? = nil, client: String? = nil, script: String? = nil,
    instruction: String? = nil
  ) {
    self.route = route
    self.model = model
    self.client = client
    self.script = script
    self.instruction = instruction
  }

  /// The longest part of an instruction that a rule looks at, in bytes.
  public static let maximumInstructionBytes = 16_384
}

/// A rule that names the operation of calls of a kind. What it does not mention may be anything.
public struct OperationRule: Hashable, Sendable {
  /// The operation it names.
  public var operation: String
  /// The route, where `*` stands for anything.
  public var route: String?
  /// The model, likewise.
  public var model: String?
  /// The client, likewise.
  public var client: String?
  /// The script, likewise: its whole path where the pattern has a slash, else its name.
  public var script: String?
  /// A POSIX extended expression that the instruction holds, without regard to case.
  public var instruction: String?
  /// Where it stands, for people: `llmguard.toml:14`.
  public var place: String

  /// Makes a rule that any call fits.
  public init(operation: String, place: String = "") {
    self.operation = operation
    self.place = place
  }

  /// Whether it mentions anything: a rule for every call leaves no room for those behind it.
  public var isLimited: Bool { [route, model, client, script, instruction].contains { $0 != nil } }

  /// Whether a call fits.
  ///
  /// - Parameter holds: whether a text holds an expression.
  public func fits(_ traits: CallTraits, holds: (_ expression: String, _ text: String) -> Bool) -> Bool {
    func fits(_ pattern: String?, _ text: String?) -> Bool {
      guard let pattern else { return true }
      return text.map { NamePattern.fits(pattern, $0) } ?? false
    }
    var script = traits.script
    if let whole = script, self.script?.contains("/") != true {
      script = whole.split(separator: "/").last.map(String.init) ?? whole
    }
    guard fits(route, traits.route), fits(model, traits.model), fits(client, traits.client),
      fits(self.script, script)
    else { return false }
    guard let instruction else { return true }
    return traits.instruction.map { holds(instruction, $0) } ?? false
  }
}

/// How a call came by its operation.
public enum OperationBasis: Hashable, Sendable {
  /// The caller said so.
  case stated
  /// A rule of the configuration, which stands there.
  case rule(place: String)
  /// It is the endpoint's name, or the client's.
  case endpoint
  /// Nobody knows anything of it.
  case standard
}

/// Names in which `*` stands for any characters, also none.
public enum NamePattern {
  /// Whether a whole name fits a pattern. Takes no longer than pattern times name, whatever they hold.
  public static func fits(_ pattern: String, _ name: String) -> Bool {
    let (pattern, name) = (Array(pattern.utf8), Array(name.utf8))
    let star = UInt8(ascii: "*")
    var (place, at) = (0, 0)
    // Where the last `*` stood, and up to where it has taken the name.
    var last: (place: Int, at: Int)?
    while at < name.count {
      if place < pattern.count, pattern[place] == star {
        last = (place, at)
        place += 1
      } else if place < pattern.count, pattern[place] == name[at] {
        (place, at) = (place + 1, at + 1)
      } else if let open = last {
        last = (open.place, open.at + 1)
        (place, at) = (open.place + 1, open.at + 1)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == star }
  }
}
