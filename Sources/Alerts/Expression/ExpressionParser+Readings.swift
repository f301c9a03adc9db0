import Trading
import Units

extension ExpressionParser {
  /// Reads a number, a reading, a function or what stands in parentheses.
  mutating func primary() throws(ExpressionProblem) -> Part {
    let (token, start) = try lexer.peek()
    switch token {
    case .number(let text):
      // `1000PEPE` is an instrument, `1000` a number.
      if let named = try namedInstrument(start) { return named }
      _ = try lexer.next()
      return try number(text, start)
    case .word(let word): return try named(word, start)
    case .sign("("):
      _ = try lexer.next()
      let inner = try disjunction()
      try close()
      return Part(node: inner.node, type: inner.type, start: start, bareText: inner.bareText)
    case .sign, .end:
      throw lexer.problem(
        .expected("a number or a reading such as mark(BTC)", found: token.text), at: start)
    }
  }

  private mutating func number(
    _ text: String, _ start: Int
  ) throws(ExpressionProblem) -> Part {
    let number: Fixed
    do throws(NumberProblem) {
      number = try Fixed(text)
    } catch {
      throw lexer.problem(.number(text), at: start)
    }
    // Far beyond any figure, and no sum of a few of them leaves the range.
    guard number < Self.largest else { throw lexer.problem(.number(text), at: start) }
    let (token, place) = try lexer.peek()
    switch token {
    case .sign("%"):
      _ = try lexer.next()
      return try add(.constant(number, .percent), .percent, start)
    case .word(let word):
      // A unit stands at its number: `5 m` would be five of something named m.
      guard let seconds = Self.units[word], place == start + text.unicodeScalars.count else {
        break
      }
      _ = try lexer.next()
      guard let span = number.multipliedIfInRange(by: Fixed(seconds), .towardZero),
        span < Self.largest
      else { throw lexer.problem(.number(text), at: start) }
      return try add(.constant(span, .span), .span, start)
    case .number, .sign, .end: break
    }
    return try add(.constant(number, .number), .number, start, bareText: text)
  }

  private mutating func named(_ word: String, _ start: Int) throws(ExpressionProblem) -> Part {
    let name = word.lowercased()
    if let function = Function(rawValue: name) { return try self.function(function, start) }
    if let kind = ReadingKind(rawValue: name) { return try reading(kind, start) }
    if let kind = ReadingKind.allCases.first(where: { $0.rawValue.lowercased() == name }) {
      return try reading(kind, start)
    }
    if let named = try namedInstrument(start) { return named }
    let names = ReadingKind.allCases.map(\.rawValue) + Function.allCases.map(\.rawValue)
    throw lexer.problem(
      .unknownName(word, nearest: AlertVocabulary.nearest(to: name, among: names)), at: start)
  }

  /// Reads an instrument that stands for its price; nil, and nothing passed, when none does.
  private mutating func namedInstrument(_ start: Int) throws(ExpressionProblem) -> Part? {
    lexer.skipBlanks()
    let before = lexer.position
    guard let text = lexer.instrument(), let id = vocabulary.instrument(text) else {
      lexer.go(to: before)
      return nil
    }
    return try add(vocabulary.price(of: id), start)
  }

  private mutating func reading(
    _ kind: ReadingKind, _ start: Int
  ) throws(ExpressionProblem) -> Part {
    guard !vocabulary.missing.contains(kind) else {
      throw lexer.problem(.option(kind.rawValue, needs: "an exchange that tells it"), at: start)
    }
    _ = try lexer.next()
    if kind.form == .none {
      // Empty parentheses are taken: `equity()` is what many would write.
      if try pass(signs: ["("]) != nil { try close() }
      return try add(AlertReading(kind), start)
    }
    guard try pass(signs: ["("]) != nil else {
      throw lexer.problem(.arguments(form: kind.formText), at: start)
    }
    let instrument = try instrument(kind)
    let reading: AlertReading
    switch kind.form {
    case .none, .instrument: reading = AlertReading(kind, instrument)
    case .candles: reading = AlertReading(kind, instrument, timeFrame: try timeFrame(kind))
    case .period(let usual):
      let frame = try timeFrame(kind)
      reading = AlertReading(
        kind, instrument, timeFrame: frame, period: try period(usual: usual))
    case .window: reading = AlertReading(kind, instrument, window: try window(kind))
    }
    try close(kind)
    return try add(reading, start)
  }

  private mutating func add(
    _ reading: AlertReading, _ start: Int
  ) throws(ExpressionProblem) -> Part {
    let place = readings.firstIndex(of: reading) ?? readings.count
    if place == readings.count { readings.append(reading) }
    return try add(.reading(place), reading.kind.type, start)
  }

