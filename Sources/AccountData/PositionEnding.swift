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
}
