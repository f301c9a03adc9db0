import Trading
import Units

extension Denial {
  /// The reason as a sentence with its numbers.
  public var text: String {
    switch self {
    case .stateForbids(let state): "the bot is \(state.rawValue): nothing may be opened"
    case .stopFarther(let state):
      "the bot is \(state.rawValue): a stop is only moved to where no more is lost"
    case .approvalNeeded: "the bot is in approval: an order of a strategy needs a key press"
    case .notReady(let readiness): readiness.text
    case .flattening(let id):
      "\(id?.text ?? "everything") is being flattened: nothing is opened before it is flat"
    case .tooManyOrders(let count, let limit): "\(count) orders in a minute, limit \(limit)"
    case .tooFast(let count, let limit): "\(count) orders of strategies in a second, limit \(limit)"
    case .duplicate(let age, let window):
      "the same was opened \(seconds(age)) ago, a repeat within \(seconds(window))"
    case .dailyLoss(let lost, let limit):
      "the day has lost \(money(lost)), the limit is \(money(limit))"
    case .drawdown(let fallen, let limit):
      "the equity is \(money(fallen)) below its peak, the limit is \(money(limit)); "
        + "`reset peak` begins anew"
    case .resting(let id, let left): "\(id) rests for another \(seconds(left))"
    case .outsideHours: "strategies do not open at this hour"
    case .tooManyTrades(let count, let limit):
      "strategies opened \(count) positions today, limit \(limit)"
    case .unknownInstrument(let id): "\(id) is not an instrument of this exchange"
    case .instrumentNotLive(let id): "\(id) takes no orders now"
    case .instrumentChanged(let id):
      "the contract of \(id) changed while something is open in it; it must be flat first"
    case .missing(let datum): "\(datum.words) not known yet"
    case .stale(let datum, let age, let limit):
      "\(datum.words) \(seconds(age)) old, limit \(seconds(limit))"
    case .bookUnsynced: "the order book lost a message and waits for a snapshot"
    case .bookCrossed: "the order book is crossed"
    case .bookEmpty: "nothing rests on the side of the order book that this order takes"
    case .bookTooThin(let wanted, let offered): "the book offers \(offered) of \(wanted) contracts"
    case .pricesDiverge(let last, let mark, let limit):
      "last price \(last) and mark price \(mark) are more than \(percent(limit)) apart"
    case .unknownOrder(let id): "the outcome of order \(id) is unknown; wait until it is resolved"
    case .unknownForeignOrder(let id):
      "order \(id) at the exchange is in a state that is not known; wait until it is resolved"
    case .oppositePosition(let side, let contracts):
      "a \(side.rawValue) position of \(contracts) contracts is open; close it first"
    case .oppositeOrder(let side, let contracts):
      "an order to \(side.rawValue) \(contracts) contracts is under way; wait for it or cancel it"
    case .equityNotPositive(let equity): "the equity is \(money(equity))"
    case .notValued(let id):
      "what is open in \(id) cannot be valued here; close or cancel it at the exchange first"
    case .sizeNotPositive: "the size must be above zero"
    case .offLot(let size, let lot): "\(size) contracts is no multiple of the lot size \(lot)"
    case .belowMinimum(let size, let least): "\(size) contracts, the least order is \(least)"
    case .aboveMaximum(let size, let most): "\(size) contracts, the largest order is \(most)"
    case .sizeBelowOneLot(let lot, let cost):
      "the size buys less than one lot: \(lot) contracts are worth \(money(cost))"
    case .riskBelowOneLot(let risk, let loss):
      "the risk of \(small(risk, .down)) is less than one lot loses at the stop "
        + "(\(small(loss, .up)))"
    case .offTick(let price, let tick): "\(price) is no multiple of the tick size \(tick)"
    case .outsideCollar(let price, let mark, let limit):
      "\(price) is more than \(percent(limit)) through the mark price \(mark)"
    case .outOfRange: "the numbers are too large to compute with"
    case .stopMissing: "an opening order needs a stop loss"
    case .liquidationIsNoStop: "liquidation may not be the stop in this account"
    case .stopOnWrongSide(let stop, let entry): "the stop \(stop) is past the price \(entry)"
    case .stopBeyondLiquidation(let stop, let liquidation, let least):
      "the stop \(stop) is not \(percent(least)) before liquidation at \(liquidation)"
    case .targetOnWrongSide(let target, let entry):
      "the target \(target) is past the price \(entry)"
    case .rewardTooSmall(let ratio, let minimum):
      "reward to risk is \(hundredths(ratio)), the minimum is \(hundredths(minimum))"
    case .targetMissing(let minimum):
      "there is no target: the minimum of reward to risk is \(hundredths(minimum))"
    case .riskTooLarge(let loss, let limit):
      "the stop would lose \(money(loss)), the limit is \(money(limit))"
    case .tradeRiskTooLarge(let loss, let before, let limit):
      "the stop would lose \(money(loss)) beside \(money(before)) that the same trade can lose "
        + "already, the limit is \(money(limit))"
    case .pairNotional(let would, let limit):
      "the pair would be worth \(money(would)), the limit is \(money(limit))"
    case .totalNotional(let would, let limit):
      "all positions would be worth \(money(would)), the limit is \(money(limit))"
    case .marginUsed(let would, let limit):
      "the margin used would be \(money(would)), the limit is \(money(limit))"
    case .marginShort(let needs, let available):
      "the order needs \(money(needs)) of margin, \(money(available)) is available"
    case .leverageTooHigh(let leverage, let limit): "leverage \(leverage)x, limit \(limit)x"
    case .leverageNotMeant(let leverage, let meant):
      "the leverage at the exchange is \(leverage)x, meant is \(meant)x; set it again first"
    case .leverageNotWhole(let leverage, let limit):
      "leverage \(leverage)x: it is a whole number from 1x to \(limit)x"
    case .tooManyPositions(let count, let limit): "\(count) positions are open, limit \(limit)"
    case .marginPerTrade(let needs, let limit):
      "without a stop the margin of \(money(needs)) can be lost, the limit is \(money(limit))"
    case .bookShare(let wanted, let offered, let limit):
      "\(wanted) contracts are more than \(percent(limit)) of the \(offered) that the book offers"
    case .aboveMedian(let notional, let median, let multiple):
      "\(money(notional)) is more than \(multiple) times the usual order of \(money(median))"
    case .rangeTooLarge(let move, let limit):
      "an average range of the price would move \(money(move)), the limit is \(money(limit))"
    case .correlatedNotional(let would, let limit):
      "what moves together would be worth \(money(would)), the limit is \(money(limit))"
    case .strategyTrades(let count, let limit):
      "the strategy opened \(count) positions today, its own limit is \(limit)"
    case .strategyLoss(let lost, let limit):
      "the strategy lost \(money(lost)) today, its own limit is \(money(limit))"
    case .strategyRisk(let loss, let before, let limit):
      "the stop would lose \(money(loss))"
        + (before.isZero ? "" : " beside \(money(before)) that the same trade can lose already")
        + ", the strategy's own limit is \(money(limit))"
    case .strategyNotional(let would, let limit):
      "the pair would be worth \(money(would)), the strategy's own limit is \(money(limit))"
    case .nothingToClose(let key): "there is no position in \(key.instrument) to close"
    case .exitsRest(let key, let contracts):
      "exits of \(contracts) contracts rest in \(key.instrument) already; change or cancel one"
    case .shareOutOfRange(let share): "\(percent(share)) of a position cannot be closed"
    case .shareBelowLot(let share, let contracts, let lot):
      "\(percent(share)) of \(contracts) contracts is less than one lot of \(lot)"
    case .protectionEmpty: "protection needs a stop, a target or both"
    case .trailOutOfRange(let distance, let least, let price):
      "a stop cannot trail by \(distance): between \(least), which is the spread and a few ticks, "
        + "and the price of \(price)"
    case .positionModeTaken(let positions, let orders):
      "the position mode changes only without positions and orders: "
        + "\(positions) positions and \(orders) orders are open"
    }
  }
}

