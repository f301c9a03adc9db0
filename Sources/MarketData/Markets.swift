import Trading
import Units

/// All markets, in the order in which the exchange lists them.
public struct Markets: Sendable, Equatable {
  /// What a message did.
  public enum Change: Sendable, Equatable {
    /// The instruments were read.
    case instruments
    /// Something about the market at this position changed.
    case market(Int)
    /// The last price at this position went where a mark price is that was not believed before.
    case markBelieved(Int)
    /// A candle closed in the market at this position.
    case candleClosed(Int, TimeFrame)
    /// A closed candle in the market at this position was corrected, or a missing one filled in.
    case candleRevised(Int, TimeFrame)
    /// The book at this position can no longer be believed; a snapshot is needed.
    case bookLost(Int)
    /// Nothing changed: a repeat, or an instrument that is not known.
    case nothing
  }

  /// The markets in order.
  public private(set) var all: [Market] = []
  private var positions: [InstrumentID: Int] = [:]
  private let depth: MarketDepth

  /// How far two prices of one thing may be apart, as a share; nil where every price is believed.
  public var jumpLimit: Rate? {
    didSet { for position in all.indices { all[position].jumpLimit = jumpLimit } }
  }

  /// Makes an empty list; without a limit to jumps every price is believed.
  public init(depth: MarketDepth, jumpLimit: Rate?) {
    self.depth = depth
    self.jumpLimit = jumpLimit
  }

  /// How many markets there are.
  public var count: Int { all.count }

  /// Returns the position of a market, nil when it is not known. O(1).
  @inline(__always)
  public func position(of id: InstrumentID) -> Int? {
    // Up to a handful of names a scan of inline strings beats hashing one.
    guard all.count <= 12 else { return positions[id] }
    for place in all.indices where all[place].instrument.id == id { return place }
    return nil
  }

  /// Returns a market, nil when it is not known.
  public subscript(id: InstrumentID) -> Market? {
    position(of: id).map { all[$0] }
  }

  /// Takes a message of the exchange.
  public mutating func apply(_ event: MarketEvent, at now: Timestamp) -> Change {
    switch event {
    case .instruments(let instruments): return replaceRules(instruments)
    case .ticker(let ticker):
      guard let position = position(of: ticker.instrument), ticker.lastPrice.isPositive else {
        return .nothing
      }
      all[position].ticker = Received(ticker, at: now)
      return all[position].settleDoubt() ? .markBelieved(position) : .market(position)
    case .mark(let mark):
      guard let position = position(of: mark.instrument), mark.markPrice.isPositive else {
        return .nothing
      }
      all[position].take(mark, at: now)
      return .market(position)
    case .funding(let funding):
      guard let position = position(of: funding.instrument) else { return .nothing }
      all[position].funding = Received(funding, at: now)
      return .market(position)
    case .trade(let trade):
      guard let position = position(of: trade.instrument) else { return .nothing }
      all[position].tape.append(trade)
      return .market(position)
    case .book(let update): return applyBook(update, at: now)
    case .bookGap(let id):
      guard let position = position(of: id) else { return .nothing }
      all[position].book.markGap()
      return .bookLost(position)
    case .candle(let id, let timeFrame, let candle):
      guard let position = position(of: id) else { return .nothing }
      switch all[position].hear(candle, timeFrame, at: now) {
      case .closed: return .candleClosed(position, timeFrame)
      case .revised: return .candleRevised(position, timeFrame)
      case .updated: return .market(position)
      case .ignored: return .nothing
      }
    case .step(let step): return apply(step, at: now)
    case .candles(let id, let timeFrame, let candles):
      guard let position = position(of: id) else { return .nothing }
      all[position].merge(candles, timeFrame)
      return .market(position)
    case .tiers(let id, let mode, let tiers):
      guard let position = position(of: id) else { return .nothing }
      let ascending = tiers.sorted { $0.maximumContracts < $1.maximumContracts }
      switch mode {
      case .isolated: all[position].isolatedTiers = ascending
      case .cross: all[position].crossTiers = ascending
      }
      return .market(position)
    }
  }

  /// Takes a step of a market that is known by candles alone.
  public mutating func apply(_ step: CandleStep, at now: Timestamp) -> Change {
    guard let position = position(of: step.instrument), step.price.isPositive else {
      return .nothing
    }
    all[position].candlePrice = Received(
      CandlePrice(price: step.price, slippage: step.slippage), at: now)
    switch all[position].apply(step.candle, step.timeFrame) {
    case .closed: return .candleClosed(position, step.timeFrame)
    case .updated, .revised: return .market(position)
    case .ignored: return .nothing
    }
  }

  /// Whether steps of a market that is known by candles alone can be taken together: they follow
  /// the closed candles that are there.
  public func canApply(_ stretch: CandleStretch, at position: Int) -> Bool {
    for place in all[position].candles.indices
    where all[position].candles[place].timeFrame == stretch.timeFrame {
      return all[position].candles[place].isFollowed(by: stretch)
    }
    return false
  }

  /// Takes the first steps of a stretch for which ``canApply(_:at:)`` is true.
  public mutating func apply(_ stretch: CandleStretch, count: Int, at position: Int) {
    all[position].candlePrice = Received(
      CandlePrice(price: stretch.price(after: count - 1), slippage: stretch.slippage),
      at: stretch.time(after: count - 1))
    all[position].append(stretch, count: count)
  }

  private mutating func applyBook(_ update: BookUpdate, at now: Timestamp) -> Change {
    guard let position = position(of: update.instrument) else { return .nothing }
    switch all[position].book.apply(update) {
    case .applied:
      all[position].bookReceivedAt = now
      return .market(position)
    case .ignored: return .nothing
    case .needsSnapshot: return .bookLost(position)
    }
  }

  private mutating func replaceRules(_ instruments: [Instrument]) -> Change {
    var listed: Set<InstrumentID> = []
    for instrument in instruments {
      listed.insert(instrument.id)
      if let position = positions[instrument.id] {
        all[position].instrument = instrument
      } else {
        positions[instrument.id] = all.count
        all.append(Market(instrument, depth: depth, jumpLimit: jumpLimit))
      }
    }
    // A delisted instrument stays visible, for a position in it must remain manageable (B12).
    for position in all.indices where !listed.contains(all[position].id) {
      guard all[position].instrument.status == .live else { continue }
      all[position].instrument.status = .other("delisted")
    }
    return .instruments
  }
}
