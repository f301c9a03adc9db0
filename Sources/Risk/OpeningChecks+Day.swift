import AccountData
import MarketData
import Trading
import Units

extension OpeningChecks {
  /// Whether a breaker stops new risk: the day's loss, the drawdown, a rest, the hours.
  ///
  /// What cannot be computed counts as tripped: without the figures of the day nothing is opened.
  func breakerDenial(_ market: Market) -> Denial? {
    let day = limits.day
    let breakers = context.breakers
    let unrealized = MarkedEquity.unrealizedPnL(context.account, context.markets)
    guard let loss = breakers.lossToday(context.account.day, unrealized: unrealized),
      let first = context.account.day.equityAtStart, let cash = context.account.balance?.value.cash
    else { return .missing(.dayFigures) }
    var limit = first.scaled(by: day.lossMaximum, .down)
    if let money = day.lossMoneyMaximum { limit = min(limit, money) }
    guard loss < limit else { return .dailyLoss(lost: loss, limit: limit) }
    let equity = cash + unrealized
    if let peak = breakers.peakEquity {
      let fall = peak - equity
      let most = peak.scaled(by: day.drawdownMaximum, .down)
      guard fall < most else { return .drawdown(fallen: fall, limit: most) }
    }
    let rest = breakers.rests.first { $0.instrument == market.id && $0.until > context.now }
    if let rest { return .resting(market.id, left: rest.until - context.now) }
    return source.isPerson ? nil : automaticDenial(day)
  }

  private func automaticDenial(_ day: DayLimits) -> Denial? {
    guard day.tradingHours.isOpen(at: context.now) else { return .outsideHours }
    // An opening order of a strategy that has not become a position yet will count as one.
    let held = context.account.positions
    let coming = context.account.orders.open.count { order in
      guard case .own(let source) = order.owner, !source.isPerson, order.addsExposure else {
        return false
      }
      return held[order.positionKey] == nil
    }
    // So will what has filled and was not told as a position, where no order of it is open.
    let filled = held.unreportedGrowth.count { growth in
      held[growth.key] == nil
        && !context.account.orders.open.contains {
          $0.addsExposure && $0.positionKey == growth.key
        }
    }
    let count = context.breakers.tradesToday + coming + filled
    let isAdding = context.held(preview.intent) != nil
    guard isAdding || count < day.tradesPerDayMaximum else {
      return .tooManyTrades(count: count, limit: day.tradesPerDayMaximum)
    }
    return nil
  }
}
