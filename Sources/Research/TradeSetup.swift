/// What trades of a kind share: the reason of the entry without its figures.
enum TradeSetup {
  /// Where no reason is known.
  static let unknown = "no reason given"

  /// Returns the setup of a reason: `demand zone 99 to 101, drop-base-rally` is a
  /// `demand zone, drop-base-rally`; where analysers vote behind a colon, as in
  /// `agreement 75 %: trend 90, zone 10`, it is named by the one of ``tellingVotes`` that speaks
  /// for the side: `agreement with zone`, and by the first where none does.
  static func name(_ reason: String) -> String {
    let parts = reason.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let head = words(parts[0])
    guard parts.count == 2 else { return head.isEmpty ? unknown : head }
    guard let vote = tellingVote(parts[1]) else { return words(Substring(reason)) }
    return "\(head) with \(vote)"
  }

  /// What parts the trades of ``Confluence``, what speaks most seldom first. The averages, which
  /// have the largest weight, speak for nearly every entry, and momentum, flow and strength with
  /// them: they part nothing.
  private static let tellingVotes = [
    "zone", "level", "divergence", "wave", "structure", "session", "profile",
  ]

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

  /// Which vote names the setup; nil where not all are votes. The first one is for the side that
  /// was entered, for ``Confluence`` names first what brings most for it.
  private static func tellingVote(_ text: Substring) -> String? {
    var votes: [(name: Substring, score: Double)] = []
    for part in text.split(separator: ",") {
      let words = part.split(separator: " ")
      guard words.count == 2, isNumber(words[1]), let score = Double(words[1]) else { return nil }
      votes.append((words[0], score))
    }
    guard let first = votes.first else { return nil }
    let telling = tellingVotes.first { name in
      votes.contains { $0.name == name && $0.score * first.score > 0 }
    }
    return telling ?? String(first.name)
  }
}
