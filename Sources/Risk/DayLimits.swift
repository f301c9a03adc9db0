import Trading
import Units

/// The limits that a day, the highest equity and a run of losses set.
public struct DayLimits: Sendable, Hashable {
  /// The loss of a day, as a share of its first equity, at which everything halts.
  public var lossMaximum: Rate
  /// The loss of a day in money at which everything halts; nil when only the share counts.
  public var lossMoneyMaximum: Money?
  /// The fall from the highest equity, as a share of it, at which everything halts.
  public var drawdownMaximum: Rate
  /// How many stops in a row may be hit before ``afterStopOuts`` follows.
  public var stopOutsInARowMaximum: Int
  /// What follows after so many.
  public var afterStopOuts: StopOutReaction
  /// The most positions that strategies open in a day.
  public var tradesPerDayMaximum: Int
  /// How long an instrument rests after a stop was hit or a position was liquidated.
  public var cooldownAfterStop: TimeSpan
  /// How long an instrument rests after a win.
  public var cooldownAfterWin: TimeSpan
  /// When strategies may open.
  public var tradingHours: TradingHours

  /// States the limits.
  public init(
    lossMaximum: Rate, lossMoneyMaximum: Money?, drawdownMaximum: Rate,
    stopOutsInARowMaximum: Int, afterStopOuts: StopOutReaction, tradesPerDayMaximum: Int,
    cooldownAfterStop: TimeSpan, cooldownAfterWin: TimeSpan, tradingHours: TradingHours
  ) {
    self.lossMaximum = lossMaximum
    self.lossMoneyMaximum = lossMoneyMaximum
    self.drawdownMaximum = drawdownMaximum
    self.stopOutsInARowMaximum = stopOutsInARowMaximum
    self.afterStopOuts = afterStopOuts
    self.tradesPerDayMaximum = tradesPerDayMaximum
    self.cooldownAfterStop = cooldownAfterStop
    self.cooldownAfterWin = cooldownAfterWin
    self.tradingHours = tradingHours
  }
}
