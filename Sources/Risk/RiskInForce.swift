import AccountData
import MarketData
import Trading
import Units

extension RiskContext {
  /// Returns what the position that an opening adds to, and the orders that add to it beside, lose
  /// at their stops, exit costs included; zero when the opening stands alone.
  ///
  /// Stops of parts stay with their parts, and an order brings its own: each counts with what it
  /// closes. One of the whole position may be moved to where the opening has its own, so the
  /// farther of the two counts. A stop in profit loses nothing. What has no known stop counts with
  /// all that it can lose: its collateral when isolated, its value when not. Nil when out of range.
  func riskInForce(
    besides intent: OpeningIntent, expected: Price, in market: Market, limits: RiskLimits
  ) -> Money? {
    let key = PositionKey(
      instrument: intent.instrument, slot: slot(of: intent), marginMode: intent.marginMode)
    guard
      var sum = heldRisk(key, intent, expected: expected, in: market, limits: limits)
    else { return nil }
    for order in account.orders.open
    where order.addsExposure && order.side == intent.side.openingSide
      && order.instrument == key.instrument && order.slot == key.slot
      && order.marginMode == key.marginMode && order.remainingContracts.isPositive
    {
      let part = Part(
        contracts: order.remainingContracts, entry: order.type.limitPrice ?? expected,
        stop: order.stopLoss?.triggerPrice, keepsStop: true, margin: nil)
      guard let loss = loss(of: part, intent, in: market, limits: limits) else { return nil }
      sum += loss
    }
    return sum
  }

  /// Something that adds up to one position.
  private struct Part {
    let contracts: Contracts
    let entry: Price
    /// Nil when it is not known.
    let stop: Price?
    /// Whether the stop stays where it is when the opening comes with another.
    let keepsStop: Bool
    /// The collateral in it; nil when that follows from the leverage.
    let margin: Money?
  }

  private func heldRisk(
    _ key: PositionKey, _ intent: OpeningIntent, expected: Price, in market: Market,
    limits: RiskLimits
  ) -> Money? {
    var sum = Money.zero
    let held = account.positions[key].flatMap { $0.report.side == intent.side ? $0 : nil }
    let stop = held.flatMap { stopInForce($0, intent.side) }
    for part in held.map({ parts(of: $0, stop: stop) }) ?? [] {
      guard let loss = loss(of: part, intent, in: market, limits: limits) else { return nil }
      sum += loss
    }
    // What has filled and is in no report yet, less what of it closed the other side.
    var filled =
      account.positions[key].map { min(.zero, $0.report.signed(as: intent.side)) } ?? .zero
    for fill in account.positions.unreported
    where fill.instrument == key.instrument && fill.slot == key.slot
      && fill.marginMode.map({ $0 == key.marginMode }) ?? true
    {
      filled += intent.side == .long ? fill.signed : -fill.signed
    }
    guard filled.isPositive else { return sum }
    let part = Part(
      contracts: filled, entry: expected, stop: stop ?? newestStop(key, intent.side),
      keepsStop: false, margin: nil)
    return loss(of: part, intent, in: market, limits: limits).map { sum + $0 }
  }

  /// A position as the parts that its stops close, or whole where one stop is for the whole or they
  /// do not cover it.
  private func parts(of held: HeldPosition, stop: Price?) -> [Part] {
    let stops = stopsInForce(of: held)
    let hasWhole = account.stops(of: held.key).contains { $0.order.size == .wholePosition }
    guard !stops.isEmpty, !hasWhole else {
      return [
        Part(
          contracts: held.report.contracts, entry: held.report.entryPrice, stop: stop,
          keepsStop: false, margin: held.report.margin)
      ]
    }
    return stops.map {
      Part(
        contracts: $0.contracts, entry: held.report.entryPrice, stop: $0.price, keepsStop: true,
        margin: nil)
    }
  }

  /// Where the stop of a position is: at the exchange, or else where it was asked for.
  private func stopInForce(_ held: HeldPosition, _ side: PositionSide) -> Price? {
    if let stop = account.coveringStop(of: held)?.order.stopLoss { return stop.triggerPrice }
    let asked =
      account.orders.newestOpening(of: held.report)?.stopLoss?.triggerPrice
      ?? held.cycle.initialStop
    guard let asked else { return nil }
    return account.stops(of: held.key).compactMap(\.order.stopLoss?.triggerPrice)
      .reduce(asked) { side == .long ? min($0, $1) : max($0, $1) }
  }

  /// The stop of the newest order that filled of a position that is not shown yet.
  private func newestStop(_ key: PositionKey, _ side: PositionSide) -> Price? {
    let matches = { (order: TrackedOrder) in
      order.instrument == key.instrument && order.slot == key.slot
        && order.marginMode == key.marginMode && order.side == side.openingSide
        && !order.reduceOnly && order.progress.filledContracts.isPositive
    }
    let order =
      account.orders.open.last(where: matches) ?? account.orders.ended.last(where: matches)
    return order?.stopLoss?.triggerPrice
  }

  private func loss(
    of part: Part, _ intent: OpeningIntent, in market: Market, limits: RiskLimits
  ) -> Money? {
    let amount = market.instrument.baseAmount(of: part.contracts)
    guard var stop = part.stop else {
      guard let value = part.entry.notionalIfInRange(of: amount, .up) else { return nil }
      guard intent.marginMode == .isolated else { return value }
      if let margin = part.margin { return margin }
      let leverage = account.leverage(intent.instrument, intent.marginMode, slot(of: intent)) ?? 1
      return leverage.isPositive ? value.margin(at: leverage, .up) : nil
    }
    if !part.keepsStop, let added = intent.stop.trigger?.triggerPrice {
      stop = intent.side == .long ? min(stop, added) : max(stop, added)
    }
    return lossWhenStopped(intent.side, amount, entry: part.entry, stop: stop, limits: limits)
  }
}

extension Position {
  /// The contracts counted as a position of a side: negative for one of the other side.
  fileprivate func signed(as other: PositionSide) -> Contracts {
    side == other ? contracts : -contracts
  }
}
