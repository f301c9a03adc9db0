import Simulation
import Testing
import Trading
import Units

/// Random trading, and what must hold after every event whatever happens.
@Suite struct ConservationTests {
  /// One day of a market with accounts that do everything, drawn from a seed.
  struct RandomDay {
    let seed: UInt64
    var random: SeededRandom
    var venue: SimulatedVenue
    var accounts: [VenueAccountID] = []
    var now = TestVenue.start
    var price: Int32 = 60_000 * 10
    var problems: [String] = []
    var largest: [OrderNumber: Contracts] = [:]
    let market: MarketIndex

    init(seed: UInt64) throws {
      self.seed = seed
      random = SeededRandom(seed: seed)
      var venue = try #require(
        SimulatedVenue(
          listings: Array(BuiltInListings.all.prefix(1)),
          rules: VenueRules(
            beyondBook: seed.isMultiple(of: 3) ? .thinned(by: 2) : .cancelRest,
            historyLimit: 300),
          startingAt: now))
      market = try #require(venue.market(TestVenue.bitcoin))
      for place in 0..<3 {
        let account = venue.openAccount(deposit: 2_000, at: now)
        if place == 1 { try venue.setPositionMode(.hedge, of: account, at: now) }
        accounts.append(account)
      }
      self.venue = venue
      stateMarket(jump: 0)
    }

    mutating func run(steps: Int) {
      for step in 0..<steps where problems.isEmpty {
        now = now + .seconds(Int64(86_400 / steps))
        act()
        check(step)
      }
    }

    private mutating func act() {
      switch random.below(10) {
      case 0...2: stateMarket(jump: Int32(random.within(-600...600)))
      case 3:
        let side: OrderSide = random.oneIn(2) ? .buy : .sell
        let ticks = side == .buy ? price + 3 : price - 2
        venue.applyTrade(
          side, ticks: ticks, lots: Int64(random.within(1...4_000)), to: market, at: now)
      case 4...7: placeOne()
      case 8: placeAlgo()
      default: cancelOrChange()
      }
    }

    private mutating func stateMarket(jump: Int32) {
      price = max(1_000, price + jump * (random.oneIn(12) ? 8 : 1))
      var changes: [DepthChange] = []
      for level in Int32(0)..<20 {
        let lots = Int64(random.within(1...900))
        changes.append(DepthChange(side: .buy, ticks: price - level, lots: lots))
        changes.append(DepthChange(side: .sell, ticks: price + 1 + level, lots: lots))
      }
      venue.apply(changes, replacing: random.oneIn(2), to: market, at: now)
      let mark = Price(Fixed(raw: Int128(price) * 100_000_000_000_000_000))
      venue.applyMark(mark, index: mark, to: market, at: now)
      if random.oneIn(5) {
        let rate = Rate(Fixed(raw: Int128(random.within(-3_000_000...3_000_000)) * 1_000_000_000))
        venue.applyFundingRate(rate, to: market, at: now)
      }
    }

    private mutating func placeOne() {
      let account = accounts[random.below(accounts.count)]
      let side: OrderSide = random.oneIn(2) ? .buy : .sell
      let offset = Int32(random.within(-40...40))
      let limit = Price(Fixed(raw: Int128(price + offset) * 100_000_000_000_000_000))
      let types: [OrderType] = [
        .market, .limit(limit), .limit(limit), .postOnly(limit), .immediateOrCancel(limit),
        .fillOrKill(limit),
      ]
      let isHedged = venue.positionMode(of: account) == .hedge
      let reach = Price(Fixed(50 + random.below(400)))
      let stop = side == .buy ? limit - reach : limit + reach
      let ticket = OrderTicket(
        instrument: TestVenue.bitcoin, marginMode: random.oneIn(2) ? .isolated : .cross,
        slot: isHedged ? (random.oneIn(2) ? .long : .short) : nil, side: side,
        type: types[random.below(types.count)],
        contracts: Contracts(Fixed(raw: Int128(random.within(1...900)) * 100_000_000_000_000_000)),
        reduceOnly: random.oneIn(4),
        stopLoss: random.oneIn(3) ? Trigger(triggerPrice: stop) : nil)
      attempt { day throws(VenueRefusal) in
        try day.venue.place(ticket, for: account, at: day.now)
      }
    }

