/// What stands in a call beside its text takes: a picture, a recording, a film or a document, as far as its own bytes tell.
///
/// What they do not tell (a picture that the provider fetches, a format that is not known) counts as a large picture.
struct MediaTokens {
  /// The model's name, behind its provider's.
  private let model: String

  init(model: String) {
    let name = model[(model.lastIndex(of: "/").map(model.index(after:)) ?? model.startIndex)...]
    // Whoever tunes a model puts its name behind that.
    self.model = String(name.hasPrefix("ft:") ? name.dropFirst(3) : name)
  }

  /// A picture of which nothing is known. *Source:* Anthropic's documentation, "Vision": about 1600 for the largest picture that is
  /// not made smaller.
  private static let largePicture: Int64 = 1600
  /// The text of a page. *Source:* Anthropic's documentation, "PDF support": 1,500 to 3,000 tokens, beside the page's picture.
  private static let pageText: Int64 = 1500
  /// Bytes of a page, a second of sound and a second of film, where nothing tells how many there are: a page with a picture, and
  /// what MP3 (128 kbit/s) and films of a small size (2 Mbit/s) usually have.
  private static let (pageBytes, soundBytes, filmBytes): (Int64, Int64, Int64) = (65_536, 16_000, 250_000)

  /// Whether a text is something else by its first bytes, in base64.
  static func isMedia(_ text: String) -> Bool {
    text.utf8.count > 1000 && beginnings.contains { text.utf8.starts(with: $0.utf8) }
  }

  /// PNG, JPEG, GIF, RIFF (WebP, WAV) and PDF.
  private static let beginnings = ["iVBORw0KGgo", "/9j/", "R0lGOD", "UklGR", "JVBERi0"]

  /// What it takes.
  ///
  /// - Parameters:
  ///   - text: a data URL, base64, or a name by which the provider finds it.
  ///   - isRough: whether the call asks for little detail.
  func tokens(of text: String, isRough: Bool = false) -> Int64 {
    var encoded = text.utf8[...]
    if let url = DataURL(text) { encoded = url.encoded }
    let size = Int64(encoded.count / 4 * 3)
    switch MediaKind(in: encoded) {
    case .picture(let width, let height): return picture(width, height, isRough: isRough)
    case .recording(let perSecond):
      return max(1, seconds(size, perSecond ?? Self.soundBytes)) * (isGemini ? 32 : 10)
    case .film: return max(1, seconds(size, Self.filmBytes)) * (isGemini2 ? 300 : 102)
    case .document:
      let marked = PageMarks.count(encoded)
      return max(1, marked > 0 ? marked : min(mostPages, size / Self.pageBytes)) * page
    case nil: return picture(nil, nil, isRough: isRough)
    }
  }

  private func seconds(_ bytes: Int64, _ perSecond: Int64) -> Int64 { (bytes + perSecond - 1) / max(1, perSecond) }

  // MARK: - By model

  private var isGemini: Bool { model.hasPrefix("gemini-") }
  /// Before the third generation.
  private var isGemini2: Bool { model.hasPrefix("gemini-1") || model.hasPrefix("gemini-2") }

  /// What a document has at most. *Source:* Anthropic's documentation, "PDF support" (100); Google's, "Document understanding" (1000).
  private var mostPages: Int64 { isGemini ? 1000 : 100 }

  /// *Source:* Google's documentation, "Document understanding": 258 tokens a page.
  private var page: Int64 { isGemini ? 258 : picture(nil, nil, isRough: false) + Self.pageText }

  /// What a picture takes; `nil` for a size that nobody knows.
  ///
  /// *Source:* OpenAI's guide "Images and vision", Anthropic's documentation "Vision", Google's "Image understanding".
  private func picture(_ width: Int64?, _ height: Int64?, isRough: Bool) -> Int64 {
    if let (base, tile) = tiles {
      // Six squares where its size is unknown: what a wide one has.
      return isRough ? base : base + tile * (Self.squares(width, height) ?? 6)
    }
    if let thousandths = patches {
      var count = Self.patches(width, height) ?? 988
      count = min(count, isRough ? 256 : 1536)
      return (count * thousandths + 999) / 1000
    }
    guard let width, let height else { return Self.largePicture }
    if model.contains("claude") { return max(1, min(Self.largePicture, width * height / 750)) }
    if isGemini2 { return 258 * Self.crops(width, height) }
    return Self.largePicture
  }

  /// What a picture takes at least, and for each of its squares, where the model has them.
  private var tiles: (base: Int64, tile: Int64)? {
    let isSmall = model.contains("-mini") || model.contains("-nano")
    if model.hasPrefix("gpt-4o-mini") { return (2833, 5667) }
    if isSmall { return nil }
    if ["gpt-4o", "chatgpt-4o", "gpt-4.1", "gpt-4-turbo"].contains(where: model.hasPrefix) { return (85, 170) }
    if model == "gpt-5" || ["gpt-5-", "gpt-5.1"].contains(where: model.hasPrefix) { return (70, 140) }
    return model.hasPrefix("o1") || model.hasPrefix("o3") ? (75, 150) : nil
  }

  /// What each patch of 32 pixels takes, in thousandths of a token, where the model has them.
  private var patches: Int64? {
    if model.hasPrefix("o4-mini") { return 1720 }
    if model.hasPrefix("gpt-4.1-mini") || model.hasPrefix("gpt-5-mini") { return 1620 }
    return model.hasPrefix("gpt-4.1-nano") || model.hasPrefix("gpt-5-nano") ? 2460 : nil
  }

  /// The squares of 512 pixels that cover it once it fits into 2048, and its shorter side into 768.
  private static func squares(_ width: Int64?, _ height: Int64?) -> Int64? {
    guard var width, var height else { return nil }
    func shrink(_ side: Int64, to most: Int64) {
      if side > most { (width, height) = (max(1, width * most / side), max(1, height * most / side)) }
    }
    shrink(max(width, height), to: 2048)
    shrink(min(width, height), to: 768)
    return ((width + 511) / 512) * ((height + 511) / 512)
  }

  private static func patches(_ width: Int64?, _ height: Int64?) -> Int64? {
    guard let width, let height else { return nil }
    return ((width + 31) / 32) * ((height + 31) / 32)
  }

  /// One for what is small; else squares whose side is two thirds of its shorter one.
  private static func crops(_ width: Int64, _ height: Int64) -> Int64 {
    if max(width, height) <= 384 { return 1 }
    let side = min(768, max(256, min(width, height) * 2 / 3))
    return ((width + side - 1) / side) * ((height + side - 1) / side)
  }
}
