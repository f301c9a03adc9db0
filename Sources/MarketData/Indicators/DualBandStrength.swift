/// How many momentum readings of a bar speak for the bulls and how many for the bears: two counts
/// side by side.
///
/// Twelve readings, each for the bulls above its middle, for the bears below it, for neither where
/// the two differ by no more than rounding:
///
/// - against 50: the relative strength (14) and the money flow index (14),
/// - against −50: Williams' percent range (14),
/// - against 0: the commodity channel (20), the rate of change (10), the MACD (12, 26, 9), its
///   histogram, and the money-flow area (60),
/// - `k` against `d`: the stochastic (14, 3, 3) and that of the relative strength (14, 14, 3, 3),
/// - the fast wave trend against the slow one (10, 21, 4),
/// - upward against downward movement (14).
///
/// Warm-up: 59 bars, that of the money-flow area.
/// Source: the idea of "DBSI", the dual band strength index of Market Cipher: a score for either
/// side at each candle, from many momentum indicators (marketcipher.trade/market-cipher-dbsi). Its
/// formula is not public: the readings are this program's, the figures not those of the product.
public struct DualBandStrength: Indicator {
  /// The counts of one moment.
  public struct Value: Sendable, Hashable {
    /// How many readings speak for rising prices.
    public let bulls: Int
    /// How many readings speak for falling prices.
    public let bears: Int

    /// States both.
    public init(bulls: Int, bears: Int) {
      self.bulls = bulls
      self.bears = bears
    }

    /// The surplus of the bulls as a share of all readings, −1 through 1.
    public var balance: Double { Double(bulls - bears) / Double(DualBandStrength.readingCount) }
  }

  /// How many readings there are.
  public static let readingCount = 12
  /// The share of its scale by which a reading must be away from its middle.
  private static let noise = 1e-12

  private var strength = RSI(14)
  private var money = MFI(14)
  private var williams = WilliamsR(14)
  private var channel = CCI(20)
  private var rate = RateOfChange(10)
  private var averages = MACD()
  private var area = MoneyFlowArea(60)
  private var stochastic = Stochastic()
  private var stochasticStrength = StochasticRSI()
  private var wave = WaveTrend()
  private var direction = DirectionalIndex(14)

  /// Makes counts that have seen nothing.
  public init() {}

  public var warmUp: Int { area.warmUp }

  public mutating func update(_ bar: Bar) -> Value? {
    let averages = self.averages.update(bar.close)
    let stochastic = self.stochastic.update(bar)
    let stochasticStrength = self.stochasticStrength.update(bar.close)
    let wave = self.wave.update(bar)
    let direction = self.direction.update(bar)
    // A reading, its middle, and the scale that rounding goes by.
    let readings: [(Double?, Double?, Double)] = [
      (strength.update(bar.close), 50, 100),
      (money.update(bar), 50, 100),
      (williams.update(bar), -50, 100),
      (channel.update(bar), 0, 100),
      (rate.update(bar.close), 0, 100),
      (averages?.line, 0, bar.close),
      (averages?.histogram, 0, bar.close),
      (area.update(bar), 0, 150),
      (stochastic?.k, stochastic?.d, 100),
      (stochasticStrength?.k, stochasticStrength?.d, 100),
      (wave?.fast, wave?.slow, 100),
      (direction?.plus, direction?.minus, 100),
    ]
    var (bulls, bears) = (0, 0)
    for (reading, middle, scale) in readings {
      guard let reading, let middle else { return nil }
      if reading - middle > Self.noise * scale { bulls += 1 }
      if middle - reading > Self.noise * scale { bears += 1 }
    }
    return Value(bulls: bulls, bears: bears)
  }
}
