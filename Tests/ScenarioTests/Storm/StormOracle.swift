import AccountData
import Engine
import Exchanges
import MarketData
import Risk
import Simulation
import Trading
import Units

/// What must hold whatever happens: the invariants, checked after every event.
@MainActor
struct StormOracle {
  /// What did not hold; the first entry is the one to look at.
  private(set) var broken: [String] = []
  /// How often something was checked.
  private(set) var checks = 0
  /// How many opening orders left.
  private(set) var openings = 0

  private let exchange: FaultyExchange
  private let journal: MemoryJournal
  private var submitted: [ClientOrderID: Int] = [:]
  private var nakedSince: [PositionKey: Timestamp] = [:]
  private var mustBeHalted = false
  private var lost: Set<ClientOrderID> = []
  private var fillCount = 0
  private var fillIDs: Set<String> = []
  /// What left more than once: exits that were found nowhere.
  private var sentAgain: Set<ClientOrderID> = []
  /// When the exchange's orders of those were last looked through.
  private var ordersLookedAt: Timestamp?

  /// How long a position may be without a stop at the exchange (I8), where nothing disturbs.
  private static let nakedLimit = TimeSpan.seconds(2)
  /// How long a fault excuses a naked position that it touched, or any one where it touched the
  /// account: answers that are lost are waited for, and a lost message shows with a later reading.
  private static let excuse = TimeSpan.seconds(30)

  init(exchange: FaultyExchange, journal: MemoryJournal) {
    self.exchange = exchange
    self.journal = journal
  }

  /// Notes that a new process takes over.
  mutating func restarted(wasHalted: Bool) {
    mustBeHalted = wasHalted
    nakedSince = [:]
  }

  /// Checks a request at the moment at which it leaves.
  mutating func leaves(
    _ request: ExchangeRequest, _ snapshot: EngineSnapshot, waitingExits: Int
  ) {
    guard case .submit(let order) = request else { return }
    checkNumbers(order, snapshot)
    let id = order.clientOrderID
    submitted[id, default: 0] += 1
    checks += 1
    let times = submitted[id] ?? 0
    if times > 1 { sentAgain.insert(id) }
    if times > (order.reduceOnly ? 2 : 1) { fail("I2", "\(id) left \(times) times") }
    let isJournaled = journal.intents.contains(id)
    if !isJournaled, !(order.reduceOnly && snapshot.readiness == .journalDown) {
      fail("I1", "\(id) left before its intent was in the journal")
    }
    guard !order.reduceOnly else { return }
    openings += 1
    if waitingExits > 0 { fail("I9", "\(id) left while \(waitingExits) exits or cancels wait") }
    checkAges(order, snapshot)
    if snapshot.readiness != .ready { fail("I7", "\(id) left while \(snapshot.readiness)") }
    switch snapshot.trading.mode {
    case .running, .approval, .paused: break
    case .reducing, .halted: fail("I10", "\(id) left while \(snapshot.trading.mode)")
    }
    let unknown = snapshot.account.orders.open.first {
      $0.instrument == order.instrument && $0.state == .unknown && $0.clientOrderID != id
    }
    if let unknown {
      fail("I3", "\(id) left while \(unknown.clientOrderID?.text ?? "?") was unknown")
    }
    if order.stopLoss == nil { fail("I8", "\(id) left without a stop") }
    checkLimits(order, snapshot)
  }

  /// Checks the engine after an event, and the exchange's side now and then.
  mutating func changed(_ snapshot: EngineSnapshot) {
    checks += 1
    if mustBeHalted {
      if snapshot.trading.mode != .halted { fail("I10", "the halt did not outlive the restart") }
      mustBeHalted = false
    }
    for order in snapshot.account.orders.open
    where order.progress.filledContracts > order.contracts {
      fail("O17", "\(order) is overfilled")
    }
    checkLost(snapshot)
    checkFills(snapshot)
    checkSentAgain()
    checkProtection(snapshot)
  }

  /// What leaves is whole lots above zero at whole ticks (I13).
  private mutating func checkNumbers(_ order: OrderRequest, _ snapshot: EngineSnapshot) {
    guard let rules = snapshot.markets[order.instrument]?.instrument else {
      return fail("I13", "\(order.clientOrderID) trades an unknown instrument")
    }
    if !order.contracts.isPositive || !order.contracts.isMultiple(of: rules.lotSize) {
      fail("I13", "\(order.clientOrderID) has \(order.contracts) contracts")
    }
    let prices = [
      order.type.limitPrice, order.stopLoss?.triggerPrice, order.takeProfit?.triggerPrice,
    ].compactMap { $0 }
    for price in prices where !price.isPositive || !price.isMultiple(of: rules.tickSize) {
      fail("I13", "\(order.clientOrderID) names the price \(price)")
    }
  }

