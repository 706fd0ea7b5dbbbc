/// Leads the calls of programs that take no variable to another address, by changing the addresses on their command lines.
/// Pure: nothing is read or run. What it does not understand stays as it is.
public struct CommandRewriter: Sendable {
  /// Programs that are looked at.
  public static let programs = ["curl", "wget", "http", "https", "xh", "xhs", "codex", "sgpt", "ollama"]

  /// The variables that name the hosts no proxy is asked for, the stronger one first.
  public static let proxyVariables = ["no_proxy", "NO_PROXY"]

  /// What becomes of a command.
  public struct Result: Hashable, Sendable {
    /// Its arguments, the program first.
    public var arguments: [String]
    /// Variables to set (or, with `nil`, to take away).
    public var variables: [String: String?] = [:]
    /// Places in `arguments` of files that hold more arguments (`curl -K`) or addresses (`wget -i`), which are to be read and
    /// rewritten too.
    public var files: [Int] = []
    /// What the addresses in such a file of wget's are told from (`-B`); `nil` where nothing is named.
    public var base: String?
    /// Whether an address of curl's or wget's was changed.
    public var isLed = false
    /// What is to stand in place of the file of settings that wget reads by itself; `nil` where that stays.
    public var settings: String?
    /// Addresses whose hosts are patterns: where they lead is not known.
    public var hidden: [String] = []
    /// Addresses of known servers that ask them without encryption: they lead there, and nobody meters them.
    public var inClear: [String] = []
  }

  /// The known servers.
  let servers: ServerTable
  /// What addresses are to begin with, without a slash at the end.
  private let root: String
  /// The file of arguments that curl reads by itself, or of settings that wget does.
  private let standing: (path: String, text: String)?

  /// Makes a rewriter.
  ///
  /// - Parameters:
  ///   - servers: the known servers.
  ///   - root: what addresses are to begin with, without a slash at the end.
  ///   - standing: the file of arguments that curl reads by itself (`.curlrc`), or that of settings that wget does (`.wgetrc`),
  ///     where there is one.
  public init(servers: ServerTable, root: String, standing: (path: String, text: String)? = nil) {
    self.servers = servers
    self.root = root
    self.standing = standing
  }

