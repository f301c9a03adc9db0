import Units

/// A wish to trade, or to change how the account trades, from a person or a strategy. It is done, or
/// denied with its reason.
public enum Intent: Sendable, Hashable {
  /// Opens a position or adds to one.
  case open(OpeningIntent)
  /// Makes a position smaller or closes it.
  case close(ClosingIntent)
  /// Gives a position a stop, a target or both; the first of several targets.
  case protect(PositionKey, stopLoss: Price?, takeProfit: Price?)
  /// Has the stop of a position follow the price, from a price on where one is given.
  case trail(PositionKey, TrailDistance, activation: Price?)
  /// Sets the leverage of an instrument.
  case setLeverage(InstrumentID, MarginMode, Leverage)
  /// Sets the position mode of the account.
  case setPositionMode(PositionMode)

  /// The instrument that it is about, nil for one about the account.
  public var instrument: InstrumentID? {
    switch self {
    case .open(let opening): opening.instrument
    case .close(let closing): closing.key.instrument
    case .protect(let key, _, _), .trail(let key, _, _): key.instrument
    case .setLeverage(let instrument, _, _): instrument
    case .setPositionMode: nil
    }
  }
}

/// How far a trailing stop stays behind the best price.
public enum TrailDistance: Sendable, Hashable {
  /// So far in price.
  case price(Price)
  /// Such a share of the best price.
  case share(Rate)

  /// The distance as people write it.
  public var text: String {
    switch self {
    case .price(let price): price.description
    case .share(let share): "\(share.value.times(100))%"
    }
  }
}

/// How large an opening is to be; the gate turns it into contracts and rounds down.
public enum SizeRequest: Sendable, Hashable {
  /// So many contracts, as they stand.
  case contracts(Contracts)
  /// So many coins.
  case baseAmount(BaseAmount)
  /// So much value at the entry price.
  case notional(Money)
  /// So much of the equity as collateral.
  case marginShare(Rate)
  /// So much of the equity is lost when the stop fills, fees and slippage included.
  case riskShare(Rate)
}

/// What ends a position that goes wrong. Not an optional: to have no stop is a choice with a name.
public enum StopPlan: Sendable, Hashable {
  /// A stop loss rests at the exchange.
  case stop(Trigger)
  /// The collateral is the stop: isolated margin only, and only where the account allows it.
  case liquidation
  /// Nothing yet; the gate refuses to open with it.
  case none

  /// The stop loss, nil for the other plans.
  public var trigger: Trigger? {
    if case .stop(let trigger) = self { trigger } else { nil }
  }
}

/// A wish to open a position or to add to one.
public struct OpeningIntent: Sendable, Hashable {
  /// What is to be traded.
  public var instrument: InstrumentID
  /// Which way.
  public var side: PositionSide
  /// Where the collateral comes from.
  public var marginMode: MarginMode
  /// How the order meets the book.
  public var type: OrderType
  /// How large it is to be.
  public var size: SizeRequest
  /// What ends it when it goes wrong.
  public var stop: StopPlan
  /// Where it takes profit, nil when that is left to a person.
  public var takeProfit: Trigger?

  /// States a wish.
  public init(
    instrument: InstrumentID, side: PositionSide, marginMode: MarginMode, type: OrderType,
    size: SizeRequest, stop: StopPlan, takeProfit: Trigger? = nil
  ) {
    self.instrument = instrument
    self.side = side
    self.marginMode = marginMode
    self.type = type
    self.size = size
    self.stop = stop
    self.takeProfit = takeProfit
  }
}

/// A wish to make a position smaller.
public struct ClosingIntent: Sendable, Hashable {
  /// Which position.
  public var key: PositionKey
  /// How much of it, above zero and at most one.
  public var share: Rate
  /// How the order meets the book.
  public var type: OrderType

  /// States a wish; by default the whole position at market.
  public init(key: PositionKey, share: Rate = 1, type: OrderType = .market) {
    self.key = key
    self.share = share
    self.type = type
  }
}

/// Who asked for something.
public enum CommandSource: Sendable, Hashable {
  /// A person at the dashboard.
  case keyboard
  /// A person at a second terminal.
  case control
  /// A strategy, by its name.
  case strategy(String)
  /// A person in a browser.
  case web
  /// A program that may only propose.
  case agent(String)
  /// The program itself: protection, recovery.
  case engine

  /// Who it was, as people read it.
  public var words: String {
    switch self {
    case .keyboard: "the keyboard"
    // Telegram's commands come the same way.
    case .control: "a second terminal or Telegram"
    case .strategy(let name): "strategy \(name)"
    case .web: "the browser"
    case .agent(let name): "agent \(name)"
    case .engine: "the program"
    }
  }

  /// Who it was, as programs and the journal read it: one word, or a word and a name as in
  /// `strategy:scaleIn`.
  public var code: String {
    switch self {
    case .keyboard: "keyboard"
    case .control: "control"
    case .strategy(let name): "strategy:\(name)"
    case .web: "web"
    case .agent(let name): "agent:\(name)"
    case .engine: "engine"
    }
  }

  /// Whether a person asked; automatic entries obey more rules.
  public var isPerson: Bool {
    switch self {
    case .keyboard, .control, .web: true
    case .strategy, .agent, .engine: false
    }
  }
}
