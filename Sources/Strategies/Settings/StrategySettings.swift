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
    /// What holds where nothing is said; "by the candles" where it follows from their length.
    public let standard: String
  }

  /// Makes a strategy of a kind for candles of a length. What is not named keeps its standard value.
  ///
  /// Throws when the kind or a name is not known, a name comes twice, or a value is not allowed.
  public static func make(
    kind: String, values: [(name: String, text: String)], timeFrame: TimeFrame
  ) throws(StrategySettingsProblem) -> any Strategy {
    guard let known = Kind(rawValue: kind) else { throw .unknownKind(kind) }
    switch known {
    case .emaCross: return EMACross(try EMACross.Settings().told(values, known))
    case .supplyDemand:
      guard let standard = SupplyDemand.Settings(for: timeFrame) else {
        throw .candlesTooLong(known, timeFrame)
      }
      return SupplyDemand(try standard.told(values, known))
    case .confluence:
      var standard = Confluence.Settings()
      standard.timeFrame = timeFrame
      return Confluence(try standard.told(values, known))
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

  /// The name of the value that is wrong; nil when it is not one value.
  public var name: String? {
    switch self {
    case .unknownKind, .candlesTooLong: nil
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
    }
  }
}
