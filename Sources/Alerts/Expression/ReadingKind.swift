import Trading

/// The figures that a condition can read. The raw value is the name in a condition.
public enum ReadingKind: String, Sendable, Hashable, CaseIterable {
  case last, mark, index, bid, ask, spread
  case funding
  case fundingIn = "funding_in"
  case move24h, high24h, low24h, volume24h
  case openInterest = "open_interest"
  case age
  case move, high, low
  case close, volume
  case volumeRatio = "volume_ratio"
  case rsi, ema, sma, atr
  case zone = "in_zone"
  case position, pnl
  case pnlPercent = "pnl_percent"
  case pnlR = "pnl_r"
  case liquidationPercent = "liquidation_percent"
  case liquidationPrice = "liquidation_price"
  case liquidationATR = "liquidation_atr"
  case naked, unproven
  case equity
  case dayPnL = "day_pnl"
  case dayLossUsed = "day_loss_used"
  case marginUsed = "margin_used"
  case drawdown
  case linkDown = "link_down"
  case clockSkew = "clock_skew"
  case halted

  /// What a reading takes in its parentheses.
  public enum Form: Sendable, Hashable {
    /// Nothing.
    case none
    /// An instrument.
    case instrument
    /// An instrument and a time frame.
    case candles
    /// An instrument, a time frame and a number of candles, which has a default.
    case period(usual: Int)
    /// An instrument and a length of time.
    case window
  }

  /// From where the figure comes, which decides what a gap means for it.
  public enum Source: Sendable, Hashable {
    /// The ticks of an instrument.
    case ticks
    /// The closed candles of an instrument.
    case candles
    /// A position in an instrument.
    case position
    /// The account or the program.
    case program
  }

  /// What it takes.
  public var form: Form {
    switch self {
    case .last, .mark, .index, .bid, .ask, .spread, .funding, .fundingIn, .move24h, .high24h,
      .low24h, .volume24h, .openInterest, .age, .position, .pnl, .pnlPercent, .pnlR,
      .liquidationPercent, .liquidationPrice, .naked, .unproven:
      .instrument
    case .move, .high, .low: .window
    case .close, .volume, .zone: .candles
    case .volumeRatio, .ema, .sma: .period(usual: 20)
    case .rsi, .atr, .liquidationATR: .period(usual: 14)
    case .equity, .dayPnL, .dayLossUsed, .marginUsed, .drawdown, .linkDown, .clockSkew, .halted:
      .none
    }
  }

  /// What it gives.
  public var type: ValueType {
    switch self {
    case .last, .mark, .index, .bid, .ask, .high24h, .low24h, .high, .low, .close, .ema, .sma,
      .atr, .liquidationPrice:
      .price
    case .spread, .funding, .move24h, .move, .pnlPercent, .liquidationPercent, .dayLossUsed,
      .marginUsed, .drawdown:
      .percent
    case .fundingIn, .age, .clockSkew: .span
    case .volume24h, .openInterest, .volume, .volumeRatio, .rsi, .position, .pnlR,
      .liquidationATR:
      .number
    case .pnl, .equity, .dayPnL: .money
    case .zone, .naked, .unproven, .linkDown, .halted: .truth
    }
  }

  /// Where it comes from.
  public var source: Source {
    switch self {
    case .last, .mark, .index, .bid, .ask, .spread, .funding, .fundingIn, .move24h, .high24h,
      .low24h, .volume24h, .openInterest, .move, .high, .low:
      .ticks
    case .close, .volume, .volumeRatio, .rsi, .ema, .sma, .atr: .candles
    case .zone: .ticks
    case .position, .pnl, .pnlPercent, .pnlR, .liquidationPercent, .liquidationPrice,
      .liquidationATR, .naked, .unproven:
      .position
    case .age, .equity, .dayPnL, .dayLossUsed, .marginUsed, .drawdown, .linkDown, .clockSkew,
      .halted:
      .program
    }
  }

  /// What an alert of it is about.
  var topic: AlertTopic {
    switch self {
    case .age, .linkDown, .clockSkew: .connection
    case .equity, .dayPnL, .dayLossUsed, .marginUsed, .drawdown, .halted: .account
    case .position, .pnl, .pnlPercent, .pnlR, .liquidationPercent, .liquidationPrice,
      .liquidationATR, .naked, .unproven:
      .position
    case .last, .mark, .index, .bid, .ask, .spread, .funding, .fundingIn, .move24h, .high24h,
      .low24h, .volume24h, .openInterest, .move, .high, .low, .close, .volume, .volumeRatio, .rsi,
      .ema, .sma, .atr, .zone:
      .market
    }
  }

  /// Whether it changes with time alone.
  public var followsClock: Bool {
    [.fundingIn, .age, .move, .high, .low].contains(self)
  }

  /// Whether a new rule that reads it fires when its condition is true already: a danger is told of
  /// at once, a price only when it gets somewhere.
  public var tellsOfStates: Bool { source == .position || source == .program }

  /// The form as the help shows it.
  public var formText: String {
    switch form {
    case .none: rawValue
    case .instrument: "\(rawValue)(BTC)"
    case .candles: "\(rawValue)(BTC, 15m)"
    case .period(let usual): "\(rawValue)(BTC, 15m, \(usual))"
    case .window: "\(rawValue)(BTC, 5m)"
    }
  }

  /// What it is, in a line of the help.
  public var meaning: String {
    switch self {
    case .last: "the last traded price"
    case .mark: "the mark price, by which margin and liquidation go"
    case .index: "the index price"
    case .bid: "the best bid"
    case .ask: "the best ask"
    case .spread: "best ask over best bid, in % of their middle"
    case .funding: "the funding rate of the coming settlement, in %"
    case .fundingIn: "the time until funding settles"
    case .move24h: "the last price against that of 24 hours ago, in %"
    case .high24h: "the highest price of 24 hours"
    case .low24h: "the lowest price of 24 hours"
    case .volume24h: "coins traded in 24 hours"
    case .openInterest: "the open interest, where the exchange tells it"
    case .age: "the time since anything came about the instrument"
    case .move: "the last price against that of the window's start, in %"
    case .high: "the highest last price of the window before the newest one"
    case .low: "the lowest last price of the window before the newest one"
    case .close: "the close of the newest closed candle"
    case .volume: "coins traded in the newest closed candle"
    case .volumeRatio: "its volume over the median of the candles before it"
    case .rsi: "the relative strength index at the newest close, 0 to 100"
    case .ema: "the exponential average of the closes"
    case .sma: "the plain average of the closes"
    case .atr: "the average true range, in price"
    case .zone: "whether the last price is inside a supply or demand zone"
    case .position: "contracts held, negative for a short"
    case .pnl: "the unrealized profit, in money"
    case .pnlPercent: "the unrealized profit in % of the margin"
    case .pnlR: "the result over the initial risk"
    case .liquidationPercent: "the way from mark to liquidation, in % of mark"
    case .liquidationPrice: "the way from mark to liquidation, in price"
    case .liquidationATR: "the way from mark to liquidation, in average true ranges"
    case .naked: "whether a position has no stop"
    case .unproven: "whether the exchange has not shown a position's stop"
    case .equity: "the equity at mark"
    case .dayPnL: "today's profit or loss"
    case .dayLossUsed: "today's loss in % of its limit"
    case .marginUsed: "the margin in use, in % of the equity"
    case .drawdown: "how far the equity is below its peak, in %"
    case .linkDown: "whether a connection to the exchange is lost"
    case .clockSkew: "how far our clock is off the exchange's, without its sign"
    case .halted: "whether the bot is halted"
    }
  }
}
