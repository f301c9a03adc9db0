import Units

/// One price of a book and what rests there.
@frozen
public struct BookLevel: Sendable, Hashable {
  /// The price of the level, in quote coins for one base coin.
  public let price: Price
  /// What rests there in contracts; zero in an update removes the level.
  public let contracts: Contracts

  /// States a level.
  @inlinable
  public init(price: Price, contracts: Contracts) {
    self.price = price
    self.contracts = contracts
  }
}

/// A snapshot of a book or a change to it.
public struct BookUpdate: Sendable, Hashable {
  /// Whether it replaces the book or changes it.
  public enum Kind: Sendable, Hashable {
    /// The whole book; nothing of the old one remains.
    case snapshot
    /// Changed levels only.
    case delta
  }

  /// Whose book.
  public let instrument: InstrumentID
  /// Whether it replaces or changes.
  public let kind: Kind
  /// Bids, best first in a snapshot.
  public let bids: [BookLevel]
  /// Asks, best first in a snapshot.
  public let asks: [BookLevel]
  /// The number of this message.
  public let sequence: UInt64
  /// The number of the message that must have come before; zero for a snapshot.
  public let previousSequence: UInt64
  /// When the exchange stated it.
  public let exchangeTime: Timestamp

  /// States an update.
  @inlinable
  public init(
    instrument: InstrumentID, kind: Kind, bids: [BookLevel], asks: [BookLevel], sequence: UInt64,
    previousSequence: UInt64, exchangeTime: Timestamp
  ) {
    self.instrument = instrument
    self.kind = kind
    self.bids = bids
    self.asks = asks
    self.sequence = sequence
    self.previousSequence = previousSequence
    self.exchangeTime = exchangeTime
  }
}
