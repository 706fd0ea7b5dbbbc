import TextFormats

/// The request that a curl command line makes, as far as it says. curl is no client of models: whether it calls one is for
/// its address and its body to say.
public struct CurlRequest: Hashable, Sendable {
  /// The addresses.
  public private(set) var urls: [String] = []
  /// The method of the request.
  public private(set) var method = "GET"
  /// The bodies, as they stand on the command line; `@FILE` names a file.
  public private(set) var bodies: [String] = []

  /// How many transfers with options of their own it makes (`--next`).
  public private(set) var transfers = 1
  /// Whether it reads more of its options from files that it names.
  public private(set) var readsFiles = false

  /// What an address says of the calls that go there.
  public enum Kind: Hashable, Sendable {
    /// They are of this form.
    case call(WireFormat)
    /// They are no calls of a model that can be metered.
    case other
    /// Nothing: the body decides.
    case unsaid
  }

  /// The options whose value is a body.
  private static let bodyNames: Set = ["data", "data-ascii", "data-binary", "data-raw", "json"]

  /// Reads a command line, the program first.
  public init(_ arguments: [String]) {
    var stated: String?
    var (hasBody, isGet, isHead, uploads) = (false, false, false, false)
    for word in CurlWords(arguments).words {
      switch word {
      case .url(let index, let prefix): urls.append(String(arguments[index].dropFirst(prefix.count)))
      case .value(let name, let index, let prefix):
        let value = String(arguments[index].dropFirst(prefix.count))
        if Self.bodyNames.contains(name) { bodies.append(name == "data-raw" && value.hasPrefix("@") ? "" : value) }
        switch name {
        case "request": stated = value.uppercased()
        case "upload-file": uploads = true
        case "config": readsFiles = true
        case "form", "form-string", "data-urlencode": hasBody = true
        default: break
        }
      case .flag("get"): isGet = true
      case .flag("head"): isHead = true
      case .flag("next"), .flag(":"): transfers += 1
      case .flag, .inet6, .opening: break
      }
    }
    hasBody = hasBody || !bodies.isEmpty
    method = stated ?? (isHead ? "HEAD" : isGet ? "GET" : uploads ? "PUT" : hasBody ? "POST" : "GET")
    if isGet { bodies = [] }
  }

  /// What the addresses say: of several one that is a call's counts.
  public var kind: Kind {
    let kinds = urls.map(kind)
    return kinds.first { if case .call = $0 { true } else { false } } ?? kinds.first { $0 == .unsaid } ?? .other
  }

  /// The address of the call.
  public var callURL: String? { urls.first { if case .call = kind(of: $0) { true } else { false } } }

  private func kind(of url: String) -> Kind {
    guard !bodies.isEmpty else { return .other }
    let bare = url.prefix { $0 != "?" && $0 != "#" }
    var rest = bare[...]
    if let scheme = bare.firstRange(of: "://") {
      guard ["http", "https"].contains(bare[..<scheme.lowerBound].lowercased()) else { return .other }
      rest = bare[scheme.upperBound...]
    }
    let path = rest.drop { $0 != "/" }
    if let format = WireFormat.of(method: method, path: path) { return .call(format) }
    if FreeRoutes.contain(method: method, path: path) || RouteKind.name(path: path) != RouteKind.other { return .other }
    return .unsaid
  }
}

extension RequestBody {
  /// Whether a body that goes to an address nobody knows is a call of a model: it says what the model is asked, or names a
  /// model and how much it may write.
  public static func isCall(_ text: String, isAtProvider: Bool = false) -> Bool {
    let body: JSONValue
    do throws(TextFormatError) { body = try JSONParser.parse(text, options: .lenient) } catch {
      // What is too much to be read may be one.
      return error.message == JSONParser.tooManyValues
    }
    guard case .object = body else { return false }
    if body["messages"]?.arrayValue != nil || body["contents"]?.arrayValue != nil { return true }
    if isAtProvider, body["inputs"] != nil || body["prompt"]?.stringValue != nil { return true }
    guard body["model"]?.stringValue != nil else { return false }
    return (["input", "prompt"] + maximumKeys).contains { body[$0] != nil }
  }

  /// The same of the beginning of a body: whether it has one of the members in which the user speaks.
  public static func beginsLikeCall(_ text: String) -> Bool {
    ["messages", "contents", "input", "prompt"].contains { text.firstRange(of: "\"\($0)\"") != nil }
  }
}
