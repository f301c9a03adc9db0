import AccountData
import Alerts
import Risk
import Trading
import Units

/// What the engine does when the exchange itself closes a part of a position: a liquidation or a
/// deleveraging that leaves a rest (X01, X02). What it leaves nothing of is told as the end of the
/// position; what protects the rest is made smaller when the rest is shown (``SizeRules``).
enum TakeOverRules {
  /// An order has changed: tells of it once, when it has ended.
  static func orderChanged(_ change: Orders.Change, _ core: inout EngineCore) {
    let order = change.order
    guard let ending = order.category.takeOver, order.state.isFinal,
      !(change.stateBefore?.isFinal ?? false), order.progress.filledContracts.isPositive,
      let report = core.book.account.positions[order.positionKey]?.report,
      report.side.closingSide == order.side
    else { return }
    let expected = core.book.account.positions.expectedContracts(report.key)
    let left = report.side == .long ? expected : -expected
    guard left.isPositive else { return }
    let net = order.progress.realizedPnL - order.progress.fee
    core.breakers.takenOver(
      order.instrument, by: ending, net: net, limits: core.gate.limits.day, at: core.now)
    let price = order.progress.averagePrice.map { " at \($0)" } ?? ""
    let what = ending == .liquidation ? "liquidated" : "deleveraged"
    let text =
      "the exchange \(what) \(order.progress.filledContracts) contracts of the "
      + "\(report.side.rawValue)\(price), net \(net.value.resultText()) USDT: \(left) remain"
    core.notify(.alarm, text, order.instrument)
    core.alerts.book.happened(
      .liquidation, order.instrument, "\(order.instrument): \(text)", at: core.now)
  }
}

extension OrderCategory {
  /// What an order of the exchange's own does to a position; nil for one that somebody placed.
  fileprivate var takeOver: PositionCycle.Ending? {
    switch self {
    case .partialLiquidation, .fullLiquidation: .liquidation
    case .autoDeleveraging: .autoDeleveraging
    case .normal, .takeProfit, .stopLoss, .other: nil
    }
  }
}
