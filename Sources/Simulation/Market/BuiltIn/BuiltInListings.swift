import Trading
import Units

/// The ten instruments of the built-in market, with BloFin's own steps and limits.
///
/// Numbers: BloFin reference, Appendix A (demo, December 2025). Tiers: first rates as observed
/// there in 6.3, the ladder above the first row after the published one for mid caps, scaled so
/// that the first row holds about the value that the exchange's BTC row holds [?].
public enum BuiltInListings {
  /// All ten, in the order in which they are shown.
  public static let all: [Listing] = rows.map(listing)

  /// Returns a listing for an instrument that the table does not have: steps and tiers of a mid
  /// cap, and a contract of so many coins, a power of ten, that at a price above zero it is worth
  /// 10 USDT up to 100; of one coin without a price.
  static func generic(_ id: InstrumentID, near price: Price? = nil) -> Listing {
    listing(
      Row(
        base: id.baseText, contractValue: price.map(coins) ?? 1, lot: "0.01", tick: "0.0001",
        leverage: 50, maximumLimit: 1_000_000, maximumMarket: 100_000, x: "0.04", y: "0.04",
        z: "0.15", firstRate: "0.0065", firstTier: 1_000))
  }

  /// The largest sizes of a mid cap count contracts: one must be worth as much of any coin.
  private static func coins(near price: Price) -> BaseAmount {
    precondition(price.isPositive, "a price is above zero")
    var worth = price.value
    var coins: Fixed = 1
    while worth < 10 {
      worth = worth.multiplied(by: 10, .towardZero)
      coins = coins.multiplied(by: 10, .towardZero)
    }
    while worth >= 100 {
      worth = worth.divided(by: 10, .towardZero)
      coins = coins.divided(by: 10, .towardZero)
    }
    return BaseAmount(coins)
  }

  /// Returns a listing whose rules do not bind: one coin a contract, a size step, one row of tiers.
  static func unbound(_ id: InstrumentID, lot: Contracts, tick: Price) -> Listing {
    let most = MarketUnits.largestLots(
      unitValue: tick.value.multiplied(by: lot.value, .up), hasBook: false)
    let largest = Contracts(Fixed(raw: lot.value.raw * most))
    let tiers = [
      PositionTier(
        minimumContracts: .zero, maximumContracts: largest, maintenanceMarginRate: "0.005",
        maximumLeverage: 50)
    ]
    let known = generic(id)
    guard
      let instrument = Instrument(
        id: id, baseCurrency: id.baseText, quoteCurrency: "USDT", contractValue: 1,
        tickSize: known.instrument.tickSize, lotSize: lot, minimumContracts: lot,
        maximumLimitContracts: largest, maximumMarketContracts: largest, maximumLeverage: 50,
        status: .live),
      let listing = Listing(
        instrument: instrument, listedAt: known.listedAt, expiresAt: known.expiresAt,
        thresholdX: known.thresholdX, thresholdY: known.thresholdY, thresholdZ: known.thresholdZ,
        isolatedTiers: tiers, crossTiers: tiers, fundingInterval: known.fundingInterval)
    else { preconditionFailure("a size step is above zero") }
    return listing
  }

  private struct Row {
    let base: String
    let contractValue: BaseAmount
    let lot: Contracts
    let tick: Price
    let leverage: Int
    let maximumLimit: Contracts
    let maximumMarket: Contracts
    let x: Rate
    let y: Rate
    let z: Rate
    let firstRate: Rate
    let firstTier: Contracts
  }

