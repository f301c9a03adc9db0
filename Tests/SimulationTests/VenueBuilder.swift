import Simulation
import Testing
import Trading
import Units

/// A venue with one market, a stated book and one account, for tests of the rules.
struct TestVenue {
  static let start = Timestamp(milliseconds: 1_767_225_600_000)
  static let bitcoin = InstrumentID("BTC-USDT")
  static let ether = InstrumentID("ETH-USDT")

  var venue: SimulatedVenue
  var account: VenueAccountID
  var now = Self.start

  /// Bids 60,000.0 down and asks 60,000.1 up, ten levels of ten contracts each in both markets.
  init(
    deposit: Money = 10_000, rules: VenueRules = VenueRules(), mode: PositionMode = .oneWay
  ) throws {
    var venue = try #require(
      SimulatedVenue(listings: BuiltInListings.all, rules: rules, startingAt: Self.start))
    account = venue.openAccount(deposit: deposit, at: Self.start)
    try venue.setPositionMode(mode, of: account, at: Self.start)
    self.venue = venue
    try setBook(Self.bitcoin, bid: "60000", ask: "60000.1", lots: 100)
    try setBook(Self.ether, bid: "3000", ask: "3000.01", lots: 100)
    _ = self.venue.takeOutputs()
  }

  /// Restates a book with ten levels per side around a bid and an ask, and the mark between them.
  mutating func setBook(
    _ instrument: InstrumentID, bid: Price, ask: Price, lots: Int64, mark: Price? = nil
  ) throws {
    let market = try #require(venue.market(instrument))
    let listing = try #require(venue.listing(instrument))
    let bidTicks = ticks(bid, listing)
    let askTicks = ticks(ask, listing)
    var changes: [DepthChange] = []
    for level in Int32(0)..<10 {
      changes.append(DepthChange(side: .buy, ticks: bidTicks - level, lots: lots))
      changes.append(DepthChange(side: .sell, ticks: askTicks + level, lots: lots))
    }
    venue.apply(changes, replacing: true, to: market, at: now)
    venue.applyMark(mark ?? bid, index: mark ?? bid, to: market, at: now)
  }

  /// Puts a trade of the market on the tape.
  mutating func trade(
    _ side: OrderSide, _ price: Price, lots: Int64, _ instrument: InstrumentID = Self.bitcoin
  ) throws {
    let market = try #require(venue.market(instrument))
    let listing = try #require(venue.listing(instrument))
    venue.applyTrade(side, ticks: ticks(price, listing), lots: lots, to: market, at: now)
  }

  /// States a mark price.
  mutating func mark(_ price: Price, _ instrument: InstrumentID = Self.bitcoin) throws {
    let market = try #require(venue.market(instrument))
    venue.applyMark(price, index: price, to: market, at: now)
  }

  private func ticks(_ price: Price, _ listing: Listing) -> Int32 {
    Int32(
      truncatingIfNeeded: price.value.raw / listing.instrument.tickSize.value.raw)
  }

  /// Places an order and returns its number.
  @discardableResult
  mutating func place(_ ticket: OrderTicket) throws -> OrderNumber {
    try venue.place(ticket, for: account, at: now).number
  }

  /// The present state of an order.
  func order(_ number: OrderNumber) throws -> VenueOrder {
    try #require(venue.order(.number(number), of: account))
  }

  /// The open positions.
  var positions: [VenuePosition] { venue.positions(of: account) }

  /// The money.
  var balance: VenueBalance { venue.balance(of: account) }
}

extension OrderTicket {
  /// An isolated bitcoin order of so many contracts.
  static func order(
    _ side: OrderSide, _ contracts: Contracts, _ type: OrderType = .market,
    _ instrument: InstrumentID = TestVenue.bitcoin, mode: MarginMode = .isolated,
    slot: PositionSlot? = nil, reduceOnly: Bool = false, id: String? = nil,
    takeProfit: Price? = nil, stopLoss: Price? = nil
  ) -> OrderTicket {
    OrderTicket(
      instrument: instrument, marginMode: mode, slot: slot, side: side, type: type,
      contracts: contracts, reduceOnly: reduceOnly,
      clientOrderID: id.map { ClientOrderID(trusted: $0) },
      takeProfit: takeProfit.map { Trigger(triggerPrice: $0) },
      stopLoss: stopLoss.map { Trigger(triggerPrice: $0) })
  }
}
