import Trading
import Units

/// What names an order and hangs on it: the part of its row that never changes and that a plain
/// order has nothing of.
struct OrderTerms: Sendable, Hashable {
  let clientOrderID: ClientOrderID?
  let category: OrderCategory
  let takeProfit: Trigger?
  let stopLoss: Trigger?
  let parentAlgo: AlgoNumber?
  let parentClientOrderID: ClientOrderID?
  let brokerID: String
}

/// A value that never changes, shared by all who hold it: a row that is copied into lists, pushes
/// and histories costs one reference for it.
final class Shared<Value: Sendable & Hashable>: Sendable, Hashable {
  let value: Value

  init(_ value: Value) {
    self.value = value
  }

  static func == (left: Shared, right: Shared) -> Bool {
    left === right || left.value == right.value
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(value)
  }
}