  /// Nothing opens on prices that are old, or on a book that lost a message (I7).
  private mutating func checkAges(_ order: OrderRequest, _ snapshot: EngineSnapshot) {
    guard let market = snapshot.markets[order.instrument] else { return }
    let oldest = StormSettings.limits.marketAgeMaximum
    for at in [market.ticker?.receivedAt, market.mark?.receivedAt, market.bookReceivedAt] {
      guard let at, exchange.now - at <= oldest else {
        return fail("I7", "\(order.clientOrderID) left on old prices")
      }
    }
    // A message may be new and tell of old prices (B10). Both clocks are one here; the gate allows
    // a message some time for its way.
    let stated = [
      market.mark?.value.exchangeTime, market.bookReceivedAt.map { _ in market.book.exchangeTime },
    ]
    for case let at? in stated where exchange.now - at > oldest + .seconds(2) {
      fail("I7", "\(order.clientOrderID) left on prices of \(at.isoText)")
    }
    if !market.book.isUsable { fail("I7", "\(order.clientOrderID) left on an unusable book") }
  }

  /// What is given up as lost is old enough, and nowhere (I4).
  private mutating func checkLost(_ snapshot: EngineSnapshot) {
    for order in snapshot.account.orders.open where order.state == .lost {
      guard let id = order.clientOrderID, lost.insert(id).inserted else { continue }
      // An exit is looked for ten seconds, then it is sent again.
      let age: TimeSpan = order.reduceOnly ? .seconds(10) : .seconds(20)
      if exchange.now - order.createdAt < age { fail("I4", "\(id) was lost too early") }
      checkLost(id)
    }
  }

  /// What is given up as lost the exchange has neither among its open orders nor in its history,
  /// filled or not (I4).
  mutating func checkLost(_ id: ClientOrderID) {
    if let order = exchange.inner.venue.order(.client(id), of: exchange.inner.account) {
      fail("I4", "\(id) is \(order.state), not lost")
    }
  }

  /// A fill is booked once, however often it was told (I5).
  private mutating func checkFills(_ snapshot: EngineSnapshot) {
    let fills = snapshot.account.fills
    guard fills.appendedCount != UInt64(fillCount) else { return }
    fillCount = Int(fills.appendedCount)
    fillIDs.removeAll(keepingCapacity: true)
    for fill in fills where !fillIDs.insert("\(fill.instrument) \(fill.tradeID)").inserted {
      fail("I5", "the fill \(fill.tradeID) is booked twice")
    }
  }

  /// Only what left more than once can be more than one order, and its rows stay: they are looked
  /// through once a second.
  private mutating func checkSentAgain() {
    guard !sentAgain.isEmpty else { return }
    if let ordersLookedAt, exchange.now - ordersLookedAt < .seconds(1) { return }
    ordersLookedAt = exchange.now
    checkVenueOrders(of: sentAgain)
  }

  /// At the exchange, one intent was one order at most, ever (I2); of all intents where none are
  /// named. An exchange takes an id again when its order has ended, so those that ended count.
  mutating func checkVenueOrders(of wanted: Set<ClientOrderID>? = nil) {
    let venue = exchange.inner.venue
    let everything = HistoryPage(limit: .max)
    var seen: Set<ClientOrderID> = []
    for order in venue.openOrders(of: exchange.inner.account, everything)
      + venue.orderHistory(of: exchange.inner.account, everything)
    {
      guard let id = order.clientOrderID, wanted?.contains(id) ?? true else { continue }
      if !seen.insert(id).inserted { fail("I2", "\(id) became two orders") }
    }
  }

  /// A position of ours has live stops for all of it at the exchange, or is closed, within two
  /// seconds (I8). What a fault forbids to know or to place does not count: the time runs while the
  /// engine is ready, and from the end of the excuse of a fault that touched this position.
  private mutating func checkProtection(_ snapshot: EngineSnapshot) {
    let venue = exchange.inner.venue
    let stops = venue.openAlgos(
      of: exchange.inner.account, protection: true, HistoryPage(limit: .max))
    var naked: [PositionKey: Contracts] = [:]
    for position in venue.positions(of: exchange.inner.account)
    where snapshot.account.positions[position.key]?.cycle.source != nil {
      let covered = Self.covered(position, by: stops)
      if covered < position.contracts { naked[position.key] = position.contracts - covered }
    }
    for key in nakedSince.keys where naked[key] == nil { nakedSince[key] = nil }
    guard snapshot.step == .ready else {
      nakedSince = [:]
      return
    }
    for (key, contracts) in naked {
      let since = nakedSince[key, default: exchange.now]
      nakedSince[key] = since
      let from = max(since, exchange.lastFault(touching: key.instrument) + Self.excuse)
      if exchange.now - from > Self.nakedLimit {
        fail(
          "I8",
          "\(contracts) contracts of \(key.instrument) have no stop since \(since.milliseconds)")
      }
    }
  }

