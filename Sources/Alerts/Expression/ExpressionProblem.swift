/// Why a text is not an alert condition, and where.
public struct ExpressionProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong.
  public enum Kind: Sendable, Hashable {
    /// The text is longer than ``ExpressionLimits/length``.
    case tooLong
    /// The condition is nested or made of more parts than we take.
    case tooComplex
    /// Nothing is written.
    case empty
    /// A character that has no meaning here.
    case character(Character)
    /// A number that we do not take.
    case number(String)
    /// Something else must stand here.
    case expected(String, found: String)
    /// Words after the end of the condition.
    case trailing(String)
    /// A name that is no reading.
    case unknownName(String, nearest: String?)
    /// A name that is no event.
    case unknownEvent(String, nearest: String?)
    /// An instrument that is not listed.
    case unknownInstrument(String, nearest: String?, known: [String])
    /// A time frame whose candles are not kept.
    case unknownTimeFrame(String, kept: String)
    /// A reading with too few or too many arguments; the form that it takes.
    case arguments(form: String)
    /// A whole number outside what is taken.
    case outOfRange(String, from: Int, through: Int)
    /// Two things that cannot be compared or counted together.
    case types(operation: String, left: String, right: String)
    /// An operator on something that it does not take.
    case type(operation: String, found: String)
    /// A percentage without its sign.
    case bareNumber(String, unit: String)
    /// An operator of other languages, and ours.
    case foreignOperator(String, ours: String)
    /// The whole is not a condition.
    case notCondition(found: String)
    /// The condition reads nothing that can change.
    case constant
    /// A comparison after a comparison.
    case chained
    /// An option that is said twice or against another one.
    case contradiction(String)
    /// An option without a sensible value.
    case option(String, needs: String)
  }

  /// What is wrong.
  public let kind: Kind
  /// The line, from one on.
  public let line: Int
  /// The column in characters, from one on.
  public let column: Int

  /// States a problem at a place.
  public init(_ kind: Kind, line: Int, column: Int) {
    self.kind = kind
    self.line = line
    self.column = column
  }

  /// The place and the sentence, such as `1:9: there is no reading "marc"; did you mean "mark"?`.
  public var description: String { "\(line):\(column): \(sentence)" }

  /// The sentence without the place.
  public var sentence: String {
    switch kind {
    case .tooLong: "a condition has at most \(ExpressionLimits.length) characters"
    case .tooComplex: "the condition has too many parts; make two alerts of it"
    case .empty: "a condition is missing"
    case .character(let character): "\(quoted(String(character))) has no meaning here"
    case .number(let text): "\(quoted(text)) is not a plain decimal number"
    case .expected(let what, let found): "expected \(what), found \(found)"
    case .trailing(let text): "the condition ends before \(quoted(text))"
    case .unknownName(let name, let nearest):
      nearest.map { "there is no reading \(quoted(name)); did you mean \(quoted($0))?" }
        ?? "there is no reading \(quoted(name)); perpdeck alerts grammar lists them"
    case .unknownEvent(let name, let nearest):
      nearest.map { "there is no event \(quoted(name)); did you mean \(quoted($0))?" }
        ?? "there is no event \(quoted(name)); events are "
        + AlertEvent.allCases.map(\.rawValue).joined(separator: ", ")
    case .unknownInstrument(let name, let nearest, let known):
      "\(quoted(name)) is not among the watched pairs"
        + (nearest.map { "; did you mean \($0)?" } ?? Self.list(known))
    case .unknownTimeFrame(let name, let kept):
      "\(quoted(name)) is no time frame that is kept here; \(kept) are"
    case .arguments(let form): "the form is \(form)"
    case .outOfRange(let what, let from, let through): "\(what) is \(from) through \(through)"
    case .types(let operation, let left, let right):
      "\(operation) cannot join \(left) and \(right)"
    case .type(let operation, let found): "\(operation) does not take \(found)"
    case .bareNumber(let text, let unit): "\(text) needs its unit here: \(unit)"
    case .foreignOperator(let found, let ours): "write \(ours) for \(quoted(found))"
    case .notCondition(let found): "this is \(found), not a condition; compare it with something"
    case .constant: "the condition reads nothing that can change"
    case .chained: "compare two things at a time and join the comparisons with and"
    case .contradiction(let option): "\(option) contradicts what stands before it"
    case .option(let option, let needs): "\(option) needs \(needs)"
    }
  }

  /// The first of a list of names, in parentheses.
  private static func list(_ names: [String]) -> String {
    guard !names.isEmpty else { return "" }
    let rest = names.count > 8 ? " and \(names.count - 8) others" : ""
    return " (\(names.prefix(8).joined(separator: ", "))\(rest))"
  }

  private func quoted(_ text: String) -> String {
    // Text from outside stands in answers and logs: what moves a cursor is not repeated.
    "\""
      + String(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "?" : Character($0) })
      + "\""
  }
}

/// How much of a condition is taken.
public enum ExpressionLimits {
  /// Characters of a whole rule.
  public static let length = 1_000
  /// How deep parentheses, signs and `not` may nest.
  public static let depth = 32
  /// How many values and operators a condition has at most.
  public static let parts = 200
}
