import Simulation
import Testing
import Trading
import Units

/// Runs a day on a venue and looks at everything after every step; stops at the first problem.
struct DayRun {
  private(set) var venue: SimulatedVenue
  private(set) var problem: String?
  /// The state's hash after every step, where they are kept.
  private(set) var hashes: [UInt64] = []
  private(set) var liquidationCount = 0
  private(set) var fillCount = 0

  private let listings: [Listing]
  private var accounts: [VenueAccountID] = []
  private var markets: [MarketIndex] = []
  private var prices: [Int32]
  private var books: DayBooks
  private var lists = DayLists()
  private var now = Self.start
  private var nextID = 0
  /// What the step's mark price must liquidate, until it has.
  private var due: Set<DayBooks.Place> = []
  private var duePools: Set<Int> = []
  private var isForced = false
  /// Accounts whose positions may have changed in the present step.
  private var touched: Set<Int> = Set(0..<TradingDay.accountCount)
  private let keepsHashes: Bool

  static let start = Timestamp(milliseconds: 1_767_225_600_000)
  private static let deposit: Money = 2_000

  /// Opens the venue of a day.
  init(_ day: TradingDay, keepsHashes: Bool = false) throws {
    self.keepsHashes = keepsHashes
    listings = Self.listings
    let rules = VenueRules(
      beyondBook: day.seed.isMultiple(of: 3) ? .thinned(by: 2) : .cancelRest, historyLimit: 400)
    var venue = try #require(
      SimulatedVenue(listings: listings, rules: rules, startingAt: Self.start))
    for place in 0..<TradingDay.accountCount {
      let account = venue.openAccount(deposit: Self.deposit, at: Self.start)
      if place == 1 { try venue.setPositionMode(.hedge, of: account, at: Self.start) }
      accounts.append(account)
    }
    for listing in listings {
      let market = try #require(venue.market(listing.id))
      venue.setFeeds([.marks], of: market)
      markets.append(market)
    }
    books = DayBooks(
      listings: listings, fees: rules.fees, deposit: Self.deposit.value,
      accounts: TradingDay.accountCount)
    prices = [60_000 * 10, 3_000 * 100]
    self.venue = venue
    for market in markets.indices { stateMarket(market, jump: 0, seed: day.seed) }
  }

  /// Two markets with small tiers, so that positions of this size are liquidated in parts.
  private static let listings: [Listing] = BuiltInListings.all.prefix(TradingDay.marketCount).map {
    var listing = $0
    var least = Contracts.zero
    let tiers = [Contracts](arrayLiteral: 20, 60, 200, 1_000_000).enumerated().map { place, most in
      let rate = Rate(Fixed(4 + 3 * place).divided(by: 1_000, .towardZero))
      defer { least = most }
      return PositionTier(
        minimumContracts: least, maximumContracts: most, maintenanceMarginRate: rate,
        maximumLeverage: Leverage(Fixed(100 / (place + 1))))
    }
    listing.isolatedTiers = tiers
    listing.crossTiers = tiers
    return listing
  }

  /// Runs steps until the first problem.
  mutating func run(_ steps: [TimedStep]) {
    for timed in steps {
      now = Self.start + .milliseconds(timed.offset)
      act(timed.step)
      readOutputs()
      checkState()
      if keepsHashes { hashes.append(venue.stateHash) }
      touched.removeAll(keepingCapacity: true)
      if let problem {
        self.problem = "\(problem), after \(timed)"
        return
      }
    }
  }

  private mutating func fail(_ text: String) {
    if problem == nil { problem = text }
  }
}

