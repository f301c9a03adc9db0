import AccountData
import MarketData
import Trading
import Units

/// The one place where a wish becomes an order. Every order from every source passes here.
///
/// The check and the reservation are one step of the reducer: the caller tracks the approved order
/// before it looks at the next wish, and it counts as exposure from then on (case K09).
public struct RiskGate: Sendable {
  /// The limits in force.
  public private(set) var limits: RiskLimits
  /// The newest opening orders that were approved, oldest first.
  public private(set) var openings: RecentList<Opening>

  /// An opening order that was approved.
  public struct Opening: Sendable, Hashable {
    /// What was wished.
    public let intent: OpeningIntent
    /// By whom.
    public let source: CommandSource
    /// When.
    public let at: Timestamp
    /// What it was worth.
    public let notional: Money
  }

  /// Makes a gate with its limits.
  public init(limits: RiskLimits) {
    self.limits = limits
    openings = RecentList(capacity: Self.openingCapacity(limits))
  }

  /// Puts other limits in force.
  public mutating func replaceLimits(_ limits: RiskLimits) {
    var openings = RecentList<Opening>(capacity: Self.openingCapacity(limits))
    for opening in self.openings { openings.append(opening) }
    self.limits = limits
    self.openings = openings
  }

  /// Returns what an opening order would be and cost, and why it would be denied.
  ///
  /// `isApproved` says that a person let the wish of a strategy pass; `replaced` is an order of
  /// ours whose place it takes and that is not in the account any more.
  public func preview(
    _ intent: OpeningIntent, source: CommandSource, isApproved: Bool = false,
    replacing replaced: TrackedOrder? = nil, in context: RiskContext
  ) -> OrderPreview {
    var preview = context.figures(of: intent, limits: limits)
    preview.denial = OpeningChecks(
      context: context, limits: limits, preview: preview, source: source, isApproved: isApproved,
      recentOrders: recentOpenings(at: context.now),
      automaticOrdersOfSecond: automaticOpenings(since: context.now - .seconds(1)),
      recentNotionals: limits.size.medianMultipleMaximum == nil ? [] : openings.map(\.notional),
      replaced: replaced,
      repeatedAfter: repeatedAfter(intent, source, at: context.now)
    ).denial()
    return preview
  }

  /// Returns what an opening order would be and cost if it were filled at a price, such as one that
  /// waits for that price; whether it would be denied is not known before.
  public func figures(
    of intent: OpeningIntent, filledAt price: Price, in context: RiskContext
  ) -> OrderPreview {
    context.figures(of: intent, filledAt: price, limits: limits)
  }

  /// Makes an opening order or says why not. An approved one counts toward the rate at once.
  public mutating func open(
    _ intent: OpeningIntent, source: CommandSource, isApproved: Bool = false,
    replacing replaced: TrackedOrder? = nil, reasons: [String],
    ids: inout ClientOrderIDSequence, in context: RiskContext
  ) -> Result<ApprovedOrder, Denial> {
    let preview = preview(
      intent, source: source, isApproved: isApproved, replacing: replaced, in: context)
    if let denial = preview.denial { return .failure(denial) }
    guard let contracts = preview.contracts, let figures = preview.figures(context) else {
      return .failure(.outOfRange)
    }
    let request = OrderRequest(
      clientOrderID: ids.next(), instrument: intent.instrument, side: intent.side.openingSide,
      slot: context.slot(of: intent), marginMode: intent.marginMode, type: intent.type,
      contracts: contracts, reduceOnly: false, takeProfit: intent.takeProfit,
      stopLoss: intent.stop.trigger)
    openings.append(
      Opening(intent: intent, source: source, at: context.now, notional: figures.notional))
    return .success(
      ApprovedOrder(
        request,
        IntentRecord(
          action: .order(request), purpose: .open, source: source, reasons: reasons,
          figures: figures, state: context.state, at: context.now)))
  }

