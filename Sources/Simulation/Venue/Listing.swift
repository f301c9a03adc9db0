import Trading
import Units

/// An instrument with everything that the venue states about it.
public struct Listing: Sendable, Hashable {
  /// The rules that an order must keep.
  public var instrument: Instrument
  /// When it was listed.
  public var listedAt: Timestamp
  /// When it expires; far away for a perpetual.
  public var expiresAt: Timestamp
  /// `thresholdX`: width of the price band in the first ten minutes. Source: reference 6.8.
  public var thresholdX: Rate
  /// `thresholdY`: width of the price band around index plus premium.
  public var thresholdY: Rate
  /// `thresholdZ`: width of the price band around index alone.
  public var thresholdZ: Rate
  /// Maintenance margin by size of isolated positions, ascending.
  public var isolatedTiers: [PositionTier]
  /// Maintenance margin by size of cross positions, ascending.
  public var crossTiers: [PositionTier]
  /// Time between two settlements of funding; they fall on whole multiples of it from 00:00 UTC.
  public var fundingInterval: TimeSpan

  /// States a listing; nil unless both tables of tiers start at zero and follow without a gap.
  public init?(
    instrument: Instrument, listedAt: Timestamp, expiresAt: Timestamp, thresholdX: Rate,
    thresholdY: Rate, thresholdZ: Rate, isolatedTiers: [PositionTier],
    crossTiers: [PositionTier], fundingInterval: TimeSpan
  ) {
    guard Self.isTable(isolatedTiers), Self.isTable(crossTiers),
      fundingInterval.milliseconds > 0
    else { return nil }
    self.instrument = instrument
    self.listedAt = listedAt
    self.expiresAt = expiresAt
    self.thresholdX = thresholdX
    self.thresholdY = thresholdY
    self.thresholdZ = thresholdZ
    self.isolatedTiers = isolatedTiers
    self.crossTiers = crossTiers
    self.fundingInterval = fundingInterval
  }

  /// The name of the instrument.
  public var id: InstrumentID { instrument.id }

  /// Returns the listing with another price step, above zero.
  func withTick(_ tick: Price) -> Listing {
    guard
      let changed = Instrument(
        id: instrument.id, baseCurrency: instrument.baseCurrency,
        quoteCurrency: instrument.quoteCurrency, contractValue: instrument.contractValue,
        tickSize: tick, lotSize: instrument.lotSize,
        minimumContracts: instrument.minimumContracts,
        maximumLimitContracts: instrument.maximumLimitContracts,
        maximumMarketContracts: instrument.maximumMarketContracts,
        maximumLeverage: instrument.maximumLeverage, status: instrument.status)
    else { preconditionFailure("a price step is above zero") }
    var copy = self
    copy.instrument = changed
    return copy
  }

  /// Returns the table of tiers of a margin mode.
  public func tiers(_ mode: MarginMode) -> [PositionTier] {
    switch mode {
    case .isolated: isolatedTiers
    case .cross: crossTiers
    }
  }

  private static func isTable(_ tiers: [PositionTier]) -> Bool {
    guard let first = tiers.first, first.minimumContracts.isZero else { return false }
    return tiers.allSatisfy { $0.minimumContracts < $0.maximumContracts }
      && zip(tiers, tiers.dropFirst()).allSatisfy { $0.maximumContracts == $1.minimumContracts }
  }
}
