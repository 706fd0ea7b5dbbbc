/// Where wget reads its own settings.
public enum WgetSettings: Hashable, Sendable {
  /// In the usual file.
  case usual
  /// Nowhere (`--no-config`).
  case nothing
  /// In the file that a word of the command line names behind its first letters (`--config`).
  case file(name: String, index: Int, prefix: String)
}

/// A wget command line while its calls are led elsewhere. Pure: nothing is read or run.
struct WgetLine {
  /// Options with a value, by their letters and their names. *Source:* wget(1), 1.21.
  private static let letters: Set<Character> = Set("oaeitOTwQPURBlADIX")
  private static let options: Set = Set(
    """
    accept accept-regex append-output base bind-address body-data body-file ca-certificate ca-directory certificate \
    certificate-type ciphers compression config connect-timeout crl-file cut-dirs default-page directory-prefix dns-timeout \
    domains egd-file exclude-directories exclude-domains execute follow-tags ftp-password ftp-user header hsts-file \
    http-passwd http-password http-user ignore-tags include-directories input-file level limit-rate load-cookies \
    local-encoding max-redirect method output-document output-file password pinnedpubkey post-data post-file prefer-family \
    preferred-location private-key private-key-type progress proxy-passwd proxy-password proxy-user quota random-file \
    read-timeout referer regex-type reject reject-regex rejected-log remote-encoding report-speed restrict-file-names \
    retry-on-http-error save-cookies secure-protocol start-pos timeout tries use-askpass user user-agent wait \
    waitretry warc-dedup warc-file warc-header warc-max-size warc-tempdir
    """.split(separator: " ").map(String.init))
  /// Options without one, as far as the names of others begin as theirs.
  private static let flags: Set<String> = [
    "background", "force-html", "help", "hsts", "ignore-case", "ignore-length", "inet4-only", "inet6-only", "no-config",
    "passive-ftp", "proxy", "random-wait", "recursive", "relative", "retry-connrefused", "timestamping", "warc-cdx",
  ]
  /// How much of a name is looked at: what is shorter names no option that matters.
  private static let shortest = 3

  /// The words as they are to be, the program first.
  private(set) var arguments: [String]
  /// The places in `arguments` of files that hold addresses, one on a line.
  private(set) var files: [Int] = []
  /// Whether an address was changed.
  private(set) var isLed = false
  /// What the lines of a list are told from (`-B`, `-e base=`); `nil` where nothing is named, and where the list is a page of HTML,
  /// whose lines are no addresses.
  var base: String? { listIsHTML ? nil : statedBase }
  private var statedBase: String?
  private var listIsHTML = false
  /// What does not fit an address that is led: words, what stands in their place, and the field that they are; `nil` for what asks
  /// for IPv6 alone.
  private var unfit: [(places: Range<Int>, instead: String?, field: String?)] = []

  /// Where they are read from: as the first option says that speaks of it.
  private(set) var settings: WgetSettings = .usual

  /// Tells a command line apart, and changes its addresses.
  ///
  /// - Parameter settings: the lines of the file of settings that stand before it.
  init(_ words: [String], settings: [Substring] = [], _ address: (String) -> String?) {
    arguments = Array(words.prefix(1))
    for case (let name, let value)? in settings.map({ Self.setting($0) }) {
      if name == "base" { statedBase = value }
      if name == "forcehtml" { listIsHTML = ["on", "yes", "1"].contains(value.lowercased()) }
    }
    // Of several lists the last counts: that of the line, where it names one.
    if let line = settings.last(where: { Self.list(in: String($0)) != nil }) {
      list(Self.list(in: String(line)), "", address)
    }
    var rest = words.dropFirst()
    var optionsAreOver = false
    while let word = rest.popFirst() {
      if optionsAreOver || !word.hasPrefix("-") || word == "-" {
        let other = address(word)
        isLed = isLed || other != nil
        arguments.append(other ?? word)
      } else if word == "--" {
        optionsAreOver = true
        arguments.append(word)
      } else if word.hasPrefix("--") {
        long(word, &rest, address)
      } else {
        bundle(word, &rest, address)
      }
    }
  }