  /// Makes the orders that close a share of a position, or so many contracts of it; more than one
  /// when the exchange bounds the size of an order. They pass in every state, for they only reduce.
  public func close(
    _ intent: ClosingIntent, contracts: Contracts? = nil, source: CommandSource, reasons: [String],
    ids: inout ClientOrderIDSequence, in context: RiskContext
  ) -> Result<[ApprovedOrder], Denial> {
    guard intent.share.isPositive, intent.share <= 1 else {
      return .failure(.shareOutOfRange(intent.share))
    }
    guard let held = context.account.positions[intent.key] else {
      return .failure(.nothingToClose(intent.key))
    }
    guard let market = context.markets.position(of: intent.key.instrument) else {
      return .failure(.unknownInstrument(intent.key.instrument))
    }
    // A market is large; of this one only the rules are asked for.
    let rules = context.markets.all[market].instrument
    let whole = context.closableContracts(intent.key)
    var rest = whole
    if intent.share < 1 {
      rest = whole.share(intent.share, lotSize: rules.lotSize)
    }
    if let contracts {
      rest = min(whole, contracts.rounded(to: rules.lotSize, .towardZero))
    }
    if intent.type.mayRest {
      // Exits at market never wait for those that rest; what rests is no more than what is held.
      let resting = context.restingExits(intent.key)
      rest = min(rest, max(.zero, whole - resting))
      if rest.isZero, resting.isPositive { return .failure(.exitsRest(intent.key, resting)) }
    }
    // The exchange refuses the part of a lot, and with it the exit of all the rest (K12).
    rest = rules.closable(rest)
    guard rest.isPositive else {
      let isTooSmall = whole.isPositive && contracts == nil && intent.share < 1
      return .failure(
        isTooSmall
          ? .shareBelowLot(intent.share, of: whole, lotSize: rules.lotSize)
          : .nothingToClose(intent.key))
    }
    let side = held.report.side.closingSide
    let type = intent.type.onTick(rules.tickSize, side: side)
    let largest =
      type == .market ? rules.maximumMarketContracts : rules.maximumLimitContracts
    var orders: [ApprovedOrder] = []
    while rest.isPositive, orders.count < Self.closingOrderLimit {
      let size = min(rest, largest)
      rest -= size
      let request = OrderRequest(
        clientOrderID: ids.next(), instrument: intent.key.instrument, side: side,
        slot: intent.key.slot, marginMode: intent.key.marginMode, type: type, contracts: size,
        reduceOnly: true)
      orders.append(
        ApprovedOrder(
          request,
          IntentRecord(
            action: .order(request), purpose: .reduce, source: source, reasons: reasons,
            figures: nil, state: context.state, at: context.now)))
    }
    return .success(orders)
  }

  /// Makes protection for a position; it passes in every state, for it only reduces, unless it puts
  /// a stop where it guards less than the one that rests: that must lose no more than a trade may,
  /// and is denied where nothing may be opened.
  public func protect(
    _ key: PositionKey, stopLoss: Trigger?, takeProfit: Trigger?,
    size: TriggerSize = .wholePosition, source: CommandSource, reasons: [String],
    ids: inout ClientOrderIDSequence,
    in context: RiskContext
  ) -> Result<ApprovedProtection, Denial> {
    guard stopLoss != nil || takeProfit != nil else { return .failure(.protectionEmpty) }
    guard let held = context.account.positions[key] else { return .failure(.nothingToClose(key)) }
    guard let market = context.markets[key.instrument] else {
      return .failure(.unknownInstrument(key.instrument))
    }
    let side = held.report.side
    let tick = market.instrument.tickSize
    let price = market.lastPrice ?? held.report.markPrice
    // Stops move toward safety, targets toward being reached.
    let stop = stopLoss?.onTick(tick, side == .long ? .up : .down)
    let target = takeProfit?.onTick(tick, side == .long ? .down : .up)
    if let stop, side == .long ? stop.triggerPrice >= price : stop.triggerPrice <= price {
      return .failure(.stopOnWrongSide(stop: stop.triggerPrice, entry: price))
    }
    if let target, side == .long ? target.triggerPrice <= price : target.triggerPrice >= price {
      return .failure(.targetOnWrongSide(target: target.triggerPrice, entry: price))
    }
    // What the engine puts back is the only stop that there is.
    if source != .engine, let stop,
      let denial = context.stopDenial(stop.triggerPrice, for: held, in: market, limits: limits)
    {
      return .failure(denial)
    }
    let request = ProtectionRequest(
      clientOrderID: ids.next(), key: key, side: side.closingSide, size: size,
      takeProfit: target, stopLoss: stop)
    return .success(
      ApprovedProtection(
        request,
        IntentRecord(
          action: .protection(request), purpose: .protect, source: source, reasons: reasons,
          figures: nil, state: context.state, at: context.now)))
  }

