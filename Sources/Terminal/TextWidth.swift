/// How many columns of a terminal a character takes, as terminals that know Unicode draw it.
///
/// A character is what people take for one: a letter with its marks, an emoji with its skin tone, a family that is joined
/// out of four, a flag. Emoji of any making take two columns; of other characters the parts are added, as `wcwidth` counts
/// them.
///
/// *Source:* Unicode Standard Annex #11 (East Asian Width) and Unicode Technical Standard #51 (emoji).
enum TextWidth {
  /// The columns of a character.
  static func columns(of character: Character) -> Int {
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    if isEmoji(first, scalars) { return 2 }
    return scalars.reduce(0) { $0 + columns(of: $1) }
  }

  /// Whether a cluster is drawn as one emoji: one that is so by itself, or by what follows its first part.
  private static func isEmoji(_ first: Unicode.Scalar, _ scalars: Character.UnicodeScalarView) -> Bool {
    let second = scalars.dropFirst().first
    if isFlagLetter(first) { return second.map(isFlagLetter) ?? false }
    guard first.properties.isEmoji else { return false }
    if second == "\u{FE0F}" { return true }
    if let second, second.properties.isEmojiModifier, first.properties.isEmojiModifierBase { return true }
    return first.properties.isEmojiPresentation || scalars.contains("\u{200D}")
  }

  /// A regional indicator: two of them are a flag, one alone is a letter.
  private static func isFlagLetter(_ scalar: Unicode.Scalar) -> Bool { (0x1F1E6...0x1F1FF).contains(scalar.value) }

  private static func columns(of scalar: Unicode.Scalar) -> Int {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F ? 1 : 0 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    // The vowels and the ends of Korean syllables that are written in parts stand on their beginnings.
    if (0x1160...0x11FF).contains(scalar.value) || (0xD7B0...0xD7FB).contains(scalar.value) { return 0 }
    return isWide(scalar) ? 2 : 1
  }

  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x1100 { return false }
    return wide.contains { $0.contains(scalar.value) }
      || (scalar.properties.isEmojiPresentation && !isFlagLetter(scalar))
  }

  /// What is wide and no emoji, and what will be: whole blocks are.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
    0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF,
    0x1AFF0...0x1B2FF, 0x1D300...0x1D376, 0x1F200...0x1F320, 0x20000...0x2FFFD, 0x30000...0x3FFFD,
  ]
}
