import Trading
import Units

/// How two numbers are compared.
public enum Comparison: String, Sendable, Hashable, CaseIterable {
  case above = ">"
  case atLeast = ">="
  case below = "<"
  case atMost = "<="
}

/// How two numbers are joined.
public enum Arithmetic: String, Sendable, Hashable, CaseIterable {
  case plus = "+"
  case minus = "-"
  case times = "*"
  case over = "/"
}

/// A condition that was read and checked: numbers and readings, compared and joined.
///
/// The parts stand in one list and name each other by position, children before parents; the last
/// one is the whole.
public struct Expression: Sendable, Hashable {
  /// A part of a condition.
  public enum Node: Sendable, Hashable {
    /// A number as written, with its unit.
    case constant(Fixed, ValueType)
    /// The reading at a position of ``Expression/readings``.
    case reading(Int)
    /// The same with its sign turned.
    case negative(Int)
    /// Without its sign.
    case magnitude(Int)
    /// Two numbers joined; a percentage counts as hundredths when it meets another unit.
    case arithmetic(Arithmetic, Int, Int, hundredths: Bool)
    /// The smaller of two numbers.
    case least(Int, Int)
    /// The larger of two numbers.
    case greatest(Int, Int)
    /// Two numbers compared.
    case compare(Comparison, Int, Int)
    /// Both are true.
    case both(Int, Int)
    /// At least one is true.
    case either(Int, Int)
    /// It is false.
    case not(Int)
  }

  /// The parts, children before parents.
  public let nodes: [Node]
  /// What it reads, each once, in the order of the text.
  public let readings: [AlertReading]

  init(nodes: [Node], readings: [AlertReading]) {
    self.nodes = nodes
    self.readings = readings
  }

  /// The instrument that it is about, nil for none or several.
  public var instrument: InstrumentID? {
    let named = Set(readings.compactMap(\.instrument))
    return named.count == 1 ? named.first : nil
  }

  /// How many comparisons it makes.
  public var comparisonCount: Int {
    nodes.count { if case .compare = $0 { true } else { false } }
  }
}

extension Expression: CustomStringConvertible {
  /// The condition in its shortest form; reading it gives the same condition.
  public var description: String { text(nodes.count - 1, within: 0) }

  /// Writes a part; parentheses where it binds less tightly than what it stands in.
  private func text(_ position: Int, within outer: Int) -> String {
    let (inner, text): (Int, String) =
      switch nodes[position] {
      case .constant(let number, let type): (9, Self.text(number, type))
      case .reading(let reading): (9, readings[reading].text)
      case .magnitude(let part): (9, "abs(\(self.text(part, within: 0)))")
      case .least(let left, let right):
        (9, "min(\(self.text(left, within: 0)), \(self.text(right, within: 0)))")
      case .greatest(let left, let right):
        (9, "max(\(self.text(left, within: 0)), \(self.text(right, within: 0)))")
      case .negative(let part): (8, "-\(self.text(part, within: 8))")
      case .arithmetic(let join, let left, let right, _):
        join == .plus || join == .minus
          ? (6, "\(self.text(left, within: 6)) \(join.rawValue) \(self.text(right, within: 7))")
          : (7, "\(self.text(left, within: 7)) \(join.rawValue) \(self.text(right, within: 8))")
      case .compare(let comparison, let left, let right):
        (5, "\(self.text(left, within: 6)) \(comparison.rawValue) \(self.text(right, within: 6))")
      case .not(let part): (4, "not \(self.text(part, within: 4))")
      case .both(let left, let right):
        (3, "\(self.text(left, within: 3)) and \(self.text(right, within: 4))")
      case .either(let left, let right):
        (2, "\(self.text(left, within: 2)) or \(self.text(right, within: 3))")
      }
    return inner < outer ? "(\(text))" : text
  }

  /// A number as a condition says it.
  static func text(_ number: Fixed, _ type: ValueType) -> String {
    switch type {
    case .percent: "\(number)%"
    case .span: spanText(number)
    case .price, .money, .number, .truth: "\(number)"
    }
  }

  /// Seconds in the largest unit that gives a whole number.
  static func spanText(_ seconds: Fixed) -> String {
    let units: [(Int, String)] = [(86_400, "d"), (3_600, "h"), (60, "m")]
    for (length, letter) in units where seconds.isPositive && seconds.isMultiple(of: Fixed(length))
    {
      return "\(seconds.divided(by: Fixed(length), .towardZero))\(letter)"
    }
    return "\(seconds)s"
  }
}