// What happens.
extension DayRun {
  private mutating func act(_ step: DayStep) {
    switch step {
    case .market(let market, let jump, let seed): stateMarket(market, jump: jump, seed: seed)
    case .trade(let market, let side, let lots):
      let ticks = side == .buy ? prices[market] + 3 : prices[market] - 2
      venue.applyTrade(side, ticks: ticks, lots: lots, to: markets[market], at: now)
    case .fundingRate(let market, let millionths):
      let rate = Rate(Fixed(raw: Int128(millionths) * 10_000_000_000))
      venue.applyFundingRate(rate, to: markets[market], at: now)
    case .order(let wish): place(wish)
    case .algo(let wish): place(wish)
    case .cancel(let account, let pick):
      guard let order = picked(account, pick) else { return }
      attempt { day throws(VenueRefusal) in
        try day.venue.cancel(.number(order.number), for: day.accounts[account], at: day.now)
      }
    case .repeatID(let account, let pick): repeatID(account, pick)
    case .close(let account, let pick):
      guard let held = position(account, pick) else { return }
      attempt { day throws(VenueRefusal) in
        try day.venue.closePosition(
          held.key.instrument, held.key.marginMode, held.key.slot, clientOrderID: nil,
          for: day.accounts[account], at: day.now)
      }
    case .leverage(let account, let market, let mode, let isLong, let leverage):
      let slot = slot(account, isLong)
      touched.insert(account)
      attempt { day throws(VenueRefusal) in
        try day.venue.setLeverage(
          Leverage(Fixed(leverage)), of: day.listings[market].id, mode, slot,
          for: day.accounts[account], at: day.now)
      }
    case .positionMode(let account, let mode):
      attempt { day throws(VenueRefusal) in
        try day.venue.setPositionMode(mode, of: day.accounts[account], at: day.now)
      }
    case .money(let account, let amount): pay(account, Money(Fixed(amount)))
    case .liquidate, .deleverage, .settle: force(step)
    }
  }

  /// What the exchange does on command.
  private mutating func force(_ step: DayStep) {
    isForced = true
    defer {
      readOutputs()
      isForced = false
    }
    switch step {
    case .liquidate(let account, let pick):
      guard let held = position(account, pick) else { return }
      attempt { day throws(VenueRefusal) in
        try day.venue.liquidate(held.key, of: day.accounts[account], at: day.now)
      }
    case .deleverage(let account, let pick, let lots):
      guard let held = position(account, pick),
        let terms = books.terms[held.key.instrument]
      else { return }
      let contracts = Contracts(Fixed(raw: terms.lot.raw * Int128(lots)))
      attempt { day throws(VenueRefusal) in
        try day.venue.deleverage(held.key, by: contracts, of: day.accounts[account], at: day.now)
      }
    case .settle(let market): venue.settleFunding(of: markets[market], at: now)
    default: preconditionFailure("only the exchange's own deeds are forced")
    }
  }

  private mutating func stateMarket(_ market: Int, jump: Int32, seed: UInt64) {
    var random = SeededRandom(seed: seed)
    prices[market] = max(2_000, prices[market] + jump)
    let price = prices[market]
    var changes: [DepthChange] = []
    for level in Int32(0)..<12 {
      for side in [OrderSide.buy, .sell] {
        let ticks = side == .buy ? price - level : price + 1 + level
        changes.append(
          DepthChange(side: side, ticks: ticks, lots: Int64(random.within(1...900))))
      }
    }
    venue.apply(changes, replacing: random.oneIn(2), to: markets[market], at: now)
    readOutputs()
    let terms = books.terms[listings[market].id]
    let hundredths = Int128(price) * 100 + Int128(random.within(-150...150))
    let mark = Price(Fixed(raw: (terms?.tick.raw ?? 0) / 100 * hundredths))
    venue.applyMark(mark, index: mark, to: markets[market], at: now)
    readOutputs()
    if let left = due.first { fail("\(left.key) of account \(left.account) was not liquidated") }
    due = []
    duePools = []
    let (isolated, pools) = books.due(listings[market].id)
    if !isolated.isEmpty || !pools.isEmpty { fail("the mark price leaves a position due") }
  }

