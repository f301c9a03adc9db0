import Trading
import Units

/// The limits of one strategy beside those of the account: of two the tighter one holds. Each is
/// nil where only the account's holds.
public struct StrategyLimits: Sendable, Hashable {
  /// The strategy.
  public let name: String
  /// The largest share of equity that one of its trades may risk to its stop; where liquidation is
  /// the stop, that may be its collateral.
  public var riskPerTradeMaximum: Rate?
  /// The largest value of its instrument's position and opening orders, as a multiple of equity.
  public var notionalPerPairMaximum: Rate?
  /// The same in money.
  public var notionalPerPairMoneyMaximum: Money?
  /// The realized loss of a day, as a share of the account's first equity of the day, from which on
  /// it opens nothing.
  public var dailyLossMaximum: Rate?
  /// The same in money.
  public var dailyLossMoneyMaximum: Money?
  /// The most positions that it opens in a day.
  public var tradesPerDayMaximum: Int?
  /// How many stops in a row may be hit before ``afterStopOuts`` follows.
  public var stopOutsInARowMaximum: Int?
  /// What it may do after so many, unless it may do less already.
  public var afterStopOuts: StrategyState

  /// States the limits.
  public init(
    name: String, riskPerTradeMaximum: Rate? = nil, notionalPerPairMaximum: Rate? = nil,
    notionalPerPairMoneyMaximum: Money? = nil, dailyLossMaximum: Rate? = nil,
    dailyLossMoneyMaximum: Money? = nil, tradesPerDayMaximum: Int? = nil,
    stopOutsInARowMaximum: Int? = nil, afterStopOuts: StrategyState = .approval
  ) {
    self.name = name
    self.riskPerTradeMaximum = riskPerTradeMaximum
    self.notionalPerPairMaximum = notionalPerPairMaximum
    self.notionalPerPairMoneyMaximum = notionalPerPairMoneyMaximum
    self.dailyLossMaximum = dailyLossMaximum
    self.dailyLossMoneyMaximum = dailyLossMoneyMaximum
    self.tradesPerDayMaximum = tradesPerDayMaximum
    self.stopOutsInARowMaximum = stopOutsInARowMaximum
    self.afterStopOuts = afterStopOuts
  }

  /// Whether the loss of a day is limited.
  public var limitDailyLoss: Bool { dailyLossMaximum != nil || dailyLossMoneyMaximum != nil }

  /// Whether the value of the position and its orders is limited.
  public var limitNotional: Bool {
    notionalPerPairMaximum != nil || notionalPerPairMoneyMaximum != nil
  }
}

extension RiskLimits {
  /// Returns the limits of one strategy; nil when it has none of its own.
  public func own(of strategy: String) -> StrategyLimits? {
    strategies.first { $0.name == strategy }
  }

  /// Returns the limits of the strategy that asks; nil for everyone else.
  func own(of source: CommandSource) -> StrategyLimits? {
    guard !strategies.isEmpty, case .strategy(let name) = source else { return nil }
    return own(of: name)
  }
}

extension StrategyLimits {
  /// Returns these limits with those of `other` where these allow more, and the names of those
  /// places as in the file, with the strategy's name before them.
  func tightened(by other: StrategyLimits) -> (limits: StrategyLimits, looser: [String]) {
    var limits = self
    var names: [String] = []
    func check<Limit: Comparable>(
      _ word: String, _ path: WritableKeyPath<StrategyLimits, Limit?>
    ) {
      guard let before = other[keyPath: path],
        self[keyPath: path].map({ $0 > before }) ?? true
      else { return }
      limits[keyPath: path] = before
      names.append("\(name).\(word)")
    }
    check("riskPerTradeMaximum", \.riskPerTradeMaximum)
    check("notionalPerPairMaximum", \.notionalPerPairMaximum)
    check("notionalPerPairMoneyMaximum", \.notionalPerPairMoneyMaximum)
    check("dailyLossMaximum", \.dailyLossMaximum)
    check("dailyLossMoneyMaximum", \.dailyLossMoneyMaximum)
    check("tradesPerDayMaximum", \.tradesPerDayMaximum)
    check("stopOutsInARowMaximum", \.stopOutsInARowMaximum)
    if other.stopOutsInARowMaximum != nil, afterStopOuts.isLooser(than: other.afterStopOuts) {
      limits.afterStopOuts = other.afterStopOuts
      if stopOutsInARowMaximum != nil { names.append("\(name).afterStopOuts") }
    }
    return (limits, names)
  }
}
