import AccountData
import MarketData
import Trading
import Units

extension OpeningChecks {
  /// Whether it takes the place of an order that was worth as much or more, needed as much
  /// collateral and lost as much at the same stop: that takes risk off, also where a limit of the
  /// account is passed already.
  var isNoLargerThanReplaced: Bool {
    let intent = preview.intent
    guard let replaced, replaced.instrument == intent.instrument,
      replaced.marginMode == intent.marginMode, replaced.slot == context.slot(of: intent),
      replaced.side == intent.side.openingSide, !replaced.reduceOnly,
      let contracts = preview.contracts, contracts <= replaced.remainingContracts,
      let price = intent.type.limitPrice, let former = replaced.type.limitPrice,
      let stop = intent.stop.trigger?.triggerPrice, stop == replaced.stopLoss?.triggerPrice,
      (price - stop).magnitude <= (former - stop).magnitude,
      let market = context.markets[intent.instrument], let notional = preview.notional,
      let formerNotional = former.notionalIfInRange(
        of: market.instrument.baseAmount(of: replaced.remainingContracts), .up)
    else { return false }
    return notional <= formerNotional
  }

  /// The collateral and the fee that the order whose place it takes gives back: the balance counts
  /// them as taken where it is newer than that order and older than its end. Zero without one.
  var givenBack: Money {
    guard let replaced, !replaced.reduceOnly, let balance = context.account.balance,
      replaced.createdAt < balance.receivedAt,
      !replaced.state.isFinal || replaced.changedAt >= balance.receivedAt,
      let market = context.markets[replaced.instrument], let price = replaced.type.limitPrice,
      let notional = price.notionalIfInRange(
        of: market.instrument.baseAmount(of: replaced.remainingContracts), .down),
      let leverage = context.account.leverage(
        replaced.instrument, replaced.marginMode, replaced.slot), leverage.isPositive
    else { return .zero }
    let fee = notional.scaled(by: max(.zero, context.fees.makerFeeRate), .down)
    return notional.margin(at: leverage, .down) + fee
  }
}
