import Units

/// What may follow the size of an order, in any order, each once.
struct LineOptions {
  private(set) var price: LinePrice?
  private(set) var stop: LineDistance?
  private(set) var target: LineTarget?
  private(set) var kind: LineKind?
  /// Where the kind stands in the line.
  private(set) var kindAt = 0

  /// Reads all options that are there, up to a word that is none of them.
  mutating func read(
    _ words: inout LineWords, allowsPrice: Bool, upTo end: String? = nil
  ) throws(LineProblem) {
    while let word = words.next, word.text != end {
      switch word.text {
      case "@":
        guard allowsPrice else {
          throw LineProblem(at: word.at, text: "scale has its prices already")
        }
        try once(price == nil, word)
        _ = words.take()
        price = try Self.price(after: word, &words)
      case "sl":
        try once(stop == nil, word)
        _ = words.take()
        stop = try Self.distance(after: word, &words)
      case "tp":
        try once(target == nil, word)
        _ = words.take()
        target = try Self.target(after: word, &words)
      case "post", "ioc", "fok":
        if let kind, kind.rawValue != word.text {
          throw LineProblem(
            at: word.at, text: "`\(word.text)` and `\(kind.rawValue)` exclude each other")
        }
        try once(kind == nil, word)
        _ = words.take()
        kind = LineKind(rawValue: word.text)
        kindAt = word.at
      default:
        throw LineProblem(
          at: word.at, text: "`\(word.text)` is not understood; here go @, sl, tp, post, ioc, fok")
      }
    }
  }

  private func once(_ isFirst: Bool, _ word: LineWord) throws(LineProblem) {
    guard isFirst else { throw LineProblem(at: word.at, text: "`\(word.text)` stands twice") }
  }

  static func price(
    after option: LineWord, _ words: inout LineWords
  ) throws(LineProblem) -> LinePrice {
    guard let word = words.take() else {
      throw LineProblem(at: words.end, text: "@ needs a price, bid or ask")
    }
    switch word.text {
    case "bid": return .bid
    case "ask": return .ask
    default: return .exact(Price(try LineNumber.positive(word.text[...], of: word)))
    }
  }

  /// A price, or a distance in percent.
  static func distance(
    after option: LineWord, _ words: inout LineWords
  ) throws(LineProblem) -> LineDistance {
    guard let word = words.take() else {
      throw LineProblem(
        at: words.end, text: "\(option.text) needs a price or a distance, such as 1%")
    }
    if word.text.hasSuffix("%") {
      return .percent(try LineNumber.share(word.text.dropLast(), of: word))
    }
    return .price(Price(try LineNumber.positive(word.text[...], of: word)))
  }

  private static func target(
    after option: LineWord, _ words: inout LineWords
  ) throws(LineProblem) -> LineTarget {
    if let word = words.next, word.text.hasSuffix("r") {
      _ = words.take()
      return .multiple(try LineNumber.positive(word.text.dropLast(), of: word))
    }
    switch try distance(after: option, &words) {
    case .price(let price): return .price(price)
    case .percent(let rate): return .percent(rate)
    }
  }
}
