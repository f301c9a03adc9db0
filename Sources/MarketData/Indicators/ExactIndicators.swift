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
    EMA(period).batch(closed.map { Bar($0).close }).last.flatMap(Fixed.init(price:))
  }

  /// The plain average of the closes.
  public func average(_ period: Int) -> Fixed? {
    guard closed.count >= period else { return nil }
    let sum = closed.suffix(period).reduce(Fixed.zero) { $0 + $1.close.value }
    return sum.divided(by: Fixed(period), .nearestOrEven)
  }

  /// The average true range, in price.
  public func averageTrueRange(_ period: Int) -> Fixed? {
    ATR(period).batch(closed.map { Bar($0) }).last.flatMap(Fixed.init(price:))
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

  /// Takes an estimate to so many places, from 0 up to 18, or to more of a small one: until so many
  /// digits stand behind its zeros, as far as 18 places go. Nil unless it is finite and below 10¹⁵.
  public init?(estimate: Estimate, places: Int, digits: Int) {
    guard estimate.isFinite, estimate.magnitude < 1e15 else { return nil }
    let enough = Estimate(Self.powerOfTen(digits - 1))
    var places = places
    while places < Self.places, !estimate.isZero,
      estimate.magnitude * Estimate(Self.powerOfTen(places)) < enough
    { places += 1 }
    let steps = Int128((estimate * Estimate(Self.powerOfTen(places))).rounded())
    self.init(raw: steps * Int128(Self.powerOfTen(Self.places - places)))
  }

  /// Takes an estimate of a price: to nine places, those of a coin far below one in as many digits.
  fileprivate init?(price estimate: Estimate) {
    self.init(estimate: estimate, places: 9, digits: 9)
  }
}
