/// Why a strategy does what it does: its conditions in order, with the values they look at.
public struct Explanation: Sendable, Hashable {
  /// One condition with its live value.
  public struct Condition: Sendable, Hashable {
    /// What must hold.
    public let text: String
    /// The values that it looks at now.
    public let value: String
    /// Whether it holds.
    public let isMet: Bool

    /// States a condition.
    public init(_ text: String, value: String, isMet: Bool) {
      self.text = text
      self.value = value
      self.isMet = isMet
    }
  }

  /// What is wanted when all conditions hold.
  public let goal: String
  /// The conditions in the order in which they are looked at.
  public let conditions: [Condition]
  /// What the values of conditions are made of, a line each.
  public let notes: [String]

  /// States an explanation.
  public init(goal: String, conditions: [Condition], notes: [String] = []) {
    self.goal = goal
    self.conditions = conditions
    self.notes = notes
  }

  /// The first condition that does not hold; nil when all do.
  public var firstFailing: Condition? { conditions.first { !$0.isMet } }

  /// The explanation in lines, the first failing condition marked, the notes at the end.
  public var lines: [String] {
    let failing = conditions.firstIndex { !$0.isMet }
    let verdict = failing == nil ? "\(goal): yes" : "\(goal): no"
    return [verdict]
      + conditions.enumerated().map { place, condition in
        let mark = condition.isMet ? "+" : place == failing ? ">" : "-"
        return "\(mark) \(condition.text): \(condition.value)"
      } + notes.map { "  \($0)" }
  }
}