  private mutating func long(_ word: String, _ rest: inout ArraySlice<String>, _ address: (String) -> String?) {
    let name = Self.whole(String(word.dropFirst(2).prefix { $0 != "=" }))
    let value = word.contains("=") ? String(word.drop { $0 != "=" }.dropFirst()) : nil
    switch name {
    case "input-file": return list(value ?? rest.popFirst(), word, address)
    case "execute" where Self.list(in: value ?? rest.first) != nil:
      return list(Self.list(in: value ?? rest.popFirst()), word, address)
    case "config" where settings == .usual:
      let index = arguments.count
      if let value {
        settings = .file(name: value, index: index, prefix: word.prefix { $0 != "=" } + "=")
      } else if let next = rest.first {
        settings = .file(name: next, index: index + 1, prefix: "")
      }
    case "no-config" where settings == .usual: settings = .nothing
    case "base": statedBase = value ?? rest.first
    case "force-html": listIsHTML = true
    case "header", "execute":
      guard let text = value ?? rest.first else { break }
      note(unfit: text, isField: name == "header", words: value == nil ? 2 : 1)
    case "inet6-only": unfit.append((arguments.count..<(arguments.count + 1), nil, nil))
    default: break
    }
    arguments.append(word)
    if value == nil, Self.options.contains(name), let next = rest.popFirst() { arguments.append(next) }
  }

  /// A line of a file of settings, or what `-e` says: the name in the letters that count, and the value; `nil` for what is none.
  static func setting(_ line: some StringProtocol) -> (name: String, value: String)? {
    let line = line.drop { $0 == " " || $0 == "\t" }
    guard let sign = line.firstIndex(of: "="), line.first != "#" else { return nil }
    let name = line[..<sign].lowercased().filter { !"-_ \t".contains($0) }
    let value = line[line.index(after: sign)...].drop { $0.isWhitespace }
    return (name, String(value.reversed().drop { $0.isWhitespace }.reversed()))
  }

  /// The list that such a line names.
  private static func list(in line: String?) -> String? {
    guard let line, let setting = setting(line), setting.name == "input", !setting.value.isEmpty else { return nil }
    return setting.value
  }

  /// The whole name of an option: wget takes the beginning of a name for it where no other begins so.
  private static func whole(_ name: String) -> String {
    if options.contains(name) || flags.contains(name) || name.count < shortest { return name }
    let meant = (options.union(flags)).filter { $0.hasPrefix(name) }
    return meant.count == 1 ? meant.first ?? name : name
  }

  /// Notes what does not fit where an address is led: a field, or a setting such as `header = Host: ...` and `inet6_only = on`.
  /// What stands in its place are the letters before it, of those run together.
  private mutating func note(unfit text: String, isField: Bool, words: Int, instead: String? = nil) {
    let places = arguments.count..<(arguments.count + words)
    if isField { return unfit.append((places, nil, text)) }
    guard let (name, value) = Self.setting(text) else { return }
    if name == "base" { statedBase = value }
    if name == "forcehtml" { listIsHTML = true }
    if name == "inet6only" { unfit.append((places, instead, nil)) }
    if name == "header" { unfit.append((places, instead, value)) }
  }

