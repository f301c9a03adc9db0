import Units

extension ExpressionParser {
  /// Returns the type of two parts that must be alike. A number without a unit takes the other's,
  /// unless that one must be written.
  func alike(
    _ left: Part, _ right: Part, _ operation: String, _ place: Int
  ) throws(ExpressionProblem) -> ValueType {
    if left.type == right.type { return left.type }
    for (bare, other) in [(left, right), (right, left)] {
      guard let text = bare.bareText, other.type != .truth else { continue }
      if let unit = other.type.requiredUnit, !isZero(bare) {
        throw lexer.problem(.bareNumber(text, unit: unit), at: bare.start)
      }
      return other.type
    }
    throw lexer.problem(
      .types(operation: operation, left: left.type.rawValue, right: right.type.rawValue),
      at: place)
  }

  /// Returns the type of a product or quotient, and whether a percentage counts as hundredths in
  /// it.
  func type(
    of left: Part, _ sign: String, _ right: Part, _ place: Int
  ) throws(ExpressionProblem) -> (type: ValueType, hundredths: Bool) {
    try refuseTruth(left.type, sign, place)
    try refuseTruth(right.type, sign, place)
    if sign == "/" {
      if left.type == right.type { return (.number, false) }
      if right.type == .number { return (left.type, false) }
    } else {
      if right.type == .number { return (left.type, false) }
      if left.type == .number { return (right.type, false) }
      if left.type == .percent { return (right.type, true) }
      if right.type == .percent { return (left.type, true) }
    }
    throw lexer.problem(
      .types(operation: sign, left: left.type.rawValue, right: right.type.rawValue), at: place)
  }

  func refuseTruth(
    _ type: ValueType, _ operation: String, _ place: Int
  ) throws(ExpressionProblem) {
    guard type == .truth else { return }
    throw lexer.problem(.type(operation: operation, found: type.rawValue), at: place)
  }

  private func isZero(_ part: Part) -> Bool {
    if case .constant(let number, _) = nodes[part.node] { number.isZero } else { false }
  }
}
