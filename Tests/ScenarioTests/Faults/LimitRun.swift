import AccountData
import Engine
import Exchanges
import MarketData
import Risk
import Simulation
import Trading
import Units

/// A run of inputs through the gate and the engine, with the limits read at the exchange.
@MainActor
final class LimitRun {
  private let desk: FaultDesk
  private(set) var broken: [String] = []
  /// How many opening orders reached the exchange.
  private(set) var arrivals = 0
  private var openedAt: [Timestamp] = []
  private var haltedAt: Timestamp?
  /// How many lists of positions the engine does not hear of from now on.
  private var listsToLose = 0

  /// Limits that a few orders reach.
  static let limits: RiskLimits = {
    var limits = StormSettings.limits
    limits.notionalPerPairMaximum = 1
    limits.notionalTotalMaximum = "1.5"
    limits.marginUsedMaximum = "0.3"
    limits.openPositionsMaximum = 2
    limits.ordersPerMinuteMaximum = 12
    limits.leverageMaximum = 5
    limits.duplicateWindow = .milliseconds(100)
    limits.day.lossMaximum = "0.01"
    limits.day.cooldownAfterStop = .seconds(1)
    return limits
  }()

  /// Prices, and with them equity, move between a decision and its arrival.
  private static let drift: Rate = "1.01"
  /// How long after a halt an order that had left before may still arrive.
  private static let haltPatience = TimeSpan.milliseconds(2_100)

  init(seed: UInt64) {
    desk = FaultDesk(seed: seed, limits: Self.limits)
  }

  /// Plays the inputs and returns what was broken first, nil when nothing was.
  func play(_ inputs: [LimitInput]) -> String? {
    desk.exchange.onArrival = { self.arrives($0) }
    desk.onChange = { self.changed($0) }
    desk.exchange.amend = { event in
      guard case .account(.positions) = event, self.listsToLose > 0 else { return event }
      self.listsToLose -= 1
      return nil
    }
    defer {
      desk.exchange.amend = nil
      desk.exchange.onArrival = nil
      desk.onChange = nil
    }
    desk.start()
    for input in inputs where broken.isEmpty {
      take(input)
      desk.run(7)
    }
    desk.exchange.script = []
    desk.run(3_000)
    return broken.first
  }

  private func take(_ input: LimitInput) {
    let snapshot = desk.snapshot
    let held = snapshot.account.positions.held
    func position(_ number: Int) -> HeldPosition? {
      held.isEmpty ? nil : held[number % held.count]
    }
    switch input {
    case .wait(let milliseconds): desk.run(milliseconds)
    case .open(let wish):
      if let intent = wish.intent(snapshot) { desk.command(.open(intent), wish.source) }
    case .batch(let wishes):
      desk.command(.openBatch(wishes.compactMap { $0.intent(snapshot) }))
    case .reverse(let number, let wish):
      guard let held = position(number), var intent = wish.intent(snapshot) else { return }
      intent.instrument = held.key.instrument
      intent.side = held.report.side.opposite
      desk.command(.reverse(held.key, intent), wish.source)
    case .close(let number, let half):
      guard let held = position(number) else { return }
      desk.command(.close(ClosingIntent(key: held.key, share: half ? "0.5" : 1)))
    case .cancelNewest:
      let newest = snapshot.account.orders.open.last { $0.isOwn }
      if let newest, let reference = newest.reference {
        desk.command(.cancel(newest.instrument, reference))
      }
    case .cancelAll: desk.command(.cancelAll(nil))
    case .state(let state): desk.command(.setState(state, reason: "input"))
    case .fault(let fault): desk.exchange.script.append(fault)
    case .deaf(let messages): desk.exchange.deafness += messages
    case .positionsLost(let lists): listsToLose += lists
    case .kill:
      guard !desk.exchange.isDead else { return }
      // How many left in the last minute is known to the process that sent them.
      openedAt = []
      desk.kill()
    }
  }

  private func changed(_ snapshot: EngineSnapshot) {
    haltedAt = snapshot.trading.mode == .halted ? haltedAt ?? desk.exchange.now : nil
  }

  /// With this order filled in full and all others as well, no limit is broken at the exchange.
  private func arrives(_ request: ExchangeRequest) {
    guard case .submit(let order) = request, !order.reduceOnly else { return }
    arrivals += 1
    let now = desk.exchange.now
    openedAt = openedAt.filter { now - $0 < .minutes(1) } + [now]
    // A fault may hold an order back for two seconds and let it arrive together with later ones.
    if openedAt.count > Self.limits.ordersPerMinuteMaximum + 1 {
      fail("\(openedAt.count) opening orders in a minute")
    }
    if let haltedAt, now - haltedAt > Self.haltPatience {
      fail("\(order.clientOrderID) arrived \(now - haltedAt) after the halt")
    }
    let equity = desk.venue.balance(of: desk.account).equity.scaled(by: Self.drift, .up)
    var total = Money.zero
    var margin = Money.zero
    var names = 0
    for id in Storm.instruments {
      guard let worst = worst(id, with: order) else { continue }
      names += 1
      total += worst
      margin += worst.margin(at: leverage(id), .up)
      if worst > equity.scaled(by: Self.limits.notionalPerPairMaximum, .up) {
        fail("\(id) would be worth \(worst), equity \(equity)")
      }
    }
    if total > equity.scaled(by: Self.limits.notionalTotalMaximum, .up) {
      fail("all would be worth \(total), equity \(equity)")
    }
    if margin > equity.scaled(by: Self.limits.marginUsedMaximum, .up) {
      fail("the margin would be \(margin), equity \(equity)")
    }
    if names > Self.limits.openPositionsMaximum { fail("\(names) positions would be open") }
    if leverage(order.instrument) > Self.limits.leverageMaximum {
      fail("\(order.instrument) has a leverage of \(leverage(order.instrument))")
    }
    if order.stopLoss == nil { fail("\(order.clientOrderID) has no stop") }
  }

  /// What an instrument would be worth if everything that rests there filled; nil for nothing.
  private func worst(_ id: InstrumentID, with order: OrderRequest) -> Money? {
    guard let market = desk.snapshot.markets[id], let mark = market.markPrice else { return nil }
    var net = Contracts.zero
    for position in desk.venue.positions(of: desk.account) where position.key.instrument == id {
      net += position.side == .long ? position.contracts : -position.contracts
    }
    var buys = Contracts.zero
    var sells = Contracts.zero
    for open in desk.venue.openOrders(of: desk.account, HistoryPage(limit: .max))
    where open.instrument == id && !open.reduceOnly {
      let rest = open.contracts - open.filledContracts
      if open.side == .buy { buys += rest } else { sells += rest }
    }
    if order.instrument == id {
      if order.side == .buy { buys += order.contracts } else { sells += order.contracts }
    }
    let contracts = max((net + buys).magnitude, (net - sells).magnitude)
    return contracts.isPositive ? market.instrument.notional(of: contracts, at: mark) : nil
  }

  private func leverage(_ id: InstrumentID) -> Leverage {
    desk.venue.positions(of: desk.account).first { $0.key.instrument == id }?.leverage ?? 5
  }

  private func fail(_ text: String) {
    broken.append("at \(desk.exchange.now.milliseconds): \(text)")
  }
}
