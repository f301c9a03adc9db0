import Strategies
import Trading

/// One strategy of `strategies.yaml`.
public struct StrategySetting: Sendable, Hashable {
  /// Its name in orders, journal and reports.
  public var name: String
  /// Which rule trades.
  public var kind: StrategySettings.Kind
  /// What it trades, one of `pairs.yaml`.
  public var instrument: InstrumentID
  /// The candles that it looks at.
  public var timeFrame: TimeFrame
  /// What it may do at the start; less where a person said less before it.
  public var state: StrategyState
  /// What it is told beside what it is told by default, by the names of its kind.
  public var values: [StrategyValue]
  /// Its limits beside those of `risk.yaml`.
  public var limits: StrategyLimitSettings
  /// Where it stands.
  public var place: SettingsProblem.Place
}

/// A value of a strategy as the file says it.
public struct StrategyValue: Sendable, Hashable {
  /// Its name.
  public let name: String
  /// The value.
  public let text: String
}

/// Everything in `strategies.yaml`.
public struct StrategiesSettings: Sendable, Hashable {
  /// The strategies, in the order of the file; none by default.
  public var list: [StrategySetting] = []

  /// The defaults.
  public init() {}
}

extension StrategiesSettings {
  /// The most strategies.
  static let limit = 100

  /// Reads the file; a strategy trades one of `pairs`.
  mutating func read(_ map: SettingsMap, pairs: PairsSettings) {
    var names: Set<String> = []
    let read = map.groups("strategies", limit: Self.limit) { map, place -> StrategySetting? in
      let name = map.required("name", .strategyName, within: place)
      if let name, !names.insert(name).inserted {
        map.conflict(at: "name", "the strategy \(name) stands in the list twice")
      }
      let kind = map.required("kind", SettingKind<StrategySettings.Kind>.word, within: place)
      let instrument = map.required("instrument", .instrument, within: place)
      if let instrument, !pairs.list.contains(where: { $0.instrument == instrument }) {
        map.conflict(at: "instrument", "\(instrument) is not in pairs.yaml: name it there as well")
      }
      let timeFrame = map.required("timeFrame", SettingKind<TimeFrame>.word, within: place)
      var state = StrategyState.approval
      map.value("state", .word, &state)
      let values = Self.values(map, kind, timeFrame)
      var limits = StrategyLimitSettings()
      map.group("limits") { limits.read($0) }
      guard let name, let kind, let instrument, let timeFrame, let values else { return nil }
      return StrategySetting(
        name: name, kind: kind, instrument: instrument, timeFrame: timeFrame, state: state,
        values: values, limits: limits, place: place)
    }
    if let read { list = read }
  }

  /// Reads what a strategy is told; nil when it is wrong.
  private static func values(
    _ map: SettingsMap, _ kind: StrategySettings.Kind?, _ timeFrame: TimeFrame?
  ) -> [StrategyValue]? {
    var values: [StrategyValue]?
    map.group("settings") { map in
      // Of a kind that is not known any name may be right.
      var known: [String] = []
      for kind in kind.map({ [$0] }) ?? StrategySettings.Kind.allCases {
        for setting in StrategySettings.settings(of: kind) where !known.contains(setting.name) {
          known.append(setting.name)
        }
      }
      let said = known.compactMap { name in
        map.optional(name, .numberOrText).map { StrategyValue(name: name, text: $0) }
      }
      guard let kind, let timeFrame else { return }
      do throws(StrategySettingsProblem) {
        _ = try StrategySettings.make(
          kind: kind.rawValue, values: said.map { ($0.name, $0.text) }, timeFrame: timeFrame)
        values = said
      } catch {
        map.conflict(at: error.name ?? "settings", "\(error)")
      }
    }
    return values
  }
}

extension SettingKind<String> {
  /// The name of a strategy: it stands in client order ids' company, in reports and in commands.
  fileprivate static let strategyName = SettingKind(
    expected: "a short name of small letters, digits and -, such as btc-zones",
    shape: .text(pattern: "^[a-z0-9-]{1,24}$")
  ) { text throws(SettingTextProblem) in
    let isPlain = text.utf8.allSatisfy {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
    }
    guard isPlain, !text.isEmpty else { throw .notUnderstood }
    guard text.utf8.count <= 24 else { throw .outside("longer than 24 letters") }
    return text
  }

  /// A value that is read by what it belongs to.
  fileprivate static let numberOrText = SettingKind(
    expected: "a value of this kind of strategy", shape: .numberOrText
  ) { text throws(SettingTextProblem) in text }
}