    private mutating func placeAlgo() {
      let account = accounts[random.below(accounts.count)]
      let isHedged = venue.positionMode(of: account) == .hedge
      let trigger = Price(
        Fixed(raw: Int128(price + Int32(random.within(-500...500))) * 100_000_000_000_000_000))
      let kinds: [AlgoOrder.Kind] = [
        .trigger(Trigger(triggerPrice: trigger), takeProfit: nil, stopLoss: nil),
        .trailing(.ratio("0.002"), activation: nil),
        .protection(takeProfit: nil, stopLoss: Trigger(triggerPrice: trigger)),
      ]
      let ticket = AlgoTicket(
        instrument: TestVenue.bitcoin, marginMode: random.oneIn(2) ? .isolated : .cross,
        slot: isHedged ? (random.oneIn(2) ? .long : .short) : nil,
        side: random.oneIn(2) ? .buy : .sell,
        size: random.oneIn(3) ? .wholePosition : .contracts(Contracts(Fixed(1 + random.below(20)))),
        kind: kinds[random.below(kinds.count)], reduceOnly: random.oneIn(2))
      attempt { day throws(VenueRefusal) in
        try day.venue.placeAlgo(ticket, for: account, at: day.now)
      }
    }

    private mutating func cancelOrChange() {
      let account = accounts[random.below(accounts.count)]
      let open = venue.openOrders(of: account, HistoryPage())
      if let order = open.isEmpty ? nil : open[random.below(open.count)] {
        attempt { day throws(VenueRefusal) in
          try day.venue.cancel(.number(order.number), for: account, at: day.now)
        }
      }
      let leverage = Leverage(Fixed(random.within(1...60)))
      let mode: MarginMode = random.oneIn(2) ? .isolated : .cross
      let slot: PositionSlot? = random.oneIn(2) ? .long : .short
      let isHedged = venue.positionMode(of: account) == .hedge
      if random.oneIn(3) {
        attempt { day throws(VenueRefusal) in
          try day.venue.setLeverage(
            leverage, of: TestVenue.bitcoin, mode, isHedged ? slot : nil, for: account,
            at: day.now)
        }
      }
      if random.oneIn(4), let position = venue.positions(of: account).first {
        attempt { day throws(VenueRefusal) in
          try day.venue.closePosition(
            TestVenue.bitcoin, position.key.marginMode, position.key.slot, clientOrderID: nil,
            for: account, at: day.now)
        }
      }
    }

    /// Refusals are part of the day.
    private mutating func attempt<Answer>(
      _ body: (inout RandomDay) throws(VenueRefusal) -> Answer
    ) {
      do throws(VenueRefusal) {
        _ = try body(&self)
      } catch {
        if error == .internalError { problems.append("seed \(seed): \(error)") }
      }
    }

    private mutating func check(_ step: Int) {
      for account in accounts {
        let balance = venue.balance(of: account)
        let totals = venue.totals(of: account)
        let positions = venue.positions(of: account)
        let profit = positions.reduce(Money.zero) { $0 + $1.unrealizedPnL }
        let margins = positions.compactMap(\.isolatedMargin).reduce(Money.zero, +)
        require(totals.cash == balance.cash, "ledger and cash differ", step)
        require(balance.equity == totals.cash + profit, "equity does not add up", step)
        require(balance.frozen == balance.orderFrozen + margins, "frozen does not add up", step)
        require(!balance.orderFrozen.isNegative, "a negative reservation", step)
        for position in positions {
          require(position.contracts.isPositive, "an empty position", step)
          require(
            position.key.slot == .net || position.key.slot.rawValue == position.side.rawValue,
            "a position on the wrong side", step)
        }
        let open = venue.openOrders(of: account, HistoryPage(limit: .max))
        if open.isEmpty { require(balance.orderFrozen.isZero, "frozen without orders", step) }
        for order in open {
          require(!order.state.isFinal, "a final order is live", step)
          require(order.remainingContracts.isPositive, "a live order has nothing left", step)
        }
      }
      checkOutputs(step)
    }

    private mutating func checkOutputs(_ step: Int) {
      for case .order(_, let order) in venue.takeOutputs() {
        let filled = largest[order.number] ?? .zero
        require(order.filledContracts >= filled, "an order has unfilled", step)
        require(order.filledContracts <= order.contracts, "an order is overfilled", step)
        largest[order.number] = order.filledContracts
      }
    }

    private mutating func require(_ holds: Bool, _ problem: String, _ step: Int) {
      if !holds { problems.append("seed \(seed), step \(step): \(problem)") }
    }
  }

  @Test func `random days keep every sum to the last digit`() throws {
    for seed in UInt64(1)...12 {
      var day = try RandomDay(seed: seed)
      day.run(steps: 250)
      #expect(day.problems.isEmpty, "\(day.problems)")
    }
  }

  @Test func `a day is the same every time it is run`() throws {
    var first = try RandomDay(seed: 99)
    var second = try RandomDay(seed: 99)
    first.run(steps: 200)
    second.run(steps: 200)
    #expect(first.venue.digest == second.venue.digest)
    #expect(first.problems.isEmpty)
  }
}