extension Denial: CustomStringConvertible {
  public var description: String { "\(text) [\(code)]" }
}

extension Readiness {
  /// What is missing, as a sentence; empty when nothing is.
  public var text: String {
    switch self {
    case .ready: ""
    case .starting(let step): "still starting: \(step)"
    case .reconciling: "the account is being compared with the exchange's"
    case .linkDown(.publicStream): "the market data stream is down"
    case .linkDown(.privateStream): "the account stream is down"
    case .linkDown(.requests): "the exchange does not answer requests"
    case .clockOff(let offset): "our clock is \(seconds(offset)) off the exchange's"
    case .journalDown: "the journal cannot be written"
    case .positionModeChanged(let mode):
      "the position mode was changed elsewhere, it is \(mode.rawValue) now"
    case .accountUnread(let span): "the account was not read for \(seconds(span))"
    case .rulesUnread: "the rules of the instruments are being read again"
    }
  }
}

extension Denial.Datum {
  fileprivate var words: String {
    switch self {
    case .ticker: "the last price is"
    case .mark: "the mark price is"
    case .book: "the order book is"
    case .balance: "the balance is"
    case .positions: "the positions are"
    case .positionMode: "the position mode is"
    case .leverage: "the leverage is"
    case .tiers: "the maintenance margin is"
    case .dayFigures: "the profit and loss of the day is"
    case .candles: "enough candles are"
    }
  }
}

private func money(_ amount: Money) -> String {
  "\(amount.value.text(places: 2, .nearestOrEven)) USDT"
}

/// A sum that may be far below one, rounded so that the smaller of two stays the smaller one.
private func small(_ amount: Money, _ rounding: Rounding) -> String {
  let places = amount.magnitude < 1 ? 4 : 2
  return "\(amount.value.text(places: places, rounding)) USDT"
}

private func percent(_ rate: Rate) -> String {
  "\(Rate(rate.value.times(100)).rounded(to: "0.01", .nearestOrEven)) %"
}

private func hundredths(_ rate: Rate) -> String { rate.value.text(places: 2, .towardZero) }

private func seconds(_ span: TimeSpan) -> String {
  Fixed(raw: Int128(span.milliseconds) * 1_000_000_000_000_000).text(places: 1, .nearestOrEven)
    + " s"
}
