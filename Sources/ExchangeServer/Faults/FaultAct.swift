import OrderedCollections
import Simulation
import Trading
import Units

/// Something that happens to the exchange at once, on command.
struct FaultAct {
  /// What can be done.
  enum Verb: String, CaseIterable {
    case close
    case silence
    case logout
    case skew
    case maintenance
    case snapshot
    case flood
    case externalOrder = "external_order"
    case externalFill = "external_fill"
    case externalClose = "external_close"
    case externalCancel = "external_cancel"
    case fill
    case liquidate
    case adl
    case funding
    case setRule = "set_rule"

    /// Whether it changes the exchange itself, not only what goes over the wire. A fill is noted
    /// where it is made.
    var isRecorded: Bool {
      switch self {
      case .externalOrder, .externalFill, .externalClose, .externalCancel, .liquidate, .adl,
        .funding, .setRule:
        true
      case .close, .silence, .logout, .skew, .maintenance, .snapshot, .flood, .fill: false
      }
    }
  }

  private let verb: Verb
  private let parameters: Parameters

  /// Takes the body of `POST /__sim/act` or a line of a plan; throws unless `do` is a verb.
  init(_ parameters: Parameters) throws(APIProblem) {
    verb = try parameters.requiredWord("do", Verb.init(rawValue:))
    self.parameters = parameters
  }

  /// Does it, or throws a refusal that names what is wrong.
  func perform(on exchange: ServedExchange) throws(APIProblem) {
    let done = Result { () throws(APIProblem) in try carryOut(on: exchange) }
    if verb.isRecorded { exchange.record(.act(parameters.members)) }
    try done.get()
    exchange.publish()
  }

  private func carryOut(on exchange: ServedExchange) throws(APIProblem) {
    switch verb {
    case .close: try close(exchange)
    case .silence: try silence(exchange)
    case .logout: exchange.logOutStreams()
    case .skew: try skew(exchange)
    case .maintenance:
      exchange.faults.maintenanceEnd = exchange.clock() + (try parameters.span())
      exchange.hangUpStreams()
    case .snapshot: try snapshot(exchange)
    case .flood: try flood(exchange)
    case .externalOrder: try place(try OrderTicket(parameters, brokerID: ""), on: exchange)
    case .externalFill: try place(try OrderTicket(fill: parameters), on: exchange)
    case .externalClose: try externalClose(exchange)
    case .externalCancel: try externalCancel(exchange)
    case .fill: try fill(exchange)
    case .liquidate:
      let (account, key) = try position(exchange)
      try exchange.asking { (venue, now) throws(VenueRefusal) in
        try venue.liquidate(key, of: account, at: now)
      }
    case .adl:
      let (account, key) = try position(exchange)
      let size: Contracts = try parameters.positive("size")
      try exchange.asking { (venue, now) throws(VenueRefusal) in
        try venue.deleverage(key, by: size, of: account, at: now)
      }
    case .funding: try funding(exchange)
    case .setRule: try setRule(exchange)
    }
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
    let silenced = streams.map(\.id)
    exchange.agenda.add(at: exchange.clock() + span) { [weak exchange] in
      for id in silenced { exchange?.streams[id]?.isSilenced = false }
    }
  }

  private func skew(_ exchange: ServedExchange) throws(APIProblem) {
    guard let milliseconds = Int64(try parameters.required("ms")),
      abs(milliseconds) <= 86_400_000
    else { throw .wrong("ms") }
    exchange.faults.skew = .milliseconds(milliseconds)
  }

  /// Sends the whole book again in the middle of the chain.
  private func snapshot(_ exchange: ServedExchange) throws(APIProblem) {
    let (listing, _) = try exchange.market(named: try parameters.required("instId"))
    let topic = StreamTopic.books(listing.id)
    for stream in exchange.listeners[topic] ?? [] { exchange.pushFirst(topic, to: stream) }
  }

  /// Sends the ticker of an instrument again and again: `perSecond`, or as after a stall.
  private func flood(_ exchange: ServedExchange) throws(APIProblem) {
    let (listing, _) = try exchange.market(named: try parameters.required("instId"))
    guard let count = try parameters.whole("count"), count <= 10_000_000 else {
      throw .wrong("count")
    }
    let pace = try parameters.whole("perSecond")
    guard pace.map({ (1...1_000_000).contains($0) }) ?? true else { throw .wrong("perSecond") }
    exchange.flood(Flood(listing.id, count: count, perSecond: pace, from: exchange.clock()))
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
      instrument: try parameters.requiredInstrument(),
      slot: try parameters.word("positionSide", PositionSlot.init(word:)) ?? .net,
      marginMode: try parameters.requiredWord("marginMode", MarginMode.init(word:)))
    return (try account(exchange), key)
  }

  /// An order by hand.
  private func place(_ ticket: OrderTicket, on exchange: ServedExchange) throws(APIProblem) {
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
    // As the program's own reading of rates: a payment beyond it need not fit an account's money.
    guard rate.map({ $0.magnitude <= 1 }) ?? true else {
      throw APIProblem(
        code: "152002", message: "Parameter rate error: a funding rate is from -1 to 1.")
    }
    try exchange.asking { (venue, now) throws(VenueRefusal) in
      if let rate { venue.applyFundingRate(rate, to: market, at: now) }
      venue.settleFunding(of: market, at: now)
    }
  }

  /// Changes the rules of an instrument while it trades: what is not named stays.
  private func setRule(_ exchange: ServedExchange) throws(APIProblem) {
    let (listing, market) = try exchange.market(named: try parameters.required("instId"))
    let old = listing.instrument
    let changed = Instrument(
      id: old.id, baseCurrency: old.baseCurrency, quoteCurrency: old.quoteCurrency,
      contractValue: old.contractValue, tickSize: try parameters.number("tickSize") ?? old.tickSize,
      lotSize: try parameters.number("lotSize") ?? old.lotSize,
      minimumContracts: try parameters.number("minSize") ?? old.minimumContracts,
      maximumLimitContracts: try parameters.number("maxLimitSize") ?? old.maximumLimitContracts,
      maximumMarketContracts: try parameters.number("maxMarketSize") ?? old.maximumMarketContracts,
      maximumLeverage: old.maximumLeverage,
      status: try parameters.word("state", Instrument.Status.init(word:)) ?? old.status)
    guard let changed, exchange.venue.setRules(changed, of: market) else {
      throw .wrong("set_rule")
    }
  }
}

extension Instrument.Status {
  /// Reads the exchange's word for a state that it can be given.
  fileprivate init?(word: String) {
    switch word {
    case "live": self = .live
    case "suspend": self = .suspended
    default: return nil
    }
  }
}

extension OrderTicket {
  /// Reads a fill by hand: a market order, isolated unless it says otherwise.
  fileprivate init(fill parameters: Parameters) throws(APIProblem) {
    self.init(
      instrument: try parameters.requiredInstrument(),
      marginMode: try parameters.word("marginMode", MarginMode.init(word:)) ?? .isolated,
      slot: try parameters.word("positionSide", PositionSlot.init(word:)),
      side: try parameters.requiredWord("side", OrderSide.init(word:)), type: .market,
      contracts: try parameters.positive("size"),
      reduceOnly: try parameters.flag("reduceOnly"), clientOrderID: nil, takeProfit: nil,
      stopLoss: nil, brokerID: "")
  }
}
