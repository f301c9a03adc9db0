import Trading
import Units

/// What a market order would find, walked through the book level by level.
public struct BookWalk: Sendable, Hashable {
  /// How much the book offers of the size that was asked for.
  public let filledContracts: Contracts
  /// What is missing in the book; zero when everything fills.
  public let missingContracts: Contracts
  /// The mean price, rounded against the taker.
  public let averagePrice: Price
  /// The price of the last level touched.
  public let worstPrice: Price
  /// How far the mean is from the best price, as a share of the best price, never below zero.
  public let slippage: Rate
  /// How many levels are touched.
  public let levelCount: Int
}

extension OrderBook {
  /// Returns what a market order of this size would find; nil when the side is empty.
  ///
  /// Nil also when the size is not above zero or a product leaves the range of exact numbers. The
  /// caller asks ``isUsable`` first: this walks whatever levels there are.
  public func walk(_ side: OrderSide, _ contracts: Contracts) -> BookWalk? {
    guard contracts.isPositive, let best = sideTaken(by: side).best else { return nil }
    var open = contracts
    var weight: Fixed = .zero
    var worst = best.price
    var touched = 0
    for level in sideTaken(by: side).bestFirst {
      let taken = min(open, level.contracts)
      guard let product = level.price.value.multipliedIfInRange(by: taken.value, .towardZero),
        let sum = weight.addingIfInRange(product)
      else { return nil }
      weight = sum
      worst = level.price
      open -= taken
      touched += 1
      if open.isZero { break }
    }
    let filled = contracts - open
    let against: Rounding = side == .buy ? .up : .down
    guard let mean = weight.dividedIfPossible(by: filled.value, against) else { return nil }
    let distance = side == .buy ? mean - best.price.value : best.price.value - mean
    guard let slippage = distance.dividedIfPossible(by: best.price.value, .up) else { return nil }
    return BookWalk(
      filledContracts: filled, missingContracts: open, averagePrice: Price(mean),
      worstPrice: worst, slippage: Rate(max(.zero, slippage)), levelCount: touched)
  }
}

extension Fixed {
  /// Returns the sum, or nil when it is out of range.
  @inlinable
  func addingIfInRange(_ other: Fixed) -> Fixed? {
    let (sum, overflow) = raw.addingReportingOverflow(other.raw)
    return overflow ? nil : Fixed(raw: sum)
  }
}
