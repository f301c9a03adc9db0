import Simulation
import Trading
import Units

/// One row of the answer to placing or canceling orders.
///
/// Source: BloFin reference 1.2 (recorded refusals), 3.3.1, 3.3.2 and 3.4.1.
struct OrderResult {
  private let orderID: String?
  private let clientOrderID: String
  private let code: String
  private let message: String?

  /// The row of an order that was asked for.
  init(_ result: Result<OrderAcknowledgement, VenueRefusal>, _ client: ClientOrderID?) {
    switch result {
    case .success(let acknowledgement):
      orderID = acknowledgement.number.text
      clientOrderID = acknowledgement.clientOrderID?.text ?? ""
      code = "0"
      message = "Order placed"
    case .failure(let refusal):
      // Recorded refusals have "0" where a size was wrong and null where money was missing.
      orderID = refusal == .insufficientMargin ? nil : "0"
      clientOrderID = client?.text ?? ""
      code = String(refusal.code)
      message = refusal.text
    }
  }

  /// The row of a cancel.
  init(_ result: Result<OrderAcknowledgement, VenueRefusal>, named asked: Asked<OrderName>) {
    switch result {
    case .success(let acknowledgement):
      orderID = acknowledgement.number.text
      clientOrderID = acknowledgement.clientOrderID?.text ?? ""
      code = "0"
      message = nil
    case .failure(let refusal):
      switch asked {
      case .named(.number(let number)):
        orderID = number.text
        clientOrderID = ""
      case .named(.client(let client)):
        orderID = nil
        clientOrderID = client.text
      case .unknown(let id):
        orderID = id
        clientOrderID = ""
      }
      code = String(refusal.code)
      message = refusal.text
    }
  }

  /// Writes the row.
  func write(to writer: inout RowWriter) {
    writer.object { writer in
      writer.member("orderId", orderID, else: .null)
      writer.member("clientOrderId", clientOrderID)
      writer.member("msg", message, else: .null)
      writer.member("code", code)
    }
  }

  /// Returns the outer code and words of placing one order.
  ///
  /// Recorded refusals of size and of margin say "1" outside. No other was recorded; for those the
  /// outer code is zero and the row alone tells, as in the documented cancels (reference 1.2), so
  /// that a client meets both.
  static func head(_ result: Result<OrderAcknowledgement, VenueRefusal>) -> EnvelopeHead {
    switch result {
    case .failure(.insufficientMargin), .failure(.limitSizeAboveMaximum),
      .failure(.marketSizeAboveMaximum):
      EnvelopeHead(code: "1", message: "All operations failed")
    case .success, .failure: EnvelopeHead(code: "0", message: "")
    }
  }

  /// Returns the outer code and words of a batch: all placed, some, or none.
  static func head(_ results: [Result<OrderAcknowledgement, VenueRefusal>]) -> EnvelopeHead {
    let failures = results.count {
      if case .failure = $0 { true } else { false }
    }
    if failures == 0 { return EnvelopeHead(code: "0", message: "") }
    return failures == results.count
      ? EnvelopeHead(code: "1", message: "All operations failed")
      : EnvelopeHead(code: "2", message: "Batch operation partially succeeded.")
  }
}

extension VenueRefusal {
  /// Throws a refusal of the request itself: those have the code in the envelope, while refusals of
  /// the order have it in the row.
  func throwIfOfRequest() throws(APIProblem) {
    if code >= 150_000 { throw APIProblem(self) }
  }
}

// Asking the venue, at the market's present time.
extension ServedExchange {
  /// Places an order.
  func place(
    _ ticket: OrderTicket, of account: VenueAccountID
  ) -> Result<OrderAcknowledgement, VenueRefusal> {
    Result { () throws(VenueRefusal) in try venue.place(ticket, for: account, at: venue.now) }
  }

  /// Cancels an order.
  func cancel(
    _ asked: Asked<OrderName>, _ instrument: InstrumentID?, of account: VenueAccountID
  ) -> Result<OrderAcknowledgement, VenueRefusal> {
    Result { () throws(VenueRefusal) in
      guard case .named(let name) = asked else { throw .nothingToCancel }
      return try venue.cancel(name, instrument: instrument, for: account, at: venue.now)
    }
  }

  /// Asks the venue for something; its refusal becomes the code of the envelope.
  func asking<Answer>(
    _ body: (inout SimulatedVenue, Timestamp) throws(VenueRefusal) -> Answer
  ) throws(APIProblem) -> Answer {
    do throws(VenueRefusal) {
      return try body(&venue, venue.now)
    } catch {
      throw APIProblem(error)
    }
  }

  /// Up to when histories show things: they lag behind, as the exchange's do.
  var historyHorizon: Timestamp { venue.now - configuration.marketSpan(strictness.historyLag) }

  private var strictness: Strictness { configuration.strictness }

  /// Checks the broker id of an order body by the rule of the caller's key.
  ///
  /// Source: BloFin reference 2.5.
  func broker(_ body: Parameters, _ call: Call) throws(APIProblem) -> String {
    let sent = try body.text("brokerId")
    switch (configuration.accounts[call.account].broker, sent) {
    case (.anything, let sent): return sent ?? ""
    case (.none, nil): return ""
    case (.none, _?):
      throw APIProblem(
        code: "152011", message: "Transaction API Key does not support brokerId")
    case (.required, nil): throw APIProblem(code: "152012", message: "BrokerId is required")
    case (.required(let wanted), let sent?):
      guard sent == wanted else {
        throw APIProblem(
          code: "152013",
          message: "Unmatched brokerId, please check your API key's bound broker")
      }
      return sent
    }
  }
}

extension ServerConfiguration {
  /// Returns how much market time passes in a span of the server's clock.
  func marketSpan(_ span: TimeSpan) -> TimeSpan {
    switch pace {
    case .manual: span
    case .wallClock(let speed): .milliseconds(span.milliseconds * Int64(speed))
    }
  }
}
