import Trading
import Units

/// Indicators of closed candles as exact numbers, for comparing with what a person wrote.
///
/// Each is worked out anew from all candles that are kept, so that it does not depend on when one
/// began to look; nil until its warm-up is over.
extension CandleSeries {
  /// The relative strength index at the newest close.
  public func relativeStrength(_ period: Int) -> Fixed? {
    RSI(period).batch(closed.map { Bar($0).close }).last.flatMap(Fixed.init(estimate:))
  }

  /// The exponential average of the closes.
  public func exponentialAverage(_ period: Int) -> Fixed? {
    EMA(period).batch(closed.map { Bar($0).close }).last.flatMap(Fixed.init(estimate:))
  }

  /// The plain average of the closes.
  public func average(_ period: Int) -> Fixed? {
    guard closed.count >= period else { return nil }
    let sum = closed.suffix(period).reduce(Fixed.zero) { $0 + $1.close.value }
    return sum.divided(by: Fixed(period), .nearestOrEven)
  }

  /// The average true range, in price.
  public func averageTrueRange(_ period: Int) -> Fixed? {
    ATR(period).batch(closed.map { Bar($0) }).last.flatMap(Fixed.init(estimate:))
  }

  /// The volume of the newest closed candle over the median of so many before it; nil with fewer
  /// candles or a median of zero.
  public func volumeRatio(_ count: Int) -> Fixed? {
    guard let newest = closed.last, closed.count > count else { return nil }
    let before = closed.dropLast().suffix(count).map(\.volume).sorted()
    let upper = before[before.count / 2].value
    let lower = before[(before.count - 1) / 2].value
    let median = (upper + lower).divided(by: 2, .nearestOrEven)
    return newest.volume.value.dividedIfPossible(by: median, .nearestOrEven)
  }
}

extension Fixed {
  /// Takes an estimate to nine places; nil unless it is finite and below 10¹⁵.
  public init?(estimate: Estimate) {
    guard estimate.isFinite, estimate.magnitude < 1e15 else { return nil }
    self.init(raw: Int128((estimate * 1e9).rounded()) * 1_000_000_000)
  }
}
