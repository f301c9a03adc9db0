import Exchanges
import Trading
import Units

/// What the venue answers to one request: events that it delivers and the outcome.
struct RequestAnswer {
  var events: [ExchangeEvent] = []
  var outcome = Outcome.confirmed(.done)

  /// The most candles in one answer. Source: BloFin reference 3.1.8.
  private static let mostCandles = 1_440
  /// How many fills a snapshot carries.
  private static let snapshotFills = 100

  mutating func carryOut(
    _ request: ExchangeRequest, on venue: inout SimulatedVenue, _ account: VenueAccountID,
    at now: Timestamp
  ) {
    venue.advance(to: now)
    do throws(VenueRefusal) {
      switch request {
      case .submit(let order):
        let taken = try venue.place(OrderTicket(order), for: account, at: now)
        outcome = .confirmed(.order(ExchangeOrderID(name: taken.number.name)))
      case .cancel(let instrument, let reference):
        try venue.cancel(Self.name(reference), instrument: instrument, for: account, at: now)
        outcome = .confirmed(.cancel)
      case .protect(let protection):
        let taken = try venue.placeAlgo(AlgoTicket(protection), for: account, at: now)
        outcome = .confirmed(.order(ExchangeOrderID(name: taken.number.name)))
      case .cancelTrigger(let instrument, let id):
        try cancelTrigger(id, instrument, &venue, account, now)
      case .closePosition(let key, let clientOrderID):
        let taken = try venue.closePosition(
          key.instrument, key.marginMode, key.slot, clientOrderID: clientOrderID, for: account,
          at: now)
        outcome = .confirmed(.order(ExchangeOrderID(name: taken.number.name)))
      case .setLeverage(let instrument, let mode, let slot, let leverage):
        let row = try venue.setLeverage(
          leverage, of: instrument, mode, slot, for: account, at: now)
        events.append(.account(.leverage(row.instrument, mode, row.slot, row.leverage)))
      case .setPositionMode(let mode):
        try venue.setPositionMode(mode, of: account, at: now)
        events.append(.account(.positionMode(mode)))
      case .accountSnapshot(let places):
        outcome = .confirmed(.account(try Self.snapshot(venue, account, places)))
      case .orderStatus(_, let reference):
        outcome = .confirmed(
          .orderStatus(venue.order(Self.name(reference), of: account).map(Order.init)))
      case .instruments:
        events.append(.market(.instruments(venue.listings.map(\.instrument))))
      case .candles(let instrument, let frame, let before, let limit):
        try readCandles(instrument, frame, before, limit, venue)
      case .tiers(let instrument, let mode):
        guard let listing = venue.listing(instrument) else { throw .unknownInstrument }
        events.append(.market(.tiers(instrument, mode, listing.tiers(mode))))
      case .subscribe: break
      }
    } catch {
      outcome = .refused(Refusal(error))
    }
  }

  private mutating func cancelTrigger(
    _ id: ExchangeOrderID, _ instrument: InstrumentID, _ venue: inout SimulatedVenue,
    _ account: VenueAccountID, _ now: Timestamp
  ) throws(VenueRefusal) {
    guard let number = UInt64(id.text) else { throw .nothingToCancel }
    let name = AlgoName.number(AlgoNumber(number))
    let isProtection = venue.algo(name, of: account)?.isProtection ?? true
    try venue.cancelAlgo(
      name, protection: isProtection, instrument: instrument, for: account, at: now)
    outcome = .confirmed(.cancel)
  }

  private mutating func readCandles(
    _ instrument: InstrumentID, _ frame: TimeFrame, _ before: Timestamp?, _ limit: Int,
    _ venue: SimulatedVenue
  ) throws(VenueRefusal) {
    guard let market = venue.market(instrument) else { throw .unknownInstrument }
    let candles = venue.candles(
      of: market, .last, CandleBar(frame), olderThan: before,
      limit: min(max(0, limit), Self.mostCandles))
    events.append(.market(.candles(instrument, frame, candles.reversed().map(Candle.init))))
  }

  private static func name(_ reference: OrderReference) -> OrderName {
    switch reference {
    case .client(let id): .client(id)
    // A text that is no number names no order; numbers begin far above zero.
    case .exchange(let id): .number(OrderNumber(UInt64(id.text) ?? 0))
    }
  }

  private static func snapshot(
    _ venue: SimulatedVenue, _ account: VenueAccountID, _ places: [LeveragePlace]
  ) throws(VenueRefusal) -> AccountSnapshot {
    let everything = HistoryPage(limit: .max)
    var leverages: [LeverageSetting] = []
    // What the venue does not list cannot be traded here either.
    for place in places where venue.market(place.instrument) != nil {
      leverages += try venue.leverages(of: place.instrument, place.marginMode, for: account)
    }
    let triggers =
      venue.openAlgos(of: account, protection: true, everything)
      + venue.openAlgos(of: account, protection: false, everything)
    return AccountSnapshot(
      balance: Balance(venue.balance(of: account)),
      positions: venue.positions(of: account).map(Position.init),
      orders: venue.openOrders(of: account, everything).reversed().map(Order.init),
      triggerOrders: triggers.sorted { $0.number < $1.number }.map(TriggerOrder.init),
      fills: venue.fills(of: account, HistoryPage(limit: snapshotFills)).reversed()
        .map(Fill.init),
      positionMode: venue.positionMode(of: account), leverages: leverages)
  }
}