  /// Makes the very same order again under its own id, for one that was found nowhere. Only what
  /// makes a position smaller is sent again, and only while there is a position.
  public func resend(
    _ order: TrackedOrder, source: CommandSource, reasons: [String], in context: RiskContext
  ) -> ApprovedOrder? {
    guard order.reduceOnly, let id = order.clientOrderID else { return nil }
    let key = PositionKey(
      instrument: order.instrument, slot: order.slot, marginMode: order.marginMode)
    guard context.account.positions[key]?.report.side.closingSide == order.side else { return nil }
    let request = OrderRequest(
      clientOrderID: id, instrument: order.instrument, side: order.side, slot: order.slot,
      marginMode: order.marginMode, type: order.type, contracts: order.contracts,
      reduceOnly: true)
    return ApprovedOrder(
      request,
      IntentRecord(
        action: .order(request), purpose: .reduce, source: source, reasons: reasons,
        figures: nil, state: context.state, at: context.now))
  }

  /// How many approved openings are kept: those of a minute, and enough for a median.
  private static func openingCapacity(_ limits: RiskLimits) -> Int {
    max(20, limits.ordersPerMinuteMaximum)
  }

  /// The most orders that one close may need; a larger position is closed in several goes.
  static let closingOrderLimit = 20

  private func recentOpenings(at now: Timestamp) -> Int {
    var count = 0
    // Oldest first, so the newest that is too old ends the look.
    for place in openings.indices.reversed() {
      guard now - openings[place].at < .minutes(1) else { break }
      count += 1
    }
    return count
  }

  /// How many openings that no person asked for were approved after a moment.
  private func automaticOpenings(since moment: Timestamp) -> Int {
    guard limits.pace.ordersPerSecondMaximum != nil else { return 0 }
    var count = 0
    for place in openings.indices.reversed() {
      guard openings[place].at > moment else { break }
      if !openings[place].source.isPerson { count += 1 }
    }
    return count
  }

  /// How long ago the same was opened: the very same wish by anyone, or, for an automatic one, any
  /// of the same instrument and side (case K03). Nil when not within the window.
  private func repeatedAfter(
    _ intent: OpeningIntent, _ source: CommandSource, at now: Timestamp
  ) -> TimeSpan? {
    for place in openings.indices.reversed() {
      let age = now - openings[place].at
      guard age < limits.duplicateWindow else { return nil }
      if openings[place].intent == intent { return age }
      if !source.isPerson, openings[place].intent.instrument == intent.instrument,
        openings[place].intent.side == intent.side
      {
        return age
      }
    }
    return nil
  }
}

extension OrderPreview {
  /// The numbers that the journal keeps of an approved order; nil when one is missing.
  func figures(_ context: RiskContext) -> RiskFigures? {
    guard let equity = context.account.balance?.value.equity, let expectedPrice, let notional,
      let margin, let leverage
    else { return nil }
    return RiskFigures(
      equity: equity, referencePrice: expectedPrice, notional: notional, margin: margin,
      leverage: leverage, lossAtStop: lossAtStop, riskFraction: riskShare,
      rewardToRisk: rewardToRisk, liquidationPrice: liquidationAfter)
  }
}

extension Trigger {
  /// The same trigger at the next tick in the named direction.
  public func onTick(_ tickSize: Price, _ rounding: Rounding) -> Trigger {
    Trigger(
      triggerPrice: triggerPrice.rounded(to: tickSize, rounding), source: source,
      execution: execution)
  }
}

extension OrderType {
  /// The same type with its price on a tick, moved so that it fills no later.
  func onTick(_ tickSize: Price, side: OrderSide) -> OrderType {
    let rounding: Rounding = side == .buy ? .up : .down
    switch self {
    case .market: return .market
    case .limit(let price): return .limit(price.rounded(to: tickSize, rounding))
    case .postOnly(let price): return .postOnly(price.rounded(to: tickSize, rounding))
    case .fillOrKill(let price): return .fillOrKill(price.rounded(to: tickSize, rounding))
    case .immediateOrCancel(let price):
      return .immediateOrCancel(price.rounded(to: tickSize, rounding))
    }
  }
}
