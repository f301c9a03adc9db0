import Trading
import Units

/// Why the gate said no, with the numbers that prove it.
///
/// Its sentence is made in one place, `Denial+Text.swift`, and its code is stable.
public enum Denial: Error, Sendable, Hashable {
  /// One thing that must be known and fresh before risk is taken.
  public enum Datum: String, Sendable, Hashable, CaseIterable {
    case ticker
    case mark
    case book
    case balance
    case positions
    case positionMode
    case leverage
    case tiers
    case dayFigures
    case candles
  }

  // The state of the program.
  case stateForbids(BotState)
  /// A stop is not moved to where a position loses more while nothing may be opened.
  case stopFarther(BotState)
  case approvalNeeded
  case notReady(Readiness)
  /// What is being closed, an instrument or all of them (nil), is not opened meanwhile.
  case flattening(InstrumentID?)
  case tooManyOrders(count: Int, limit: Int)
  /// The same in a second, for those that are no persons.
  case tooFast(count: Int, limit: Int)
  case duplicate(age: TimeSpan, window: TimeSpan)

  // The day and the last trades.
  case dailyLoss(lost: Money, limit: Money)
  case drawdown(fallen: Money, limit: Money)
  case resting(InstrumentID, left: TimeSpan)
  case outsideHours
  case tooManyTrades(count: Int, limit: Int)

  // What is known.
  case unknownInstrument(InstrumentID)
  case instrumentNotLive(InstrumentID)
  /// Its contract or tick changed while something was open in it.
  case instrumentChanged(InstrumentID)
  case missing(Datum)
  case stale(Datum, age: TimeSpan, limit: TimeSpan)
  case bookUnsynced
  case bookCrossed
  case bookEmpty
  case bookTooThin(wanted: Contracts, offered: Contracts)
  case pricesDiverge(last: Price, mark: Price, limit: Rate)
  case unknownOrder(ClientOrderID)
  /// An order of somebody else whose state is not known.
  case unknownForeignOrder(ExchangeOrderID)
  case oppositePosition(PositionSide, Contracts)
  /// An order that opens the other way and may fill at any moment.
  case oppositeOrder(OrderSide, Contracts)
  case equityNotPositive(Money)
  /// Something is open in it that no price and no rules give a value.
  case notValued(InstrumentID)

  // The order itself.
  case sizeNotPositive
  case offLot(Contracts, lotSize: Contracts)
  case belowMinimum(Contracts, minimum: Contracts)
  case aboveMaximum(Contracts, maximum: Contracts)
  case sizeBelowOneLot(lot: Contracts, cost: Money)
  case riskBelowOneLot(risk: Money, lossPerLot: Money)
  case offTick(Price, tickSize: Price)
  case outsideCollar(Price, mark: Price, limit: Rate)
  case outOfRange

  // Protection.
  case stopMissing
  case liquidationIsNoStop
  case stopOnWrongSide(stop: Price, entry: Price)
  case stopBeyondLiquidation(stop: Price, liquidation: Price, least: Rate)
  case targetOnWrongSide(target: Price, entry: Price)
  case rewardTooSmall(ratio: Rate, minimum: Rate)
  /// There is no target, so that no ratio of reward to risk can be large enough.
  case targetMissing(minimum: Rate)

  // Limits.
  case riskTooLarge(loss: Money, limit: Money)
  /// The same together with what the position and the orders that add to it lose at their stops.
  case tradeRiskTooLarge(loss: Money, before: Money, limit: Money)
  case pairNotional(would: Money, limit: Money)
  case totalNotional(would: Money, limit: Money)
  case marginUsed(would: Money, limit: Money)
  case marginShort(needs: Money, available: Money)
  case leverageTooHigh(Leverage, limit: Leverage)
  /// The leverage at the exchange is another one than was set: it was changed elsewhere, or could
  /// not be set.
  case leverageNotMeant(Leverage, meant: Leverage)
  /// A leverage below one or between two whole numbers.
  case leverageNotWhole(Leverage, limit: Leverage)
  case tooManyPositions(count: Int, limit: Int)
  case marginPerTrade(needs: Money, limit: Money)
  case bookShare(wanted: Contracts, offered: Contracts, limit: Rate)
  case aboveMedian(Money, median: Money, multiple: Rate)
  case rangeTooLarge(move: Money, limit: Money)
  case correlatedNotional(would: Money, limit: Money)

