import Trading
import Units

/// What happens to orders that rest when the program ends.
public enum ExitSetting: String, Sendable, Hashable, CaseIterable {
  /// They stay at the exchange.
  case keep
  /// They are canceled; stops and targets of positions stay.
  case cancel
}

/// The limits of `risk.yaml`. Three percentages are never mixed: risk to stop, margin used,
/// notional.
public struct RiskSettings: Sendable, Hashable {
  /// The share of equity that a trade loses when its stop fills, unless it says otherwise; one R.
  public var riskPerTrade: Rate = "0.01"
  /// The largest share of equity that a trade may risk to its stop.
  public var riskPerTradeMaximum: Rate = "0.02"
  /// The least planned reward over risk for entries of strategies, after rounding.
  public var rewardToRiskMinimum: Rate = 2

  /// The largest share of equity that one opening whose stop is its liquidation puts up.
  public var marginPerTrade: Rate = "0.1"
  /// The largest share of equity that may be collateral of positions and orders.
  public var marginUsedMaximum: Rate = "0.5"

  /// The largest value of one instrument's position and opening orders, as a share of equity.
  public var notionalPerPairMaximum: Rate = 3
  /// The largest value of all positions and opening orders, as a share of equity.
  public var notionalTotalMaximum: Rate = 5

  /// The highest leverage of any position.
  public var leverageMaximum: Leverage = 10
  /// The most positions open at once.
  public var openPositionsMaximum = 5
  /// The most opening orders in any sixty seconds.
  public var ordersPerMinuteMaximum = 20
  /// The most opening orders of strategies and agents in any one second; nil when off.
  public var ordersPerSecondMaximum: Int? = 5
  /// How often one strategy or agent may ask for an opening in any sixty seconds; nil when off.
  public var wishesPerMinuteMaximum: Int? = 60
  /// How long the same opening is taken for a repeat.
  public var duplicateWindow: TimeSpan = .seconds(1)

  /// The largest share that an order takes of what the book offers within the collar; nil when off.
  public var bookShareMaximum: Rate?
  /// The largest multiple of the median of the orders before it; nil when off.
  public var medianMultipleMaximum: Rate? = 20
  /// The largest share of equity that an average range of the price moves; nil when off.
  public var rangeMoveMaximum: Rate?
  /// The largest value of positions that move together, as a share of equity; nil when off.
  public var correlatedNotionalMaximum: Rate?
  /// The least correlation at which two instruments count as one.
  public var correlationMinimum: Rate = "0.7"
  /// How near liquidation a position is told of, as a share of the mark price; nil for never.
  public var liquidationWarning: Rate? = "0.1"

  /// How far a price may be through the mark price, as a share of it.
  public var priceCollar: Rate = "0.02"
  /// How far last and mark price may be apart before nothing is opened.
  public var priceDivergenceMaximum: Rate = "0.02"
  /// The slippage that sizing allows for at each fill that takes.
  public var slippageAllowance: Rate = "0.0005"
  /// How far the stop must be from liquidation, as a share of the liquidation price.
  public var liquidationDistanceMinimum: Rate = "0.005"

  /// What happens to orders that rest when the program ends.
  public var ordersAtExit = ExitSetting.keep

  /// The oldest ticker, mark price and book that may be traded on.
  public var marketAgeMaximum: TimeSpan = .seconds(5)
  /// The oldest balance that may be traded on.
  public var balanceAgeMaximum: TimeSpan = .seconds(60)
  /// The largest difference between our clock and the exchange's.
  public var clockOffsetMaximum: TimeSpan = .seconds(2)

  /// The loss of a day, as a share of its first equity, at which everything halts.
  public var dailyLossMaximum: Rate = "0.03"
  /// The loss of a day in money at which everything halts; nil when only the share counts.
  public var dailyLossMoneyMaximum: Money?
  /// The fall from the highest equity at which everything halts.
  public var drawdownMaximum: Rate = "0.1"
  /// How many stops in a row may be hit.
  public var stopOutsInARowMaximum = 3
  /// What happens after so many.
  public var afterStopOuts = StopOutReaction.approval
  /// The most positions that strategies open in a day.
  public var tradesPerDayMaximum = 20
  /// How long an instrument rests after a stop was hit.
  public var cooldownAfterStop: TimeSpan = .minutes(15)
  /// How long an instrument rests after a win.
  public var cooldownAfterWin: TimeSpan = .zero
  /// When the day begins, in UTC; figures and limits of the day count from here.
  public var dayStart = TimeOfDay(minutes: 0)
  /// When strategies may open.
  public var tradingHours = TradingHours.always

  /// The settings as they are where no file says otherwise.
  public init() {}
}

extension RiskSettings {
  mutating func read(_ map: SettingsMap) {
    readTrade(map)
    readAccount(map)
    readSize(map)
    readMarket(map)
    readDay(map)
    checkEachOther(map)
  }

  private mutating func readTrade(_ map: SettingsMap) {
    map.value("riskPerTrade", .percent("0.0001"..."0.02", example: "0.01"), &riskPerTrade)
    map.value(
      "riskPerTradeMaximum", .percent("0.0001"..."0.02", example: "0.02"), &riskPerTradeMaximum)
    map.value("rewardToRiskMinimum", .ratio(0...100, example: 2), &rewardToRiskMinimum)
    map.value("marginPerTrade", .percent("0.001"..."1", example: "0.1"), &marginPerTrade)
    map.value("marginUsedMaximum", .percent("0.001"..."1", example: "0.5"), &marginUsedMaximum)
  }

