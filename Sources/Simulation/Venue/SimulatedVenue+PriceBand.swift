import Trading
import Units

/// The range of limit prices that a side may have, in ticks.
struct PriceBand: Sendable {
  let lowest: Int32
  let highest: Int32
}

/// The price bands of both sides.
struct HeldBands: Sendable {
  let buys: PriceBand
  let sells: PriceBand
}

extension SimulatedVenue {
  /// Returns the range of prices that an order of a side may have now.
  ///
  /// Source: BloFin reference 6.8. Buys have a floor at a fifth of the index, read off one
  /// documented message; sells have the mirrored ceiling at five times [?]. Nil before the first
  /// index price.
  func priceBand(_ place: Int, _ side: OrderSide) -> PriceBand? {
    let index = markets[place].index
    guard index.isPositive else { return nil }
    let isNew = now - markets[place].listing.listedAt < Self.newListingSpan
    let premium = markets[place].premium.mean
    let units = markets[place].units
    func scaled(_ rate: Rate) -> Fixed { index.multiplied(by: rate.value, .towardZero) }
    let limit: Fixed
    switch side {
    case .buy:
      limit =
        isNew
        ? scaled(1 + markets[place].listing.thresholdX)
        : min(
          max(index, scaled(1 + markets[place].listing.thresholdY) + premium),
          scaled(1 + markets[place].listing.thresholdZ))
    case .sell:
      limit =
        isNew
        ? scaled(1 - markets[place].listing.thresholdX)
        : max(
          min(index, scaled(1 - markets[place].listing.thresholdY) + premium),
          scaled(1 - markets[place].listing.thresholdZ))
    }
    switch side {
    case .buy:
      return PriceBand(
        lowest: max(1, ticks(scaled(Self.buyFloor), units, .up)),
        highest: ticks(limit, units, .down))
    case .sell:
      return PriceBand(
        lowest: max(1, ticks(limit, units, .up)),
        highest: ticks(index.multiplied(by: 5, .towardZero), units, .down))
    }
  }

  /// Returns the range of prices as ``priceBand(_:_:)`` does, kept until a price it rests on moves.
  mutating func heldBand(_ place: Int, _ side: OrderSide) -> PriceBand? {
    if let held = markets[place].bands {
      switch side {
      case .buy: return held.buys
      case .sell: return held.sells
      }
    }
    let band = priceBand(place, side)
    // In the first minutes of a listing the band ends by the clock.
    if now - markets[place].listing.listedAt >= Self.newListingSpan,
      let buys = side == .buy ? band : priceBand(place, .buy),
      let sells = side == .sell ? band : priceBand(place, .sell)
    {
      markets[place].bands = HeldBands(buys: buys, sells: sells)
    }
    return band
  }

  /// How long the band is index·(1 ± X) after a listing. Source: reference 6.8.
  private static let newListingSpan = TimeSpan.minutes(10)
  /// The lowest price of a buy as a fraction of the index [?].
  private static let buyFloor: Rate = "0.2"

  private func ticks(_ value: Fixed, _ units: MarketUnits, _ rounding: Rounding) -> Int32 {
    units.ticks(Price(value), rounding) ?? PriceLadder.largestTicks
  }
}
