import AccountData
import MarketData
import Trading
import Units

extension OpeningChecks {
  /// Whether the stop is there, on the right side and reached before liquidation.
  func protectionDenial(_ market: Market) -> Denial? {
    let intent = preview.intent
    guard let entry = preview.expectedPrice else { return .outOfRange }
    let rules = market.instrument
    switch intent.stop {
    case .none: return .stopMissing
    case .liquidation:
      guard limits.liquidationMayBeStop, intent.marginMode == .isolated else {
        return .liquidationIsNoStop
      }
    case .stop(let trigger):
      if let denial = stopDenial(trigger.triggerPrice, entry: entry, rules: rules) { return denial }
      guard market.tiers(intent.marginMode) != nil else { return .missing(.tiers) }
    }
    if let target = intent.takeProfit?.triggerPrice {
      guard target.isPositive, target.isMultiple(of: rules.tickSize) else {
        return .offTick(target, tickSize: rules.tickSize)
      }
      let isRightSide = intent.side == .long ? target > entry : target < entry
      guard isRightSide else { return .targetOnWrongSide(target: target, entry: entry) }
    }
    guard !source.isPerson, intent.stop.trigger != nil else { return nil }
    let minimum = limits.rewardToRiskMinimum
    // A minimum of zero asks for no target at all.
    guard minimum.isPositive else { return nil }
    guard intent.takeProfit != nil else { return .targetMissing(minimum: minimum) }
    guard let ratio = preview.rewardToRisk else { return .outOfRange }
    return ratio < minimum ? .rewardTooSmall(ratio: ratio, minimum: minimum) : nil
  }

  private func stopDenial(_ stop: Price, entry: Price, rules: Instrument) -> Denial? {
    let side = preview.intent.side
    guard stop.isPositive, stop.isMultiple(of: rules.tickSize) else {
      return .offTick(stop, tickSize: rules.tickSize)
    }
    // A resting entry is measured at its own price, a taking one also at the price it takes now.
    let nearest =
      preview.referencePrice.map { side == .long ? min($0, entry) : max($0, entry) } ?? entry
    guard side == .long ? stop < nearest : stop > nearest else {
      return .stopOnWrongSide(stop: stop, entry: nearest)
    }
    if let liquidation = preview.liquidationAfter {
      let least = limits.liquidationDistanceMinimum
      guard Liquidation.isBehind(stop, side: side, liquidation: liquidation, least: least) else {
        let shown = Liquidation.onTick(liquidation, side: side, tickSize: rules.tickSize)
        return .stopBeyondLiquidation(stop: stop, liquidation: shown, least: least)
      }
    }
    return nil
  }

  /// Whether a limit of the account would be broken with the order filled in full.
  func limitDenial(_ market: Market) -> Denial? {
    let intent = preview.intent
    guard let contracts = preview.contracts, let notional = preview.notional,
      let margin = preview.margin, let leverage = preview.leverage, let fee = preview.fee,
      let equity = context.account.balance?.value.equity
    else { return .outOfRange }
    if let denial = leverageDenial(leverage, contracts, market) { return denial }
    if case .stop = intent.stop {
      guard let loss = preview.lossAtStop, let expected = preview.expectedPrice,
        let beside = context.riskInForce(
          besides: intent, expected: expected, in: market, limits: limits)
      else { return .outOfRange }
      var limit = equity.scaled(by: limits.riskPerTradeMaximum, .down)
      if loss > limit { return .riskTooLarge(loss: loss, limit: limit) }
      // Several openings of one position are one trade.
      if loss + beside > limit {
        return .tradeRiskTooLarge(loss: loss, before: beside, limit: limit)
      }
      if case .riskShare(let share) = intent.size {
        limit = equity.scaled(by: share, .down)
        if loss > limit { return .riskTooLarge(loss: loss, limit: limit) }
      }
    }
    if case .liquidation = intent.stop {
      let limit = equity.scaled(by: limits.marginPerTrade, .down)
      if margin > limit { return .marginPerTrade(needs: margin, limit: limit) }
    }
    let signed = intent.side == .long ? contracts : -contracts
    guard
      let pair = context.exposure(
        market.id, adding: signed, at: preview.intent.type.limitPrice),
      let others = context.totalNotional(except: market.id),
      let pairLimit = multiple(equity, limits.notionalPerPairMaximum),
      let totalLimit = multiple(equity, limits.notionalTotalMaximum),
      let used = context.marginUsed(), let inFlight = context.marginInFlight()
    else { return context.unvaluedInstrument.map(Denial.notValued) ?? .outOfRange }
    // A limit price beyond the mark makes the order worth more than the exposure at mark says.
    let pairNotional = max(pair.grossNotional, notional)
    let total = others + pairNotional
    let marginLimit = equity.scaled(by: limits.marginUsedMaximum, .down)
    if !isNoLargerThanReplaced {
      if pairNotional > pairLimit { return .pairNotional(would: pairNotional, limit: pairLimit) }
      if total > totalLimit { return .totalNotional(would: total, limit: totalLimit) }
      if used + margin > marginLimit {
        return .marginUsed(would: used + margin, limit: marginLimit)
      }
    }
    let available =
      context.account.balance.map { $0.value.availableMargin - inFlight + givenBack } ?? .zero
    if margin + fee > available {
      return .marginShort(needs: margin + fee, available: available)
    }
    return positionCountDenial(market)
  }

  private func leverageDenial(
    _ leverage: Leverage, _ contracts: Contracts, _ market: Market
  ) -> Denial? {
    var limit = min(limits.leverageMaximum, market.instrument.maximumLeverage)
    let held = context.held(preview.intent)?.report.contracts ?? .zero
    if let tier = market.tier(of: contracts + held, preview.intent.marginMode) {
      limit = min(limit, tier.maximumLeverage)
    } else if market.tiers(preview.intent.marginMode) != nil {
      return .outOfRange
    }
    return leverage > limit ? .leverageTooHigh(leverage, limit: limit) : nil
  }

  private func positionCountDenial(_ market: Market) -> Denial? {
    // In hedge mode the long and the short of an instrument are two positions.
    var keys = Set(context.account.positions.held.map(\.key))
    for growth in context.account.positions.unreportedGrowth { keys.insert(growth.key) }
    for order in context.account.orders.open where order.addsExposure {
      keys.insert(order.positionKey)
    }
    keys.remove(
      PositionKey(
        instrument: market.id, slot: context.slot(of: preview.intent),
        marginMode: preview.intent.marginMode))
    guard keys.count < limits.openPositionsMaximum else {
      return .tooManyPositions(count: keys.count, limit: limits.openPositionsMaximum)
    }
    return nil
  }

  private func multiple(_ equity: Money, _ factor: Rate) -> Money? {
    equity.value.multipliedIfInRange(by: factor.value, .down).map(Money.init)
  }
}
