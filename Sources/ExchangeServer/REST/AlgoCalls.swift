import Simulation
import Trading
import Units

/// TP/SL and trigger orders. Source: BloFin reference 3.3.3, 3.3.4, 3.4.1, 3.4.6 and 3.4.7.
enum AlgoCalls {
  @Sendable static func protection(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let body = try call.object()
    let ticket = try AlgoTicket(protection: body, brokerID: try exchange.broker(body, call))
    let placed = try exchange.placeAlgo(ticket, call)
    write(placed, id: "tpslId", to: &writer)
    return EnvelopeHead(code: "0", message: "Order placed")
  }

  @Sendable static func trigger(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let body = try call.object()
    let ticket = try AlgoTicket(trigger: body, brokerID: try exchange.broker(body, call))
    let placed = try exchange.placeAlgo(ticket, call)
    write(placed, id: "algoId", to: &writer)
    return .success
  }

  @Sendable static func cancelProtection(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let bodies = try call.objects()
    guard bodies.count <= SimulatedVenue.largestBatch else { throw APIProblem(.batchTooLong) }
    var asked: [Asked<AlgoName>] = []
    for body in bodies { asked.append(try Asked<AlgoName>(body, id: "tpslId")) }
    writer.array(of: asked) { writer, entry in
      let result = exchange.cancelAlgo(entry, call, protection: true)
      write(result, entry, id: "tpslId", to: &writer)
    }
    return .success
  }

  @Sendable static func cancelTrigger(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let asked = try Asked<AlgoName>(try call.object(), id: "algoId")
    let result = exchange.cancelAlgo(asked, call, protection: false)
    write(result, asked, id: "algoId", to: &writer)
    return .success
  }

  @Sendable static func protectionPending(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let filter = try AlgoFilter(call.parameters, id: "tpslId")
    let orders = exchange.pendingAlgos(call, filter, protection: true)
    writer.array(of: orders) { $1.writeProtectionRow(to: &$0) }
    return .success
  }

  @Sendable static func protectionDetail(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let (listing, _) = try exchange.market(named: try call.parameters.required("instId"))
    let name = try Asked<AlgoName>(call.parameters, id: "tpslId").name(else: .unknownOrder)
    guard let order = exchange.venue.algo(name, of: exchange.accounts[call.account]),
      order.isProtection, order.instrument == listing.id
    else { throw .unknownOrder }
    order.writeProtectionRow(to: &writer)
    return .success
  }

  @Sendable static func protectionHistory(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let filter = try AlgoFilter(call.parameters, id: "tpslId")
    let orders = exchange.pastAlgos(call, filter, protection: true)
    writer.array(of: orders) { $1.writeProtectionHistoryRow(to: &$0) }
    return .success
  }

  @Sendable static func triggerPending(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let filter = try AlgoFilter(call.parameters, id: "algoId")
    try filter.requireType(call.parameters)
    let orders = exchange.pendingAlgos(call, filter, protection: false)
    writer.array(of: orders) { $1.writeTriggerRow(to: &$0, isHistory: false) }
    return .success
  }

  @Sendable static func triggerHistory(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let filter = try AlgoFilter(call.parameters, id: "algoId")
    try filter.requireType(call.parameters)
    let orders = exchange.pastAlgos(call, filter, protection: false)
    writer.array(of: orders) { $1.writeTriggerRow(to: &$0, isHistory: true) }
    return .success
  }

  /// The object that answers placing: its own code and words are null or "0".
  private static func write(
    _ placed: AlgoAcknowledgement, id: StaticString, to writer: inout RowWriter
  ) {
    writer.object { writer in
      writer.member(id, placed.number.text)
      writer.member("clientOrderId", placed.clientOrderID?.text, else: .null)
      writer.member("code", "0")
      writer.member("msg", nothing: .null)
    }
  }