  private mutating func place(_ wish: DayStep.OrderWish) {
    let limit = price(wish.market, wish.offset)
    let type: OrderType
    switch wish.kind {
    case .market: type = .market
    case .limit: type = .limit(limit)
    case .postOnly: type = .postOnly(limit)
    case .immediateOrCancel: type = .immediateOrCancel(limit)
    case .fillOrKill: type = .fillOrKill(limit)
    }
    let reach: Int32 = wish.side == .buy ? -400 : 400
    nextID += 1
    let ticket = OrderTicket(
      instrument: listings[wish.market].id, marginMode: wish.mode,
      slot: slot(wish.account, wish.isLong), side: wish.side, type: type,
      contracts: contracts(wish.market, wish.lots), reduceOnly: wish.reduceOnly,
      clientOrderID: wish.hasID ? ClientOrderID(trusted: "day\(nextID)") : nil,
      stopLoss: wish.hasStop
        ? Trigger(triggerPrice: price(wish.market, wish.offset + reach)) : nil)
    attempt { day throws(VenueRefusal) in
      try day.venue.place(ticket, for: day.accounts[wish.account], at: day.now)
    }
  }

  private mutating func place(_ wish: DayStep.AlgoWish) {
    let above = Trigger(triggerPrice: price(wish.market, wish.offset))
    let below = Trigger(triggerPrice: price(wish.market, -wish.offset))
    let kind: AlgoOrder.Kind
    switch wish.kind {
    case .trigger: kind = .trigger(wish.isLong ? above : below, takeProfit: nil, stopLoss: nil)
    case .trailing: kind = .trailing(.ratio("0.002"), activation: nil)
    case .stop:
      kind = .protection(takeProfit: nil, stopLoss: wish.side == .sell ? below : above)
    case .profit:
      kind = .protection(takeProfit: wish.side == .sell ? above : below, stopLoss: nil)
    }
    let ticket = AlgoTicket(
      instrument: listings[wish.market].id, marginMode: wish.mode,
      slot: slot(wish.account, wish.isLong), side: wish.side,
      size: wish.lots == 0 ? .wholePosition : .contracts(contracts(wish.market, wish.lots)),
      kind: kind, reduceOnly: wish.reduceOnly)
    attempt { day throws(VenueRefusal) in
      try day.venue.placeAlgo(ticket, for: day.accounts[wish.account], at: day.now)
    }
  }

  /// A second order under a live id is refused and changes nothing.
  private mutating func repeatID(_ account: Int, _ pick: Int) {
    venue.advance(to: now)
    readOutputs()
    guard let order = picked(account, pick), let id = order.clientOrderID else { return }
    let before = venue.openOrders(of: accounts[account], HistoryPage(limit: .max))
    let ticket = OrderTicket(
      instrument: order.instrument, marginMode: order.marginMode,
      slot: slot(account, order.slot != .short), side: order.side, type: order.type,
      contracts: order.contracts, clientOrderID: id)
    do throws(VenueRefusal) {
      try venue.place(ticket, for: accounts[account], at: now)
      fail("a second order under the live id \(id.text) was taken")
    } catch {
      if error != .duplicateClientOrderID { fail("a repeated id was refused as \(error)") }
    }
    if venue.openOrders(of: accounts[account], HistoryPage(limit: .max)) != before {
      fail("a refused order changed the list")
    }
  }

  private mutating func pay(_ account: Int, _ amount: Money) {
    attempt { day throws(VenueRefusal) in
      try day.venue.adjust(.futures, by: amount, of: day.accounts[account], at: day.now)
      day.readOutputs()
      day.books.cash[account] += amount.value
    }
  }

  private func picked(_ account: Int, _ pick: Int) -> VenueOrder? {
    let open = venue.openOrders(of: accounts[account], HistoryPage(limit: .max))
    return open.isEmpty ? nil : open[pick % open.count]
  }

  private func position(_ account: Int, _ pick: Int) -> VenuePosition? {
    let open = venue.positions(of: accounts[account])
    return open.isEmpty ? nil : open[pick % open.count]
  }

