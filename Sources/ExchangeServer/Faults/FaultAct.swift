import OrderedCollections
import Simulation
import Trading
import Units

/// Something that happens to the exchange at once, on command.
struct FaultAct {
  private let parameters: Parameters

  /// Takes the body of `POST /__sim/act`.
  init(_ parameters: Parameters) {
    self.parameters = parameters
  }

  /// Does it, or throws a refusal that names what is wrong.
  func perform(on exchange: ServedExchange) throws(APIProblem) {
    switch try parameters.required("do") {
    case "close": try close(exchange)
    case "silence": try silence(exchange)
    case "logout": exchange.logOutStreams()
    case "skew": try skew(exchange)
    case "maintenance":
      exchange.faults.maintenanceEnd = exchange.clock() + (try parameters.span())
      exchange.hangUpStreams()
    case "flood": try flood(exchange)
    case "external_order": try externalOrder(exchange)
    case "external_close": try externalClose(exchange)
    case "external_cancel": try externalCancel(exchange)
    case "fill": try fill(exchange)
    case "liquidate":
      let (account, key) = try position(exchange)
      try exchange.asking { (venue, now) throws(VenueRefusal) in
        try venue.liquidate(key, of: account, at: now)
      }
    case "adl":
      let (account, key) = try position(exchange)
      let size: Contracts = try parameters.positive("size")
      try exchange.asking { (venue, now) throws(VenueRefusal) in
        try venue.deleverage(key, by: size, of: account, at: now)
      }
    case "funding": try funding(exchange)
    case "set_rule": try setRule(exchange)
    default: throw .wrong("do")
    }
    exchange.publish()
  }

  /// The streams that are meant: `public`, `private`, or all.
  private func streams(_ exchange: ServedExchange) throws(APIProblem) -> [ClientStream] {
    switch try parameters.text("streams") {
    case nil: Array(exchange.streams.values)
    case "public"?: exchange.streams.values.filter { $0.kind == .market }
    case "private"?: exchange.streams.values.filter { $0.kind == .account }
    case .some: throw .wrong("streams")
    }
  }

  private func close(_ exchange: ServedExchange) throws(APIProblem) {
    let code = try parameters.closeCode()
    for stream in try streams(exchange) { stream.end(code: code) }
  }

  private func silence(_ exchange: ServedExchange) throws(APIProblem) {
    let span = try parameters.span()
    let streams = try streams(exchange)
    for stream in streams { stream.isSilenced = true }
    exchange.agenda.add(at: exchange.clock() + span) {
      for stream in streams { stream.isSilenced = false }
    }
  }

  private func skew(_ exchange: ServedExchange) throws(APIProblem) {
    guard let milliseconds = Int64(try parameters.required("ms")),
      abs(milliseconds) <= 86_400_000
    else { throw .wrong("ms") }
    exchange.faults.skew = .milliseconds(milliseconds)
  }

  /// Sends the ticker of an instrument again and again, as after a stall.
  private func flood(_ exchange: ServedExchange) throws(APIProblem) {
    let (listing, _) = try exchange.market(named: try parameters.required("instId"))
    guard let count = try parameters.whole("count"), count <= 1_000_000 else {
      throw .wrong("count")
    }
    for _ in 0..<count { exchange.push(tickerOf: listing.id) }
  }

  private func account(_ exchange: ServedExchange) throws(APIProblem) -> VenueAccountID {
    guard let key = try parameters.text("key") else { return exchange.accounts[0] }
    guard let place = exchange.configuration.accounts.firstIndex(where: { $0.apiKey == key })
    else { throw .unknownKey }
    return exchange.accounts[place]
  }

  private func position(
    _ exchange: ServedExchange
  ) throws(APIProblem) -> (VenueAccountID, PositionKey) {
    let key = PositionKey(
      instrument: InstrumentID(try parameters.required("instId")),
      slot: try parameters.word("positionSide", PositionSlot.init(word:)) ?? .net,
      marginMode: try parameters.requiredWord("marginMode", MarginMode.init(word:)))
    return (try account(exchange), key)
  }

  /// An order by hand: the members are those of `trade/order`.
  private func externalOrder(_ exchange: ServedExchange) throws(APIProblem) {
    let ticket = try OrderTicket(parameters, brokerID: "")
    let account = try account(exchange)
    try exchange.asking { (venue, now) throws(VenueRefusal) in
      _ = try venue.place(ticket, for: account, at: now)
    }
  }

  private func externalClose(_ exchange: ServedExchange) throws(APIProblem) {
    let (account, key) = try position(exchange)
    try exchange.asking { (venue, now) throws(VenueRefusal) in
      _ = try venue.closePosition(
        key.instrument, key.marginMode, key.slot, clientOrderID: nil, for: account, at: now)
    }
  }

  private func externalCancel(_ exchange: ServedExchange) throws(APIProblem) {
    let account = try account(exchange)
    for (id, protection) in [("tpslId", true), ("algoId", false)] {
      guard try parameters.text(id) != nil else { continue }
      let name = try Asked<AlgoName>(parameters, id: id).name(else: .nothingToCancel)
      try exchange.asking { (venue, now) throws(VenueRefusal) in
        _ = try venue.cancelAlgo(name, protection: protection, for: account, at: now)
      }
      return
    }
    let name = try Asked<OrderName>(parameters).name(else: .nothingToCancel)
    try exchange.asking { (venue, now) throws(VenueRefusal) in
      _ = try venue.cancel(name, for: account, at: now)
    }
  }

  /// Fills a resting order by a trade at its price: `size` contracts, or all that is left.
  private func fill(_ exchange: ServedExchange) throws(APIProblem) {
    let size: Contracts? = try parameters.number("size")
    let name = try Asked<OrderName>(parameters).name(else: .nothingToCancel)
    guard exchange.fill(name, of: try account(exchange), size: size) else {
      throw .nothingToCancel
    }
  }

  private func funding(_ exchange: ServedExchange) throws(APIProblem) {
    let (_, market) = try exchange.market(named: try parameters.required("instId"))
    let rate: Rate? = try parameters.number("rate")
    try exchange.asking { (venue, now) throws(VenueRefusal) in
      if let rate { venue.applyFundingRate(rate, to: market, at: now) }
      venue.settleFunding(of: market, at: now)
    }
  }

  /// Suspends an instrument, or lets it trade again.
  private func setRule(_ exchange: ServedExchange) throws(APIProblem) {
    let (_, market) = try exchange.market(named: try parameters.required("instId"))
    switch try parameters.required("state") {
    case "live": exchange.venue.setStatus(.live, of: market)
    case "suspend": exchange.venue.setStatus(.suspended, of: market)
    default: throw .wrong("state")
    }
  }
}
