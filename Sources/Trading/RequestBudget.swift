/// What the rate governor has left in one scope that the exchange meters.
public struct RequestBudget: Sendable, Hashable {
  /// The name of the scope, such as `trading`.
  public let scope: String
  /// Requests left for new orders.
  public let remaining: Int
  /// Requests left with those that are reserved for cancels and exits.
  public let remainingForExits: Int
  /// Requests in a full budget.
  public let capacity: Int

  /// States what is left.
  public init(scope: String, remaining: Int, remainingForExits: Int, capacity: Int) {
    self.scope = scope
    self.remaining = remaining
    self.remainingForExits = remainingForExits
    self.capacity = capacity
  }
}