  private func slot(_ account: Int, _ isLong: Bool) -> PositionSlot? {
    venue.positionMode(of: accounts[account]) == .hedge ? (isLong ? .long : .short) : nil
  }

  private func price(_ market: Int, _ offset: Int32) -> Price {
    Price(listings[market].instrument.tickSize.value.times(Int(prices[market] + offset)))
  }

  private func contracts(_ market: Int, _ lots: Int64) -> Contracts {
    Contracts(listings[market].instrument.lotSize.value.times(Int(lots)))
  }

  /// Refusals are part of the day; that the venue calls something its own fault is not.
  private mutating func attempt<Answer>(_ body: (inout DayRun) throws(VenueRefusal) -> Answer) {
    do throws(VenueRefusal) {
      _ = try body(&self)
    } catch {
      if error == .internalError { fail("an internal error") }
    }
  }
}

// What is looked at.
extension DayRun {
  private mutating func readOutputs() {
    for output in venue.takeOutputs() {
      switch output {
      case .order(let account, let order):
        if let found = lists.take(order, of: account.index) { fail(found) }
      case .fill(let account, let fill): take(fill, account.index)
      case .funding(let account, let entry): take(entry, account.index)
      case .mark(let mark):
        books.marks[mark.instrument] = mark.markPrice.value
        (due, duePools) = books.due(mark.instrument)
      case .fundingRate(let rate): books.rates[rate.instrument] = rate.rate.value
      case .algo(_, let algo): if let found = lists.take(algo) { fail(found) }
      case .positions(let account): touched.insert(account.index)
      case .balance, .trade, .book, .ticker, .candlesClosed: break
      }
    }
    syncLeverages()
  }

  private mutating func syncLeverages() {
    for account in touched {
      for held in venue.positions(of: accounts[account]) {
        books.holdings[account][held.key]?.leverage = Int32(
          held.leverage.value.raw / Int128(Fixed.unit))
      }
    }
  }

  private mutating func take(_ fill: VenueFill, _ account: Int) {
    fillCount += 1
    guard let order = lists.last(fill.order), let terms = books.terms[fill.instrument] else {
      return fail("a fill of an order that was not told")
    }
    let key = PositionKey(
      instrument: fill.instrument, slot: fill.slot, marginMode: fill.marginMode)
    let value = lists.newValue(of: fill.order)
    let lots = Int64(fill.contracts.value.raw / terms.lot.raw)
    let before = books.holdings[account][key]
    let margin = before.map(books.margin)
    let isReducing =
      order.reduceOnly || (fill.slot == .long && fill.side == .sell)
      || (fill.slot == .short && fill.side == .buy)
    if isReducing,
      before == nil || before?.side.closingSide != fill.side || lots > before?.lots ?? 0
    {
      fail("an order that may only reduce has not")
    }
    let expected = books.fill(
      account, key, fill.side, lots: lots, value: value, isMaker: fill.isMaker,
      leverage: Int32(order.leverage.value.raw / Int128(Fixed.unit)))
    if fill.realizedPnL.value != expected.realized { fail("a fill realized another sum") }
    switch order.category {
    case .fullLiquidation, .partialLiquidation:
      takeLiquidation(fill, account, key, before, margin)
    case .autoDeleveraging:
      if !fill.fee.isZero { fail("deleveraging took a fee") }
    case .normal, .takeProfit, .stopLoss, .other:
      if fill.fee.value != expected.fee { fail("a fill took another fee") }
      if value != terms.coins(lots).multiplied(by: fill.price.value, .towardZero) {
        fail("an order's notional is not that of its fills")
      }
    }
    books.cash[account] += fill.realizedPnL.value - fill.fee.value
  }

