import AccountData
import Engine
import MarketData
import Trading
import Units

extension DashboardModel {
  /// Returns what a line about a position comes to that takes several steps.
  func planMeaning(of line: Line) throws(LineProblem) -> LineMeaning {
    switch line {
    case .reverse(let meant, let size, let stop, let target):
      let held = try position(meant)
      let opening = try intent(
        OrderLine(
          side: held.side == .long ? .short : .long, market: meant.market, size: size, stop: stop,
          target: target))
      return .reversal(held.key, opening)
    case .trail(let meant, let distance, let from):
      let key = try position(meant).key
      let behind: TrailDistance =
        switch distance {
        case .price(let price): .price(price)
        case .percent(let rate): .share(rate)
        }
      let command = DashboardCommand.engine(.trail(key, behind, activation: from))
      guard let question = nearQuestion(key, behind, from) else { return .commands([command]) }
      return .asked(
        question, details: ["So near behind, the next moves of the price close the position."],
        [command])
    case .targets(let meant, let parts):
      let position = try position(meant)
      let targets = try parts.map { (part) throws(LineProblem) in
        PartialTarget(trigger: try trigger(part.target, of: position), share: part.share)
      }
      return .commands([.engine(.takeProfits(position.key, targets))])
    case .abandon(let market):
      let id = try instrument(market).id
      let plans = snapshot.plans.filter { $0.instrument == id }
      guard !plans.isEmpty else {
        throw LineProblem(at: 0, text: "nothing goes on about \(id) in several steps")
      }
      return .commands(plans.map { .engine(.abandon($0.id)) })
    case .order, .scale, .oneOf, .amend, .close, .stop, .target, .breakEven, .cancelAll,
      .cancelLast, .cancelMarket, .flatten, .leverage, .positionMode, .resetPeak, .state, .strategy,
      .go,
      .timeFrame, .layout,
      .size, .template, .filter, .note, .alert, .alerts, .removeAlert, .acknowledge, .arm, .disarm,
      .help, .quit, .reload:
      preconditionFailure("a plain line is understood where all lines are")
    }
  }

  /// The question before a stop that follows nearer than fees, such as one whose percent sign was
  /// forgotten; nil for one that is farther behind.
  private func nearQuestion(
    _ key: PositionKey, _ distance: TrailDistance, _ from: Price?
  ) -> String? {
    guard let price = from ?? snapshot.markets[key.instrument]?.markPrice, price.isPositive else {
      return nil
    }
    let share: Rate? =
      switch distance {
      case .price(let behind): behind.value.dividedIfPossible(by: price.value, .down).map(Rate.init)
      case .share(let rate): rate
      }
    guard let share, share < Self.nearTrail else { return nil }
    return "let the stop of \(key.instrument) trail by \(distance.text), "
      + "\(NumberText.percent(share, places: 4)) of the price?"
  }

  /// Nearer than this share of the price a trailing stop costs more in fees than it keeps.
  private static let nearTrail: Rate = "0.001"
}
