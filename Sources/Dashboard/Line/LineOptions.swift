import Engine
import Units

/// What may follow the size of an order, in any order, each once; of targets several.
struct LineOptions {
  /// What is read; it decides which options there are.
  enum Subject {
    case order
    case waitingOrder
    /// An order that has its price and one target at most.
    case leg
    /// Orders that have their prices already.
    case scale
  }

  /// One target and how much of the position it is for.
  struct Target {
    let target: LineTarget
    /// Nil where none was named.
    let share: Rate?
    /// Where it stands in the line.
    let at: Int
  }

  private(set) var price: LinePrice?
  private(set) var stop: LineDistance?
  private(set) var targets: [Target] = []
  private(set) var patience: TimeSpan?
  private(set) var kind: LineKind?
  /// Where the kind stands in the line.
  private(set) var kindAt = 0

  /// Reads all options that are there, up to a word that is none of them.
  mutating func read(
    _ words: inout LineWords, for subject: Subject, upTo end: String? = nil
  ) throws(LineProblem) {
    while let word = words.next, word.text != end {
      switch word.text {
      case "@":
        guard subject != .scale else {
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
        let takesSeveral = subject == .order
        try once(takesSeveral || targets.isEmpty, word)
        _ = words.take()
        try readTarget(word, takesSeveral, &words)
      case "for" where subject == .waitingOrder:
        try once(patience == nil, word)
        _ = words.take()
        patience = try Self.span(&words)
      case "post", "ioc", "fok":
        if let kind, kind.rawValue != word.text {
          throw LineProblem(
            at: word.at, text: "`\(word.text)` and `\(kind.rawValue)` exclude each other")
        }
        try once(kind == nil, word)
        _ = words.take()
        kind = LineKind(rawValue: word.text)
        kindAt = word.at
      case "stop":
        throw LineProblem(
          at: word.at, text: "the stop loss is sl; what waits for a price is buy stop btc 62000")
      default:
        throw LineProblem(
          at: word.at,
          text: "`\(word.text)` is not understood; here go @, sl, tp, post, ioc, fok"
            + (subject == .waitingOrder ? ", for" : ""))
      }
    }
  }

  /// The target of all, where there can only be one.
  var target: LineTarget? { targets.first?.target }

  private mutating func readTarget(
    _ option: LineWord, _ takesSeveral: Bool, _ words: inout LineWords
  ) throws(LineProblem) {
    guard targets.count < PartialTarget.limit else {
      throw LineProblem(at: option.at, text: "at most \(PartialTarget.limit) targets")
    }
    let target = try Self.target(after: option, &words)
    var share: Rate?
    if takesSeveral, let word = words.next, word.text.hasSuffix("%"),
      word.text.first?.isNumber ?? false || word.text.hasPrefix(".")
    {
      _ = words.take()
      share = try LineNumber.share(word.text.dropLast(), of: word)
    }
    targets.append(Target(target: target, share: share, at: option.at))
  }

  /// A stretch of time: so many minutes, hours or days, a month at most.
  private static func span(_ words: inout LineWords) throws(LineProblem) -> TimeSpan {
    guard let word = words.take() else {
      throw LineProblem(at: words.end, text: "for how long: 30m, 4h or 2d")
    }
    let units: [Character: Int64] = ["m": 1, "h": 60, "d": 1_440]
    let digits = word.text.dropLast()
    guard let unit = word.text.last.flatMap({ units[$0] }),
      digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let count = Int64(digits),
      (1...31 * 1_440).contains(count), count * unit <= 31 * 1_440
    else {
      throw LineProblem(
        at: word.at, text: "`\(word.text)`: so many minutes, hours or days, such as 30m, 4h, 2d")
    }
    return .minutes(count * unit)
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

  /// A price, a distance in percent, or times the distance of the stop.
  static func target(
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
