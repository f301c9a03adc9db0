import Trading
import Units

/// The limits of one strategy in `strategies.yaml`, in the words of `risk.yaml`. They only tighten:
/// of two the tighter one holds, and where nothing is said, that of `risk.yaml`.
public struct StrategyLimitSettings: Sendable, Hashable {
  /// The largest share of equity that one of its trades may risk to its stop.
  public var riskPerTradeMaximum: Rate?
  /// The largest value of its pair's position and opening orders, as a share of equity.
  public var notionalPerPairMaximum: Rate?
  /// The same in money.
  public var notionalPerPairMoneyMaximum: Money?
  /// The realized loss of a day, as a share of the account's first equity of the day, at which it
  /// opens nothing more.
  public var dailyLossMaximum: Rate?
  /// The same in money.
  public var dailyLossMoneyMaximum: Money?
  /// The most positions that it opens in a day.
  public var tradesPerDayMaximum: Int?
  /// How many stops in a row may be hit.
  public var stopOutsInARowMaximum: Int?
  /// What it may do after so many: approval or paused.
  public var afterStopOuts = StrategyState.approval

  /// No limits.
  public init() {}
}

extension StrategyLimitSettings {
  mutating func read(_ map: SettingsMap) {
    riskPerTradeMaximum = map.optional(
      "riskPerTradeMaximum", .percent("0.0001"..."0.02", example: "0.005"))
    notionalPerPairMaximum = map.optional(
      "notionalPerPairMaximum", .percent("0.01"..."200", example: 1))
    notionalPerPairMoneyMaximum = map.optional(
      "notionalPerPairMoneyMaximum", .money("1"..."1000000000", example: 2_000))
    dailyLossMaximum = map.optional(
      "dailyLossMaximum", .percent("0.001"..."1", example: "0.01"))
    dailyLossMoneyMaximum = map.optional(
      "dailyLossMoneyMaximum", .money("1"..."1000000000", example: 100))
    tradesPerDayMaximum = map.optional("tradesPerDayMaximum", .count(1...10_000, example: 5))
    stopOutsInARowMaximum = map.optional("stopOutsInARowMaximum", .count(1...100, example: 3))
    map.value("afterStopOuts", .afterStopOuts, &afterStopOuts)
    if !map.isMissing("afterStopOuts"), map.isMissing("stopOutsInARowMaximum") {
      map.conflict(
        at: "afterStopOuts",
        "afterStopOuts is said without stopOutsInARowMaximum: say after how many stops")
    }
  }
}

extension SettingKind<StrategyState> {
  /// A state in which a strategy does not open by itself.
  fileprivate static var afterStopOuts: SettingKind {
    let words = StrategyState.allCases.filter { $0 != .running }.map(\.rawValue)
    return SettingKind(
      expected: "one of \(words.joined(separator: ", "))", shape: .words(words)
    ) { text throws(SettingTextProblem) in
      guard words.contains(text), let state = StrategyState(rawValue: text) else {
        throw .unknownWord(words)
      }
      return state
    }
  }
}
