import Trading
import Units

/// What a strategy may look at besides its candles.
public struct StrategyContext: Sendable {
  /// Which way the instrument's position is held; nil when there is none.
  public let held: PositionSide?
  /// The price that can be traded at now.
  public let price: Price
  /// The price step of the instrument.
  public let tickSize: Price
  /// What entering and leaving cost together, the fees and the slippage that is allowed for, as a
  /// fraction of the price.
  public let roundTripCost: Rate
  /// When a position of the instrument was opened last; nil when that is not known.
  public let enteredAt: Timestamp?

  /// States what can be looked at; without a cost, as if trading cost nothing.
  @inlinable
  public init(
    held: PositionSide?, price: Price, tickSize: Price, roundTripCost: Rate = .zero,
    enteredAt: Timestamp? = nil
  ) {
    self.held = held
    self.price = price
    self.tickSize = tickSize
    self.roundTripCost = roundTripCost
    self.enteredAt = enteredAt
  }
}

/// A rule that trades one instrument: closed candles in, wishes out.
///
/// It is a value without clock and chance: the same candles give the same wishes, in a backtest, on
/// paper and live. It never sees a candle that can still change, and nothing of the future.
public protocol Strategy: Sendable {
  /// The only candles that it works on; nil when it takes those of any length.
  var requiredTimeFrame: TimeFrame? { get }

  /// Whether every position that it opens has a stop; without one its collateral is the stop.
  var hasStop: Bool { get }

  /// Whether every position that it opens has a target; without one it closes by itself.
  var hasTarget: Bool { get }

  /// How many closed candles in a row it must have seen before it can decide for the first time;
  /// zero where it cannot tell.
  var warmUp: Int { get }

  /// Takes a candle that has closed and returns what is wanted, in order.
  mutating func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish]

  /// Takes candles that have closed one after the other as ``candleClosed(_:_:in:)`` would, as long
  /// as nothing can be wanted, and returns how many it took; zero where it cannot tell. `held` is
  /// the side of the instrument's position at all of them, nil without one.
  mutating func pass(_ candles: CandleStretch, held: PositionSide?) -> Int

  /// Returns why it does what it does now.
  func why() -> Explanation
}

extension Strategy {
  public var requiredTimeFrame: TimeFrame? { nil }

  public var hasStop: Bool { true }

  public var hasTarget: Bool { true }

  public var warmUp: Int { 0 }

  public mutating func pass(_ candles: CandleStretch, held: PositionSide?) -> Int { 0 }
}

/// A strategy with its name and what it trades.
public struct StrategyPlan: Sendable {
  /// Its name in orders, journal and reports.
  public let name: String
  /// What it trades.
  public let instrument: InstrumentID
  /// Where the collateral of its positions comes from.
  public let marginMode: MarginMode
  /// The candles that it wants to see.
  public let timeFrames: [TimeFrame]
  /// The rule.
  public var strategy: any Strategy
  /// What it may do at the start.
  public let state: StrategyState

  /// States a plan.
  public init(
    name: String, instrument: InstrumentID, marginMode: MarginMode, timeFrames: [TimeFrame],
    strategy: any Strategy, state: StrategyState = .running
  ) {
    self.name = name
    self.instrument = instrument
    self.marginMode = marginMode
    self.timeFrames = timeFrames
    self.strategy = strategy
    self.state = state
  }
}
