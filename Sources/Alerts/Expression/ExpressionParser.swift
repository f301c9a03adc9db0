import Trading
import Units

/// Reads a condition and checks that only like is compared with like.
///
/// The grammar is ``Expression/grammar``. Nothing in a condition can be executed: it compares
/// figures, and that is all.
struct ExpressionParser {
  /// A part that was read.
  struct Part {
    /// Its place in the list of nodes.
    let node: Int
    let type: ValueType
    /// Where it begins in the text.
    let start: Int
    /// The number as it is written, for a number without a unit: it takes the unit of what it
    /// meets.
    var bareText: String?
  }

  var lexer: Lexer
  let vocabulary: AlertVocabulary
  var nodes: [Expression.Node] = []
  var readings: [AlertReading] = []
  private var depth = 0

  init(_ lexer: Lexer, _ vocabulary: AlertVocabulary) {
    self.lexer = lexer
    self.vocabulary = vocabulary
  }

  /// Reads a condition as far as it goes.
  mutating func condition() throws(ExpressionProblem) -> Expression {
    lexer.skipBlanks()
    let start = lexer.position
    guard !lexer.isAtEnd else { throw lexer.problem(.empty) }
    let whole = try disjunction()
    guard whole.type == .truth else {
      throw lexer.problem(.notCondition(found: whole.type.rawValue), at: start)
    }
    guard !readings.isEmpty else { throw lexer.problem(.constant, at: start) }
    return Expression(nodes: nodes, readings: readings)
  }

  mutating func disjunction() throws(ExpressionProblem) -> Part {
    try enter()
    var left = try conjunction()
    while try pass(word: "or") {
      left = try join(left, "or", try conjunction(), Expression.Node.either)
    }
    leave()
    return left
  }

  private mutating func conjunction() throws(ExpressionProblem) -> Part {
    var left = try negation()
    while try pass(word: "and") {
      left = try join(left, "and", try negation(), Expression.Node.both)
    }
    return left
  }

  private mutating func negation() throws(ExpressionProblem) -> Part {
    let (_, start) = try lexer.peek()
    guard try pass(word: "not") else { return try comparison() }
    try enter()
    let part = try negation()
    leave()
    guard part.type == .truth else {
      throw lexer.problem(.type(operation: "not", found: part.type.rawValue), at: part.start)
    }
    return try add(.not(part.node), .truth, start)
  }

  private mutating func comparison() throws(ExpressionProblem) -> Part {
    let left = try sum()
    guard let (comparison, place) = try passComparison() else { return left }
    let right = try sum()
    let pair = try alike(left, right, comparison.rawValue, place)
    guard pair != .truth else {
      throw lexer.problem(
        .type(operation: comparison.rawValue, found: ValueType.truth.rawValue), at: place)
    }
    let part = try add(.compare(comparison, left.node, right.node), .truth, left.start)
    if let (_, next) = try passComparison() { throw lexer.problem(.chained, at: next) }
    return part
  }

  private mutating func sum() throws(ExpressionProblem) -> Part {
    var left = try product()
    while let (sign, place) = try pass(signs: ["+", "-"]) {
      let right = try product()
      let type = try alike(left, right, sign, place)
      try refuseTruth(type, sign, place)
      let join: Arithmetic = sign == "+" ? .plus : .minus
      let isBare = left.bareText != nil && right.bareText != nil
      left = try add(
        .arithmetic(join, left.node, right.node, hundredths: false), type, left.start,
        bareText: isBare ? "the number" : nil)
    }
    return left
  }

  private mutating func product() throws(ExpressionProblem) -> Part {
    var left = try factor()
    while let (sign, place) = try pass(signs: ["*", "/"]) {
      let right = try factor()
      let (type, hundredths) = try self.type(of: left, sign, right, place)
      let join: Arithmetic = sign == "*" ? .times : .over
      let isBare = left.bareText != nil && right.bareText != nil
      left = try add(
        .arithmetic(join, left.node, right.node, hundredths: hundredths), type, left.start,
        bareText: isBare ? "the number" : nil)
    }
    return left
  }

  private mutating func factor() throws(ExpressionProblem) -> Part {
    let (_, start) = try lexer.peek()
    guard let (_, place) = try pass(signs: ["-"]) else { return try primary() }
    try enter()
    let part = try factor()
    leave()
    try refuseTruth(part.type, "-", place)
    if case .constant(let number, let type) = nodes[part.node], part.node == nodes.count - 1,
      !number.isZero
    {
      nodes[part.node] = .constant(-number, type)
      return Part(
        node: part.node, type: type, start: start, bareText: part.bareText.map { "-" + $0 })
    }
    return try add(.negative(part.node), part.type, start, bareText: part.bareText)
  }

  /// Adds a part to the list.
  mutating func add(
    _ node: Expression.Node, _ type: ValueType, _ start: Int, bareText: String? = nil
  ) throws(ExpressionProblem) -> Part {
    guard nodes.count < ExpressionLimits.parts else { throw lexer.problem(.tooComplex, at: start) }
    nodes.append(node)
    return Part(node: nodes.count - 1, type: type, start: start, bareText: bareText)
  }

  mutating func enter() throws(ExpressionProblem) {
    depth += 1
    guard depth <= ExpressionLimits.depth else { throw lexer.problem(.tooComplex) }
  }

  private mutating func leave() { depth -= 1 }

  private mutating func join(
    _ left: Part, _ word: String, _ right: Part, _ make: (Int, Int) -> Expression.Node
  ) throws(ExpressionProblem) -> Part {
    for part in [left, right] where part.type != .truth {
      throw lexer.problem(.type(operation: word, found: part.type.rawValue), at: part.start)
    }
    return try add(make(left.node, right.node), .truth, left.start)
  }

  /// Passes a word of the language if it stands here.
  mutating func pass(word wanted: String) throws(ExpressionProblem) -> Bool {
    let (token, start) = try lexer.peek()
    if case .sign(let sign) = token, let ours = Self.foreign[sign] {
      throw lexer.problem(.foreignOperator(sign, ours: ours), at: start)
    }
    guard case .word(let word) = token, word.lowercased() == wanted else { return false }
    _ = try lexer.next()
    return true
  }

  /// Passes a sign if one of these stands here.
  mutating func pass(
    signs: Set<String>
  ) throws(ExpressionProblem) -> (sign: String, place: Int)? {
    let (token, place) = try lexer.peek()
    guard case .sign(let sign) = token, signs.contains(sign) else { return nil }
    _ = try lexer.next()
    return (sign, place)
  }

  private mutating func passComparison() throws(ExpressionProblem) -> (Comparison, Int)? {
    let (token, place) = try lexer.peek()
    guard case .sign(let sign) = token else { return nil }
    if let ours = Self.foreign[sign] {
      throw lexer.problem(.foreignOperator(sign, ours: ours), at: place)
    }
    guard let comparison = Comparison(rawValue: sign) else { return nil }
    _ = try lexer.next()
    return (comparison, place)
  }

  /// The operators of other languages and what to write for them.
  private static let foreign = [
    "=": ">= or <=", "==": ">= or <=", "!=": "> or <", "<>": "> or <", "&": "and", "&&": "and",
    "|": "or", "||": "or", "!": "not", "^": "*",
  ]
}
