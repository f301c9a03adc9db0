import Trading
import Units

/// Turns typed text into a ``Line``, or says what is wrong and where.
///
/// The grammar is in ``LineGrammar``.
enum LineParser {
  /// Returns the command that a text means.
  static func parse(_ text: String) throws(LineProblem) -> Line {
    var words = try LineWords(text)
    guard let verb = words.take() else {
      throw LineProblem(at: 0, text: "type a command, such as: buy btc 0.5% sl 1% tp 2r")
    }
    let line = try line(verb, &words)
    try words.expectEnd()
    return line
  }

  private static func line(_ verb: LineWord, _ words: inout LineWords) throws(LineProblem) -> Line {
    switch verb.text {
    case "buy", "long", "sell", "short": return .order(try order(verb, &words))
    case "scale": return .scale(try scale(verb, &words))
    case "close": return .close(try close(verb, &words))
    case "stop", "sl": return .stop(try position(verb, &words), try distance(verb, &words))
    case "target", "tp":
      return .target(try position(verb, &words), try LineOptions.target(after: verb, &words))
    case "be": return .breakEven(try position(verb, &words))
    case "cancel": return try cancel(verb, &words)
    case "oco": return try oneOf(verb, &words)
    case "amend": return .amend(try amend(verb, &words))
    case "reverse", "trail", "targets", "abandon": return try plan(verb, &words)
    case "flatten": return .flatten(market: words.next == nil ? nil : try market(verb, &words))
    case "lev": return .leverage(market: try market(verb, &words), try leverage(verb, &words))
    case "mode": return .positionMode(try positionMode(&words))
    case "reset":
      guard words.take("peak") else {
        throw LineProblem(at: words.end, text: "reset needs peak: the drawdown begins anew")
      }
      return .resetPeak
    case "go": return .go(market: try market(verb, &words))
    case "tf": return .timeFrame(try timeFrame(verb, &words))
    case "layout": return .layout(try layout(verb, &words))
    case "size": return .size(try size(verb, &words))
    case "filter": return .filter(words.rest())
    case "note": return .note(try note(verb, &words))
    case "alert": return try alert(verb, &words)
    case "unalert": return .removeAlert(try rule(&words))
    case "ack": return .acknowledge(try acknowledged(&words))
    case "template": return try template(verb, &words)
    case "strategy": return try strategy(verb, &words)
    case "reload": return .reload(loosens: words.take("loosen"))
    default: return try plain(verb)
    }
  }

  private static func strategy(
    _ verb: LineWord, _ words: inout LineWords
  ) throws(LineProblem) -> Line {
    guard let name = words.take() else {
      throw LineProblem(at: verb.at, text: "name a strategy, as in strategy btc-zones paused")
    }
    guard let word = words.take(), let state = StrategyState(rawValue: word.text) else {
      let states = StrategyState.allCases.map(\.rawValue).joined(separator: ", ")
      throw LineProblem(at: name.at, text: "behind the name of a strategy stands \(states)")
    }
    return .strategy(name: name.text, state)
  }

  /// The commands of one word.
  private static func plain(_ verb: LineWord) throws(LineProblem) -> Line {
    switch verb.text {
    case "halt": return .state(.halted)
    case "pause": return .state(.paused)
    case "reduce": return .state(.reducing)
    case "resume": return .state(.running)
    case "arm": return .arm
    case "disarm": return .disarm
    case "alerts": return .alerts
    case "help": return .help
    case "quit": return .quit
    default:
      throw LineProblem(at: verb.at, text: "`\(verb.text)` is no command; help lists them")
    }
  }

  private static func scale(
    _ verb: LineWord, _ words: inout LineWords
  ) throws(LineProblem) -> ScaleLine {
    let example = "scale buy btc 3 61000..60500"
    guard let way = words.take(), ["buy", "long", "sell", "short"].contains(way.text) else {
      throw LineProblem(at: verb.at, text: "scale needs buy or sell: \(example)")
    }
    let market = try market(way, &words)
    guard let number = words.take() else {
      throw LineProblem(at: words.end, text: "scale needs the number of orders: \(example)")
    }
    guard let count = Int(number.text), (2...20).contains(count) else {
      throw LineProblem(at: number.at, text: "`\(number.text)`: scale takes 2 to 20 orders")
    }
    guard let range = words.take() else {
      throw LineProblem(at: words.end, text: "scale needs two prices: \(example)")
    }
    let (from, to) = try prices(range)
    var scale = ScaleLine(side: side(way), market: market, count: count, from: from, to: to)
    if let next = words.next, next.text.first?.isNumber ?? false {
      scale.size = try size(verb, &words)
    }
    var options = LineOptions()
    try options.read(&words, for: .scale)
    scale.stop = options.stop
    scale.target = options.target
    if let kind = options.kind {
      guard kind == .post else {
        throw LineProblem(at: options.kindAt, text: "`\(kind.rawValue)` does not go with scale")
      }
      scale.isPostOnly = true
    }
    return scale
  }

  static func side(_ word: LineWord) -> PositionSide {
    word.text == "buy" || word.text == "long" ? .long : .short
  }

