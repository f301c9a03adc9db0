import AccountData
import MarketData
import Trading
import Units

extension OpeningChecks {
  /// Whether the strategy that asks has done or lost enough today by its own limits. Whoever let
  /// its wish pass, they hold.
  func strategyDayDenial() -> Denial? {
    guard let own = limits.own(of: source) else { return nil }
    let standing = context.standing(of: own)
    if let limit = own.tradesPerDayMaximum, standing.trades >= limit,
      context.held(preview.intent) == nil
    {
      return .strategyTrades(count: standing.trades, limit: limit)
    }
    guard own.limitDailyLoss else { return nil }
    guard let lost = standing.lost, let limit = standing.lossLimit else {
      return .missing(.dayFigures)
    }
    return lost < limit ? nil : .strategyLoss(lost: lost, limit: limit)
  }

  /// Whether the order filled in full would break a limit of the strategy that asks.
  func strategyLimitDenial(_ market: Market) -> Denial? {
    guard let own = limits.own(of: source) else { return nil }
    if let share = own.riskPerTradeMaximum {
      // Where liquidation is the stop, the collateral is what can be lost.
      let risked = preview.intent.stop.trigger == nil ? preview.margin : preview.lossAtStop
      guard let loss = risked, let expected = preview.expectedPrice,
        let equity = context.account.balance?.value.equity,
        let beside = context.riskInForce(
          besides: preview.intent, expected: expected, in: market, limits: limits)
      else { return .outOfRange }
      let limit = equity.scaled(by: share, .down)
      if loss + beside > limit { return .strategyRisk(loss: loss, before: beside, limit: limit) }
    }
    guard own.limitNotional else { return nil }
    guard let contracts = preview.contracts, let notional = preview.notional,
      let pair = context.exposure(
        market.id, adding: preview.intent.side == .long ? contracts : -contracts,
        at: preview.intent.type.limitPrice),
      let limit = context.notionalLimit(of: own)
    else { return .outOfRange }
    // A limit price beyond the mark makes the order worth more than the exposure at mark says.
    let would = max(pair.grossNotional, notional)
    return would > limit ? .strategyNotional(would: would, limit: limit) : nil
  }
}
