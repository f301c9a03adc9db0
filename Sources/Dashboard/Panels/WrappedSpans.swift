import Screen

/// Lines that are too long for their room go on in the next row.
enum WrappedSpans {
  /// Returns the pieces in as many rows as they need, broken between words, the further rows
  /// indented. After `limit` rows the last one is left longer than its room.
  static func rows(_ spans: [Span], width: Int, indent: Int = 0, limit: Int = .max) -> [[Span]] {
    guard spans.reduce(0, { $0 + TextWidth.columns(of: $1.text) }) > width, width > indent + 8
    else { return [spans] }
    let margin = indent == 0 ? [] : [Span(String(repeating: " ", count: indent))]
    var rows: [[Span]] = [[]]
    var used = 0
    for span in spans {
      var text = ""
      let words = span.text.split(separator: " ", omittingEmptySubsequences: false)
      for (place, word) in words.enumerated() {
        let piece = (place == 0 ? "" : " ") + word
        let isTooLong = used + TextWidth.columns(of: text + piece) > width
        if isTooLong, used + text.utf8.count > indent, rows.count < limit {
          if !text.isEmpty { rows[rows.count - 1].append(Span(text, span.style)) }
          rows.append(margin)
          (text, used) = (String(word), indent)
        } else {
          text += piece
        }
      }
      rows[rows.count - 1].append(Span(text, span.style))
      used += TextWidth.columns(of: text)
    }
    return rows
  }
}
