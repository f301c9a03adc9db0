import Trading
import Units

/// How the venue behaves where the exchange can be set or its behavior is not settled.
public struct VenueRules: Sendable, Hashable {
  /// What it charges. Source: reference 6.2, base tier.
  public var fees: FeeSchedule
  /// Whether trades of accounts reach the tape, the last price and the candles. Off where the
  /// market is a recording or a live stream, whose prices must stay as they are.
  public var accountTradesReachTape: Bool
  /// What happens to a market order that the visible book cannot fill.
  public var beyondBook: BeyondBook
  /// How far from the last price a market order fills where there is no book, as a fraction of that
  /// price; nil where orders meet a book.
  public var candleSlippage: Rate?
  /// The fee of a liquidation, as a fraction of the notional taken over [?: the taker rate].
  public var liquidationFeeRate: Rate
  /// How many final orders, fills, ledger rows and position records an account keeps, each.
  public var historyLimit: Int
  /// How many levels of each side of a book are published. Source: reference 4.4.
  public var publishedDepth: Int

  /// States the rules; the defaults are BloFin's where it states any.
  public init(
    fees: FeeSchedule = FeeSchedule(takerFeeRate: "0.0006", makerFeeRate: "0.0002"),
    accountTradesReachTape: Bool = true, beyondBook: BeyondBook = .cancelRest,
    liquidationFeeRate: Rate = "0.0006", historyLimit: Int = 10_000, publishedDepth: Int = 200,
    candleSlippage: Rate? = nil
  ) {
    self.fees = fees
    self.accountTradesReachTape = accountTradesReachTape
    self.beyondBook = beyondBook
    self.liquidationFeeRate = liquidationFeeRate
    self.historyLimit = historyLimit
    self.publishedDepth = publishedDepth
    self.candleSlippage = candleSlippage
  }

  /// What happens to the part of a market order that the visible book cannot fill.
  public enum BeyondBook: Sendable, Hashable {
    /// It is canceled. Source: reference 6.1, "remainder that cannot fill is canceled".
    case cancelRest
    /// It fills behind the last visible level at the mean density of the visible side, cut by
    /// `thinning` (2 means: half as dense), up to the price limit; an assumption on what a public
    /// book of 200 levels does not show.
    case thinned(by: Int)
  }
}
