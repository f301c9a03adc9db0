import Units

/// The name of one life of a position, from flat to flat.
///
/// Made from the position and the time of its first fill, so the same life found again after a
/// restart has the same name.
public struct CycleID: TextIdentifier {
  public let text: String

  /// Wraps a name read from the journal.
  public init(_ text: String) { self.text = text }

  /// Names the life of a position that began at a moment of the exchange's clock.
  public init(key: PositionKey, openedAt: Timestamp) {
    let mode = key.marginMode.rawValue
    text = "\(key.instrument):\(key.slot.rawValue):\(mode):\(openedAt.milliseconds)"
  }
}

/// One life of a position, from flat to flat, as far as it has come.
public struct PositionCycle: Sendable, Hashable {
  /// What ended it.
  public enum Ending: String, Sendable, Hashable, CaseIterable {
    /// Its stop loss.
    case stopLoss
    /// Its take profit.
    case takeProfit
    /// An order of a person.
    case manual
    /// An order of a strategy.
    case strategy
    /// The exchange liquidated it.
    case liquidation
    /// The exchange deleveraged it.
    case autoDeleveraging
    /// Someone who does not use this program.
    case external
    /// It was gone at the exchange and history does not tell why.
    case unexplained
    /// The simulated account ended with its run, and the position with it.
    case accountEnded
  }

  /// Which position.
  public let key: PositionKey
  /// Which way it was held.
  public let side: PositionSide
  /// Who opened it; nil when it was opened elsewhere: by hand at the exchange, by another bot.
  public var source: CommandSource?
  /// When the first fill happened at the exchange.
  public let openedAt: Timestamp
  /// When the last fill happened; nil while it is open.
  public var closedAt: Timestamp?
  /// The mean price of everything that opened or added.
  public var entryPrice: Price
  /// The mean price of everything that reduced or closed; nil while it is open, and where not all
  /// that closed it is known.
  public var exitPrice: Price?
  /// The most that was held.
  public var peakContracts: Contracts
  /// The first stop; nil when there was none.
  public var initialStop: Price?
  /// What was risked with all that was opened, each part from its entry to the stop in force for
  /// it when it was opened, fees and slippage included, above zero; nil when there was no stop or
  /// it is not known.
  public var initialRisk: Money?
  /// Price profit realized, before fees and funding.
  public var realizedPnL: Money
  /// Fees paid; positive is a cost.
  public var fees: Money
  /// Funding received (positive) or paid (negative).
  public var funding: Money
  /// The most favorable mark price seen; nil when none was.
  public var bestPrice: Price?
  /// The least favorable mark price seen; nil when none was.
  public var worstPrice: Price?
  /// What ended it; nil while it is open.
  public var ending: Ending?

  /// States a life at its beginning.
  public init(
    key: PositionKey, side: PositionSide, source: CommandSource?, openedAt: Timestamp,
    entryPrice: Price, peakContracts: Contracts
  ) {
    self.key = key
    self.side = side
    self.source = source
    self.openedAt = openedAt
    self.entryPrice = entryPrice
    self.peakContracts = peakContracts
    closedAt = nil
    exitPrice = nil
    initialStop = nil
    initialRisk = nil
    realizedPnL = .zero
    fees = .zero
    funding = .zero
    bestPrice = nil
    worstPrice = nil
    ending = nil
  }

  /// Its name.
  public var id: CycleID { CycleID(key: key, openedAt: openedAt) }

  /// What it brought after fees and funding.
  public var netPnL: Money { realizedPnL - fees + funding }

  /// The net result over the initial risk, toward zero; nil when there was no stop.
  public var rMultiple: Rate? {
    initialRisk.flatMap { netPnL.fraction(of: $0, .towardZero) }
  }
}

/// Funding was paid or received for a position.
public struct FundingRecord: Sendable, Hashable {
  /// For which instrument.
  public let instrument: InstrumentID
  /// Received (positive) or paid (negative).
  public let amount: Money
  /// When it settled at the exchange.
  public let settledAt: Timestamp
  /// When we learned of it.
  public let at: Timestamp

  /// States a payment.
  public init(instrument: InstrumentID, amount: Money, settledAt: Timestamp, at: Timestamp) {
    self.instrument = instrument
    self.amount = amount
    self.settledAt = settledAt
    self.at = at
  }
}

/// The account's worth at a moment.
public struct EquityRecord: Sendable, Hashable {
  /// Why it was taken down.
  public enum Occasion: String, Sendable, Hashable, CaseIterable {
    /// The trading day began; the daily limits count from here.
    case dayStart
    /// A new highest equity; the drawdown limit counts from here.
    case peak
    /// A point of the equity curve.
    case curve
  }

  /// Why it was taken down.
  public let occasion: Occasion
  /// Cash plus unrealized profit and loss.
  public let equity: Money
  /// Cash.
  public let cash: Money
  /// When.
  public let at: Timestamp

  /// States a point.
  public init(occasion: Occasion, equity: Money, cash: Money, at: Timestamp) {
    self.occasion = occasion
    self.equity = equity
    self.cash = cash
    self.at = at
  }
}

/// A person, a script or an agent asked for something.
public struct CommandRecord: Sendable, Hashable {
  /// Who.
  public let source: CommandSource
  /// What, in the words of the command line: `close BTC-USDT`.
  public let text: String
  /// What became of it, as a sentence; nil when it was simply done.
  public let answer: String?
  /// When.
  public let at: Timestamp

  /// States a command.
  public init(source: CommandSource, text: String, answer: String?, at: Timestamp) {
    self.source = source
    self.text = text
    self.answer = answer
    self.at = at
  }

  /// The state that it gave to a strategy; nil when it was about something else or not done.
  public var strategyState: StrategyStateNote? {
    answer == nil ? StrategyStateNote(text: text) : nil
  }
}

/// A sentence for people.
public struct NoteRecord: Sendable, Hashable {
  /// How much it matters.
  public enum Level: String, Sendable, Hashable, CaseIterable {
    /// Worth knowing.
    case notice
    /// Something is not as it should be.
    case warning
    /// Someone must look.
    case alarm
    /// Written by the user.
    case user
  }

  /// How much it matters.
  public let level: Level
  /// The sentence; for a user's note, the user's words.
  public let text: String
  /// Which instrument it is about, nil for none.
  public let instrument: InstrumentID?
  /// Which life of a position it is about, nil for none.
  public let cycle: CycleID?
  /// When.
  public let at: Timestamp

  /// States a sentence.
  public init(
    level: Level, text: String, instrument: InstrumentID? = nil, cycle: CycleID? = nil,
    at: Timestamp
  ) {
    self.level = level
    self.text = text
    self.instrument = instrument
    self.cycle = cycle
    self.at = at
  }
}
