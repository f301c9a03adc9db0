import Trading
import Units

/// What names an order and hangs on it: the part of its row that never changes and that most orders
/// have nothing of.
struct OrderTerms: Sendable, Hashable {
  let clientOrderID: ClientOrderID?
  let instrument: InstrumentID
  let category: OrderCategory
  let takeProfit: Trigger?
  let stopLoss: Trigger?
  let parentAlgo: AlgoNumber?
  let parentClientOrderID: ClientOrderID?
  let brokerID: String
}

extension OrderTerms {
  /// The terms of an order that has no id, no protection, no parent and no broker: all plain orders
  /// of a market share them.
  static func plain(_ instrument: InstrumentID) -> Shared<OrderTerms> {
    Shared(
      OrderTerms(
        clientOrderID: nil, instrument: instrument, category: .normal, takeProfit: nil,
        stopLoss: nil, parentAlgo: nil, parentClientOrderID: nil, brokerID: ""))
  }
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
