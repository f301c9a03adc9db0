import Trading
import Units

/// Lives of a position that began and ended between two lists: the fills alone tell of them.
enum PassedLives {
  /// Returns the lives that fills made between two lists that show no position, oldest first.
  ///
  /// There are none unless the fills lead from nothing back to nothing: what is not sure to have
  /// been a life is none.
  static func lives(
    of key: PositionKey, _ fills: [Positions.Unreported], at now: Timestamp
  ) -> [PositionCycle] {
    let ordered = fills.enumerated().sorted {
      ($0.element.exchangeTime, $0.offset) < ($1.element.exchangeTime, $1.offset)
    }
    var net = Contracts.zero
    var stretch: [Positions.Unreported] = []
    var lives: [PositionCycle] = []
    for (_, fill) in ordered {
      let held = net
      net += fill.signed
      // One fill that turns a position around belongs to two lives.
      guard held.isZero || net.isZero || held.isNegative == net.isNegative else { return [] }
      stretch.append(fill)
      guard net.isZero else { continue }
      guard let life = life(of: key, stretch, at: now) else { return [] }
      lives.append(life)
      stretch = []
    }
    return net.isZero ? lives : []
  }

  /// Returns the most that was held of a position, and at what mean price all of it was opened,
  /// from the last report that showed it until the fills since have closed it; nil where they are
  /// not sure to be all, for they do not lead to nothing, or where a price is not known.
  static func most(of report: Position, _ fills: [Positions.Unreported]) -> HeldSize? {
    let isLong = report.side == .long
    var held = report.contracts
    var most = held
    var entry = MeanPrice()
    entry.add(held, at: report.entryPrice)
    let ordered = fills.enumerated().sorted {
      ($0.element.exchangeTime, $0.offset) < ($1.element.exchangeTime, $1.offset)
    }
    for (_, fill) in ordered {
      let part = isLong ? fill.signed : -fill.signed
      held += part
      if part.isPositive { entry.add(part, at: fill.price) }
      most = max(most, held)
      guard held.isPositive else { break }
    }
    guard held.isZero, let price = entry.price else { return nil }
    return HeldSize(contracts: most, entryPrice: price)
  }

  private static func life(
    of key: PositionKey, _ fills: [Positions.Unreported], at now: Timestamp
  ) -> PositionCycle? {
    // What opens brings no profit: else the end was told with the beginning's time, or before it.
    guard let first = fills.first, first.realizedPnL.isZero else { return nil }
    let side: PositionSide = first.signed.isPositive ? .long : .short
    switch (key.slot, side) {
    case (.net, _), (.long, .long), (.short, .short): break
    case (.long, .short), (.short, .long): return nil
    }
    let openings = fills.filter { $0.signed.isPositive == first.signed.isPositive }
    let closings = fills.filter { $0.signed.isPositive != first.signed.isPositive }
    guard let entry = meanPrice(openings) else { return nil }
    var net = Contracts.zero
    var peak = Contracts.zero
    for fill in fills {
      net += fill.signed
      peak = max(peak, side == .long ? net : -net)
    }
    var life = PositionCycle(
      key: key, side: side, source: nil, openedAt: first.exchangeTime, entryPrice: entry,
      peakContracts: peak)
    life.exitPrice = meanPrice(closings)
    life.closedAt = max(now, life.openedAt)
    for fill in fills {
      life.fees += fill.fee
      life.realizedPnL += fill.realizedPnL
    }
    return life
  }

  /// The mean by contracts; nil where a price is not known.
  private static func meanPrice(_ fills: [Positions.Unreported]) -> Price? {
    var mean = MeanPrice()
    for fill in fills {
      mean.add(fill.signed.isNegative ? -fill.signed : fill.signed, at: fill.price)
    }
    return mean.price
  }
}
