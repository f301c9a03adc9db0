import JSONText
import Trading
import Units

/// The largest numbers that are taken for an instrument.
///
/// Inside, a price times an amount is exact and traps when it is out of range. These bounds keep
/// the product of any price and any amount that passed them within range (10²⁰), whatever message
/// each came from.
nonisolated struct InstrumentBounds: Hashable, Sendable {
  /// The highest price that is taken.
  let price: Price
  /// The most contracts that are taken.
  let contracts: Contracts
  /// The price step; nil where it is not known.
  let tickSize: Price?

  /// What holds where the instrument's rules are not known (yet): nothing can be multiplied then.
  static let unknown = InstrumentBounds(
    price: InstrumentBounds.highestPrice, contracts: InstrumentBounds.mostContracts,
    tickSize: nil)

  /// No listed coin comes near 10⁹ USDT.
  static let highestPrice: Price = 1_000_000_000
  /// No listed instrument comes near 10¹² contracts.
  static let mostContracts: Contracts = 1_000_000_000_000
  /// The most coins that one contract may be worth.
  static let largestContractValue: BaseAmount = 100_000_000
  /// The most coins that are taken as a volume.
  static let mostCoins: BaseAmount = 10_000_000_000_000_000
  /// The most USDT that are taken as a sum of money.
  static let mostMoney: Money = 1_000_000_000_000_000
  /// How many times the largest single order a position or a level can be.
  private static let ordersDeep = 1_000
  /// The highest notional that a price and an amount can make together.
  private static let highestNotional = Fixed(100_000_000_000_000_000)

  /// Returns whether the product of two numbers is surely in range, without computing it.
  ///
  /// The product of two counts of 10⁻¹⁸ is divided by 10¹⁸ (more than 59 bits) and must fit 127.
  static func canMultiply(_ left: Fixed, _ right: Fixed) -> Bool {
    let bits =
      256 - left.magnitude.raw.leadingZeroBitCount - right.magnitude.raw.leadingZeroBitCount
    return bits <= 127 + 59
  }

  private init(price: Price, contracts: Contracts, tickSize: Price?) {
    self.price = price
    self.contracts = contracts
    self.tickSize = tickSize
  }

  /// Returns the bounds of an instrument, nil when its own rules leave no sensible ones.
  init?(_ instrument: Instrument) {
    guard instrument.contractValue <= Self.largestContractValue,
      instrument.maximumLimitContracts <= Self.mostContracts,
      instrument.maximumMarketContracts <= Self.mostContracts
    else { return nil }
    let largestOrder = max(instrument.maximumLimitContracts, instrument.maximumMarketContracts)
    let most = Contracts(
      min(largestOrder.value.times(Self.ordersDeep), Self.mostContracts.value))
    let coins = instrument.baseAmount(of: most)
    guard coins.isPositive,
      let highest = Self.highestNotional.dividedIfPossible(by: coins.value, .towardZero)
    else { return nil }
    price = Price(min(Self.highestPrice.value, highest))
    contracts = most
    tickSize = instrument.tickSize
  }
}

/// The instruments that are known, for the bounds of what is said about them.
public nonisolated struct InstrumentCatalog: Sendable {
  private var bounds: [InstrumentID: InstrumentBounds] = [:]

  /// Knows no instrument.
  public init() {}

  /// Replaces what is known; returns the instruments whose own rules are out of bounds.
  public mutating func set(_ instruments: [Instrument]) -> [InstrumentID] {
    var refused: [InstrumentID] = []
    bounds = [:]
    for instrument in instruments {
      if let sensible = InstrumentBounds(instrument) {
        bounds[instrument.id] = sensible
      } else {
        refused.append(instrument.id)
      }
    }
    return refused
  }

  /// Returns the bounds of an instrument.
  func bounds(of instrument: InstrumentID) -> InstrumentBounds {
    bounds[instrument] ?? .unknown
  }
}
