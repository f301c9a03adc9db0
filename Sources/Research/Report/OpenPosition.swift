import Simulation
import Trading
import Units

/// A position that the end of a run found open.
public struct OpenPosition: Sendable, Hashable {
  /// Of which instrument.
  public let instrument: InstrumentID
  /// Which way.
  public let side: PositionSide
  /// How much.
  public let contracts: Contracts
  /// The mean price at which it was opened.
  public let entryPrice: Price
  /// The price that the figures use.
  public let markPrice: Price
  /// Its profit or loss at that price, before fees; part of the equity, of no trade.
  public let unrealizedPnL: Money

  init(_ position: VenuePosition) {
    instrument = position.key.instrument
    side = position.side
    contracts = position.contracts
    entryPrice = position.entryPrice
    markPrice = position.markPrice
    unrealizedPnL = position.unrealizedPnL
  }
}
