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
  /// Returns the stop that covers this position wholly: one for the whole position, or, when
  /// several together cover it, the one that is reached last; nil when none does. One that
  /// liquidation comes before covers nothing.
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
    var covered = Contracts.zero
    var whole: Triggers.Index?
    var reachedLast: Triggers.Index?
    var lastPrice = Price.zero
    for place in triggers.indices {
      let trigger = triggers[place]
      guard trigger.isStop(of: key), trigger.side == side.closingSide,
        let price = trigger.stopLoss?.triggerPrice, !isLiquidated(before: price)
      else { continue }
      switch trigger.size {
      case .wholePosition: whole = place
      case .contracts(let count): covered += count
      }
      let isLater = side == .long ? price < lastPrice : price > lastPrice
      if reachedLast == nil || isLater { (reachedLast, lastPrice) = (place, price) }
    }
    if let whole { return whole }
    return covered >= contracts ? reachedLast : nil
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