  /// Two prices with two points between them.
  private static func prices(_ word: LineWord) throws(LineProblem) -> (Price, Price) {
    let characters = Array(word.text)
    let gap = characters.indices.dropLast().first {
      characters[$0] == "." && characters[$0 + 1] == "."
    }
    guard let gap else {
      throw LineProblem(
        at: word.at, text: "`\(word.text)`: two prices with two points between: 61000..60500")
    }
    let from = Substring(String(characters[..<gap]))
    let to = Substring(String(characters[(gap + 2)...]))
    let prices = (
      Price(try LineNumber.positive(from, of: word)), Price(try LineNumber.positive(to, of: word))
    )
    guard prices.0 != prices.1 else {
      throw LineProblem(at: word.at, text: "`\(word.text)`: the two prices are the same")
    }
    return prices
  }
}

extension LineParser {
  private static func cancel(
    _ verb: LineWord, _ words: inout LineWords
  ) throws(LineProblem) -> Line {
    if words.take("all") { return .cancelAll }
    if words.take("last") { return .cancelLast }
    guard words.next != nil else {
      throw LineProblem(at: words.end, text: "cancel what: all, last or a market")
    }
    return .cancelMarket(try market(verb, &words))
  }

  /// The name of a market: letters and digits, possibly with dashes.
  static func market(
    _ verb: LineWord, _ words: inout LineWords
  ) throws(LineProblem) -> String {
    guard let word = words.take() else {
      throw LineProblem(at: words.end, text: "\(verb.text) needs a market, such as btc")
    }
    let isName = word.text.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard isName, word.text.contains(where: \.isLetter) else {
      throw LineProblem(at: word.at, text: "`\(word.text)` is no market")
    }
    return word.text
  }

  /// A size: a number with its unit.
  static func size(
    _ verb: LineWord, _ words: inout LineWords
  ) throws(LineProblem) -> LineSize {
    guard let word = words.take() else {
      throw LineProblem(at: words.end, text: "\(verb.text) needs a size, such as 0.5% or 100$")
    }
    let digits = word.text.prefix { $0.isNumber || $0 == "." || $0 == "," || $0 == "-" }
    let unit = word.text.dropFirst(digits.count)
    let number = try LineNumber.positive(digits, of: word)
    switch unit {
    case "", "c": return .contracts(number)
    case "$": return .notional(number)
    case "%", "%m":
      _ = try LineNumber.share(digits, of: word)
      return unit == "%" ? .riskPercent(number) : .marginPercent(number)
    default:
      guard unit.allSatisfy({ $0.isASCII && $0.isLetter }) else {
        throw LineProblem(
          at: word.at, text: "`\(word.text)`: a size ends in nothing, c, $, %, %m or a coin")
      }
      return .coins(number, String(unit))
    }
  }

  static func distance(
    _ verb: LineWord, _ words: inout LineWords
  ) throws(LineProblem) -> LineDistance {
    try LineOptions.distance(after: verb, &words)
  }

  private static func leverage(
    _ verb: LineWord, _ words: inout LineWords
  ) throws(LineProblem) -> Leverage {
    guard let word = words.take() else {
      throw LineProblem(at: words.end, text: "lev needs a number, such as 5x")
    }
    let digits = word.text.hasSuffix("x") ? word.text.dropLast() : word.text[...]
    return Leverage(try LineNumber.positive(digits, of: word))
  }

  private static func positionMode(_ words: inout LineWords) throws(LineProblem) -> PositionMode {
    guard let word = words.take() else {
      throw LineProblem(at: words.end, text: "mode needs hedge or one-way")
    }
    guard let mode = PositionMode.allCases.first(where: { $0.lineWord == word.text }) else {
      throw LineProblem(at: word.at, text: "`\(word.text)` is no mode: hedge or one-way")
    }
    return mode
  }

  private static func timeFrame(
    _ verb: LineWord, _ words: inout LineWords
  ) throws(LineProblem) -> TimeFrame {
    let known = TimeFrame.allCases.map(\.rawValue).joined(separator: " ")
    guard let word = words.take() else {
      throw LineProblem(at: words.end, text: "tf needs a time frame: \(known)")
    }
    guard let frame = TimeFrame(rawValue: word.text) else {
      throw LineProblem(at: word.at, text: "`\(word.text)` is no time frame: \(known)")
    }
    return frame
  }

  private static func layout(
    _ verb: LineWord, _ words: inout LineWords
  ) throws(LineProblem) -> Preset {
    let known = Preset.allCases.map(\.rawValue).joined(separator: " ")
    guard let word = words.take() else {
      throw LineProblem(at: words.end, text: "layout needs a name: \(known)")
    }
    guard let preset = Preset(rawValue: word.text) else {
      throw LineProblem(at: word.at, text: "`\(word.text)` is no layout: \(known)")
    }
    return preset
  }

  private static func template(
    _ verb: LineWord, _ words: inout LineWords
  ) throws(LineProblem) -> Line {
    guard let name = words.take() else {
      throw LineProblem(at: words.end, text: "template needs its name; Tab lists them")
    }
    return .template(
      name: name.text, market: words.next == nil ? nil : try market(verb, &words))
  }

  private static func note(
    _ verb: LineWord, _ words: inout LineWords
  ) throws(LineProblem) -> String {
    let text = words.rest()
    guard !text.isEmpty else {
      throw LineProblem(at: words.end, text: "note needs a sentence")
    }
    return text
  }
}
