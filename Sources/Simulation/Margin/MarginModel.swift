import Trading
import Units

/// A position in the terms of the margin formulas. Source: BloFin reference 6.3.
///
/// Everything is exact until the end and then cut toward zero at eighteen places, which reproduces
/// the numbers that the exchange prints.
public struct MarginTerms: Sendable, Hashable {
  /// Which way it is held.
  public let side: PositionSide
  /// Coins held (q).
  public let coins: BaseAmount
  /// What they cost: coins × mean entry price (q·E). Kept in place of the mean, which need not end.
  public let entryValue: Money
  /// Mark price (M).
  public let markPrice: Price
  /// Leverage (L).
  public let leverage: Leverage
  /// Maintenance rate of the tier that holds the whole position (r).
  public let maintenanceRate: Rate
  /// Taker fee (f).
  public let takerFeeRate: Rate

  /// States a position.
  public init(
    side: PositionSide, coins: BaseAmount, entryValue: Money, markPrice: Price,
    leverage: Leverage, maintenanceRate: Rate, takerFeeRate: Rate
  ) {
    self.side = side
    self.coins = coins
    self.entryValue = entryValue
    self.markPrice = markPrice
    self.leverage = leverage
    self.maintenanceRate = maintenanceRate
    self.takerFeeRate = takerFeeRate
  }

  /// Isolated collateral when it is opened: q·E/L.
  public var isolatedMargin: Money { entryValue.margin(at: leverage, .towardZero) }

  /// Initial margin of a cross position, moving with the mark: q·M/L.
  public var initialMargin: Money {
    if let value = markValue { return Money(value.divided(by: leverage.value, .towardZero)) }
    return Money(cut(ExactRatio(coins.value).times(markPrice.value).over(leverage.value)))
  }

  /// What must remain: q·M·r.
  public var maintenanceMargin: Money {
    if let value = markValue {
      return Money(value.multiplied(by: maintenanceRate.value, .towardZero))
    }
    return Money(
      cut(ExactRatio(coins.value).times(markPrice.value).times(maintenanceRate.value)))
  }

  /// Profit or loss at mark: ±(q·M − q·E).
  public var unrealizedPnL: Money {
    let value = markPrice.notional(of: coins, .towardZero)
    return side == .long ? value - entryValue : entryValue - value
  }

  /// Profit or loss over q·E/L.
  public var unrealizedPnLRatio: Rate {
    guard entryValue.isPositive else { return .zero }
    if let product = unrealizedPnL.value.exactProduct(leverage.value) {
      return Rate(product.divided(by: entryValue.value, .towardZero))
    }
    return Rate(
      cut(ExactRatio(unrealizedPnL.value).times(leverage.value).over(entryValue.value)))
  }

  /// Mean entry price, cut at eighteen places.
  public var entryPrice: Price {
    Price(entryValue.value.divided(by: coins.value, .towardZero))
  }

  /// Returns collateral plus profit over q·M·(r+f) for an isolated position with this margin.
  public func marginRatio(isolatedMargin margin: Money) -> Rate {
    marginRatio(collateral: margin + unrealizedPnL)
  }

  /// Returns (W + profit) over q·M·(r+f) for the one position of a cross pool with cash W.
  public func marginRatio(poolCash cash: Money) -> Rate {
    marginRatio(collateral: cash + unrealizedPnL)
  }

  /// Returns where collateral, isolated margin or pool cash, is used up; nil at zero or below.
  ///
  /// Long: (q·E − collateral) / (q·(1−r−f)); short: (q·E + collateral) / (q·(1+r+f)).
  public func liquidationPrice(collateral: Money) -> Price? {
    let (bound, divisor) = liquidationTerms(collateral: collateral)
    guard bound.isPositive else { return nil }
    let price = bound.value.divided(by: divisor.value, .towardZero)
    return price.isPositive ? Price(price) : nil
  }

  /// Whether the collateral no longer exceeds what must remain with the closing fee: ratio ≤ 1.
  public func isLiquidatable(collateral: Money) -> Bool {
    let (bound, divisor) = liquidationTerms(collateral: collateral)
    // M·divisor against the bound, both at 36 places, nothing rounded.
    let value = divisor.value.raw.magnitude.multipliedFullWidth(by: markPrice.value.raw.magnitude)
    guard !bound.isNegative else { return side == .short }
    let limit = bound.value.raw.magnitude.multipliedFullWidth(by: UInt128(Fixed.unit))
    let order =
      value.high != limit.high ? value.high < limit.high : value.low < limit.low
    let isEqual = value.high == limit.high && value.low == limit.low
    switch side {
    case .long: return order || isEqual
    case .short: return !order
    }
  }

  private func liquidationTerms(collateral: Money) -> (bound: Money, divisor: BaseAmount) {
    let rates = maintenanceRate + takerFeeRate
    switch side {
    case .long:
      return (entryValue - collateral, coins.scaled(by: 1 - rates, .towardZero))
    case .short:
      return (entryValue + collateral, coins.scaled(by: 1 + rates, .towardZero))
    }
  }

  private func marginRatio(collateral: Money) -> Rate {
    let rates = maintenanceRate + takerFeeRate
    guard coins.isPositive, markPrice.isPositive, rates.isPositive else { return .zero }
    if let needed = markValue?.exactProduct(rates.value), needed.isPositive {
      return Rate(collateral.value.divided(by: needed, .towardZero))
    }
    return Rate(
      cut(
        ExactRatio(collateral.value).over(coins.value).over(markPrice.value).over(rates.value)))
  }

  /// q·M where it ends within eighteen places, as for whole ticks and lots; nil otherwise.
  private var markValue: Fixed? { coins.value.exactProduct(markPrice.value) }

  private func cut(_ ratio: ExactRatio) -> Fixed {
    guard let result = ratio.truncated else {
      preconditionFailure("margin figures of bounded positions are in range")
    }
    return result
  }
}
