import AccountData
import Engine
import MarketData
import Trading
import Units

extension DashboardModel {
  /// Returns what an order of its own comes to: sent at once, with several targets, or waiting for
  /// the mark price.
  func meaning(of order: OrderLine) throws(LineProblem) -> LineMeaning {
    let intent = try intent(order)
    if let trigger = order.trigger {
      try check(trigger, of: order)
      let until = order.patience.map { snapshot.at + $0 }
      return .waiting(intent, trigger: trigger, until: until)
    }
    if order.isBare, let exit = exit(insteadOf: intent) { return .exit(exit, asks: true) }
    guard !order.parts.isEmpty else { return .openings([intent]) }
    return .bracket(intent, try targets(order, intent))
  }

  /// A waiting order goes with the price; against it an order with a price rests in the book.
  private func check(_ trigger: Price, of order: OrderLine) throws(LineProblem) {
    let market = try market(order.market)
    guard let mark = market.markPrice else {
      throw LineProblem(at: 0, text: "the mark price of \(market.id) is not known yet")
    }
    guard order.side == .long ? trigger > mark : trigger < mark else {
      let side = order.side.openingSide.rawValue
      let place = order.side == .long ? "above" : "below"
      throw LineProblem(
        at: 0,
        text: "\(side) stop waits for a price \(place) the mark, which is \(mark); "
          + "on the other side an order rests: \(side) \(order.market) @ \(trigger)")
    }
  }

  private func targets(
    _ order: OrderLine, _ intent: OpeningIntent
  ) throws(LineProblem) -> [PartialTarget] {
    let market = try market(order.market)
    let (_, entry) = try type(of: order, market)
    var targets: [PartialTarget] = []
    for part in order.parts {
      let found = try protection(
        order.stop, part.target, order.side, entry: entry, worst: entry, market.instrument)
      guard let trigger = found.target else { continue }
      targets.append(PartialTarget(trigger: trigger, share: part.share))
    }
    return targets
  }

  func intent(_ order: OrderLine) throws(LineProblem) -> OpeningIntent {
    let market = try market(order.market)
    let (type, entry) = try type(of: order, market)
    let protection = try protection(
      order.stop, order.target, order.side, entry: entry, worst: entry, market.instrument)
    return OpeningIntent(
      instrument: market.id, side: order.side, marginMode: marginMode(of: market.id), type: type,
      size: try request(order.size, market.instrument, parts: 1), stop: .stop(protection.stop),
      takeProfit: protection.target)
  }

  /// The type of an order and the price that its distances are counted from.
  func type(
    of order: OrderLine, _ market: Market
  ) throws(LineProblem) -> (OrderType, Price) {
    let taken =
      order.trigger ?? market.takenPrice(by: order.side.openingSide) ?? market.lastPrice
    let asked: Price?
    switch order.price {
    case nil:
      guard let taken else { throw LineProblem(at: 0, text: "\(market.id) has no price yet") }
      return (.market, taken)
    case .exact(let price): asked = price
    case .bid: asked = market.bidPrice
    case .ask: asked = market.askPrice
    }
    guard let price = asked else { throw LineProblem(at: 0, text: "the book is not known yet") }
    switch order.kind {
    case .limit: return (.limit(price), price)
    case .post: return (.postOnly(price), price)
    case .ioc: return (.immediateOrCancel(price), price)
    case .fok: return (.fillOrKill(price), price)
    }
  }
}
