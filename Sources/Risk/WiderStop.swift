import AccountData
import MarketData
import Trading
import Units

extension RiskContext {
  /// Why a stop may not be put there; nil when it may.
  ///
  /// A stop that is reached after liquidation guards nothing. One at which the whole position loses
  /// more than at the stops in force together is new risk: it must still lose no more than a trade
  /// may, and is none to take while nothing may be opened (E8).
  func stopDenial(
    _ stop: Price, for held: HeldPosition, in market: Market, limits: RiskLimits
  ) -> Denial? {
    let isLong = held.report.side == .long
    let stops = stopsInForce(of: held)
    func isAsNear(as other: Price) -> Bool { isLong ? stop >= other : stop <= other }
    if let nearest = stops.first, isAsNear(as: nearest.price) { return nil }
    let isFarthest = stops.last.map { !isAsNear(as: $0.price) } ?? true
    let least = limits.liquidationDistanceMinimum
    if isFarthest, let liquidation = held.report.liquidationPrice, liquidation.isPositive,
      !Liquidation.isBehind(stop, side: held.report.side, liquidation: liquidation, least: least)
    {
      let shown = Liquidation.onTick(
        liquidation, side: held.report.side, tickSize: market.instrument.tickSize)
      return .stopBeyondLiquidation(stop: stop, liquidation: shown, least: least)
    }
    guard !stops.isEmpty else { return nil }
    func loss(of contracts: Contracts, at stop: Price) -> Money? {
      lossWhenStopped(
        held.report.side, market.instrument.baseAmount(of: contracts),
        entry: held.report.entryPrice, stop: stop, limits: limits)
    }
    guard let wanted = loss(of: held.report.contracts, at: stop) else { return .outOfRange }
    var inForce = Money.zero
    for part in stops {
      guard let own = loss(of: part.contracts, at: part.price) else { return .outOfRange }
      inForce += own
    }
    guard wanted > inForce else { return nil }
    switch state {
    case .halted, .reducing: return .stopFarther(state)
    case .running, .approval, .paused: break
    }
    guard let equity = account.balance?.value.equity else { return .missing(.balance) }
    let limit = equity.scaled(by: limits.riskPerTradeMaximum, .down)
    return wanted > limit ? .riskTooLarge(loss: wanted, limit: limit) : nil
  }

  /// Why the leverage of a position may not be raised; nil when it may: with less collateral
  /// liquidation comes nearer, and a stop behind it guards nothing.
  public func raiseDenial(
    _ leverage: Leverage, for held: HeldPosition, in market: Market, limits: RiskLimits
  ) -> Denial? {
    let report = held.report
    guard report.key.marginMode == .isolated, leverage > report.leverage else { return nil }
    guard market.tier(of: report.contracts, .isolated) != nil else { return .missing(.tiers) }
    let price = Liquidation.price(
      of: report, at: leverage, in: market, takerFeeRate: fees.takerFeeRate)
    guard let price else { return nil }
    let least = limits.liquidationDistanceMinimum
    for trigger in account.stops(of: held.key)
    where trigger.order.side == report.side.closingSide {
      guard let stop = trigger.order.stopLoss?.triggerPrice,
        !Liquidation.isBehind(stop, side: report.side, liquidation: price, least: least)
      else { continue }
      let shown = Liquidation.onTick(
        price, side: report.side, tickSize: market.instrument.tickSize)
      return .stopBeyondLiquidation(stop: stop, liquidation: shown, least: least)
    }
    return nil
  }

  /// The stops that cover a position wholly, the one that is reached first before the others, each
  /// with the contracts it closes; empty when a part has none.
  func stopsInForce(
    of held: HeldPosition
  ) -> [(price: Price, contracts: Contracts)] {
    var rest = held.report.contracts
    var parts: [(price: Price, contracts: Contracts)] = []
    for stop in account.stopsByReach(of: held.key, held.report.side) where rest.isPositive {
      guard let price = stop.order.stopLoss?.triggerPrice else { continue }
      let part =
        switch stop.order.size {
        case .wholePosition: rest
        case .contracts(let own): min(own, rest)
        }
      parts.append((price, part))
      rest -= part
    }
    return rest.isPositive ? [] : parts
  }

  /// What a position loses from its entry to its first stop: the fees of both and the exit's
  /// slippage included, rounded up.
  ///
  /// It is measured as the result will be: a position that ends at that stop ends near minus one R.
  /// Nil for a stop on the winning side, and when a product is out of range.
  public func initialRisk(
    _ side: PositionSide, _ amount: BaseAmount, entry: Price, stop: Price, limits: RiskLimits
  ) -> Money? {
    // What the entry slipped is in its price.
    let costs = PositionSizing.Costs(
      entryFeeRate: fees.takerFeeRate, exitFeeRate: fees.takerFeeRate, entrySlippage: .zero,
      exitSlippage: limits.slippageAllowance)
    return PositionSizing.lossPerCoin(side: side, entryPrice: entry, stopPrice: stop, costs: costs)
      .flatMap { $0.notionalIfInRange(of: amount, .up) }
  }

  /// What a position that stands loses when its stop is hit, the exit's fee and slippage included,
  /// rounded up; zero for a stop on the winning side, nil when a product is out of range.
  func lossWhenStopped(
    _ side: PositionSide, _ amount: BaseAmount, entry: Price, stop: Price, limits: RiskLimits
  ) -> Money? {
    let distance = side.gain(from: stop, to: entry)
    guard distance.isPositive else { return .zero }
    guard let fall = distance.notionalIfInRange(of: amount, .up),
      let exit = stop.notionalIfInRange(of: amount, .up)
    else { return nil }
    return fall + exit.scaled(by: fees.takerFeeRate + limits.slippageAllowance, .up)
  }
}
