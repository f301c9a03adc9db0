import Units

/// One tradable perpetual contract and its rules, as the exchange states them.
public struct Instrument: Sendable, Hashable {
  /// Whether orders are taken.
  public enum Status: Sendable, Hashable {
    /// Trading.
    case live
    /// Suspended: positions stay, no new orders.
    case suspended
    /// A state that we do not know, in the exchange's words.
    case other(String)
  }

  /// The name at the exchange.
  public let id: InstrumentID
  /// The coin, such as `BTC`.
  public let baseCurrency: String
  /// The currency of price, margin and profit, such as `USDT`.
  public let quoteCurrency: String
  /// Coins per contract.
  public let contractValue: BaseAmount
  /// The price step.
  public let tickSize: Price
  /// The size step in contracts.
  public let lotSize: Contracts
  /// The smallest order in contracts.
  public let minimumContracts: Contracts
  /// The largest single limit order in contracts.
  public let maximumLimitContracts: Contracts
  /// The largest single market order in contracts.
  public let maximumMarketContracts: Contracts
  /// The highest leverage that the exchange allows.
  public let maximumLeverage: Leverage
  /// Whether orders are taken.
  public var status: Status

  /// States the rules of an instrument; nil unless every step and size is above zero.
  public init?(
    id: InstrumentID, baseCurrency: String, quoteCurrency: String, contractValue: BaseAmount,
    tickSize: Price, lotSize: Contracts, minimumContracts: Contracts,
    maximumLimitContracts: Contracts, maximumMarketContracts: Contracts,
    maximumLeverage: Leverage, status: Status
  ) {
    guard contractValue.isPositive, tickSize.isPositive, lotSize.isPositive,
      minimumContracts.isPositive, maximumLimitContracts.isPositive,
      maximumMarketContracts.isPositive, maximumLeverage.isPositive
    else { return nil }
    self.id = id
    self.baseCurrency = baseCurrency
    self.quoteCurrency = quoteCurrency
    self.contractValue = contractValue
    self.tickSize = tickSize
    self.lotSize = lotSize
    self.minimumContracts = minimumContracts
    self.maximumLimitContracts = maximumLimitContracts
    self.maximumMarketContracts = maximumMarketContracts
    self.maximumLeverage = maximumLeverage
    self.status = status
  }

  /// Returns the coins in so many contracts.
  @inlinable
  public func baseAmount(of contracts: Contracts) -> BaseAmount {
    contracts.baseAmount(contractValue: contractValue)
  }

  /// Returns the value of so many contracts at a price, truncated toward zero at 18 places.
  @inlinable
  public func notional(of contracts: Contracts, at price: Price) -> Money {
    price.notional(of: baseAmount(of: contracts))
  }

  /// How many decimals a price of this instrument shows, from the tick size.
  public var priceDecimals: Int {
    let text = tickSize.value.description
    guard let point = text.firstIndex(of: ".") else { return 0 }
    return text.distance(from: text.index(after: point), to: text.endIndex)
  }
}

/// One row of an exchange's table of maintenance margin: the whole position's size picks the row.
public struct PositionTier: Sendable, Hashable {
  /// The size from which the row holds, in contracts.
  public let minimumContracts: Contracts
  /// The size up to which the row holds, in contracts.
  public let maximumContracts: Contracts
  /// The share of the position's value at mark that must remain as collateral.
  public let maintenanceMarginRate: Rate
  /// The highest leverage in this row.
  public let maximumLeverage: Leverage

  /// States a row.
  public init(
    minimumContracts: Contracts, maximumContracts: Contracts, maintenanceMarginRate: Rate,
    maximumLeverage: Leverage
  ) {
    self.minimumContracts = minimumContracts
    self.maximumContracts = maximumContracts
    self.maintenanceMarginRate = maintenanceMarginRate
    self.maximumLeverage = maximumLeverage
  }
}

/// What an exchange charges at a fill, as fractions of the notional; negative is a rebate.
public struct FeeSchedule: Sendable, Hashable {
  /// For an order that takes resting liquidity.
  public let takerFeeRate: Rate
  /// For an order that rested.
  public let makerFeeRate: Rate

  /// States both rates.
  public init(takerFeeRate: Rate, makerFeeRate: Rate) {
    self.takerFeeRate = takerFeeRate
    self.makerFeeRate = makerFeeRate
  }
}
