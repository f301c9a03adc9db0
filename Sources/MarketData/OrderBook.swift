import Trading
import Units

/// The resting orders of one instrument, kept by snapshots and a chain of changes.
///
/// A book that lost a message is unsynced at once and stays so until the next snapshot: nothing is
/// traded on it (fault case B01). A snapshot replaces everything (B03).
public struct OrderBook: Sendable, Hashable {
  /// Whether the book can be believed.
  public enum State: Sendable, Hashable {
    /// No snapshot has come yet.
    case waiting
    /// Every change since the snapshot is in.
    case synced
    /// A message was lost or made no sense; the levels are the last good ones.
    case unsynced(Problem)
  }

  /// Why a book stopped being believable.
  public enum Problem: Sendable, Hashable {
    /// The chain of sequence numbers broke.
    case gap(expected: UInt64, got: UInt64)
    /// The exchange's adapter saw the loss.
    case reported
    /// A level had a price that is not above zero or a size below zero.
    case badLevel(BookLevel)
    /// A snapshot was not strictly in order.
    case disorder
  }

  /// What a message did to the book.
  public enum Change: Sendable, Hashable {
    /// It is in.
    case applied
    /// It was a repeat or older than the book and changed nothing (B02).
    case ignored
    /// It made the book unsynced, or came while it was; a fresh snapshot is needed.
    case needsSnapshot
  }

  /// Whether the book can be believed.
  public private(set) var state: State = .waiting
  /// What is bid.
  public private(set) var bids = BookSide(isBid: true)
  /// What is asked.
  public private(set) var asks = BookSide(isBid: false)
  /// The number of the last message that is in.
  public private(set) var sequence: UInt64 = 0
  /// The exchange's time of that message.
  public private(set) var exchangeTime = Timestamp(milliseconds: 0)

  /// Makes a book that waits for its snapshot.
  public init() {}

  /// Applies a snapshot or a change.
  public mutating func apply(_ update: BookUpdate) -> Change {
    switch update.kind {
    case .snapshot: applySnapshot(update)
    case .delta: applyDelta(update)
    }
  }

  /// Marks the book as unsynced because the adapter lost a message.
  public mutating func markGap() {
    guard state != .waiting else { return }
    state = .unsynced(.reported)
  }

  /// Whether every change since the snapshot is in.
  public var isSynced: Bool { state == .synced }

  /// Whether the best bid is at or above the best ask (B05).
  public var isCrossed: Bool {
    guard let bid = bids.best, let ask = asks.best else { return false }
    return bid.price >= ask.price
  }

  /// Whether an order may be measured against the book: synced, both sides there, not crossed.
  public var isUsable: Bool { isSynced && bids.count > 0 && asks.count > 0 && !isCrossed }

  /// The best ask minus the best bid; nil while the book is not usable.
  public var spread: Price? {
    guard isUsable, let bid = bids.best, let ask = asks.best else { return nil }
    return ask.price - bid.price
  }

  /// Returns (bids - asks) / (bids + asks) over the best levels, from -1 to 1; nil without any.
  public func imbalance(depth: Int) -> Rate? {
    let bid = bids.contracts(depth: depth)
    let ask = asks.contracts(depth: depth)
    return (bid - ask).fraction(of: bid + ask, .towardZero)
  }

  /// The side that an order of this kind takes from.
  public func sideTaken(by side: OrderSide) -> BookSide { side == .buy ? asks : bids }

  private mutating func applySnapshot(_ update: BookUpdate) -> Change {
    if let bad = Self.firstBadLevel(update) {
      state = .unsynced(.badLevel(bad))
      return .needsSnapshot
    }
    guard bids.replace(bestFirst: update.bids), asks.replace(bestFirst: update.asks) else {
      state = .unsynced(.disorder)
      return .needsSnapshot
    }
    accept(update)
    state = .synced
    return .applied
  }

  private mutating func applyDelta(_ update: BookUpdate) -> Change {
    switch state {
    case .waiting: return .needsSnapshot
    case .unsynced: return .needsSnapshot
    case .synced: break
    }
    if update.previousSequence != sequence {
      // The chain is what counts; numbers that lie behind us are repeats, anything else is a loss.
      if update.sequence <= sequence { return .ignored }
      state = .unsynced(.gap(expected: sequence, got: update.previousSequence))
      return .needsSnapshot
    }
    if let bad = Self.firstBadLevel(update) {
      state = .unsynced(.badLevel(bad))
      return .needsSnapshot
    }
    for level in update.bids { bids.set(level) }
    for level in update.asks { asks.set(level) }
    accept(update)
    return .applied
  }

  private mutating func accept(_ update: BookUpdate) {
    sequence = update.sequence
    exchangeTime = update.exchangeTime
  }

  private static func firstBadLevel(_ update: BookUpdate) -> BookLevel? {
    for level in update.bids where isBad(level) { return level }
    for level in update.asks where isBad(level) { return level }
    return nil
  }

  @inline(__always)
  private static func isBad(_ level: BookLevel) -> Bool {
    !level.price.isPositive || level.contracts.isNegative
  }
}
