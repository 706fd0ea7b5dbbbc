/// Leads the calls of programs that take no variable to another address, by changing the addresses on their command lines.
/// Pure: nothing is read or run. What it does not understand stays as it is.
public struct CommandRewriter: Sendable {
  /// Programs that are looked at.
  public static let programs = ["curl", "wget", "http", "https", "codex", "sgpt", "ollama"]

  /// What becomes of a command.
  public struct Result: Hashable, Sendable {
    /// Its arguments, the program first.
    public var arguments: [String]
    /// Variables to set (or, with `nil`, to take away).
    public var variables: [String: String?] = [:]
    /// Places in `arguments` of files that hold more arguments (`curl -K`), which are to be read and rewritten too.
    public var files: [Int] = []
  }

  /// The known servers.
  private let servers: ServerTable
  /// What addresses are to begin with, without a slash at the end.
  private let root: String

  /// Makes a rewriter.
  public init(servers: ServerTable, root: String) {
    self.servers = servers
    self.root = root
  }

  /// An address in place of a client's; `nil` for a server that nobody knows.
  public func address(for url: String) -> String? { servers.place(of: url).map { "\(root)/\($0.key)\($0.target)" } }

  /// A command with other addresses.
  ///
  /// - Parameters:
  ///   - program: the program's name without folder.
  ///   - arguments: the command line, the program first.
  ///   - own: the user's own value of a variable.
  public func rewrite(_ program: String, _ arguments: [String], own: (String) -> String?) -> Result {
    var result = Result(arguments: arguments)
    switch program {
    case "curl": curl(&result)
    case "wget": wget(&result)
    case "http", "https": httpie(&result)
    case "codex":
      guard !arguments.contains(where: { $0.contains("openai_base_url") }),
        let base = address(for: "https://api.openai.com/v1")
      else { break }
      result.arguments.insert(contentsOf: ["-c", "openai_base_url=\"\(base)\""], at: min(1, arguments.count))
    case "sgpt":
      let base = own("API_BASE_URL").flatMap { $0 == "default" ? nil : $0 } ?? "https://api.openai.com/v1"
      if let base = address(for: base) { result.variables["API_BASE_URL"] = base }
    case "ollama":
      // The server listens where the user said, not where the clients are led.
      if arguments.dropFirst().first(where: { !$0.hasPrefix("-") }).map({ ["serve", "start"].contains($0) }) == true {
        result.variables["OLLAMA_HOST"] = .some(own("OLLAMA_HOST"))
      }
    default: break
    }
    return result
  }

  // MARK: - curl

  private func curl(_ result: inout Result) {
    var protocols: [Int] = []
    var isChanged = false
    for word in CurlWords(result.arguments).words {
      switch word {
      case .url(let index, let prefix):
        guard let address = address(for: String(result.arguments[index].dropFirst(prefix.count))) else { continue }
        result.arguments[index] = prefix + address
        isChanged = true
      case .value("config", let index, ""): result.files.append(index)
      case .value("proto", let index, _): protocols.append(index)
      case .value, .flag: break
      }
    }
    // The gateway is on this machine and speaks plain HTTP, which --proto =https would forbid.
    if isChanged || !result.files.isEmpty { for index in protocols { result.arguments[index] += ",+http" } }
  }

  /// A file of curl's arguments with other addresses. Other lines stay as they are.
  public func rewrite(curlConfig text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let trimmed = line.drop { $0 == " " || $0 == "\t" }
      for name in ["--url", "url"] where trimmed.hasPrefix(name) {
        let rest = trimmed.dropFirst(name.count)
        let value = rest.drop { $0 == " " || $0 == "\t" || $0 == "=" || $0 == ":" }
        guard value.startIndex != rest.startIndex, !value.isEmpty else { return String(line) }
        let head = line[..<value.startIndex]
        let quote = value.first == "\"" ? "\"" : ""
        let url = value.dropFirst(quote.count).prefix { quote.isEmpty ? !$0.isWhitespace : $0 != "\"" }
        guard let address = address(for: String(url)) else { return String(line) }
        return head + quote + address + value.dropFirst(quote.count + url.count)
      }
      return String(line)
    }.joined(separator: "\n")
  }

  // MARK: - wget and HTTPie

  private static let wgetOptions: Set = [
    "-O", "-o", "-a", "-e", "-i", "-B", "-t", "-T", "-w", "-Q", "-P", "-U", "-l", "-A", "-R", "-D", "-I", "-X",
    "--output-document", "--output-file", "--append-output", "--execute", "--input-file", "--base", "--referer",
    "--header", "--post-data", "--body-data", "--user-agent", "--directory-prefix", "--http-user", "--http-password",
    "--user", "--password", "--method", "--post-file", "--body-file", "--config", "--load-cookies", "--save-cookies",
  ]

  private func wget(_ result: inout Result) {
    for index in result.arguments.indices.dropFirst() where !result.arguments[index].hasPrefix("-") {
      if Self.wgetOptions.contains(result.arguments[index - 1]) { continue }
      if let address = address(for: result.arguments[index]) { result.arguments[index] = address }
    }
  }

  private static let httpieOptions: Set = [
    "-a", "--auth", "-A", "--auth-type", "-o", "--output", "-p", "--print", "-s", "--style", "--timeout", "--session",
    "--session-read-only", "--verify", "--proxy", "--cert", "--cert-key", "--ssl", "--ciphers", "--max-redirects",
    "--max-headers", "--default-scheme", "--boundary", "--raw", "--pretty", "--format-options", "--response-charset",
    "--response-mime",
  ]

  /// The address is the first word, or the second behind a method; what follows are items of the request.
  private func httpie(_ result: inout Result) {
    var index = 1
    while index < result.arguments.count {
      let word = result.arguments[index]
      if word.hasPrefix("-") {
        index += Self.httpieOptions.contains(word) ? 2 : 1
        continue
      }
      if let address = address(for: word) {
        result.arguments[index] = address
        return
      }
      if !word.allSatisfy({ $0.isASCII && $0.isUppercase }) { return }
      index += 1
    }
  }
}
