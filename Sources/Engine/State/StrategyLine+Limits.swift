import AccountData
import Risk
import Strategies
import Trading
import Units

extension StrategyLimits {
  /// The limits as conditions of opening, each with where it stands; what is not known does not
  /// hold.
  func conditions(of instrument: InstrumentID, in context: RiskContext) -> [Explanation.Condition] {
    let standing = context.standing(of: self)
    var conditions: [Explanation.Condition] = []
    if let limit = tradesPerDayMaximum {
      conditions.append(
        .init(
          "positions opened today below \(limit)", value: "\(standing.trades)",
          isMet: standing.trades < limit))
    }
    if limitDailyLoss {
      conditions.append(
        Self.condition("lost today", below: standing.lossLimit, standing.lost))
    }
    if let limit = stopOutsInARowMaximum {
      conditions.append(
        .init(
          "stops in a row below \(limit)", value: "\(standing.stopOutsInARow)",
          isMet: standing.stopOutsInARow < limit))
    }
    if limitNotional {
      conditions.append(
        Self.condition(
          "position and orders", below: context.notionalLimit(of: self),
          context.notional(of: instrument)))
    }
    if let share = riskPerTradeMaximum {
      let equity = context.account.balance?.value.equity
      conditions.append(
        .init(
          "a trade risks at most \(Rate(share.value.times(100))) % of the equity",
          value: Self.text(equity?.scaled(by: share, .down)), isMet: equity != nil))
    }
    return conditions
  }

  private static func condition(
    _ what: String, below limit: Money?, _ value: Money?
  ) -> Explanation.Condition {
    var isMet = false
    if let limit, let value { isMet = value < limit }
    return .init("\(what) below \(text(limit))", value: text(value), isMet: isMet)
  }

  private static func text(_ money: Money?) -> String {
    money.map { "\($0.value.text(places: 2, .nearestOrEven)) USDT" } ?? "—"
  }
}
