import AccountData
import MarketData
import Trading
import Units

extension OpeningChecks {
  /// How many orders before it an order is compared with at least.
  static let mediansLeast = 5
  /// The candles whose ranges are averaged. Source: Wilder's usual fourteen.
  static let rangeCandles = 14
  /// How many returns two instruments must share before their correlation is believed.
  static let correlatedReturns = 30

  /// Whether the order is too large for the book, for its owner's habits, for the moves of the
  /// price, or together with what moves alike.
  func sizeLimitDenial(_ market: Market) -> Denial? {
    guard let notional = preview.notional, let contracts = preview.contracts,
      let equity = context.account.balance?.value.equity
    else { return .outOfRange }
    return bookDenial(market, contracts) ?? medianDenial(notional)
      ?? rangeDenial(market, contracts, equity) ?? correlationDenial(market, notional, equity)
  }

  /// A resting order takes nothing; one that takes leaves most of the near book to others.
  private func bookDenial(_ market: Market, _ contracts: Contracts) -> Denial? {
    guard let limit = limits.size.bookShareMaximum, market.ticker != nil,
      context.takes(preview.intent, in: market), let mark = market.markPrice
    else { return nil }
    let side = preview.intent.side.openingSide
    let room = mark.scaled(by: limits.priceCollar, .down)
    var offered = Contracts.zero
    for level in market.book.sideTaken(by: side).bestFirst {
      guard side == .buy ? level.price <= mark + room : level.price >= mark - room else { break }
      offered += level.contracts
    }
    return contracts > offered.scaled(by: limit, .down)
      ? .bookShare(wanted: contracts, offered: offered, limit: limit) : nil
  }

  private func medianDenial(_ notional: Money) -> Denial? {
    guard let multiple = limits.size.medianMultipleMaximum,
      recentNotionals.count >= Self.mediansLeast
    else { return nil }
    let sorted = recentNotionals.sorted()
    let median = sorted[sorted.count / 2]
    guard let most = median.value.multipliedIfInRange(by: multiple.value, .down) else { return nil }
    return notional > Money(most)
      ? .aboveMedian(notional, median: median, multiple: multiple) : nil
  }

  private func rangeDenial(
    _ market: Market, _ contracts: Contracts, _ equity: Money
  ) -> Denial? {
    guard let share = limits.size.rangeMoveMaximum else { return nil }
    guard let range = market.averageRange(over: Self.rangeCandles) else {
      return .missing(.candles)
    }
    let signed = preview.intent.side == .long ? contracts : -contracts
    guard
      let whole = context.exposure(
        market.id, adding: signed, at: preview.intent.type.limitPrice),
      let move = range.notionalIfInRange(of: market.instrument.baseAmount(of: whole.contracts), .up)
    else { return .outOfRange }
    let limit = equity.scaled(by: share, .down)
    return move > limit ? .rangeTooLarge(move: move, limit: limit) : nil
  }

  /// What moves alike is one position. What is not known to move otherwise counts as alike.
  private func correlationDenial(
    _ market: Market, _ notional: Money, _ equity: Money
  ) -> Denial? {
    guard let share = limits.size.correlatedNotionalMaximum,
      let contracts = preview.contracts
    else { return nil }
    let signed = preview.intent.side == .long ? contracts : -contracts
    guard
      let own = context.exposure(
        market.id, adding: signed, at: preview.intent.type.limitPrice),
      let most = equity.value.multipliedIfInRange(by: share.value, .down)
    else { return .outOfRange }
    var sum = max(own.notional, notional)
    for other in context.exposedInstruments where other != market.id {
      guard context.isSameBet(other, as: preview.intent, limits.size.correlationMinimum) else {
        continue
      }
      guard let exposure = context.exposure(other) else { return .outOfRange }
      sum += exposure.notional
    }
    return sum > Money(most) ? .correlatedNotional(would: sum, limit: Money(most)) : nil
  }
}

extension RiskContext {
  /// Whether another instrument's position or orders gain and lose with an opening.
  func isSameBet(
    _ other: InstrumentID, as intent: OpeningIntent, _ least: Rate
  ) -> Bool {
    let net = account.positions.netContracts(other)
    let orders = account.orders.open.filter { $0.instrument == other && $0.addsExposure }
    let isLong = net.isPositive || orders.contains { $0.side == .buy }
    let isShort = net.isNegative || orders.contains { $0.side == .sell }
    let same = intent.side == .long ? isLong : isShort
    let opposite = intent.side == .long ? isShort : isLong
    guard let one = markets[intent.instrument], let two = markets[other],
      let alike = one.correlation(with: two, returns: OpeningChecks.correlatedReturns)
    else { return same }
    return (same && alike.isAtLeast(least)) || (opposite && alike.isAtMost(-least))
  }
}