  /// An address in place of a client's; `nil` for a server that nobody knows. A name and a password in it stay.
  public func address(for url: String) -> String? {
    let url = CurlSpelling.encoded(url)
    let start = url.firstRange(of: "://")?.upperBound ?? url.startIndex
    let authority = url[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard let sign = authority.firstIndex(of: "@"), let scheme = root.firstRange(of: "://") else {
      return servers.place(of: url).map { "\(root)/\($0.key)\($0.target)" }
    }
    guard let place = servers.place(of: String(url[..<start]) + String(url[url.index(after: sign)...])) else {
      return nil
    }
    let end = scheme.upperBound
    return "\(root[..<end])\(authority[...sign])\(root[end...])/\(place.key)\(place.target)"
  }

  /// A command with other addresses.
  ///
  /// - Parameters:
  ///   - program: the program's name without folder.
  ///   - arguments: the command line, the program first.
  ///   - isLed: whether a file that the line names leads its calls here.
  ///   - own: the user's own value of a variable.
  public func rewrite(
    _ program: String, _ arguments: [String], isLed: Bool = false, own: (String) -> String?
  ) -> Result {
    var result = Result(arguments: arguments)
    switch program {
    case "curl": curl(&result, isLed: isLed, own: own)
    case "wget": wget(&result, isLed: isLed)
    case "http", "https", "xh", "xhs": httpie(&result)
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

  private func curl(_ result: inout Result, isLed isLedByFile: Bool, own: (String) -> String?) {
    var line = CurlLine(result.arguments)
    var needsStanding = false
    for (number, section) in line.sections.enumerated() {
      let addresses = line.addresses(section)
      let isLed = line.lead(section) { address(for: $0) } || isLedByFile && line.hasFiles(section)
      if isLed {
        line.clearTheWay(section)
        // What a file names is not known here.
        let isLedFromFile = isLedByFile && line.hasFiles(section)
        line.leaveOutUnfit(section) { servers.isHost(named: $0, of: isLedFromFile ? nil : addresses) }
      }
      result.isLed = result.isLed || isLed
      result.hidden += line.hiddenHosts(section, result.arguments) { address(for: $0) }
      result.inClear += line.addresses(section).filter(servers.isKnownInClear)
      // The first group alone obeys what stands there.
      if number == 0 { needsStanding = isLed || line.hasFiles(section) }
      guard isLed || line.hasFiles(section) else { continue }
      line.allowLoopback(section)
      if number == 0 {
        line.overrideStandingList(section, Self.proxyVariables.compactMap { own($0) }.first { !$0.isEmpty })
      }
    }
    (result.arguments, result.files) = line.rebuilt()
    nameStanding(&result, isLed: needsStanding)
  }

  /// Has curl read its own file as one that is named, and so rewritten, where that would send led calls elsewhere, or has an
  /// address that is led.
  private func nameStanding(_ result: inout Result, isLed: Bool) {
    let first = result.arguments.dropFirst().first ?? ""
    guard let standing, !first.hasPrefix("-q"), first.lowercased() != "--disable",
      CurlSetting.lines(standing.text).contains(where: {
        let setting = CurlSetting($0)
        return isLed && isUnfit(setting, of: nil) || leads(setting)
      })
    else { return }
    result.arguments.insert(contentsOf: ["-q", "-K", standing.path], at: 1)
    result.files = result.files.map { $0 + 3 } + [3]
  }

  /// Whether a file that a command line names has an address that is led.
  ///
  /// - Parameters:
  ///   - program: whose line names it.
  ///   - base: what the addresses of a list are told from.
  public func leads(_ text: String, of program: String, base: String? = nil) -> Bool {
    if program != "wget" { return leads(curlConfig: text) }
    return CurlSetting.lines(text).contains { led(listed: $0, base) != nil }
  }

  /// The addresses in such a file that ask known servers without encryption.
  ///
  /// - Parameters:
  ///   - program: whose line names it.
  ///   - base: what the addresses of a list are told from.
  public func inClear(in text: String, of program: String, base: String? = nil) -> [String] {
    CurlSetting.lines(text).compactMap { line in
      if program == "wget" { return Self.whole(line, base) }
      let setting = CurlSetting(line)
      return setting.name == "url" ? setting.value : nil
    }.filter(servers.isKnownInClear)
  }

  /// Such a file with other addresses. Other lines stay as they are.
  ///
  /// - Parameters:
  ///   - isLed: whether the command line that names the file is led already.
  ///   - base: what the addresses of a list are told from.
  public func rewrite(_ text: String, of program: String, isLed: Bool, base: String? = nil) -> String {
    if program != "wget" { return rewrite(curlConfig: text, isLed: isLed) }
    return CurlSetting.lines(text).map { led(listed: $0, base) ?? String($0) }.joined(separator: "\n")
  }

  /// Whether a file of curl's arguments has an address that is led.
  public func leads(curlConfig text: String) -> Bool {
    CurlSetting.lines(text).contains { leads(CurlSetting($0)) }
  }

  private func leads(_ setting: CurlSetting) -> Bool { setting.name == "url" && led(setting.value) != nil }

  private func led(_ url: String) -> String? {
    address(for: url) ?? CurlLine.led(pattern: url) { address(for: $0) }
  }

  /// A file of curl's arguments with other addresses. Other lines stay as they are.
  ///
  /// - Parameter isLed: whether the command line that names the file is led already.
  public func rewrite(curlConfig text: String, isLed: Bool = false) -> String {
    var isLed = isLed
    var lines = CurlSetting.lines(text).map { CurlSetting($0) }
    // One that is led on the command line is not known here.
    let addresses = isLed ? nil : lines.filter { $0.name == "url" }.map(\.value)
    var first: String?
    for index in lines.indices where lines[index].name == "url" && !lines[index].value.isEmpty {
      guard let address = led(lines[index].value) else { continue }
      first = first ?? lines[index].value
      lines[index].value = address
      isLed = true
    }
    for index in lines.indices where lines[index].name == "request-target" {
      guard let first else { break }
      lines[index].value =
        CurlLine.led(target: lines[index].value, ofCallTo: first) { address(for: $0) } ?? lines[index].value
    }
    return lines.map { line in
      var line = line
      if line.name == "noproxy" { line.value = LoopbackHosts.added(to: line.value) }
      return isLed && isUnfit(line, of: addresses) ? line.withoutInet6 ?? "" : line.text
    }.joined(separator: "\n")
  }

  /// Whether a line of a file of curl's does not fit an address that is led: it sends calls elsewhere, names the host that the address
  /// had, or asks for IPv6 alone.
  ///
  /// - Parameter addresses: those addresses; `nil` where they are not known.
  private func isUnfit(_ line: CurlSetting, of addresses: [String]?) -> Bool {
    CurlLine.leadsAside(line.name, line.value) || line.withoutInet6 != nil
      || line.name == "header" && servers.isHost(named: line.value, of: addresses)
  }

  // MARK: - wget and HTTPie

  /// Where wget reads its own settings, as its command line says.
  public static func settingsOfWget(_ arguments: [String]) -> WgetSettings {
    WgetLine(arguments) { _ in nil }.settings
  }

  private func wget(_ result: inout Result, isLed isLedByFile: Bool) {
    var asked: [String] = []
    let settings = standing.map { CurlSetting.lines($0.text) } ?? []
    var line = WgetLine(result.arguments, settings: settings) { url in
      asked.append(url)
      return address(for: url)
    }
    result.base = line.base
    // Who is asked by the lines of a list, where it is told from this.
    asked += line.base.map { [$0] } ?? []
    result.inClear = asked.filter(servers.isKnownInClear)
    // What a list names is not known here.
    let known = isLedByFile ? nil : asked
    result.isLed = line.isLed || isLedByFile
    if result.isLed { line.leaveOutUnfit { servers.isHost(named: $0, of: known) } }
    (result.arguments, result.files) = (line.arguments, line.files)
    if !result.isLed { return }
    let fitting = settings.filter { setting in
      WgetLine.setting(setting).map { $0.name != "header" || !servers.isHost(named: $0.value, of: known) } ?? true
    }
    if fitting.count < settings.count { result.settings = fitting.joined(separator: "\n") }
    // It is added to what the user's own file and options say.
    let added = ["-e", "no_proxy=" + LoopbackHosts.names.joined(separator: ","), "-e", "inet6_only=off"]
    result.arguments.insert(contentsOf: added, at: 1)
    result.files = result.files.map { $0 + added.count }
  }

  /// A line of a list of wget's with another address, which is a whole one; `nil` where it holds none that is led.
  private func led(listed line: some StringProtocol, _ base: String?) -> String? {
    Self.whole(line, base).flatMap { address(for: $0) }
  }

  /// The address that a line of a list of wget's is.
  private static func whole(_ line: some StringProtocol, _ base: String?) -> String? {
    let line = String(line.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    return base.map { WgetLine.joined(line, to: $0) } ?? line
  }

  /// Options with a value. *Source:* HTTPie 3.2.4, its parser.
  private static let httpieOptions: Set = [
    "--auth", "--auth-type", "--output", "--print", "--history-print", "--style", "--timeout", "--session",
    "--session-read-only", "--verify", "--proxy", "--cert", "--cert-key", "--cert-key-pass", "--ssl", "--ciphers",
    "--max-redirects", "--max-headers", "--default-scheme", "--boundary", "--raw", "--pretty", "--format-options",
    "--response-charset", "--response-mime",
  ]
  private static let httpieLetters: Set<Character> = Set("aAopPs")

  /// Whether the value of an option is the next word: of letters run together the first with a value takes the rest of its word, and a
  /// name may be cut short where no other begins so.
  private static func takesNext(_ word: String) -> Bool {
    if !word.hasPrefix("--") {
      return word.firstIndex(where: httpieLetters.contains).map { word.index(after: $0) == word.endIndex } ?? false
    }
    if httpieOptions.contains(word) || word == "--form" { return httpieOptions.contains(word) }
    return word.count > 2 && httpieOptions.count { $0.hasPrefix(word) } == 1
  }

  /// The address is the first word, or the second behind a method, in whatever letters; what follows are items of the request.
  private func httpie(_ result: inout Result) {
    var index = 1
    while index < result.arguments.count {
      let word = result.arguments[index]
      if word.hasPrefix("-") {
        index += Self.takesNext(word) ? 2 : 1
        continue
      }
      if let address = address(for: Self.withHost(word)) {
        result.arguments[index] = address
        let items = result.arguments[(index + 1)...]
        result.arguments.replaceSubrange(
          items.indices, with: items.filter { !servers.isHost(named: $0, of: [Self.withHost(word)]) })
        // It takes back what the user's own file and options say.
        result.arguments.insert("--no-proxy", at: 1)
        return
      }
      if servers.isKnownInClear(word) { result.inClear = [word] }
      if !word.allSatisfy({ $0.isASCII && $0.isLetter }) { return }
      index += 1
    }
  }

  /// HTTPie's address with its host: `:11434/api/tags` and `:/api/tags` are this machine's. *Source:* its documentation.
  private static func withHost(_ word: String) -> String {
    guard word.hasPrefix(":"), !word.hasPrefix("::") else { return word }
    let port = word.dropFirst().prefix { $0.isASCII && $0.isNumber }
    return "http://localhost" + (port.isEmpty ? word.dropFirst() : word[...])
  }
}
