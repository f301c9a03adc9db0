import Trading
import Units

extension AlertRule {
  /// Reads a rule, such as `btc > 65000 every rearm 0.2% cooldown 10m critical`.
  ///
  /// The grammar is ``Expression/grammar``; `now` is where relative expiry counts from.
  public init(
    _ text: String, vocabulary: AlertVocabulary, defaults: AlertDefaults, now: Timestamp
  ) throws(ExpressionProblem) {
    guard text.unicodeScalars.count <= ExpressionLimits.length else {
      throw ExpressionProblem(.tooLong, line: 1, column: 1)
    }
    var parser = ExpressionParser(Lexer(text), vocabulary)
    let condition = try parser.alertCondition()
    var options = AlertOptions(now: now)
    while try options.takeNext(&parser) {}
    let comparisons: Int
    switch condition {
    case .expression(let expression): comparisons = expression.comparisonCount
    case .event:
      comparisons = 0
      if options.rearm != nil {
        throw parser.lexer.problem(
          .option("rearm", needs: "a condition: what happens at once has no way back"),
          at: options.rearmPlace)
      }
    }
    if case .absolute(let distance)? = options.rearm, comparisons != 1, !distance.isZero {
      throw parser.lexer.problem(
        .option("rearm", needs: "a percentage where not exactly one thing is compared"),
        at: options.rearmPlace)
    }
    let repetition = options.repetition ?? defaults.repetition
    // What fires one time has no time between two firings.
    let cooldown = repetition == .once ? TimeSpan.zero : options.cooldown ?? defaults.cooldown
    self.init(
      condition: condition, severity: options.severity ?? defaults.severity,
      repetition: repetition, rearm: options.rearm ?? defaults.rearm, cooldown: cooldown,
      firesAtOnce: options.firesAtOnce ?? Self.tellsOfStates(condition),
      expiresAt: options.expiresAt, note: options.note ?? "")
  }
}

extension ExpressionParser {
  /// Reads what a rule waits for: `on` an event, or a condition.
  mutating func alertCondition() throws(ExpressionProblem) -> AlertCondition {
    guard !lexer.isAtEnd else { throw lexer.problem(.empty, at: 0) }
    guard try pass(word: "on") else { return .expression(try condition()) }
    let (token, start) = try lexer.peek()
    guard case .word(let word) = token else {
      throw lexer.problem(.expected("an event such as fill", found: token.text), at: start)
    }
    guard let event = AlertEvent(rawValue: word.lowercased()) else {
      let names = AlertEvent.allCases.map(\.rawValue)
      throw lexer.problem(
        .unknownEvent(word, nearest: AlertVocabulary.nearest(to: word.lowercased(), among: names)),
        at: start)
    }
    _ = try lexer.next()
    guard try pass(signs: ["("]) != nil else { return .event(event, nil) }
    lexer.skipBlanks()
    let place = lexer.position
    guard let name = lexer.instrument() else {
      throw lexer.problem(.arguments(form: "\(event.rawValue)(BTC)"), at: place)
    }
    guard let instrument = vocabulary.instrument(name) else {
      throw lexer.problem(vocabulary.unknown(name), at: place)
    }
    let (next, end) = try lexer.peek()
    guard try pass(signs: [")"]) != nil else {
      throw lexer.problem(.expected("\")\"", found: next.text), at: end)
    }
    return .event(event, instrument)
  }
}

/// The words after the condition of a rule.
struct AlertOptions {
  let now: Timestamp
  var severity: AlertSeverity?
  var repetition: AlertRule.Repetition?
  var rearm: AlertDistance?
  var rearmPlace = 0
  var cooldown: TimeSpan?
  var firesAtOnce: Bool?
  var expiresAt: Timestamp?
  var note: String?

  init(now: Timestamp) { self.now = now }

