import AccountData
import Engine
import MarketData
import Trading
import Units

extension DashboardModel {
  /// Returns what a line about a position comes to that takes several steps.
  func planMeaning(of line: Line) throws(LineProblem) -> LineMeaning {
    switch line {
    case .reverse(let market, let size, let stop, let target):
      let held = try position(market)
      let opening = try intent(
        OrderLine(
          side: held.side == .long ? .short : .long, market: market, size: size, stop: stop,
          target: target))
      return .reversal(held.key, opening)
    case .trail(let market, let distance, let from):
      let key = try position(market).key
      let behind: TrailDistance =
        switch distance {
        case .price(let price): .price(price)
        case .percent(let rate): .share(rate)
        }
      return .commands([.engine(.trail(key, behind, activation: from))])
    case .targets(let market, let parts):
      let targets = parts.map {
        PartialTarget(trigger: Trigger(triggerPrice: $0.price), share: $0.share)
      }
      return .commands([.engine(.takeProfits(try position(market).key, targets))])
    case .abandon(let market):
      let id = try instrument(market).id
      let plans = snapshot.plans.filter { $0.instrument == id }
      guard !plans.isEmpty else {
        throw LineProblem(at: 0, text: "nothing goes on about \(id) in several steps")
      }
      return .commands(plans.map { .engine(.abandon($0.id)) })
    case .order, .scale, .oneOf, .amend, .close, .stop, .target, .breakEven, .cancelAll,
      .cancelLast, .cancelMarket, .flatten, .leverage, .state, .strategy, .go, .timeFrame, .layout,
      .size, .template, .filter, .note, .alert, .alerts, .removeAlert, .acknowledge, .arm, .disarm,
      .help, .quit, .reload:
      preconditionFailure("a plain line is understood where all lines are")
    }
  }
}