  /// Letters run together, such as `-qO`. The value of one stands behind it or is the next word.
  private mutating func bundle(_ word: String, _ rest: inout ArraySlice<String>, _ address: (String) -> String?) {
    var place = word.index(after: word.startIndex)
    while place < word.endIndex {
      let letter = word[place]
      let next = word.index(after: place)
      // `-n` has a second letter; `-nv` is an option of its own.
      if letter == "n", next < word.endIndex {
        place = word.index(after: next)
        continue
      }
      if Self.letters.contains(letter) {
        let value = next < word.endIndex ? String(word[next...]) : rest.popFirst()
        let named = letter == "e" ? Self.list(in: value) : nil
        if letter == "i" || named != nil {
          let before = word[..<place]
          if before != "-" { add(letters: String(before), end: before.endIndex) }
          return list(named ?? value, "-i", address)
        }
        if letter == "B" { statedBase = value }
        if letter == "e", let value {
          let before = word[..<place].filter { $0 != "6" }
          note(
            unfit: value, isField: false, words: next == word.endIndex ? 2 : 1, instead: before == "-" ? nil : before)
        }
        add(letters: word, end: place)
        if next == word.endIndex, let value { arguments.append(value) }
        return
      }
      if letter == "F" { listIsHTML = true }
      place = next
    }
    add(letters: word, end: word.endIndex)
  }

  /// Adds letters run together, of which those before a place have no value.
  private mutating func add(letters word: String, end: String.Index) {
    if word[..<end].contains("6") {
      let rest = word[..<end].filter { $0 != "6" } + word[end...]
      unfit.append((arguments.count..<(arguments.count + 1), rest == "-" ? nil : rest, nil))
    }
    arguments.append(word)
  }

  /// Leaves out what does not fit an address that is led: a field that names the host that it had, and what asks for IPv6 alone,
  /// which no gateway has.
  mutating func leaveOutUnfit(_ namesHost: (String) -> Bool) {
    var (kept, places): ([String], [Int]) = ([], [])
    for (index, word) in arguments.enumerated() {
      if let found = unfit.first(where: { $0.places.contains(index) && $0.field.map(namesHost) ?? true }) {
        if index == found.places.lowerBound, let instead = found.instead { kept.append(instead) }
      } else {
        kept.append(word)
      }
      if files.contains(index) { places.append(kept.count - 1) }
    }
    (arguments, files) = (kept, places)
  }

  /// A list of addresses: a file, standard input, or an address of its own.
  private mutating func list(_ value: String?, _ word: String, _ address: (String) -> String?) {
    guard let value else { return arguments.append(word) }
    let other = address(value)
    isLed = isLed || other != nil
    arguments += ["-i", other ?? value]
    if other == nil { files.append(arguments.count - 1) }
  }

  /// A line of a list as wget joins it to its base; `nil` for a line and a base of which no address comes.
  /// *Source:* wget 1.21, `uri_merge` and `path_simplify`.
  static func joined(_ line: String, to base: String) -> String? {
    if let colon = line.firstIndex(of: ":"), colon > line.startIndex,
      line[..<colon].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "+" || $0 == "-" })
    {
      return line
    }
    let bare = base.prefix { $0 != "?" && $0 != "#" }
    guard let scheme = bare.firstRange(of: "://"), let first = line.first else { return nil }
    if line.hasPrefix("//") { return bare[..<scheme.lowerBound] + ":" + line }
    let server = bare[..<(bare[scheme.upperBound...].firstIndex(of: "/") ?? bare.endIndex)]
    let path = bare[server.endIndex...]
    if first == "?" || first == "#" { return bare + line }
    let folder = first == "/" ? "" : path.lastIndex(of: "/").map { path[...$0] } ?? "/"
    let ending = line.prefix { $0 != "?" && $0 != "#" }
    return server + withoutDots(folder + ending) + line[ending.endIndex...]
  }

  /// A path without its steps of one dot and of two.
  private static func withoutDots(_ path: Substring) -> String {
    var steps: [Substring] = []
    let all = path.split(separator: "/", omittingEmptySubsequences: false)
    for step in all {
      if step == ".." {
        if steps.count > 1 { steps.removeLast() }
      } else if step != "." {
        steps.append(step)
      }
    }
    if let last = all.last, last == "." || last == ".." { steps.append("") }
    return steps.joined(separator: "/")
  }
}
