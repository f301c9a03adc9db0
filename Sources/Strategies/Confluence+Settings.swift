import Trading
import Units

extension Confluence {
  /// What it is told.
  public struct Settings: Sendable, Hashable {
    /// The time frame.
    public var timeFrame: TimeFrame
    /// How much each analyser counts.
    public var weights: Weights
    /// The least agreement, 0 through 1, in hundredths.
    public var thresholdPercent: Int
    /// How many candles the volume profile is made of.
    public var profileCandles: Int
    /// The profit at the target over the loss at the stop, both after costs.
    public var rewardToRisk: Rate
    /// The share of equity that is lost at the stop in full agreement.
    public var riskShareMaximum: Rate

    /// States the settings; the profile has candles.
    public init(
      timeFrame: TimeFrame = .fifteenMinutes, weights: Weights = Weights(),
      thresholdPercent: Int = 70, profileCandles: Int = 96, rewardToRisk: Rate = "2.2",
      riskShareMaximum: Rate = "0.01"
    ) {
      precondition(profileCandles > 0, "a profile has candles")
      self.timeFrame = timeFrame
      self.weights = weights
      self.thresholdPercent = thresholdPercent
      self.profileCandles = profileCandles
      self.rewardToRisk = rewardToRisk
      self.riskShareMaximum = riskShareMaximum
    }
  }

  /// How much each analyser counts; none below zero, one above. An analyser without a weight is not
  /// looked at.
  public struct Weights: Sendable, Hashable {
    /// The averages.
    public var trend: Int
    /// The MACD.
    public var momentum: Int
    /// The money flow.
    public var flow: Int
    /// The relative strength.
    public var strength: Int
    /// The zones.
    public var zone: Int
    /// The market structure.
    public var structure: Int
    /// The volume profile.
    public var profile: Int
    /// The wave trend.
    public var wave: Int
    /// The divergences.
    public var divergence: Int
    /// Support and resistance.
    public var level: Int
    /// The volume profiles of the day and the one before.
    public var session: Int
    /// The count of momentum readings.
    public var bands: Int

    /// States the weights. Those that are not stated make a hundred together: most for what speaks
    /// at every candle, little for what speaks seldom, so that the threshold can be reached without
    /// the latter. Levels, sessions and bands have none unless it is stated, so that what was
    /// measured without them stands.
    public init(
      trend: Int = 22, momentum: Int = 16, flow: Int = 14, strength: Int = 12, zone: Int = 6,
      structure: Int = 12, profile: Int = 8, wave: Int = 5, divergence: Int = 5,
      level: Int = 0, session: Int = 0, bands: Int = 0
    ) {
      self.trend = trend
      self.momentum = momentum
      self.flow = flow
      self.strength = strength
      self.zone = zone
      self.structure = structure
      self.profile = profile
      self.wave = wave
      self.divergence = divergence
      self.level = level
      self.session = session
      self.bands = bands
      precondition(areUsable, "no weight is below zero, and one is above")
    }

    /// Their sum.
    public var total: Int { all.reduce(0, +) }

    /// Whether none is below zero and one above.
    public var areUsable: Bool { all.allSatisfy { $0 >= 0 } && total > 0 }

    private var all: [Int] {
      [
        trend, momentum, flow, strength, zone, structure, profile, wave, divergence, level, session,
        bands,
      ]
    }
  }
}