  private static let rows: [Row] = [
    Row(
      base: "BTC", contractValue: "0.001", lot: "0.1", tick: "0.1", leverage: 150,
      maximumLimit: 1_000_000, maximumMarket: 100_000, x: "0.02", y: "0.01", z: "0.02",
      firstRate: "0.003", firstTier: 2_500),
    Row(
      base: "ETH", contractValue: "0.01", lot: "0.1", tick: "0.01", leverage: 150,
      maximumLimit: 600_000, maximumMarket: 200_000, x: "0.02", y: "0.02", z: "0.05",
      firstRate: "0.004", firstTier: 5_000),
    Row(
      base: "SOL", contractValue: 1, lot: "0.01", tick: "0.01", leverage: 75,
      maximumLimit: 1_000_000, maximumMarket: 6_000, x: "0.02", y: "0.04", z: "0.08",
      firstRate: "0.005", firstTier: 800),
    Row(
      base: "XRP", contractValue: 100, lot: "0.01", tick: "0.0001", leverage: 50,
      maximumLimit: 90_000, maximumMarket: 5_000, x: "0.02", y: "0.02", z: "0.05",
      firstRate: "0.0065", firstTier: 500),
    Row(
      base: "BNB", contractValue: "0.01", lot: 1, tick: "0.01", leverage: 75,
      maximumLimit: 10_000_000, maximumMarket: 82_000, x: "0.04", y: "0.04", z: "0.15",
      firstRate: "0.005", firstTier: 12_000),
    Row(
      base: "DOGE", contractValue: 1_000, lot: "0.01", tick: "0.00001", leverage: 50,
      maximumLimit: 49_700, maximumMarket: 12_000, x: "0.04", y: "0.04", z: "0.15",
      firstRate: "0.0065", firstTier: 500),
    Row(
      base: "ADA", contractValue: 100, lot: "0.01", tick: "0.0001", leverage: 50,
      maximumLimit: 60_000, maximumMarket: 4_500, x: "0.04", y: "0.04", z: "0.15",
      firstRate: "0.0065", firstTier: 1_000),
    Row(
      base: "LTC", contractValue: 1, lot: "0.01", tick: "0.01", leverage: 50,
      maximumLimit: 20_000, maximumMarket: 3_500, x: "0.02", y: "0.02", z: "0.05",
      firstRate: "0.005", firstTier: 1_000),
    Row(
      base: "SUI", contractValue: 1, lot: 1, tick: "0.0001", leverage: 50,
      maximumLimit: 5_000_000, maximumMarket: 200_000, x: "0.04", y: "0.15", z: "0.15",
      firstRate: "0.0065", firstTier: 30_000),
    Row(
      base: "HYPE", contractValue: "0.1", lot: 1, tick: "0.001", leverage: 75,
      maximumLimit: 49_000, maximumMarket: 9_800, x: "0.04", y: "0.04", z: "0.3",
      firstRate: "0.0067", firstTier: 1_000),
  ]

  private static func listing(_ row: Row) -> Listing {
    let tiers = ladder(row)
    guard
      let instrument = Instrument(
        id: InstrumentID(trusted: "\(row.base)-USDT"), baseCurrency: row.base,
        quoteCurrency: "USDT",
        contractValue: row.contractValue, tickSize: row.tick, lotSize: row.lot,
        minimumContracts: row.lot, maximumLimitContracts: row.maximumLimit,
        maximumMarketContracts: row.maximumMarket,
        maximumLeverage: Leverage(Fixed(row.leverage)), status: .live),
      let listing = Listing(
        instrument: instrument, listedAt: Timestamp(milliseconds: 1_673_517_600_000),
        expiresAt: Timestamp(milliseconds: 4_918_462_709_025), thresholdX: row.x,
        thresholdY: row.y, thresholdZ: row.z, isolatedTiers: tiers, crossTiers: tiers,
        fundingInterval: .hours(8))
    else { preconditionFailure("the built-in table has sound rows") }
    return listing
  }

  /// Rows of growing size; each raises the rate by half of the first and caps the leverage at what
  /// the rate leaves room for.
  private static func ladder(_ row: Row) -> [PositionTier] {
    let growth: [Int] = [1, 2, 5, 10, 20, 40, 80, 160, 320, 640]
    var minimum = Contracts.zero
    return growth.enumerated().map { place, factor in
      let rate =
        row.firstRate
        + Rate(
          row.firstRate.value.multiplied(by: Fixed(place), .towardZero)
            .divided(by: 2, .towardZero))
      let cap = place == 0 ? row.leverage : max(1, row.leverage * 2 / (place + 3))
      let maximum = Contracts(row.firstTier.value.multiplied(by: Fixed(factor), .towardZero))
      let tier = PositionTier(
        minimumContracts: minimum, maximumContracts: maximum, maintenanceMarginRate: rate,
        maximumLeverage: Leverage(Fixed(cap)))
      minimum = maximum
      return tier
    }
  }
}
