import AccountData
import MarketData
import Trading
import Units

extension CircuitBreakers {
  /// Where every breaker stands, with what is held at the newest mark prices.
  public func readings(
    _ limits: DayLimits, _ account: Account, _ markets: Markets, at now: Timestamp
  ) -> [BreakerReading] {
    let unrealized = MarkedEquity.unrealizedPnL(account, markets)
    let equity = account.balance.map { $0.value.cash + unrealized }
    let day = account.day
    return [
      lossReading(limits, day: day, unrealized: unrealized),
      lossMoneyReading(limits, day: day, unrealized: unrealized),
      drawdownReading(limits, equity: equity),
      BreakerReading(
        breaker: .stopOuts, value: .count(stopOutsInARow),
        limit: .count(limits.stopOutsInARowMaximum),
        isTripped: stopOutsInARow >= limits.stopOutsInARowMaximum),
      BreakerReading(
        breaker: .tradesPerDay, value: .count(tradesToday),
        limit: .count(limits.tradesPerDayMaximum),
        isTripped: tradesToday >= limits.tradesPerDayMaximum),
      BreakerReading(
        breaker: .tradingHours, value: nil, limit: nil,
        isTripped: !limits.tradingHours.isOpen(at: now)),
    ]
  }

  /// The first breaker of the account's worth that is crossed and was not told. Allocates nothing:
  /// it is asked at every price of what is held.
  public func crossed(
    _ limits: DayLimits, day: DayFigures, equity: Money?, unrealized: Money
  ) -> Breaker? {
    if let loss = lossToday(day, unrealized: unrealized), loss.isPositive {
      if let base = day.equityAtStart, loss >= base.scaled(by: limits.lossMaximum, .down),
        !told.contains(.dailyLoss)
      {
        return .dailyLoss
      }
      if let limit = limits.lossMoneyMaximum, loss >= limit, !told.contains(.dailyLossMoney) {
        return .dailyLossMoney
      }
    }
    if let equity, let peakEquity, !told.contains(.drawdown),
      peakEquity - equity >= peakEquity.scaled(by: limits.drawdownMaximum, .down)
    {
      return .drawdown
    }
    return nil
  }

  /// The loss of the day, zero on a day with a profit; nil before the first reports.
  func lossToday(_ day: DayFigures, unrealized: Money) -> Money? {
    day.profit(unrealized: unrealized).map { max(.zero, -$0) }
  }

  private func lossReading(
    _ limits: DayLimits, day: DayFigures, unrealized: Money
  ) -> BreakerReading {
    var share: Rate?
    if let loss = lossToday(day, unrealized: unrealized), let base = day.equityAtStart {
      share = loss.fraction(of: base, .up)
    }
    return BreakerReading(
      breaker: .dailyLoss, value: share.map { .share($0) }, limit: .share(limits.lossMaximum),
      isTripped: share.map { $0 >= limits.lossMaximum } ?? false)
  }

  private func lossMoneyReading(
    _ limits: DayLimits, day: DayFigures, unrealized: Money
  ) -> BreakerReading {
    let loss = lossToday(day, unrealized: unrealized)
    var isTripped = false
    if let loss, let limit = limits.lossMoneyMaximum { isTripped = loss >= limit }
    return BreakerReading(
      breaker: .dailyLossMoney, value: loss.map { .money($0) },
      limit: limits.lossMoneyMaximum.map { .money($0) }, isTripped: isTripped)
  }

  private func drawdownReading(_ limits: DayLimits, equity: Money?) -> BreakerReading {
    var fall: Rate?
    if let equity, let peakEquity {
      fall = max(.zero, peakEquity - equity).fraction(of: peakEquity, .up)
    }
    return BreakerReading(
      breaker: .drawdown, value: fall.map { .share($0) }, limit: .share(limits.drawdownMaximum),
      isTripped: fall.map { $0 >= limits.drawdownMaximum } ?? false)
  }
}
