import Trading
import Units

/// Strategies made of words: a kind and named values, as a settings file or a command line says
/// them.
public enum StrategySettings {
  /// Which rule trades.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// ``EMACross``.
    case emaCross = "ema-cross"
    /// ``SupplyDemand``.
    case supplyDemand = "supply-demand"
    /// ``Confluence``.
    case confluence
  }

  /// One value that a kind can be told.
  public struct Setting: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// What it means, in words.
    public let meaning: String
    /// What may be said, in words.
    public let allowed: String
    /// What holds where nothing is said, for candles of 15m; time frames follow from others.
    public let standard: String
  }

  /// Makes a strategy of a kind for candles of a length. What is not named keeps its standard
  /// value.
  ///
  /// `timeFrame` is the length of the candles that the strategy is to be fed: the made strategy's
  /// ``Strategy/requiredTimeFrame`` is it or nil. Throws when the kind or a name is not known, a
  /// name comes twice, a value is not allowed, or values do not go together.
  public static func make(
    kind: String, values: [(name: String, text: String)], timeFrame: TimeFrame
  ) throws(StrategySettingsProblem) -> any Strategy {
    guard let known = Kind(rawValue: kind) else { throw .unknownKind(kind) }
    switch known {
    case .emaCross: return EMACross(try EMACross.Settings.told(values))
    case .supplyDemand:
      return SupplyDemand(try SupplyDemand.Settings.told(values, fedBy: timeFrame))
    case .confluence:
      return Confluence(try Confluence.Settings.told(values, fedBy: timeFrame))
    }
  }

  /// Returns what a kind can be told, in the order in which it is documented.
  public static func settings(of kind: Kind) -> [Setting] {
    switch kind {
    case .emaCross: EMACross.Settings.fields.map { $0.setting(EMACross.Settings()) }
    case .supplyDemand: SupplyDemand.Settings.fields.map { $0.setting(SupplyDemand.Settings()) }
    case .confluence: Confluence.Settings.fields.map { $0.setting(Confluence.Settings()) }
    }
  }
}

/// Why words are not a strategy.
public enum StrategySettingsProblem: Error, Sendable, Hashable {
  /// There is no such kind.
  case unknownKind(String)
  /// The kind has no value of this name.
  case unknownName(StrategySettings.Kind, name: String)
  /// A value was said twice.
  case saidTwice(name: String)
  /// A value may not be this.
  case notAllowed(name: String, text: String, allowed: String)
  /// No time frame is long enough for zones above candles of this length.
  case candlesTooLong(StrategySettings.Kind, TimeFrame)
  /// Candles of a time frame cannot be rolled up to those of another.
  case framesDoNotFit(feed: TimeFrame, entry: TimeFrame, zone: TimeFrame, trend: TimeFrame?)
  /// No analyser counts.
  case noWeight

  /// The name of the value that is wrong; nil when it is not one value.
  public var name: String? {
    switch self {
    case .unknownKind, .candlesTooLong, .framesDoNotFit, .noWeight: nil
    case .unknownName(_, let name), .saidTwice(let name), .notAllowed(let name, _, _): name
    }
  }
}

extension StrategySettingsProblem: CustomStringConvertible {
  /// One sentence: what is wrong and what is allowed.
  public var description: String {
    switch self {
    case .unknownKind(let kind):
      let kinds = StrategySettings.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      return "\(kind) is no strategy: there are \(kinds)"
    case .unknownName(let kind, let name):
      let names = StrategySettings.settings(of: kind).map(\.name).joined(separator: ", ")
      return "\(kind.rawValue) has no \(name): there are \(names)"
    case .saidTwice(let name): return "\(name) is said twice: say it once"
    case .notAllowed(let name, let text, let allowed):
      return "\(name) \(text): allowed is \(allowed)"
    case .candlesTooLong(let kind, let frame):
      return "\(kind.rawValue): candles of \(frame.rawValue) are too long: no time frame is four "
        + "times as long; allowed is up to 1d"
    case .framesDoNotFit(let feed, let entry, let zone, let trend):
      let frames =
        "candles of \(feed.rawValue), entryFrame \(entry.rawValue), zoneFrame \(zone.rawValue), "
        + "trendFrame \(trend?.rawValue ?? "off")"
      return "\(frames) do not fit: each must be a multiple of the one before, those of zones "
        + "longer than entryFrame, trendFrame longer than zoneFrame or off"
    case .noWeight: return "all weights are 0: at least one must be above it"
    }
  }
}
