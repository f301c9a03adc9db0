/// What trades of a kind share: the reason of the entry without its figures.
enum TradeSetup {
  /// Where no reason is known.
  static let unknown = "no reason given"

  /// Returns the setup of a reason: `demand zone 99 to 101, drop-base-rally` is a
  /// `demand zone, drop-base-rally`; where analysers vote behind a colon, as in
  /// `agreement 75 %: trend 90, zone -10`, the first leads, for ``Confluence`` names first what
  /// brings most for the side: `agreement, led by trend`.
  static func name(_ reason: String) -> String {
    let parts = reason.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let head = words(parts[0])
    guard parts.count == 2 else { return head.isEmpty ? unknown : head }
    guard let leader = leader(parts[1]) else { return words(Substring(reason)) }
    return "\(head), led by \(leader)"
  }

  /// The text without numbers and what joins them.
  private static func words(_ text: Substring) -> String {
    let kept = text.split(separator: " ").compactMap { word -> String? in
      let ending = word.last == "," ? "," : ""
      let plain = word.dropLast(ending.count)
      let isFigure = plain == "%" || plain == "to" || isNumber(plain)
      return isFigure ? ending : String(word)
    }
    return kept.reduce(into: "") { line, word in
      line += line.isEmpty || word == "," || word.isEmpty ? word : " " + word
    }
  }

  /// Whether it is written as a number. Most words are none by their first letter, which is much
  /// cheaper to see than to try.
  private static func isNumber(_ word: Substring) -> Bool {
    guard let first = word.utf8.first, first < UInt8(ascii: ":") else { return false }
    return Double(word) != nil
  }

  /// The first name; nil where not all are votes.
  private static func leader(_ text: Substring) -> String? {
    var first: Substring?
    for part in text.split(separator: ",") {
      let words = part.split(separator: " ")
      guard words.count == 2, isNumber(words[1]) else { return nil }
      first = first ?? words[0]
    }
    return first.map(String.init)
  }
}