  private mutating func readAccount(_ map: SettingsMap) {
    map.value(
      "notionalPerPairMaximum", .percent("0.01"..."200", example: 3), &notionalPerPairMaximum)
    map.value("notionalTotalMaximum", .percent("0.01"..."500", example: 5), &notionalTotalMaximum)
    map.value("leverageMaximum", .leverage(1...150, example: 10), &leverageMaximum)
    map.value("openPositionsMaximum", .count(1...100, example: 5), &openPositionsMaximum)
    map.value("ordersPerMinuteMaximum", .count(1...120, example: 20), &ordersPerMinuteMaximum)
    map.value(
      "ordersPerSecondMaximum", .orOff(.count(1...20, example: 5)), &ordersPerSecondMaximum)
    map.value(
      "wishesPerMinuteMaximum", .orOff(.count(1...10_000, example: 60)), &wishesPerMinuteMaximum)
    map.value(
      "duplicateWindow", .span(.zero ... .minutes(5), example: .seconds(1)), &duplicateWindow)
  }

  private mutating func readSize(_ map: SettingsMap) {
    map.value(
      "bookShareMaximum", .orOff(.percent("0.01"..."1", example: "0.5")), &bookShareMaximum)
    map.value(
      "medianMultipleMaximum", .orOff(.ratio(1...1_000, example: 20)), &medianMultipleMaximum)
    map.value(
      "rangeMoveMaximum", .orOff(.percent("0.0001"..."1", example: "0.02")), &rangeMoveMaximum)
    map.value(
      "correlatedNotionalMaximum", .orOff(.percent("0.01"..."500", example: 4)),
      &correlatedNotionalMaximum)
    map.value("correlationMinimum", .ratio(0...1, example: "0.7"), &correlationMinimum)
    map.value(
      "liquidationWarning", .orOff(.percent("0.001"..."0.9", example: "0.1")), &liquidationWarning)
  }

  private mutating func readMarket(_ map: SettingsMap) {
    map.value("priceCollar", .percent("0.0001"..."0.2", example: "0.02"), &priceCollar)
    map.value(
      "priceDivergenceMaximum", .percent("0.0001"..."0.2", example: "0.02"),
      &priceDivergenceMaximum)
    map.value("slippageAllowance", .percent("0"..."0.05", example: "0.0005"), &slippageAllowance)
    map.value(
      "liquidationDistanceMinimum", .percent("0"..."0.5", example: "0.005"),
      &liquidationDistanceMinimum)
    map.value(
      "marketAgeMaximum", .span(.milliseconds(250) ... .minutes(1), example: .seconds(5)),
      &marketAgeMaximum)
    map.value(
      "balanceAgeMaximum", .span(.seconds(1) ... .minutes(10), example: .seconds(60)),
      &balanceAgeMaximum)
    map.value(
      "clockOffsetMaximum", .span(.milliseconds(100) ... .seconds(30), example: .seconds(2)),
      &clockOffsetMaximum)
  }

  private mutating func readDay(_ map: SettingsMap) {
    map.value("dailyLossMaximum", .percent("0.001"..."1", example: "0.03"), &dailyLossMaximum)
    map.value(
      "dailyLossMoneyMaximum",
      .orOff(.money("1"..."1000000000", example: 300)), &dailyLossMoneyMaximum)
    map.value("drawdownMaximum", .percent("0.001"..."1", example: "0.1"), &drawdownMaximum)
    map.value("stopOutsInARowMaximum", .count(1...100, example: 3), &stopOutsInARowMaximum)
    map.value("afterStopOuts", .word, &afterStopOuts)
    map.value("ordersAtExit", .word, &ordersAtExit)
    map.value("tradesPerDayMaximum", .count(1...10_000, example: 20), &tradesPerDayMaximum)
    map.value(
      "cooldownAfterStop", .span(.zero ... .hours(24), example: .minutes(15)), &cooldownAfterStop)
    map.value(
      "cooldownAfterWin", .span(.zero ... .hours(24), example: .minutes(5)), &cooldownAfterWin)
    map.value("dayStart", .timeOfDay, &dayStart)
    map.group("tradingHours") { hours in
      for day in Weekday.allCases {
        hours.value(day.rawValue, .orOff(.dayWindow), &tradingHours[day])
      }
    }
  }

  private func checkEachOther(_ map: SettingsMap) {
    if riskPerTrade > riskPerTradeMaximum {
      map.conflict(
        at: "riskPerTrade", "riskPerTradeMaximum",
        sentence: """
          riskPerTrade (\(percentText(riskPerTrade))) is above riskPerTradeMaximum \
          (\(percentText(riskPerTradeMaximum)))
          """)
    }
    if marginPerTrade > marginUsedMaximum {
      map.conflict(
        at: "marginPerTrade", "marginUsedMaximum",
        sentence: """
          marginPerTrade (\(percentText(marginPerTrade))) is above marginUsedMaximum \
          (\(percentText(marginUsedMaximum)))
          """)
    }
    if notionalPerPairMaximum > notionalTotalMaximum {
      map.conflict(
        at: "notionalPerPairMaximum", "notionalTotalMaximum",
        sentence: """
          notionalPerPairMaximum (\(percentText(notionalPerPairMaximum))) is above \
          notionalTotalMaximum (\(percentText(notionalTotalMaximum)))
          """)
    }
  }
}
