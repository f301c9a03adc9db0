import Simulation
import Testing
import Trading
import Units

@Suite struct TriggerOrderTests {
  private func ticket(
    _ side: OrderSide, _ size: TriggerSize, _ kind: AlgoOrder.Kind, reduceOnly: Bool = false,
    id: String? = nil
  ) -> AlgoTicket {
    AlgoTicket(
      instrument: TestVenue.bitcoin, marginMode: .isolated, side: side, size: size, kind: kind,
      reduceOnly: reduceOnly, clientOrderID: id.map { ClientOrderID(trusted: $0) })
  }

  private func state(_ test: TestVenue, _ number: AlgoNumber) throws -> AlgoOrder {
    try #require(test.venue.algo(.number(number), of: test.account))
  }

  @Test func `a trigger order fires from either side and passes its protection on`() throws {
    var test = try TestVenue()
    let above = try test.venue.placeAlgo(
      ticket(
        .buy, .contracts(2),
        .trigger(
          Trigger(triggerPrice: "60500"), takeProfit: nil,
          stopLoss: Trigger(triggerPrice: "59000"))),
      for: test.account, at: test.now)
    let below = try test.venue.placeAlgo(
      ticket(
        .buy, .contracts(3),
        .trigger(
          Trigger(triggerPrice: "59500", execution: .limit("59400")), takeProfit: nil,
          stopLoss: nil)),
      for: test.account, at: test.now)
    #expect(test.balance.orderFrozen == 0)
    try test.setBook(TestVenue.bitcoin, bid: "60500", ask: "60500.1", lots: 100)
    try test.trade(.buy, "60500.1", lots: 1)
    #expect(try state(test, above.number).state == .effective)
    #expect(test.positions.map(\.contracts) == [2])
    let protection = test.venue.openAlgos(
      of: test.account, protection: true, HistoryPage())
    #expect(protection.map(\.size) == [.contracts(2)])
    try test.setBook(TestVenue.bitcoin, bid: "59450", ask: "59500", lots: 100)
    try test.trade(.sell, "59500", lots: 1)
    #expect(try state(test, below.number).state == .effective)
    let resting = test.venue.openOrders(of: test.account, HistoryPage())
    #expect(resting.map(\.type) == [.limit("59400")])
    #expect(resting.first?.parentAlgo == below.number)
  }

  @Test func `a trailing stop follows the best price and fires when it has come back`() throws {
    var test = try TestVenue()
    try test.place(.order(.buy, 4))
    let trailing = try test.venue.placeAlgo(
      ticket(
        .sell, .wholePosition, .trailing(.ratio("0.01"), activation: "60100"), reduceOnly: true),
      for: test.account, at: test.now)
    try test.trade(.sell, "59300", lots: 1)
    #expect(try state(test, trailing.number).state == .live)
    try test.setBook(TestVenue.bitcoin, bid: "60600", ask: "60600.1", lots: 100)
    try test.trade(.buy, "60600", lots: 1)
    try test.trade(.sell, "59994.1", lots: 1)
    #expect(test.positions.count == 1)
    // 60,600 × 0.99
    try test.trade(.sell, "59994", lots: 1)
    #expect(test.positions.isEmpty)
    #expect(try state(test, trailing.number).actualContracts == 4)
  }

