/// How likely chance alone is to bring what was found, or why that cannot be told.
public enum Chance: Sendable, Hashable {
  /// The p-value of ``RealityCheck``, above 0 up to 1.
  case probability(Double)
  /// Nothing can be told.
  case unknown(Reason)

  /// Why nothing can be told.
  public enum Reason: Sendable, Hashable, CustomStringConvertible {
    /// There are too few trades.
    case fewTrades
    /// There are too few candles to be parted in stretches.
    case fewCandles
    /// What is compared is not of the same candles.
    case otherCandles
    /// All results are equal.
    case noSpread

    public var description: String {
      switch self {
      case .fewTrades: "fewer than \(Chance.leastCount) trades"
      case .fewCandles: "fewer than \(Chance.leastCount) candles"
      case .otherCandles: "the results are not all of the same candles"
      case .noSpread: "all results are equal"
      }
    }
  }

  /// The fewest trades, and the fewest stretches of a run, of which anything is told: from there on
  /// there are some ten blocks of neighbors to draw from.
  public static let leastCount = 30

  /// Tells how likely the mean of trades is by chance, each the share of the equity before it that
  /// it brought. It counts as the only one that was tried.
  public init(ofTrades shares: [Double], seed: UInt64 = 1) {
    guard shares.count >= Self.leastCount else {
      self = .unknown(.fewTrades)
      return
    }
    var check = RealityCheck(valueCount: shares.count, seed: seed)
    check.add(shares)
    self = check.probability.map(Self.probability) ?? .unknown(.noSpread)
  }

  /// Tells how likely the best final equity among results is by chance, for so many that were
  /// tried: the log growth of the equity over the stretches of ``SweepResult/growth``.
  public init(ofBest results: [SweepResult], seed: UInt64 = 1) {
    guard let best = results.max(by: { $0.finalEquity < $1.finalEquity }) else {
      self = .unknown(.fewTrades)
      return
    }
    guard best.tradeCount >= Self.leastCount else {
      self = .unknown(.fewTrades)
      return
    }
    let count = best.growth.count
    guard results.allSatisfy({ $0.growth.count == count }) else {
      self = .unknown(.otherCandles)
      return
    }
    guard count >= Self.leastCount else {
      self = .unknown(.fewCandles)
      return
    }
    var check = RealityCheck(valueCount: count, seed: seed)
    for result in results { check.add(result.growth.map(Double.init)) }
    self = check.probability.map(Self.probability) ?? .unknown(.noSpread)
  }

  /// The p-value; nil where it cannot be told.
  public var probability: Double? {
    switch self {
    case .probability(let probability): probability
    case .unknown: nil
    }
  }

  /// Why there is no p-value; nil where there is one.
  public var reason: Reason? {
    switch self {
    case .probability: nil
    case .unknown(let reason): reason
    }
  }

  /// `p = 0.043`, or a dash and why.
  public var text: String {
    switch self {
    case .probability(let probability): "p = \(BacktestReport.places(probability, 3))"
    case .unknown(let reason): "— (\(reason))"
    }
  }
}
