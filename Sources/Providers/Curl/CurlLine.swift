/// A curl command line while its calls are led elsewhere. Pure: nothing is read or run.
///
/// What is led to this machine is not sealed: it must go there and nowhere else, through no proxy and no socket that the
/// user named for the sealed way.
struct CurlLine {
  private var arguments: [String]
  /// The words between two `--next`, each group with options of its own.
  let sections: [[CurlWords.Word]]
  private var removed: Set<Int> = []
  /// Words that are a letter and its value, by their places: where the value begins.
  private var glued: [Int: String] = [:]
  private var files: [Int] = []
  private var added: [String] = []

  init(_ arguments: [String]) {
    self.arguments = arguments
    let words = CurlWords(arguments).words
    sections = words.split(omittingEmptySubsequences: false) { $0 == .flag("next") || $0 == .flag(":") }.map(Array.init)
    for case .value("config", let index, let prefix) in words {
      files.append(index)
      if !prefix.isEmpty { glued[index] = prefix }
    }
  }

  /// Whether a group names files of more arguments.
  func hasFiles(_ section: [CurlWords.Word]) -> Bool {
    section.contains { if case .value("config", _, _) = $0 { true } else { false } }
  }

  /// Changes the addresses of a group. - Returns: whether there was one to change.
  mutating func lead(_ section: [CurlWords.Word], _ address: (String) -> String?) -> Bool {
    let globs = globs(section)
    var first: String?
    for case .url(let index, let prefix) in section {
      let url = String(arguments[index].dropFirst(prefix.count))
      guard let other = address(url) ?? (globs ? Self.led(pattern: url, address) : nil) else { continue }
      arguments[index] = prefix + other
      first = first ?? url
    }
    guard let first else { return false }
    for case .value("request-target", let index, "") in section {
      if let other = Self.led(target: arguments[index], ofCallTo: first, address) { arguments[index] = other }
    }
    return true
  }

  /// What is asked of the gateway in place of what was to be asked of an address that is led (`--request-target`): the path as it is,
  /// or a whole address.
  static func led(target: String, ofCallTo url: String, _ address: (String) -> String?) -> String? {
    let start = url.firstRange(of: "://")?.upperBound ?? url.startIndex
    let server = url[..<(url[start...].firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? url.endIndex)]
    guard let led = address(target.hasPrefix("/") ? server + target : target), let scheme = led.firstRange(of: "://")
    else { return nil }
    return String(led[scheme.upperBound...].drop { $0 != "/" })
  }

  /// Where a pattern is to lead; `nil` for one that is not led.
  static func led(pattern url: String, _ address: (String) -> String?) -> String? {
    let single = CurlGlob.single(url)
    return single.flatMap(address) ?? CurlGlob.spread(single ?? url, address)
  }

  private func globs(_ section: [CurlWords.Word]) -> Bool {
    !section.contains(.flag("globoff")) && !section.contains(.flag("g"))
  }

  /// The addresses of a group, as they are written.
  func addresses(_ section: [CurlWords.Word]) -> [String] {
    section.compactMap { word in
      guard case .url(let index, let prefix) = word else { return nil }
      return String(arguments[index].dropFirst(prefix.count))
    }
  }

  /// Addresses of a group that stay although their hosts, which are patterns, may be known ones.
  ///
  /// - Parameter original: the line as it was: an address that is led in a part holds the gateway's.
  func hiddenHosts(_ section: [CurlWords.Word], _ original: [String], _ address: (String) -> String?) -> [String] {
    if !globs(section) { return [] }
    return section.compactMap { word in
      guard case .url(let index, let prefix) = word else { return nil }
      let url = String(original[index].dropFirst(prefix.count))
      // One that is led is none of them: it leads to this machine.
      let led = String(arguments[index].dropFirst(prefix.count))
      guard let hosts = CurlGlob.hosts(led) else { return url }
      // What is no pattern is not led for its own reasons.
      if hosts.count == 1, led.hasPrefix(hosts[0]) { return nil }
      return hosts.contains { address($0) != nil } ? url : nil
    }
  }

  /// Whether a setting sends every call of its group to another place than its address names.
  static func leadsAside(_ name: String, _ value: String) -> Bool {
    name == "unix-socket" || name == "abstract-unix-socket" || name == "connect-to" && value.hasPrefix(":")
  }

  /// Takes away what would send a led call elsewhere.
  mutating func clearTheWay(_ section: [CurlWords.Word]) {
    for case .value(let name, let index, "") in section where Self.leadsAside(name, arguments[index]) {
      removed.formUnion([index - 1, index])
    }
  }

  /// Leaves out what does not fit a led address: a field that names the host that it had, what asks for IPv6 alone, and how a
  /// connection begins otherwise than with HTTP/1.1, which no gateway has.
  mutating func leaveOutUnfit(_ section: [CurlWords.Word], _ namesHost: (String) -> Bool) {
    // The fields first: where they begin is told by the letters before them.
    for word in section {
      switch word {
      case .value("H", let index, let prefix), .value("header", let index, let prefix):
        guard namesHost(String(arguments[index].dropFirst(prefix.count))) else { continue }
        if prefix.isEmpty { removed.insert(index) }
        // Of letters run together the last one is the field's.
        let option = prefix.isEmpty ? index - 1 : index
        let letters = prefix.isEmpty ? arguments[option] : prefix
        put(letters.hasPrefix("--") ? "-" : String(letters.dropLast()), at: option)
      default: break
      }
    }
    for word in section {
      switch word {
      case .inet6(let index):
        if arguments[index].hasPrefix("--") {
          removed.insert(index)
        } else if let place = arguments[index].firstIndex(of: "6") {
          var word = arguments[index]
          word.remove(at: place)
          glued[index]?.removeAll { $0 == "6" }
          put(word, at: index)
        }
      case .opening(let index): removed.insert(index)
      default: break
      }
    }
  }

  /// Puts letters in the place of others; without any, nothing.
  private mutating func put(_ letters: String, at index: Int) {
    arguments[index] = letters
    if letters == "-" { removed.insert(index) }
  }

  /// Has this machine asked directly, and over plain HTTP, which `--proto =https` would forbid.
  mutating func allowLoopback(_ section: [CurlWords.Word]) {
    for case .value(let name, let index, let prefix) in section {
      if name == "proto" { arguments[index] += ",+http" }
      if name == "noproxy" {
        arguments[index] = prefix + LoopbackHosts.added(to: String(arguments[index].dropFirst(prefix.count)))
      }
    }
  }

  /// Puts a list before that of the user's `.curlrc`, which the first group alone obeys, unless it is not read.
  mutating func overrideStandingList(_ section: [CurlWords.Word], _ list: String?) {
    let first = arguments.dropFirst().first ?? ""
    let states = section.contains { if case .value("noproxy", _, _) = $0 { true } else { false } }
    if states || first.hasPrefix("-q") || first.lowercased() == "--disable" { return }
    added = ["--noproxy", LoopbackHosts.added(to: list)]
  }

  /// The words as they are to be, and the places of the files among them.
  func rebuilt() -> (arguments: [String], files: [Int]) {
    var (result, places): ([String], [Int]) = ([], [])
    for (index, argument) in arguments.enumerated() where !removed.contains(index) {
      if let prefix = glued[index] {
        result += [prefix, String(argument.dropFirst(prefix.count))]
      } else {
        result.append(argument)
      }
      if files.contains(index) { places.append(result.count - 1) }
      if index == 0 { result += added }
    }
    return (result, places)
  }
}
