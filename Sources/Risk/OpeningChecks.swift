import AccountData
import MarketData
import Trading
import Units

/// The reasons to refuse an opening order, in the order in which a person would want to hear them.
struct OpeningChecks {
  let context: RiskContext
  let limits: RiskLimits
  let preview: OrderPreview
  let source: CommandSource
  /// Whether a person let the wish of a strategy pass.
  let isApproved: Bool
  let recentOrders: Int
  /// How many orders were approved in the last second that no person asked for.
  let automaticOrdersOfSecond: Int
  /// What the orders approved before were worth, oldest first.
  let recentNotionals: [Money]
  /// The order of ours whose place it takes, which is canceled before; nil for none.
  let replaced: TrackedOrder?
  /// How long ago the same was opened, nil when it was not within the window.
  let repeatedAfter: TimeSpan?

  /// The first reason to refuse, nil when there is none.
  func denial() -> Denial? {
    if let denial = stateDenial() { return denial }
    let intent = preview.intent
    guard let market = context.markets[intent.instrument] else {
      return .unknownInstrument(intent.instrument)
    }
    return limits.marketDenial(market, in: context) ?? accountDenial(market)
      ?? breakerDenial(market) ?? strategyDayDenial() ?? orderDenial(market)
      ?? protectionDenial(market) ?? limitDenial(market) ?? sizeLimitDenial(market)
      ?? strategyLimitDenial(market)
  }

  private func stateDenial() -> Denial? {
    switch context.state {
    case .reducing, .halted: return .stateForbids(context.state)
    case .paused where !source.isPerson: return .stateForbids(context.state)
    case .approval where !source.isPerson && !isApproved: return .approvalNeeded
    case .running, .approval, .paused: break
    }
    guard context.readiness == .ready else { return .notReady(context.readiness) }
    for scope in context.flattening where scope == nil || scope == preview.intent.instrument {
      return .flattening(scope)
    }
    guard recentOrders < limits.ordersPerMinuteMaximum else {
      return .tooManyOrders(count: recentOrders, limit: limits.ordersPerMinuteMaximum)
    }
    if !source.isPerson, let limit = limits.pace.ordersPerSecondMaximum,
      automaticOrdersOfSecond >= limit
    {
      return .tooFast(count: automaticOrdersOfSecond, limit: limit)
    }
    if let repeatedAfter {
      return .duplicate(age: repeatedAfter, window: limits.duplicateWindow)
    }
    return nil
  }

  private func accountDenial(_ market: Market) -> Denial? {
    let account = context.account
    guard let balance = account.balance else { return .missing(.balance) }
    let age = balance.age(at: context.now)
    guard age <= limits.balanceAgeMaximum else {
      return .stale(.balance, age: age, limit: limits.balanceAgeMaximum)
    }
    guard balance.value.equity.isPositive else { return .equityNotPositive(balance.value.equity) }
    guard account.positionMode != nil else { return .missing(.positionMode) }
    guard account.positionsReceivedAt != nil else { return .missing(.positions) }
    if let unknown = account.orders.hasUnknown(market.id) {
      if let id = unknown.clientOrderID { return .unknownOrder(id) }
      if let id = unknown.exchangeOrderID { return .unknownForeignOrder(id) }
    }
    if account.positionMode == .oneWay {
      let net = account.positions.netContracts(market.id)
      let isOpposite = preview.intent.side == .long ? net.isNegative : net.isPositive
      if isOpposite { return .oppositePosition(preview.intent.side.opposite, net.magnitude) }
      if let order = opposingOrder(market.id) {
        return .oppositeOrder(order.side, order.remainingContracts)
      }
    }
    return nil
  }

  /// An order of the other side that opens too: both together would leave the position of neither,
  /// and the stop of one of them (K03). What a person lets rest is for persons to trade against.
  private func opposingOrder(_ instrument: InstrumentID) -> TrackedOrder? {
    let side = preview.intent.side.openingSide
    let orders = context.account.orders.open
    for place in orders.indices
    where orders[place].instrument == instrument && orders[place].side != side
      && orders[place].addsExposure
    {
      if !source.isPerson || !orders[place].type.mayRest { return orders[place] }
    }
    return nil
  }