  @Test func `protection of a whole position follows its size and is one at a time`() throws {
    var test = try TestVenue()
    try test.place(.order(.buy, 4))
    let kind = AlgoOrder.Kind.protection(
      takeProfit: Trigger(triggerPrice: "61000"), stopLoss: Trigger(triggerPrice: "59000"))
    let whole = try test.venue.placeAlgo(
      ticket(.sell, .wholePosition, kind), for: test.account, at: test.now)
    #expect(throws: VenueRefusal.parameterWrong("size")) {
      try test.venue.placeAlgo(
        ticket(.sell, .wholePosition, kind), for: test.account, at: test.now)
    }
    try test.place(.order(.buy, 3))
    try test.setBook(TestVenue.bitcoin, bid: "58900", ask: "58900.1", lots: 100)
    try test.trade(.sell, "58900", lots: 1)
    #expect(test.positions.isEmpty)
    #expect(try state(test, whole.number).actualContracts == 7)
  }

  @Test func `stand-alone protection is checked against the last price`() throws {
    var test = try TestVenue()
    try test.trade(.buy, "60000", lots: 1)
    func protect(_ side: OrderSide, profit: Price?, stop: Price?) throws {
      try test.venue.placeAlgo(
        ticket(
          side, .contracts(1),
          .protection(
            takeProfit: profit.map { Trigger(triggerPrice: $0) },
            stopLoss: stop.map { Trigger(triggerPrice: $0) })),
        for: test.account, at: test.now)
    }
    #expect(throws: VenueRefusal.reduceOnlyWithoutPosition) {
      try protect(.sell, profit: nil, stop: "59000")
    }
    try test.place(.order(.buy, 1))
    #expect(throws: VenueRefusal.takeProfitNotAboveLast) {
      try protect(.sell, profit: "60000", stop: nil)
    }
    #expect(throws: VenueRefusal.stopLossNotBelowLast) {
      try protect(.sell, profit: nil, stop: "60100")
    }
    try test.place(.order(.sell, 2))
    #expect(throws: VenueRefusal.takeProfitNotBelowLast) {
      try protect(.buy, profit: "60100", stop: nil)
    }
    #expect(throws: VenueRefusal.stopLossNotAboveLast) {
      try protect(.buy, profit: nil, stop: "59000")
    }
    #expect(throws: VenueRefusal.eitherRequired("tpTriggerPrice", "slTriggerPrice")) {
      try protect(.buy, profit: nil, stop: nil)
    }
  }

  @Test func `partial protection left without a position fails when it fires`() throws {
    var test = try TestVenue()
    try test.place(.order(.buy, 4))
    let partial = try test.venue.placeAlgo(
      ticket(
        .sell, .contracts(2),
        .protection(takeProfit: nil, stopLoss: Trigger(triggerPrice: "59000"))),
      for: test.account, at: test.now)
    try test.place(.order(.sell, 4, reduceOnly: true))
    #expect(try state(test, partial.number).state == .live)
    try test.trade(.sell, "59000", lots: 1)
    #expect(try state(test, partial.number).state == .orderFailed)
  }

  @Test func `a cancel finds only its own kind`() throws {
    var test = try TestVenue()
    let trigger = try test.venue.placeAlgo(
      ticket(
        .buy, .contracts(2),
        .trigger(Trigger(triggerPrice: "60500"), takeProfit: nil, stopLoss: nil), id: "t1"),
      for: test.account, at: test.now)
    #expect(throws: VenueRefusal.nothingToCancel) {
      try test.venue.cancelAlgo(
        .number(trigger.number), protection: true, for: test.account, at: test.now)
    }
    try test.venue.cancelAlgo(
      .client(ClientOrderID("t1")), protection: false, for: test.account, at: test.now)
    #expect(try state(test, trigger.number).cancelSource == .user)
  }

  @Test func `trailing stops out of range are refused`() throws {
    var test = try TestVenue()
    try test.trade(.buy, "60000", lots: 1)
    try test.place(.order(.buy, 4))
    func trail(_ distance: TrailingDistance, _ activation: Price?) throws {
      try test.venue.placeAlgo(
        ticket(.sell, .wholePosition, .trailing(distance, activation: activation)),
        for: test.account, at: test.now)
    }
    for ratio: Rate in ["0.0005", "1.001", "0.0015"] {
      #expect(throws: VenueRefusal.callbackRatioOutOfRange) { try trail(.ratio(ratio), nil) }
    }
    for spread: Price in [0, 61000, "0.05"] {
      #expect(throws: VenueRefusal.callbackSpreadOutOfRange) { try trail(.spread(spread), nil) }
    }
    #expect(throws: VenueRefusal.parameterWrong("activePrice")) {
      try trail(.ratio("0.01"), "59000")
    }
  }

  /// Changes the largest market order of the market to ten contracts.
  private func limitMarketOrders(_ test: inout TestVenue) throws {
    let market = try #require(test.venue.market(TestVenue.bitcoin))
    let old = try #require(test.venue.listing(TestVenue.bitcoin)).instrument
    let changed = try #require(
      Instrument(
        id: old.id, baseCurrency: old.baseCurrency, quoteCurrency: old.quoteCurrency,
        contractValue: old.contractValue, tickSize: old.tickSize, lotSize: old.lotSize,
        minimumContracts: old.minimumContracts, maximumLimitContracts: old.maximumLimitContracts,
        maximumMarketContracts: 10, maximumLeverage: old.maximumLeverage, status: old.status))
    let isChanged = test.venue.setRules(changed, of: market)
    #expect(isChanged)
  }

  @Test(arguments: [TriggerSize.wholePosition, .contracts(10)])
  func `what closes a position fires however large that has become`(_ size: TriggerSize) throws {
    var test = try TestVenue()
    try test.place(.order(.buy, 10))
    try test.place(.order(.buy, 10))
    let trailing = try test.venue.placeAlgo(
      ticket(.sell, .wholePosition, .trailing(.ratio("0.01"), activation: nil), reduceOnly: true),
      for: test.account, at: test.now)
    let fixed = try test.venue.placeAlgo(
      ticket(
        .sell, size == .wholePosition ? size : .contracts(20),
        .trigger(Trigger(triggerPrice: "59500"), takeProfit: nil, stopLoss: nil),
        reduceOnly: true),
      for: test.account, at: test.now)
    try limitMarketOrders(&test)
    try test.setBook(TestVenue.bitcoin, bid: "59400", ask: "59400.1", lots: 1_000)
    if size == .wholePosition {
      try test.venue.cancelAlgo(
        .number(fixed.number), protection: false, for: test.account, at: test.now)
    } else {
      try test.venue.cancelAlgo(
        .number(trailing.number), protection: false, for: test.account, at: test.now)
    }
    try test.trade(.sell, "59400", lots: 1)
    #expect(test.positions.isEmpty)
    let fired = try state(test, size == .wholePosition ? trailing.number : fixed.number)
    #expect(fired.state == .effective)
    #expect(fired.actualContracts == 20)
  }

  @Test func `a size that its order could not have is refused at once`() throws {
    var test = try TestVenue()
    func trigger(_ size: Contracts, _ execution: TriggeredPrice) throws {
      let trigger = Trigger(triggerPrice: "60500", execution: execution)
      try test.venue.placeAlgo(
        ticket(.buy, .contracts(size), .trigger(trigger, takeProfit: nil, stopLoss: nil)),
        for: test.account, at: test.now)
    }
    #expect(throws: VenueRefusal.marketSizeAboveMaximum) { try trigger(100_001, .market) }
    #expect(throws: VenueRefusal.limitSizeAboveMaximum) {
      try trigger(1_000_001, .limit("60400"))
    }
    #expect(throws: VenueRefusal.marketSizeAboveMaximum) {
      try test.venue.placeAlgo(
        ticket(.buy, .contracts(100_001), .trailing(.ratio("0.01"), activation: nil)),
        for: test.account, at: test.now)
    }
    try trigger(100_000, .market)
    try trigger(1_000_000, .limit("60400"))
  }
}