  // Limits of the strategy that asks, beside those of the account.
  case strategyTrades(count: Int, limit: Int)
  case strategyLoss(lost: Money, limit: Money)
  /// `before` is what the position and the orders that add to it lose at their stops already.
  case strategyRisk(loss: Money, before: Money, limit: Money)
  case strategyNotional(would: Money, limit: Money)

  // Closing and protecting.
  case nothingToClose(PositionKey)
  case exitsRest(PositionKey, Contracts)
  case shareOutOfRange(Rate)
  /// A share of a position that is no order: less than one lot.
  case shareBelowLot(Rate, of: Contracts, lotSize: Contracts)
  case protectionEmpty
  /// How far behind a stop is to follow, the least that is allowed and the whole price.
  case trailOutOfRange(Price, least: Price, price: Price)

  // Settings of the account.
  /// The position mode changes only where nothing is open; how much is.
  case positionModeTaken(positions: Int, orders: Int)

  /// The stable name of the reason.
  public var code: String {
    switch self {
    case .stateForbids: "state.forbids"
    case .stopFarther: "state.stop_farther"
    case .approvalNeeded: "state.approval"
    case .notReady: "state.not_ready"
    case .flattening: "state.flattening"
    case .tooManyOrders: "rate.orders"
    case .tooFast: "rate.second"
    case .duplicate: "order.duplicate"
    case .dailyLoss: "limit.daily_loss"
    case .drawdown: "limit.drawdown"
    case .resting: "rest.instrument"
    case .outsideHours: "hours.closed"
    case .tooManyTrades: "limit.trades_per_day"
    case .unknownInstrument: "instrument.unknown"
    case .instrumentNotLive: "instrument.not_live"
    case .instrumentChanged: "instrument.changed"
    case .missing(let datum): "missing.\(datum.rawValue)"
    case .stale(let datum, _, _): "stale.\(datum.rawValue)"
    case .bookUnsynced: "book.unsynced"
    case .bookCrossed: "book.crossed"
    case .bookEmpty: "book.empty"
    case .bookTooThin: "book.thin"
    case .pricesDiverge: "price.diverge"
    case .unknownOrder: "order.unknown"
    case .unknownForeignOrder: "order.unknown_foreign"
    case .oppositePosition: "position.opposite"
    case .oppositeOrder: "order.opposite"
    case .equityNotPositive: "equity.none"
    case .notValued: "instrument.not_valued"
    case .sizeNotPositive: "size.none"
    case .offLot: "size.lot"
    case .belowMinimum: "size.minimum"
    case .aboveMaximum: "size.maximum"
    case .sizeBelowOneLot: "size.below_lot"
    case .riskBelowOneLot: "size.risk_below_lot"
    case .offTick: "price.tick"
    case .outsideCollar: "price.collar"
    case .outOfRange: "number.range"
    case .stopMissing: "stop.missing"
    case .liquidationIsNoStop: "stop.liquidation"
    case .stopOnWrongSide: "stop.side"
    case .stopBeyondLiquidation: "stop.beyond_liquidation"
    case .targetOnWrongSide: "target.side"
    case .rewardTooSmall: "target.reward"
    case .targetMissing: "target.missing"
    case .riskTooLarge: "limit.risk"
    case .tradeRiskTooLarge: "limit.trade_risk"
    case .pairNotional: "limit.pair_notional"
    case .totalNotional: "limit.total_notional"
    case .marginUsed: "limit.margin_used"
    case .marginShort: "limit.margin"
    case .leverageTooHigh: "limit.leverage"
    case .leverageNotMeant: "leverage.not_meant"
    case .leverageNotWhole: "leverage.number"
    case .tooManyPositions: "limit.positions"
    case .marginPerTrade: "limit.margin_per_trade"
    case .bookShare: "size.book"
    case .aboveMedian: "size.median"
    case .rangeTooLarge: "limit.volatility"
    case .correlatedNotional: "limit.correlated"
    case .strategyTrades: "strategy.trades_per_day"
    case .strategyLoss: "strategy.daily_loss"
    case .strategyRisk: "strategy.trade_risk"
    case .strategyNotional: "strategy.pair_notional"
    case .nothingToClose: "close.nothing"
    case .exitsRest: "close.resting"
    case .shareOutOfRange: "close.share"
    case .shareBelowLot: "close.share_below_lot"
    case .protectionEmpty: "protection.empty"
    case .trailOutOfRange: "trail.distance"
    case .positionModeTaken: "mode.taken"
    }
  }
}
