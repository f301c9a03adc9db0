import Simulation
import Trading
import Units

/// Plain orders. Source: BloFin reference 3.3.1, 3.3.2, 3.3.5 and 3.4.
enum OrderCalls {
  @Sendable static func order(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let body = try call.object()
    let ticket = try OrderTicket(body, brokerID: try exchange.broker(body, call))
    let result = exchange.place(ticket, of: exchange.accounts[call.account])
    if case .failure(let refusal) = result { try refusal.throwIfOfRequest() }
    writer.array { OrderResult(result, ticket.clientOrderID).write(to: &$0) }
    return OrderResult.head(result)
  }

  @Sendable static func batchOrders(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let bodies = try call.objects()
    var tickets: [OrderTicket] = []
    for body in bodies {
      tickets.append(try OrderTicket(body, brokerID: try exchange.broker(body, call)))
    }
    guard Set(tickets).count == tickets.count else { throw APIProblem(.batchDuplicate) }
    _ = try exchange.market(named: tickets[0].instrument.text)
    let account = exchange.accounts[call.account]
    let results = try exchange.asking { (venue, now) throws(VenueRefusal) in
      try venue.placeBatch(tickets, for: account, at: now)
    }
    writer.array(of: zip(results, tickets)) { writer, row in
      OrderResult(row.0, row.1.clientOrderID).write(to: &writer)
    }
    return OrderResult.head(results)
  }

  @Sendable static func cancelOrder(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let body = try call.object()
    let asked = try Asked<OrderName>(body)
    let instrument = try body.instrument()
    let result = exchange.cancel(asked, instrument, of: exchange.accounts[call.account])
    writer.array { OrderResult(result, named: asked).write(to: &$0) }
    // A cancel that finds nothing says so in the row alone: the outer code stays zero.
    return .success
  }

  @Sendable static func cancelBatchOrders(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let bodies = try call.objects()
    guard bodies.count <= SimulatedVenue.largestBatch else { throw APIProblem(.batchTooLong) }
    var asked: [(order: Asked<OrderName>, instrument: InstrumentID?)] = []
    for body in bodies {
      asked.append((try Asked<OrderName>(body), try body.instrument()))
    }
    guard asked.allSatisfy({ $0.order.isClient == asked[0].order.isClient }) else {
      throw APIProblem(.batchCancelMixed)
    }
    let account = exchange.accounts[call.account]
    writer.array(of: asked) { writer, entry in
      let result = exchange.cancel(entry.order, entry.instrument, of: account)
      OrderResult(result, named: entry.order).write(to: &writer)
    }
    return .success
  }

  @Sendable static func closePosition(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let body = try call.object()
    let (listing, _) = try exchange.market(named: try body.required("instId"))
    let mode = try body.requiredWord("marginMode", MarginMode.init(word:))
    let slot = try body.word("positionSide", PositionSlot.init(word:))
    let client = try body.clientID()
    let broker = try exchange.broker(body, call)
    let account = exchange.accounts[call.account]
    try exchange.asking { (venue, now) throws(VenueRefusal) in
      _ = try venue.closePosition(
        listing.id, mode, slot, clientOrderID: client, brokerID: broker, for: account, at: now)
    }
    // No order id: whoever wants the order must ask by the client's id.
    writer.object { writer in
      writer.member("instId", listing.id.text)
      writer.member("positionSide", (slot ?? .net).word)
      writer.member("clientOrderId", client?.text, else: .empty)
    }
    return .success
  }

  @Sendable static func pending(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let filter = try OrderFilter(call.parameters)
    let orders = exchange.venue.openOrders(of: exchange.accounts[call.account], filter.wanted)
      .filter(filter.passes)
    writer.array(of: orders.prefix(filter.limit)) { $1.writePendingRow(to: &$0) }
    return .success
  }

  @Sendable static func detail(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let (listing, _) = try exchange.market(named: try call.parameters.required("instId"))
    let account = exchange.accounts[call.account]
    let order: VenueOrder?
    if let algoClient = try call.parameters.text("algoClientOrderId"),
      try call.parameters.text("orderId") == nil,
      try call.parameters.text("clientOrderId") == nil
    {
      order = ClientOrderID(algoClient)
        .flatMap { exchange.venue.algo(.client($0), of: account)?.sentOrder }
        .flatMap { exchange.venue.order(.number($0), of: account) }
    } else {
      let name = try Asked<OrderName>(call.parameters).name(else: .unknownOrder)
      order = exchange.venue.order(name, of: account)
    }
    guard let order, order.instrument == listing.id else { throw .unknownOrder }
    order.writePendingRow(to: &writer)
    return .success
  }

  @Sendable static func history(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let filter = try OrderFilter(call.parameters)
    let horizon = exchange.historyHorizon
    let orders = exchange.venue.orderHistory(of: exchange.accounts[call.account], filter.wanted)
      .filter { $0.updatedAt <= horizon && filter.passes($0) }
    writer.array(of: orders.prefix(filter.limit)) { $1.writeHistoryRow(to: &$0) }
    return .success
  }

  @Sendable static func fills(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let page = try Page(call.parameters)
    var order: OrderNumber?
    if let text = try call.parameters.text("orderId") {
      guard let number = OrderNumber(text: text) else {
        writer.array { _ in }
        return .success
      }
      order = number
    }
    var wanted = page.history(try call.parameters.instrument())
    wanted.end = min(wanted.end ?? exchange.historyHorizon, exchange.historyHorizon)
    let fills = exchange.venue.fills(
      of: exchange.accounts[call.account], order: order, wanted)
    writer.array(of: fills) { $1.writeRow(to: &$0) }
    return .success
  }

  @Sendable static func priceRange(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let (_, market) = try exchange.market(named: try call.parameters.required("instId"))
    let side = try call.parameters.requiredWord("side", OrderSide.init(word:))
    guard let range = exchange.venue.priceRange(of: market, side) else {
      throw .unknownInstrument
    }
    writer.object { writer in
      writer.member("maxPrice", range.maximum, .padded)
      writer.member("minPrice", range.minimum, .padded)
    }
    return .success
  }
}

/// Which plain orders a list shows.
struct OrderFilter {
  /// The rows to ask the venue for; ``limit`` holds after ``passes(_:)``.
  let wanted: HistoryPage
  /// How many rows at most.
  let limit: Int
  private let type: String?
  private let state: String?

  /// Reads the filters of `orders-pending` and `orders-history`.
  init(_ parameters: Parameters) throws(APIProblem) {
    let page = try Page(parameters)
    var wanted = page.history(try parameters.instrument())
    wanted.limit = .max
    self.wanted = wanted
    limit = page.limit
    type = try parameters.text("orderType")
    state = try parameters.text("state")
  }

  /// Returns whether an order is shown.
  func passes(_ order: VenueOrder) -> Bool {
    (type == nil || order.type.word == type)
      && (state == nil || order.state.word == state)
  }
}