  /// Reads one option; false at the end.
  mutating func takeNext(_ parser: inout ExpressionParser) throws(ExpressionProblem) -> Bool {
    if parser.lexer.isAtEnd { return false }
    parser.lexer.skipBlanks()
    let start = parser.lexer.position
    let rest = parser.lexer.rest
    guard case .word(let name) = try parser.lexer.next() else {
      throw parser.lexer.problem(.trailing(rest), at: start)
    }
    let word = name.lowercased()
    if let value = AlertSeverity(rawValue: word) {
      return try set(&severity, value, word, parser, start)
    }
    if let value = AlertRule.Repetition(rawValue: word) {
      return try set(&repetition, value, word, parser, start)
    }
    switch word {
    case "now", "wait": return try set(&firesAtOnce, word == "now", word, parser, start)
    case "rearm":
      rearmPlace = start
      return try set(&rearm, try distance(&parser), word, parser, start)
    case "cooldown": return try set(&cooldown, try span(&parser, word), word, parser, start)
    case "expires":
      return try set(&expiresAt, now + (try span(&parser, word)), word, parser, start)
    case "until": return try set(&expiresAt, try moment(&parser), word, parser, start)
    case "note": return try set(&note, try quoted(&parser), word, parser, start)
    default: throw parser.lexer.problem(.trailing(rest), at: start)
    }
  }

  private func set<Value>(
    _ option: inout Value?, _ value: Value, _ word: String, _ parser: ExpressionParser,
    _ start: Int
  ) throws(ExpressionProblem) -> Bool {
    guard option == nil else { throw parser.lexer.problem(.contradiction(word), at: start) }
    option = value
    return true
  }

  private func distance(_ parser: inout ExpressionParser) throws(ExpressionProblem)
    -> AlertDistance
  {
    let needs = ExpressionProblem.Kind.option("rearm", needs: "a distance such as 0.2% or 50")
    let (token, start) = try parser.lexer.peek()
    guard case .number(let text) = token else { throw parser.lexer.problem(needs, at: start) }
    _ = try parser.lexer.next()
    let number: Fixed
    do throws(NumberProblem) {
      number = try Fixed(text)
    } catch {
      throw parser.lexer.problem(.number(text), at: start)
    }
    guard try parser.pass(signs: ["%"]) != nil else {
      guard number < 1_000_000_000_000 else { throw parser.lexer.problem(needs, at: start) }
      return .absolute(number)
    }
    guard number <= 100 else {
      throw parser.lexer.problem(.option("rearm", needs: "at most 100%"), at: start)
    }
    return .percent(number)
  }

  private func span(
    _ parser: inout ExpressionParser, _ word: String
  ) throws(ExpressionProblem) -> TimeSpan {
    parser.lexer.skipBlanks()
    let start = parser.lexer.position
    guard let text = parser.lexer.mixedWord(), let span = TimeSpan(alertText: text) else {
      throw parser.lexer.problem(
        .option(word, needs: "a length of time such as 30s, 5m, 2h or 1d"), at: start)
    }
    return span
  }

  private func moment(_ parser: inout ExpressionParser) throws(ExpressionProblem) -> Timestamp {
    parser.lexer.skipBlanks()
    let start = parser.lexer.position
    guard let text = parser.lexer.mixedWord(), let number = Int64(text),
      (Timestamp.earliestPlausible.milliseconds...Timestamp.latestPlausible.milliseconds)
        .contains(number)
    else {
      throw parser.lexer.problem(
        .option("until", needs: "milliseconds since 1970; expires takes 24h"), at: start)
    }
    return Timestamp(milliseconds: number)
  }

  private func quoted(_ parser: inout ExpressionParser) throws(ExpressionProblem) -> String {
    parser.lexer.skipBlanks()
    let start = parser.lexer.position
    guard let text = parser.lexer.quoted(), !text.isEmpty, text.count <= 100 else {
      throw parser.lexer.problem(
        .option("note", needs: "words in double quotes, at most 100 characters"), at: start)
    }
    return text
  }
}