  private func orderDenial(_ market: Market) -> Denial? {
    let intent = preview.intent
    let rules = market.instrument
    if let price = intent.type.limitPrice {
      guard price.isPositive, price.isMultiple(of: rules.tickSize) else {
        return .offTick(price, tickSize: rules.tickSize)
      }
    }
    guard let leverage = preview.leverage else { return .missing(.leverage) }
    if let meant = context.meantLeverages.leverage(
      intent.instrument, intent.marginMode, context.slot(of: intent)), leverage != meant
    {
      return .leverageNotMeant(leverage, meant: meant)
    }
    guard let contracts = preview.contracts else { return sizeDenial(market) }
    guard contracts.isPositive else { return noSizeDenial(rules) }
    guard contracts.isMultiple(of: rules.lotSize) else {
      return .offLot(contracts, lotSize: rules.lotSize)
    }
    guard contracts >= rules.minimumContracts else {
      return .belowMinimum(contracts, minimum: rules.minimumContracts)
    }
    let maximum =
      intent.type == .market ? rules.maximumMarketContracts : rules.maximumLimitContracts
    guard contracts <= maximum else { return .aboveMaximum(contracts, maximum: maximum) }
    return collarDenial(market, contracts)
  }

  /// Why the size is none: nothing was wished, or less than one lot is worth.
  private func noSizeDenial(_ rules: Instrument) -> Denial {
    guard preview.intent.size.isPositive, let price = preview.referencePrice,
      let cost = price.notionalIfInRange(of: rules.baseAmount(of: rules.lotSize), .up)
    else { return .sizeNotPositive }
    return .sizeBelowOneLot(lot: rules.lotSize, cost: cost)
  }

  /// Why no size came out: the stop is missing or wrong, the risk is below one lot, or the numbers
  /// are out of range.
  private func sizeDenial(_ market: Market) -> Denial {
    guard case .riskShare(let share) = preview.intent.size else { return .outOfRange }
    guard let stop = preview.intent.stop.trigger?.triggerPrice else { return .stopMissing }
    guard let entry = preview.referencePrice, let equity = context.account.balance?.value.equity
    else { return .outOfRange }
    let isRightSide = preview.intent.side == .long ? stop < entry : stop > entry
    guard isRightSide else { return .stopOnWrongSide(stop: stop, entry: entry) }
    guard let risk = equity.value.multipliedIfInRange(by: share.value, .down),
      let loss = context.lossOfOneLot(
        preview.intent, at: entry, stop: stop, in: market, limits: limits)
    else { return .outOfRange }
    return .riskBelowOneLot(risk: Money(risk), lossPerLot: loss)
  }

  /// Nothing may be bought far above the mark price or sold far below it (case K02).
  private func collarDenial(_ market: Market, _ contracts: Contracts) -> Denial? {
    guard let mark = market.markPrice else { return .missing(.mark) }
    let side = preview.intent.side.openingSide
    var reached = preview.intent.type.limitPrice
    if preview.intent.type == .market {
      if market.ticker == nil, let price = market.candlePrice {
        reached = price.value.taken(by: side)
      } else {
        guard let walk = preview.walk else { return .outOfRange }
        guard walk.missingContracts.isZero else {
          return .bookTooThin(wanted: contracts, offered: walk.filledContracts)
        }
        reached = walk.worstPrice
      }
    }
    guard let reached else { return .outOfRange }
    let room = mark.scaled(by: limits.priceCollar, .down)
    let isThrough = side == .buy ? reached > mark + room : reached < mark - room
    return isThrough ? .outsideCollar(reached, mark: mark, limit: limits.priceCollar) : nil
  }
}

extension SizeRequest {
  /// Whether anything is wished at all.
  fileprivate var isPositive: Bool {
    switch self {
    case .contracts(let contracts): contracts.isPositive
    case .baseAmount(let amount): amount.isPositive
    case .notional(let notional): notional.isPositive
    case .marginShare(let share), .riskShare(let share): share.isPositive
    }
  }
}