  private mutating func instrument(_ kind: ReadingKind) throws(ExpressionProblem) -> InstrumentID {
    lexer.skipBlanks()
    let start = lexer.position
    guard let text = lexer.instrument() else {
      throw lexer.problem(.arguments(form: kind.formText), at: start)
    }
    guard let id = vocabulary.instrument(text) else {
      throw lexer.problem(vocabulary.unknown(text), at: start)
    }
    return id
  }

  private mutating func timeFrame(_ kind: ReadingKind) throws(ExpressionProblem) -> TimeFrame {
    let text = try word(kind)
    guard let frame = TimeFrame(rawValue: text.text.lowercased()),
      vocabulary.timeFrames.contains(frame)
    else {
      let kept = vocabulary.timeFrames.map(\.rawValue).joined(separator: " ")
      throw lexer.problem(.unknownTimeFrame(text.text, kept: kept), at: text.start)
    }
    return frame
  }

  private mutating func period(usual: Int) throws(ExpressionProblem) -> Int {
    guard try pass(signs: [","]) != nil else { return usual }
    let (token, start) = try lexer.peek()
    guard case .number(let text) = token else {
      throw lexer.problem(.expected("a number of candles", found: token.text), at: start)
    }
    _ = try lexer.next()
    guard let count = Int(text), (2...Self.longestPeriod).contains(count) else {
      throw lexer.problem(
        .outOfRange("the number of candles", from: 2, through: Self.longestPeriod), at: start)
    }
    return count
  }

  private mutating func window(_ kind: ReadingKind) throws(ExpressionProblem) -> TimeSpan {
    let text = try word(kind)
    guard let span = TimeSpan(alertText: text.text),
      span >= .seconds(10), span <= .days(7)
    else {
      throw lexer.problem(.option("the window", needs: "10s through 7d"), at: text.start)
    }
    return span
  }

  private mutating func word(
    _ kind: ReadingKind
  ) throws(ExpressionProblem) -> (text: String, start: Int) {
    let (_, here) = try lexer.peek()
    guard try pass(signs: [","]) != nil else {
      throw lexer.problem(.arguments(form: kind.formText), at: here)
    }
    lexer.skipBlanks()
    let start = lexer.position
    guard let text = lexer.mixedWord() else {
      throw lexer.problem(.arguments(form: kind.formText), at: start)
    }
    return (text, start)
  }

  private mutating func close(_ kind: ReadingKind? = nil) throws(ExpressionProblem) {
    let (token, start) = try lexer.peek()
    guard try pass(signs: [")"]) == nil else { return }
    if let kind, token == .sign(",") {
      throw lexer.problem(.arguments(form: kind.formText), at: start)
    }
    throw lexer.problem(.expected("\")\"", found: token.text), at: start)
  }

  /// A function of numbers.
  private enum Function: String, CaseIterable {
    case abs, min, max
  }

  private mutating func function(
    _ function: Function, _ start: Int
  ) throws(ExpressionProblem) -> Part {
    _ = try lexer.next()
    let form = function == .abs ? "abs(number)" : "\(function.rawValue)(number, number)"
    guard try pass(signs: ["("]) != nil else {
      throw lexer.problem(.arguments(form: form), at: start)
    }
    let first = try disjunction()
    try refuseTruth(first.type, function.rawValue, first.start)
    if function == .abs {
      try close()
      return try add(.magnitude(first.node), first.type, start, bareText: first.bareText)
    }
    guard let (_, comma) = try pass(signs: [","]) else {
      throw lexer.problem(.arguments(form: form), at: start)
    }
    let second = try disjunction()
    let type = try alike(first, second, function.rawValue, comma)
    try refuseTruth(type, function.rawValue, second.start)
    try close()
    let node: Expression.Node =
      function == .min ? .least(first.node, second.node) : .greatest(first.node, second.node)
    let isBare = first.bareText != nil && second.bareText != nil
    return try add(node, type, start, bareText: isBare ? "the number" : nil)
  }

  /// The most candles that an average is taken over.
  private static var longestPeriod: Int { 200 }
  /// Numbers from here on are refused.
  private static var largest: Fixed { 1_000_000_000_000_000 }
  /// Units of time in seconds.
  private static var units: [String: Int] { ["s": 1, "m": 60, "h": 3_600, "d": 86_400] }
}

extension TimeSpan {
  /// Reads a length of time such as `90s`, `5m`, `2h` or `1d`; nil for anything else and above a
  /// year.
  public init?(alertText text: some StringProtocol) {
    let lengths: [Character: Int64] = [
      "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000,
    ]
    guard let letter = text.last, let length = lengths[letter], text.utf8.count <= 9,
      text.dropLast().utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }),
      let count = Int64(text.dropLast())
    else { return nil }
    let span = TimeSpan.milliseconds(count * length)
    guard span <= .days(366) else { return nil }
    self = span
  }
}
