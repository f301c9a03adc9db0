import Screen

extension DashboardModel {
  /// A sentence of the engine or of an alert as it is shown: while amounts of money are hidden,
  /// without its amounts in USDT, from which the equity would follow.
  func masked(_ text: String) -> String {
    guard isMasked else { return text }
    var words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    for place in words.indices.dropLast() where Self.isCurrency(words[place + 1]) {
      let kept = words[place].count - Self.numberLength(words[place])
      guard kept < words[place].count else { continue }
      words[place] = words[place].prefix(kept) + mask
    }
    return words.joined(separator: " ")
  }

  /// The same for a line of several pieces; an amount never spans two of them.
  func masked(_ spans: [Span]) -> [Span] {
    isMasked ? spans.map { Span(masked($0.text), $0.style) } : spans
  }

  /// Whether a word is the currency, whatever punctuation follows it.
  private static func isCurrency(_ word: String) -> Bool {
    guard word.hasPrefix("USDT") else { return false }
    return !word.dropFirst(4).contains { $0.isLetter || $0.isNumber }
  }

  /// How many characters at the end of a word are a number; what opens a bracket is none of it.
  private static func numberLength(_ word: String) -> Int {
    let number = word.reversed().prefix { $0.isNumber || ".,+-".contains($0) }
    return number.contains { $0.isNumber } ? number.count : 0
  }
}