  /// How much of a position its stops close when they are reached.
  private static func covered(_ position: VenuePosition, by stops: [AlgoOrder]) -> Contracts {
    var covered = Contracts.zero
    for stop in stops
    where stop.instrument == position.key.instrument && stop.slot == position.key.slot
      && stop.marginMode == position.key.marginMode && stop.side == position.side.closingSide
    {
      guard case .protection(_, .some) = stop.kind else { continue }
      switch stop.size {
      case .wholePosition: return position.contracts
      case .contracts(let part): covered += part
      }
    }
    return covered
  }

  /// With the order filled no limit is broken at the exchange, as far as its prices stand still.
  private mutating func checkLimits(_ order: OrderRequest, _ snapshot: EngineSnapshot) {
    // Someone else on the account can take what the gate has not heard of yet.
    guard exchange.rates.meddle == 0, let market = snapshot.markets[order.instrument],
      let mark = market.markPrice
    else { return }
    let venue = exchange.inner.venue
    let account = exchange.inner.account
    var buys = order.side == .buy ? order.contracts : .zero
    var sells = order.side == .sell ? order.contracts : .zero
    for other in venue.openOrders(of: account, HistoryPage(limit: .max))
    where other.instrument == order.instrument && !other.reduceOnly {
      let rest = other.contracts - other.filledContracts
      if other.side == .buy { buys += rest } else { sells += rest }
    }
    var net = Contracts.zero
    for position in venue.positions(of: account)
    where position.key.instrument == order.instrument {
      net += position.side == .long ? position.contracts : -position.contracts
    }
    let worst = max((net + buys).magnitude, (net - sells).magnitude)
    let notional = market.instrument.notional(of: worst, at: mark)
    let equity = venue.balance(of: account).equity
    // Prices and equity move between the decision and the arrival.
    let limit = equity.scaled(by: "1.02", .up)
    if notional > limit {
      fail("E3", "\(order.clientOrderID) would make \(order.instrument) worth \(notional)")
    }
  }

  /// When the weather has been calm for long, everything agrees and nothing is open to question.
  mutating func checkCalm(_ snapshot: EngineSnapshot) {
    let venue = exchange.inner.venue
    let account = exchange.inner.account
    if snapshot.step != .ready { fail("I12", "not ready: \(snapshot.step.text)") }
    checkVenueOrders()
    let theirs = venue.positions(of: account).map {
      "\($0.key.instrument) \($0.side) \($0.contracts)"
    }
    let ours = snapshot.account.positions.held.map {
      "\($0.key.instrument) \($0.report.side) \($0.report.contracts)"
    }
    if theirs.sorted() != ours.sorted() { fail("I6", "positions \(ours), exchange \(theirs)") }
    let theirOrders = venue.openOrders(of: account, HistoryPage(limit: .max)).map(\.number.text)
    let ourOrders = snapshot.account.orders.open.filter { $0.state != .lost }
      .map { $0.exchangeOrderID?.text ?? "\($0.state)" }
    if theirOrders.sorted() != ourOrders.sorted() {
      fail("I6", "orders \(ourOrders), exchange \(theirOrders)")
    }
    for position in snapshot.positions where position.source != nil {
      if position.protection.isNaked { fail("I8", "\(position.key.instrument) is naked in calm") }
    }
    let known = Set(journal.fills)
    let fills = venue.fills(of: account, HistoryPage(limit: 100)).map(\.number.text)
    for fill in fills where !known.contains(fill) { fail("I5", "fill \(fill) is not journaled") }
    checkStopsWithoutPosition(snapshot)
  }

  private mutating func checkStopsWithoutPosition(_ snapshot: EngineSnapshot) {
    let venue = exchange.inner.venue
    let held = Set(venue.positions(of: exchange.inner.account).map(\.key.instrument))
    for trigger in snapshot.account.triggers
    where trigger.isOwn && !held.contains(trigger.order.instrument) {
      fail("I8", "a stop of ours guards nothing: \(trigger.order.exchangeOrderID)")
    }
  }

  /// After the kill switch the account is flat and nothing rests.
  mutating func checkFlat() {
    let venue = exchange.inner.venue
    let account = exchange.inner.account
    let positions = venue.positions(of: account)
    if !positions.isEmpty { fail("K12", "not flat: \(positions.map(\.key.instrument))") }
    let opening = venue.openOrders(of: account, HistoryPage(limit: .max)).filter { !$0.reduceOnly }
    if !opening.isEmpty {
      fail("K12", "\(opening.count) opening orders rest after the kill switch")
    }
  }

  private mutating func fail(_ invariant: String, _ text: String) {
    guard broken.count < 5 else { return }
    broken.append("\(invariant) at \(exchange.now.milliseconds): \(text)")
  }
}
