import AccountData
import Engine
import MarketData
import Trading
import Units

extension DashboardModel {
  /// Returns what a line about orders that rest comes to.
  func restingMeaning(of line: Line) throws(LineProblem) -> LineMeaning {
    switch line {
    case .oneOf(let first, let second):
      let id = try instrument(first.market).id
      guard !figures.positions.contains(where: { $0.key.instrument == id }) else {
        throw LineProblem(at: 0, text: "oco opens where nothing is held; \(id) has a position")
      }
      return .oneOf(try intent(first), try intent(second))
    case .amend(let line):
      let order = try restingOrder(line.market)
      let type = try line.price.map { (price) throws(LineProblem) in
        order.type.moved(to: try self.price(price, of: order.instrument))
      }
      return .amendment(
        Amendment(
          order: order, type: type ?? order.type, contracts: line.contracts ?? order.contracts))
    case .order, .scale, .close, .stop, .target, .breakEven, .reverse, .trail, .targets, .abandon,
      .cancelAll, .cancelLast, .cancelMarket, .flatten, .leverage, .positionMode, .resetPeak,
      .state, .strategy,
      .go,
      .timeFrame, .layout, .size, .template, .filter, .note, .alert, .alerts, .removeAlert,
      .acknowledge, .arm, .disarm, .help, .quit, .reload:
      preconditionFailure("a line about no resting order is understood where all lines are")
    }
  }

  /// The only order of a market that can be moved, or the newest of all.
  private func restingOrder(_ market: String?) throws(LineProblem) -> TrackedOrder {
    guard let market else {
      guard let order = newestOwnOrder, order.clientOrderID != nil else {
        throw LineProblem(at: 0, text: "no order of mine rests")
      }
      return order
    }
    let id = try instrument(market).id
    let orders = snapshot.account.orders.open.filter {
      $0.instrument == id && $0.isOwn && $0.clientOrderID != nil && $0.type.limitPrice != nil
        && $0.state != .pendingCancel
    }
    guard let first = orders.first else {
      throw LineProblem(at: 0, text: "no order of mine rests in \(id)")
    }
    guard orders.count == 1 else {
      throw LineProblem(at: 0, text: "\(id) has \(orders.count) orders; select one in the panel")
    }
    return first
  }

  func price(
    _ price: LinePrice, of id: InstrumentID
  ) throws(LineProblem) -> Price {
    let market = snapshot.markets[id]
    let found: Price? =
      switch price {
      case .exact(let price): price
      case .bid: market?.bidPrice
      case .ask: market?.askPrice
      }
    guard let found else { throw LineProblem(at: 0, text: "the book is not known yet") }
    return found
  }
}
