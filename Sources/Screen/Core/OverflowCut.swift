/// Where text that is too long for its room is cut.
enum OverflowCut {
  /// How many columns of a text stand before the ellipsis in a room of at least one column: all
  /// but the last, and fewer where the cut would go through a figure.
  static func columns(of text: String, in width: Int) -> Int {
    let room = max(0, width - 1)
    var glyphs = Glyphs(text)
    var (used, tokenStart) = (0, 0)
    var token: [Unicode.Scalar] = []
    while let glyph = glyphs.next() {
      let scalar = Unicode.Scalar(glyph.scalar) ?? " "
      if scalar == " " {
        // The figure before ends where the room does, or earlier.
        if used >= room { break }
        token = []
        tokenStart = used + glyph.columns
      } else {
        token.append(scalar)
      }
      used += glyph.columns
    }
    return used > room && tokenStart < room && isFigure(token) ? tokenStart : room
  }

  /// Whether a word is a number, with whatever sign, unit of a letter or punctuation there is.
  private static func isFigure(_ word: [Unicode.Scalar]) -> Bool {
    word.contains { ("0"..."9").contains($0) } && word.count { $0.properties.isAlphabetic } <= 1
  }
}
