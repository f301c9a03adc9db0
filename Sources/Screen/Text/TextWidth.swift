/// How many columns text takes in a terminal.
///
/// Characters of ambiguous width count as one, as every terminal outside East Asian legacy setups
/// draws them.
public enum TextWidth {
  /// Columns of `text` as `Frame` draws it, that is after unsafe characters were replaced.
  public static func columns(of text: String) -> Int {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text.utf8.count }
    var columns = 0
    var glyphs = Glyphs(text)
    while let glyph = glyphs.next() { columns += glyph.columns }
    return columns
  }

  /// Returns a text with spaces behind it, for so many columns at least; with so many spaces at
  /// least where another column follows.
  public static func padded(_ text: String, to width: Int, gap: Int = 0) -> String {
    text + String(repeating: " ", count: max(gap, width - columns(of: text)))
  }

  /// Columns of one character on its own: 0 for a combining mark, 2 for a wide one, otherwise 1.
  ///
  /// Nil for what may not reach a terminal: see `Glyphs`.
  public static func columns(of scalar: Unicode.Scalar) -> Int? {
    let value = scalar.value
    if value < 0x7F { return value >= 0x20 ? 1 : nil }
    if Glyphs.isUnsafe(value) { return nil }
    return columns(ofSafe: value)
  }

  /// Columns of a character that `Glyphs.isUnsafe` denies to be unsafe.
  static func columns(ofSafe value: UInt32) -> Int {
    if value < 0x300 { return 1 }
    if value >= 0x2500 && value < 0x25FD { return 1 }
    if value >= 0x2800 && value < 0x2900 { return 1 }
    if contains(WidthTables.wide, value) { return 2 }
    return contains(WidthTables.combining, value) ? 0 : 1
  }

  /// Whether `value` lies in one of the sorted ranges, given as pairs of first and last.
  static func contains(_ ranges: [UInt32], _ value: UInt32) -> Bool {
    var low = 0
    var high = ranges.count / 2
    while low < high {
      let middle = (low + high) / 2
      if ranges[2 * middle + 1] < value { low = middle + 1 } else { high = middle }
    }
    return 2 * low < ranges.count && ranges[2 * low] <= value
  }
}
