import Trading
import Units

extension TriggerOrder {
  /// Whether this is a stop loss for a position, waiting now.
  public func isStop(of key: PositionKey) -> Bool {
    state == .live && stopLoss != nil && instrument == key.instrument && slot == key.slot
      && marginMode == key.marginMode
  }
}

extension Position {
  /// Returns the stop at which this position is closed wholly: the first one for all of it, or,
  /// when several together cover it, the one that is reached last of these; nil when none does. One
  /// that liquidation comes before covers nothing.
  public func coveringStop(among triggers: [TriggerOrder]) -> TriggerOrder? {
    placeOfCoveringStop(among: triggers).map { triggers[$0] }
  }

  /// Returns the stops that wait to close this position, the one that is reached first before the
  /// others.
  public func stopsByReach(among triggers: [TriggerOrder]) -> [TriggerOrder] {
    triggers.filter { $0.isStop(of: key) && $0.side == side.closingSide }
      .sorted { $0.isReached(before: $1, by: side) }
  }

  /// Whether this position is liquidated before a price that moves against it gets somewhere. What
  /// is cross is not: its liquidation price moves with all that the account holds.
  public func isLiquidated(before price: Price) -> Bool {
    guard key.marginMode == .isolated, let liquidation = liquidationPrice, liquidation.isPositive
    else { return false }
    return side == .long ? price <= liquidation : price >= liquidation
  }

  /// Returns where ``coveringStop(among:)`` stands in a list, nil when nothing covers the position.
  func placeOfCoveringStop<Triggers: Collection<TriggerOrder>>(
    among triggers: Triggers
  ) -> Triggers.Index? {
    var nearest: Triggers.Index?
    var nearestPrice = Price.zero
    for place in triggers.indices {
      let trigger = triggers[place]
      guard let price = guardPrice(of: trigger) else { continue }
      let isNearer = side == .long ? price > nearestPrice : price < nearestPrice
      let isEqual = price == nearestPrice && trigger.size == .wholePosition
      guard nearest == nil || isNearer || isEqual, isCovered(at: price, among: triggers) else {
        continue
      }
      (nearest, nearestPrice) = (place, price)
    }
    return nearest
  }

  /// Where a stop closes this position or a part of it, nil for anything that does not.
  private func guardPrice(of trigger: TriggerOrder) -> Price? {
    guard trigger.isStop(of: key), trigger.side == side.closingSide,
      let price = trigger.stopLoss?.triggerPrice, !isLiquidated(before: price)
    else { return nil }
    return price
  }

  /// Whether the stops that are reached at a price or before it close this position wholly.
  private func isCovered<Triggers: Collection<TriggerOrder>>(
    at price: Price, among triggers: Triggers
  ) -> Bool {
    var covered = Contracts.zero
    for trigger in triggers {
      guard let own = guardPrice(of: trigger), side == .long ? own >= price : own <= price else {
        continue
      }
      switch trigger.size {
      case .wholePosition: return true
      case .contracts(let count): covered += count
      }
    }
    return covered >= contracts
  }
}

extension TriggerOrder {
  /// Whether a price that moves against a position reaches this stop before another one.
  func isReached(before other: TriggerOrder, by side: PositionSide) -> Bool {
    guard let one = stopLoss?.triggerPrice, let other = other.stopLoss?.triggerPrice else {
      return false
    }
    return side == .long ? one > other : one < other
  }
}
