import Trading
import Units

extension Orders {
  /// Who opened a position: the owner of the newest opening order on it, nil when no order of ours
  /// is known.
  func opener(of report: Position) -> CommandSource? {
    if case .own(let source)? = newestOpening(of: report)?.owner { return source }
    return nil
  }

  /// How much earlier than a position the order that opened it may have been heard of: the clocks
  /// differ.
  static let openerMargin = TimeSpan.seconds(10)

  /// The newest order that filled and opened or added to a position.
  public func newestOpening(of report: Position) -> TrackedOrder? {
    newestOpening(of: report.key, report.side, since: report.createdAt)
  }

  private func newestOpening(
    of key: PositionKey, _ side: PositionSide, since createdAt: Timestamp
  ) -> TrackedOrder? {
    let matches = { (order: TrackedOrder) in opens(order, key, side, since: createdAt) }
    return open.last(where: matches) ?? ended.last(where: matches)
  }

  /// The order that opened or added to a position and filled, or was heard of, last.
  public func lastOpening(of report: Position) -> TrackedOrder? {
    var last: TrackedOrder?
    for order in ended + open
    where opens(order, report.key, report.side, since: report.createdAt)
      && order.changedAt >= last?.changedAt ?? order.changedAt
    { last = order }
    return last
  }

  private func opens(
    _ order: TrackedOrder, _ key: PositionKey, _ side: PositionSide, since createdAt: Timestamp
  ) -> Bool {
    order.instrument == key.instrument && order.slot == key.slot
      && order.marginMode == key.marginMode && order.side == side.openingSide
      && !order.reduceOnly && order.progress.filledContracts.isPositive
      && order.changedAt >= createdAt - Self.openerMargin
  }

  /// Adds to a life that only fills tell of who opened it, and the stop that came with its order.
  func explain(_ cycle: inout PositionCycle) {
    guard let order = newestOpening(of: cycle.key, cycle.side, since: cycle.openedAt) else {
      return
    }
    if case .own(let source) = order.owner { cycle.source = source }
    guard let stop = order.stopLoss?.triggerPrice,
      cycle.side == .long ? stop < cycle.entryPrice : stop > cycle.entryPrice
    else { return }
    cycle.initialStop = stop
  }
}
