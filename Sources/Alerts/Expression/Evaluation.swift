import Units

/// How far a condition must be left before its alert can fire again.
public enum AlertDistance: Sendable, Hashable, CustomStringConvertible {
  /// In the unit of what is compared.
  case absolute(Fixed)
  /// In hundredths of what is compared with.
  case percent(Fixed)

  /// The distance as a rule says it.
  public var description: String {
    switch self {
    case .absolute(let number): "\(number)"
    case .percent(let number): "\(number)%"
    }
  }

  /// Returns the distance at a level, nil when it is out of range.
  func at(_ level: Fixed) -> Fixed? {
    switch self {
    case .absolute(let number): number
    case .percent where level.raw == .min: nil
    case .percent(let number):
      level.magnitude.multipliedIfInRange(by: number, .towardZero)?
        .dividedIfPossible(by: 100, .towardZero)
    }
  }
}

/// Answers whether a condition is true for some values.
///
/// A value that is not known makes what depends on it unknown, by the rules of Kleene: `false and
/// unknown` is false, `true and unknown` is unknown. Overflow and division by zero are unknown too.
///
/// It borrows the parts and the values: ten thousand rules are asked for each tick, and counting
/// references to arrays took longer than the answer.
struct Evaluation {
  let nodes: UnsafeBufferPointer<Expression.Node>
  /// The values of the readings, in their order.
  let values: UnsafeBufferPointer<Fixed?>
  /// Moves every comparison so that the whole stays true longer; nil compares exactly.
  let slack: AlertDistance?

  /// Whether the condition is true; nil when that is not known.
  var isTrue: Bool? { truth(nodes.count - 1, loosens: true) }

  /// `loosens` says in which direction the slack goes: a negation turns it round, so that the whole
  /// with slack is true wherever the whole without is.
  private func truth(_ position: Int, loosens: Bool) -> Bool? {
    switch nodes[position] {
    case .reading(let reading): return values[reading].map { !$0.isZero }
    case .not(let part): return truth(part, loosens: !loosens).map { !$0 }
    case .both(let left, let right):
      let first = truth(left, loosens: loosens)
      if first == false { return false }
      let second = truth(right, loosens: loosens)
      if second == false { return false }
      return first == nil || second == nil ? nil : true
    case .either(let left, let right):
      let first = truth(left, loosens: loosens)
      if first == true { return true }
      let second = truth(right, loosens: loosens)
      if second == true { return true }
      return first == nil || second == nil ? nil : false
    case .compare(let comparison, let left, let right):
      guard let left = number(left), let right = number(right) else { return nil }
      return compare(comparison, left, right, loosens: loosens)
    case .constant, .negative, .magnitude, .arithmetic, .least, .greatest:
      preconditionFailure("the parser lets only conditions stand where one is needed")
    }
  }

  private func compare(
    _ comparison: Comparison, _ left: Fixed, _ right: Fixed, loosens: Bool
  ) -> Bool? {
    var level = right
    if let slack {
      guard let distance = slack.at(right) else { return nil }
      let movesDown = (comparison == .above || comparison == .atLeast) == loosens
      guard let moved = Self.sum(right, movesDown ? -distance : distance) else { return nil }
      level = moved
    }
    return switch comparison {
    case .above: left > level
    case .atLeast: left >= level
    case .below: left < level
    case .atMost: left <= level
    }
  }

  /// Returns the number of a part; nil when it is not known.
  private func number(_ position: Int) -> Fixed? {
    switch nodes[position] {
    case .constant(let number, _): return number
    case .reading(let reading): return values[reading]
    case .negative(let part): return number(part).flatMap(Self.negated)
    case .magnitude(let part):
      guard let number = number(part) else { return nil }
      return number.isNegative ? Self.negated(number) : number
    case .least(let left, let right):
      guard let left = number(left), let right = number(right) else { return nil }
      return min(left, right)
    case .greatest(let left, let right):
      guard let left = number(left), let right = number(right) else { return nil }
      return max(left, right)
    case .arithmetic(let join, let left, let right, let hundredths):
      guard let left = number(left), let right = number(right) else { return nil }
      let result = Self.join(join, left, right)
      return hundredths ? result?.dividedIfPossible(by: 100, .towardZero) : result
    case .compare, .both, .either, .not:
      preconditionFailure("the parser lets only numbers stand where one is needed")
    }
  }

