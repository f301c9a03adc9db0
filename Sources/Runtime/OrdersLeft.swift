import AccountData
import Engine
import Trading

/// The orders of ours that were to be canceled before an end, and still live or may.
public struct OrdersLeft: Sendable, Hashable {
  /// They, those of unknown outcome first.
  public let orders: [TrackedOrder]

  /// Finds those of a snapshot. What others have placed is theirs, and what was found nowhere has
  /// nothing to cancel.
  nonisolated public init(_ snapshot: EngineSnapshot) {
    orders = snapshot.orders.filter { $0.isOwn && $0.state != .lost }
  }

  /// Which they are and what to do, in one or two sentences; nil when there are none.
  nonisolated public var sentence: String? {
    guard !orders.isEmpty else { return nil }
    let names = orders.map { order in
      let price = order.type.limitPrice.map { "at \($0)" } ?? "at market"
      let id = order.exchangeOrderID?.text ?? order.clientOrderID?.text ?? "unknown"
      return "\(order.instrument) \(order.side.rawValue) \(order.contracts) \(price) (\(id))"
    }
    return "\(orders.count) of our orders could not be canceled before the end and may still live "
      + "at the exchange: \(names.joined(separator: ", ")). Cancel them there, or start again and "
      + "use perpdeck cancel-all."
  }
}
