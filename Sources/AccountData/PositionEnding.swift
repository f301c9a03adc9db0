import Trading
import Units

extension Orders {
  /// Returns what ended a position: the newest order that reduced it, by its category and owner.
  ///
  /// The exchange reports orders before positions, so the order is here when the position is gone.
  /// Without one the ending is unexplained, never guessed.
  func ending(of cycle: PositionCycle) -> PositionCycle.Ending {
    let last = ended.last { order in
      order.instrument == cycle.key.instrument && order.slot == cycle.key.slot
        && order.marginMode == cycle.key.marginMode && order.side == cycle.side.closingSide
        && order.progress.filledContracts.isPositive
    }
    guard let last, last.changedAt >= cycle.openedAt else { return .unexplained }
    switch last.category {
    case .stopLoss: return .stopLoss
    case .takeProfit: return .takeProfit
    case .partialLiquidation, .fullLiquidation: return .liquidation
    case .autoDeleveraging: return .autoDeleveraging
    case .normal, .other: break
    }
    switch last.owner {
    case .own(.strategy): return .strategy
    case .own: return .manual
    case .external: return .external
    }
  }

  /// Returns the mean prices of what opened and of what closed a position that has ended, toward
  /// zero; the exit is nil where the orders that closed it are not all known.
  ///
  /// The entry is nil unless more was opened than was ever held: the mean price of what is held, as
  /// it was told last, leaves out what opened and was closed before.
  ///
  /// From its end its orders are followed back until nothing was held. Those of an earlier run are
  /// not here: then what closed must be as much as was ever held.
  func prices(of cycle: PositionCycle) -> (entry: Price?, exit: Price?) {
    var trip = RoundTrip()
    for order in open where mayBe(order, of: cycle) { trip.add(order, cycle.side) }
    for order in ended.reversed() {
      guard order.changedAt >= cycle.openedAt - Self.openerMargin else { break }
      if mayBe(order, of: cycle) { trip.add(order, cycle.side) }
      if trip.isWhole, trip.closed >= cycle.peakContracts {
        let isScaled = trip.closed > cycle.peakContracts
        return (isScaled ? trip.entry : nil, trip.exit)
      }
    }
    return (nil, trip.closed == cycle.peakContracts ? trip.exit : nil)
  }

  private func mayBe(_ order: TrackedOrder, of cycle: PositionCycle) -> Bool {
    order.instrument == cycle.key.instrument && order.slot == cycle.key.slot
      && order.marginMode == cycle.key.marginMode && order.progress.filledContracts.isPositive
  }
}

/// What opened and what closed a position, summed up over its orders.
private struct RoundTrip {
  private var closings = MeanPrice()
  private var openings = MeanPrice()

  var closed: Contracts { closings.contracts }

  /// Whether as much was opened as was closed.
  var isWhole: Bool { openings.contracts == closed }

  /// The mean of what closed, by contracts; nil where a price is not known.
  var exit: Price? { closings.price }
  /// The mean of what opened, by contracts; nil where a price is not known.
  var entry: Price? { openings.price }

  mutating func add(_ order: TrackedOrder, _ side: PositionSide) {
    let filled = order.progress.filledContracts
    guard order.side == side.closingSide else {
      openings.add(filled, at: order.progress.averagePrice)
      return
    }
    closings.add(filled, at: order.progress.averagePrice)
  }
}
