/// Walks over text as a terminal may show it: one step is one character with its marks.
///
/// The text may come from anywhere: an exchange, a feed, the clipboard. Whatever could move the
/// cursor, start an escape sequence, turn the direction of writing or hide among other characters
/// is shown as `replacement`, so that it is seen and does nothing:
///
/// - control characters, DEL, C1, line and paragraph separators, noncharacters, private use;
/// - bidirectional controls, soft hyphens, joiners and other characters of no width;
/// - combining marks at the start of a text.
///
/// Tabs, line feeds and every kind of space become one space. A joined emoji is cut down to its
/// first part, whose width terminals agree on; further marks than two on a character are dropped.
public struct Glyphs: IteratorProtocol {
  /// One character as it will be drawn.
  public struct Glyph: Equatable, Sendable {
    /// The character.
    public let scalar: UInt32
    /// Combining marks as in `Cell.marks`.
    public let marks: UInt32
    /// 1 or 2.
    public let columns: Int
  }

  /// What stands in for a character that may not be shown: U+FFFD.
  public static let replacement: UInt32 = 0xFFFD

  private var scalars: String.UnicodeScalarView.Iterator
  private var pending: UInt32?

  /// A walk over `text`.
  public init(_ text: String) {
    scalars = text.unicodeScalars.makeIterator()
    pending = scalars.next()?.value
  }

  /// The next character, or nil at the end of the text.
  public mutating func next() -> Glyph? {
    guard let value = pending else { return nil }
    pending = scalars.next()?.value
    if value >= 0x20 && value < 0x7F {
      guard let follower = pending, follower >= 0x300 else {
        return Glyph(scalar: value, marks: 0, columns: 1)
      }
      return Glyph(scalar: value, marks: takeMarks(), columns: 1)
    }
    return rare(value)
  }

  private mutating func rare(_ value: UInt32) -> Glyph {
    if Self.isSpace(value) { return Glyph(scalar: 0x20, marks: 0, columns: 1) }
    if Self.isUnsafe(value) { return Glyph(scalar: Self.replacement, marks: 0, columns: 1) }
    if value >= 0x1F1E6 && value <= 0x1F1FF {
      // Terminals do not agree on flags; the two letters of the country do not move columns.
      return Glyph(scalar: value - 0x1F1E6 + 0x41, marks: 0, columns: 1)
    }
    let columns = TextWidth.columns(ofSafe: value)
    if columns == 0 { return Glyph(scalar: Self.replacement, marks: 0, columns: 1) }
    if Self.isPictograph(value) { skipEmojiTail() } else { skipVariationSelector() }
    return Glyph(scalar: value, marks: takeMarks(), columns: columns)
  }

  private mutating func advance() {
    pending = scalars.next()?.value
  }

  private mutating func takeMarks() -> UInt32 {
    var marks: UInt32 = 0
    while let mark = pending, mark >= 0x300, !Self.isUnsafe(mark),
      TextWidth.columns(ofSafe: mark) == 0
    {
      if mark <= 0xFFFF {
        if marks == 0 { marks = mark } else if marks <= 0xFFFF { marks |= mark << 16 }
      }
      advance()
    }
    return marks
  }

  /// Skips what follows the first part of a joined emoji: skin tone, variant, joiner and next part.
  private mutating func skipEmojiTail() {
    while let value = pending {
      if value == 0xFE0F || value == 0xFE0E || (value >= 0x1F3FB && value <= 0x1F3FF) {
        advance()
      } else if value == 0x200D {
        advance()
        if let joined = pending, Self.isPictograph(joined) { advance() }
      } else {
        return
      }
    }
  }

  private mutating func skipVariationSelector() {
    if pending == 0xFE0F || pending == 0xFE0E { advance() }
  }

  private static func isPictograph(_ value: UInt32) -> Bool {
    (value >= 0x1F300 && value <= 0x1FAFF) || (value >= 0x2600 && value <= 0x27BF)
      || value == 0x2B50 || value == 0x2B55
  }

  private static func isSpace(_ value: UInt32) -> Bool {
    switch value {
    case 0x09, 0x0A, 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  /// Whether a character may not reach a terminal.
  ///
  /// Source: Unicode general categories Cc, Cf, Zl, Zp, Co, Cs and Default_Ignorable_Code_Point.
  static func isUnsafe(_ value: UInt32) -> Bool {
    if value < 0x300 { return value < 0x20 || (value >= 0x7F && value < 0xA0) || value == 0xAD }
    if value >= 0x2500 && value < 0x2900 { return false }
    if value & 0xFFFE == 0xFFFE { return true }
    return TextWidth.contains(unsafeRanges, value)
  }

  private static let unsafeRanges: [UInt32] = [
    0x034F, 0x034F, 0x0600, 0x0605, 0x061C, 0x061C, 0x06DD, 0x06DD, 0x070F, 0x070F, 0x0890, 0x0891,
    0x08E2, 0x08E2, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180F, 0x200B, 0x200F, 0x2028, 0x202E,
    0x2060, 0x206F, 0x3164, 0x3164, 0xD800, 0xF8FF, 0xFDD0, 0xFDEF, 0xFE00, 0xFE0F, 0xFEFF, 0xFEFF,
    0xFFA0, 0xFFA0, 0xFFF0, 0xFFFB, 0x110BD, 0x110BD, 0x110CD, 0x110CD, 0x13430, 0x1343F,
    0x1BCA0, 0x1BCA3, 0x1D173, 0x1D17A, 0x40000, 0x10FFFF,
  ]
}
