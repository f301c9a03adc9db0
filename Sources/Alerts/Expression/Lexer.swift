import Units

/// Cuts the text of a condition into words, numbers and signs, one at a time.
///
/// It goes by position and not ahead, because an instrument may begin with a digit and hold a
/// hyphen, which only the parser can tell from a number and a minus.
struct Lexer {
  /// A piece of the text.
  enum Token: Hashable {
    case word(String)
    case number(String)
    case sign(String)
    case end

    /// The piece as a sentence names it.
    var text: String {
      switch self {
      case .word(let text), .number(let text), .sign(let text): "\"\(text)\""
      case .end: "the end"
      }
    }
  }

  private let scalars: [Unicode.Scalar]
  private(set) var position = 0

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  /// Whether only blanks are left.
  var isAtEnd: Bool {
    scalars[position...].allSatisfy(Self.isBlank)
  }

  /// What is left, for a sentence, cut where it gets long.
  var rest: String {
    var text = ""
    for scalar in scalars[position...].prefix(20) { text.unicodeScalars.append(scalar) }
    return text
  }

  /// Goes back to a position that was seen before.
  mutating func go(to position: Int) { self.position = position }

  mutating func skipBlanks() {
    while position < scalars.count, Self.isBlank(scalars[position]) { position += 1 }
  }

  /// Returns the next piece and its position, without passing it.
  mutating func peek() throws(ExpressionProblem) -> (token: Token, position: Int) {
    skipBlanks()
    let start = position
    let token = try next()
    position = start
    return (token, start)
  }

  /// Passes the next piece and returns it.
  mutating func next() throws(ExpressionProblem) -> Token {
    skipBlanks()
    guard position < scalars.count else { return .end }
    let first = scalars[position]
    if Self.isLetter(first) { return .word(take { Self.isLetter($0) || Self.isDigit($0) }) }
    if Self.isDigit(first) { return .number(try number()) }
    for sign in Self.longSigns where starts(with: sign) {
      position += sign.count
      return .sign(String(String.UnicodeScalarView(sign)))
    }
    guard Self.signs.contains(first) else { throw problem(.character(Character(first))) }
    position += 1
    return .sign(String(Character(first)))
  }

  /// Passes an instrument's name, such as `BTC-USDT` or `1000PEPE`; nil when none stands here.
  mutating func instrument() -> String? {
    skipBlanks()
    let start = position
    var text = take { Self.isLetter($0) && $0 != "_" || Self.isDigit($0) }
    while !text.isEmpty, position + 1 < scalars.count, scalars[position] == "-",
      Self.isLetter(scalars[position + 1]) || Self.isDigit(scalars[position + 1])
    {
      position += 1
      text += "-" + take { Self.isLetter($0) || Self.isDigit($0) }
    }
    if text.isEmpty { position = start }
    return text.isEmpty ? nil : text
  }

  /// Passes letters and digits in any order, such as a time frame; nil when none stand here.
  mutating func mixedWord() -> String? {
    skipBlanks()
    let text = take { Self.isLetter($0) || Self.isDigit($0) || $0 == "." }
    return text.isEmpty ? nil : text
  }

  /// Passes text in double quotes and returns what is inside; nil when none stands here. Characters
  /// that move a cursor are not taken.
  mutating func quoted() -> String? {
    skipBlanks()
    guard position < scalars.count, scalars[position] == "\"",
      let end = scalars[(position + 1)...].firstIndex(of: "\"")
    else { return nil }
    let inside = scalars[(position + 1)..<end]
    guard inside.allSatisfy({ $0.value >= 32 && !(127..<160).contains($0.value) }) else {
      return nil
    }
    position = end + 1
    return String(String.UnicodeScalarView(inside))
  }

  /// States a problem at a position, or here.
  func problem(_ kind: ExpressionProblem.Kind, at position: Int? = nil) -> ExpressionProblem {
    var line = 1
    var column = 1
    for scalar in scalars[..<min(position ?? self.position, scalars.count)] {
      if scalar == "\n" {
        line += 1
        column = 1
      } else {
        column += 1
      }
    }
    return ExpressionProblem(kind, line: line, column: column)
  }

  private mutating func number() throws(ExpressionProblem) -> String {
    let start = position
    let text = take { Self.isDigit($0) || $0 == "." }
    // `65_000`, `1e5` and `0x10` are numbers elsewhere; nothing is guessed here.
    if position < scalars.count, Self.isLetter(scalars[position]), !isUnit {
      throw problem(
        .number(text + take { Self.isLetter($0) || Self.isDigit($0) || $0 == "." }), at: start)
    }
    return text
  }

  private mutating func take(_ isWanted: (Unicode.Scalar) -> Bool) -> String {
    var text = String.UnicodeScalarView()
    while position < scalars.count, isWanted(scalars[position]) {
      text.append(scalars[position])
      position += 1
    }
    return String(text)
  }

  /// Whether a unit of time stands here and nothing joins it.
  private var isUnit: Bool {
    guard ["s", "m", "h", "d"].contains(scalars[position]) else { return false }
    guard position + 1 < scalars.count else { return true }
    let next = scalars[position + 1]
    return !Self.isLetter(next) && !Self.isDigit(next)
  }

  private func starts(with sign: [Unicode.Scalar]) -> Bool {
    scalars[position...].starts(with: sign)
  }

  private static let signs: Set<Unicode.Scalar> = [
    "(", ")", ",", "+", "-", "*", "/", "<", ">", "%", "=", "!", "&", "|", "$", "^",
  ]

  private static let longSigns: [[Unicode.Scalar]] = [
    [">", "="], ["<", "="], ["=", "="], ["!", "="], ["&", "&"], ["|", "|"], ["<", ">"],
  ]

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r"
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar >= "0" && scalar <= "9" }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar >= "a" && scalar <= "z" || scalar >= "A" && scalar <= "Z" || scalar == "_"
  }
}