  /// The row that answers canceling.
  private static func write(
    _ result: Result<AlgoAcknowledgement, VenueRefusal>, _ asked: Asked<AlgoName>,
    id: StaticString, to writer: inout RowWriter
  ) {
    writer.object { writer in
      switch result {
      case .success(let acknowledgement):
        writer.member(id, acknowledgement.number.text)
        writer.member("clientOrderId", acknowledgement.clientOrderID?.text, else: .null)
        writer.member("code", "0")
        writer.member("msg", nothing: .null)
      case .failure(let refusal):
        switch asked {
        case .named(.number(let number)):
          writer.member(id, number.text)
          writer.member("clientOrderId", nothing: .null)
        case .named(.client(let client)):
          writer.member(id, nothing: .null)
          writer.member("clientOrderId", client.text)
        case .unknown(let sent):
          writer.member(id, sent)
          writer.member("clientOrderId", nothing: .null)
        }
        writer.member("code", String(refusal.code))
        writer.member("msg", refusal.text)
      }
    }
  }
}

/// Which TP/SL or trigger orders a list shows.
struct AlgoFilter {
  /// The rows to ask the venue for; ``limit`` holds after ``passes(_:)``.
  let wanted: HistoryPage
  /// How many rows at most.
  let limit: Int
  private let number: String?
  private let client: String?
  private let state: String?

  /// Reads the filters of the lists; `id` is `tpslId` or `algoId`.
  init(_ parameters: Parameters, id: String) throws(APIProblem) {
    let page = try Page(parameters)
    var wanted = page.history(try parameters.instrument())
    wanted.limit = .max
    self.wanted = wanted
    limit = page.limit
    number = try parameters.text(id)
    client = try parameters.text("clientOrderId")
    state = try parameters.text("state")
  }

  /// Returns whether an order is shown.
  func passes(_ order: AlgoOrder) -> Bool {
    (number == nil || order.number.text == number)
      && (client == nil || order.clientOrderID?.text == client)
      && (state == nil || order.state.word == state)
  }

  /// Throws unless the call says which kind of algo order it means, as the exchange demands.
  func requireType(_ parameters: Parameters) throws(APIProblem) {
    switch try parameters.required("orderType") {
    case "trigger", "trailing_stop": return
    default: throw .wrong("orderType")
    }
  }
}

extension ServedExchange {
  /// Places a TP/SL or trigger order.
  func placeAlgo(_ ticket: AlgoTicket, _ call: Call) throws(APIProblem) -> AlgoAcknowledgement {
    let account = accounts[call.account]
    return try asking { (venue, now) throws(VenueRefusal) in
      try venue.placeAlgo(ticket, for: account, at: now)
    }
  }

  /// Cancels a TP/SL or trigger order; each kind has its own call, which does not find the other.
  func cancelAlgo(
    _ asked: Asked<AlgoName>, _ call: Call, protection: Bool
  ) -> Result<AlgoAcknowledgement, VenueRefusal> {
    let account = accounts[call.account]
    return Result { () throws(VenueRefusal) in
      guard case .named(let name) = asked else { throw .nothingToCancel }
      return try venue.cancelAlgo(name, protection: protection, for: account, at: venue.now)
    }
  }

  /// Returns the waiting orders that pass, newest first.
  func pendingAlgos(_ call: Call, _ filter: AlgoFilter, protection: Bool) -> ArraySlice<AlgoOrder> {
    venue.openAlgos(of: accounts[call.account], protection: protection, filter.wanted)
      .filter(filter.passes).prefix(filter.limit)
  }

  /// Returns the ended orders that pass, newest first.
  func pastAlgos(_ call: Call, _ filter: AlgoFilter, protection: Bool) -> ArraySlice<AlgoOrder> {
    let horizon = historyHorizon
    return venue.algoHistory(
      of: accounts[call.account], protection: protection, filter.wanted
    ).filter { $0.updatedAt <= horizon && filter.passes($0) }.prefix(filter.limit)
  }
}