  /// Only what the formula ends is liquidated, and an isolated position loses its margin's share.
  private mutating func takeLiquidation(
    _ fill: VenueFill, _ account: Int, _ key: PositionKey, _ before: DayBooks.Holding?,
    _ margin: Fixed?
  ) {
    liquidationCount += 1
    guard let before, let margin, let terms = books.terms[key.instrument] else {
      return fail("nothing was liquidated")
    }
    switch key.marginMode {
    case .isolated:
      let place = DayBooks.Place(account: account, key: key)
      let lots = Int64(fill.contracts.value.raw / terms.lot.raw)
      let share =
        margin.raw / Int128(before.lots) * Int128(lots)
        + margin.raw % Int128(before.lots) * Int128(lots) / Int128(before.lots)
      if fill.realizedPnL.value - fill.fee.value != Fixed(raw: -share) {
        fail("a liquidation took another sum than the margin")
      }
      if !isForced, due.remove(place) == nil, !books.isDue(before, key.instrument) {
        fail("a position was liquidated before its price")
      }
    case .cross:
      if !isForced, !duePools.contains(account) {
        fail("a pool was liquidated that carries itself")
      }
    }
  }

  private mutating func take(_ entry: LedgerEntry, _ account: Int) {
    guard let key = entry.key, let expected = books.funding(account, key) else {
      return fail("funding without a position or a rate")
    }
    if entry.amount.value != expected { fail("funding of another sum") }
    books.cash[account] += entry.amount.value
  }

  private mutating func checkState() {
    for account in accounts.indices { check(account) }
    for market in markets {
      let book = venue.book(of: market, depth: 1)
      if let bid = book.bids.first?.price, let ask = book.asks.first?.price, bid >= ask {
        fail("the book is crossed")
      }
    }
  }

  private mutating func check(_ account: Int) {
    let balance = venue.balance(of: accounts[account])
    let totals = venue.totals(of: accounts[account])
    // The insurance fund pays only what a pool has lost beyond its cash.
    if totals.insurance.isNegative { fail("the insurance fund took money") }
    if totals.cash != balance.cash { fail("deposits, profit, fees and funding are not the cash") }
    if balance.cash.value != books.cash[account] + totals.insurance.value {
      fail("the cash is not that of a second book-keeping")
    }
    var profit = Fixed.zero
    var margins = Fixed.zero
    for (key, held) in books.holdings[account] {
      profit += books.profit(held, key.instrument)
      if key.marginMode == .isolated { margins += books.margin(held) }
    }
    if balance.equity.value != balance.cash.value + profit { fail("equity does not add up") }
    if balance.frozen.value != balance.orderFrozen.value + margins { fail("frozen is wrong") }
    if balance.orderFrozen.isNegative || balance.available.isNegative { fail("less than nothing") }
    if touched.contains(account) { checkPositions(account) }
    let open = venue.openOrders(of: accounts[account], HistoryPage(limit: .max))
    if let found = lists.check(open, account) { fail(found) }
    if open.isEmpty, !balance.orderFrozen.isZero { fail("frozen without orders") }
  }

  private mutating func checkPositions(_ account: Int) {
    let positions = venue.positions(of: accounts[account])
    if positions.count != books.holdings[account].count { fail("positions are not their fills") }
    for position in positions { check(position, account) }
  }

  private mutating func check(_ position: VenuePosition, _ account: Int) {
    guard let held = books.holdings[account][position.key],
      let terms = books.terms[position.key.instrument]
    else { return fail("a position that no fill made") }
    let entry = Fixed(raw: held.cost).divided(by: terms.coins(held.lots), .towardZero)
    let isSame =
      position.side == held.side && position.entryPrice.value == entry
      && position.contracts.value == terms.lot.times(Int(held.lots))
      && position.unrealizedPnL.value == books.profit(held, position.key.instrument)
    if !isSame { fail("a position is not the sum of its fills") }
    if position.availableContracts.isNegative { fail("less than nothing can be closed") }
    switch position.key.slot {
    case .long: if position.side != .long { fail("a short in the long slot") }
    case .short: if position.side != .short { fail("a long in the short slot") }
    case .net: break
    }
    let isHedged = venue.positionMode(of: accounts[account]) == .hedge
    if isHedged == (position.key.slot == .net) { fail("a position of the other mode") }
  }
}