  private static func join(_ join: Arithmetic, _ left: Fixed, _ right: Fixed) -> Fixed? {
    switch join {
    case .plus: sum(left, right)
    case .minus: negated(right).flatMap { sum(left, $0) }
    case .times: left.multipliedIfInRange(by: right, .towardZero)
    case .over: left.dividedIfPossible(by: right, .towardZero)
    }
  }

  /// The least number of all has no positive twin.
  private static func negated(_ number: Fixed) -> Fixed? {
    number.raw == .min ? nil : -number
  }

  private static func sum(_ left: Fixed, _ right: Fixed) -> Fixed? {
    let (raw, overflow) = left.raw.addingReportingOverflow(right.raw)
    return overflow || raw == .min ? nil : Fixed(raw: raw)
  }
}

extension Expression {
  /// Returns whether the condition is true for the values of its readings, in their order; nil
  /// when that is not known. With a distance, it stays true that much longer.
  public func isTrue(_ values: [Fixed?], slack: AlertDistance? = nil) -> Bool? {
    precondition(values.count == readings.count, "each reading has its value")
    return values.withUnsafeBufferPointer { values in
      nodes.withUnsafeBufferPointer { Evaluation(nodes: $0, values: values, slack: slack).isTrue }
    }
  }

  /// A number at which a reading makes a difference: the condition can change only where a reading
  /// passes one of its levels.
  struct Level {
    let reading: Int
    let number: Fixed
  }

  /// Returns the levels of the readings that are only ever compared with plain numbers, and the
  /// readings that must be looked at whenever they change.
  func levels(slack: AlertDistance?) -> (levels: [Level], others: Set<Int>) {
    var levels: [Level] = []
    var others: Set<Int> = []
    for node in nodes {
      switch node {
      case .compare(_, let left, let right):
        guard let (reading, number) = plainPair(left, right) else {
          others.formUnion(readings(under: left))
          others.formUnion(readings(under: right))
          continue
        }
        levels.append(Level(reading: reading, number: number))
        guard let distance = slack?.at(number), !distance.isZero else { continue }
        levels.append(Level(reading: reading, number: number - distance))
        levels.append(Level(reading: reading, number: number + distance))
      case .both(let left, let right), .either(let left, let right):
        for part in [left, right] { addTruth(part, &others) }
      case .not(let part): addTruth(part, &others)
      case .constant, .reading, .negative, .magnitude, .arithmetic, .least, .greatest: continue
      }
    }
    addTruth(nodes.count - 1, &others)
    return (levels, others)
  }

  private func addTruth(_ position: Int, _ others: inout Set<Int>) {
    if case .reading(let reading) = nodes[position] { others.insert(reading) }
  }

  /// A reading and the number that it is compared with; slack is of the right side, so that a
  /// number on the left counts only where the slack does not depend on the reading.
  private func plainPair(_ left: Int, _ right: Int) -> (Int, Fixed)? {
    if case .reading(let reading) = nodes[left], case .constant(let number, _) = nodes[right] {
      return (reading, number)
    }
    return nil
  }

  private func readings(under position: Int) -> Set<Int> {
    switch nodes[position] {
    case .constant: []
    case .reading(let reading): [reading]
    case .negative(let part), .magnitude(let part), .not(let part): readings(under: part)
    case .arithmetic(_, let left, let right, _), .least(let left, let right),
      .greatest(let left, let right), .compare(_, let left, let right), .both(let left, let right),
      .either(let left, let right):
      readings(under: left).union(readings(under: right))
    }
  }
}
