import Trading

/// Which of the known trigger orders are protection. Bounded: the oldest is forgotten.
nonisolated struct TriggerKinds: Sendable {
  /// How a trigger order is canceled.
  enum Kind: Hashable, Sendable {
    case protection
    case trigger
  }

  private var kinds: [ExchangeOrderID: Kind] = [:]
  private var order: [ExchangeOrderID] = []

  private static let capacity = 4_096

  /// Notes a trigger order.
  mutating func note(_ trigger: TriggerOrder) {
    switch trigger.kind {
    case .protection: note(trigger.exchangeOrderID, .protection)
    case .entry, .trailing: note(trigger.exchangeOrderID, .trigger)
    }
  }

  /// Notes the kind of an id.
  mutating func note(_ id: ExchangeOrderID, _ kind: Kind) {
    guard kinds.updateValue(kind, forKey: id) == nil else { return }
    order.append(id)
    guard order.count > Self.capacity else { return }
    kinds[order.removeFirst()] = nil
  }

  /// Returns the kind of an id, nil when it was never seen.
  func kind(of id: ExchangeOrderID) -> Kind? { kinds[id] }
}
