import NIOHTTP1
import OrderedCollections
import Simulation
import Trading
import Units

extension ServedExchange {
  /// Fills a resting order by a public trade at its price; false when there is no such order, or
  /// less than a lot to fill.
  func fill(_ name: OrderName, of account: VenueAccountID, size: Contracts?) -> Bool {
    guard let order = venue.order(name, of: account), !order.state.isFinal,
      let price = order.type.limitPrice, let market = venue.market(order.instrument),
      let rules = venue.listing(order.instrument)?.instrument
    else { return false }
    let contracts = min(size ?? order.remainingContracts, order.remainingContracts)
    let lots = Int64(contracts.value.raw / rules.lotSize.value.raw)
    guard lots > 0 else { return false }
    let ticks = Int32(price.value.raw / rules.tickSize.value.raw)
    // The queue ahead of the order is of no account here: what is traded comes to it.
    venue.applyTrade(order.side.opposite, ticks: ticks, lots: lots, to: market, at: venue.now)
    if let place = accounts.firstIndex(of: account) {
      record(.fill(account: place, order.number, size: size))
    }
    return true
  }

  /// Ends every login: the private streams stay open, and nothing more is said on them.
  func logOutStreams() {
    for stream in streams.values where stream.kind == .account {
      stream.account = nil
      stream.send(StreamMessage.loginFailed)
    }
  }

  /// Does to a call what its fault says.
  func answer(
    _ request: RESTRequest, meeting fault: CallFault, reply: @escaping (RESTAnswer) -> Void
  ) {
    let now = clock()
    switch fault {
    case .dropBefore: reply(.hangUp)
    case .applyThenDrop:
      _ = self.reply(to: request, at: now)
      reply(.hangUp)
    case .delay(let span):
      let answer = self.reply(to: request, at: now)
      agenda.add(at: now + span) { reply(.reply(answer)) }
    case .status(let status, let body, let retryAfter, let applies):
      if applies { _ = self.reply(to: request, at: now) }
      var answer = RESTReply(status: .init(statusCode: status), json: Array(body.utf8))
      if body.hasPrefix("<") { answer.contentType = "text/html" }
      if let retryAfter { answer.extraHeaders.append(("Retry-After", retryAfter)) }
      reply(.reply(answer))
    case .truncate(let bytes):
      reply(.truncated(self.reply(to: request, at: now), bytes: bytes))
    case .garbage(let body):
      var answer = self.reply(to: request, at: now)
      answer.body = Array(body.utf8)
      reply(.reply(answer))
    case .reject(let code, let text, let outer):
      reply(.reply(rejection(of: request, code, text, outer: outer)))
    case .replace(let find, let with):
      var answer = self.reply(to: request, at: now)
      answer.body = Self.replacing(find, with: with, in: answer.body)
      reply(.reply(answer))
    case .fillDuringCancel:
      fillBeforeCancel(request)
      reply(.reply(self.reply(to: request, at: now)))
    case .partial(let percent):
      reply(.reply(partlyFilling(request, percent, at: now)))
    }
  }

  /// Sends the tickers of a flood that are due, and comes back for the rest.
  func flood(_ flood: Flood) {
    var flood = flood
    let now = clock()
    for _ in 0..<flood.due(at: now) { push(tickerOf: flood.instrument) }
    guard flood.left > 0 else { return }
    agenda.add(at: now + .milliseconds(10)) { [weak self] in self?.flood(flood) }
  }

  /// A refusal in the shape that the call has: of an order in the row, of others in the envelope.
  private func rejection(
    of request: RESTRequest, _ code: String, _ text: String, outer: String
  ) -> RESTReply {
    guard request.path.hasSuffix("/trade/order") else {
      return RESTReply(APIProblem(code: code, message: text))
    }
    let client = Self.clientID(of: request)
    var writer = RowWriter()
    writer.array { writer in
      writer.object { writer in
        writer.member("orderId", "0")
        writer.member("clientOrderId", client)
        writer.member("msg", text)
        writer.member("code", code)
      }
    }
    let message = outer == "0" ? "" : "All operations failed"
    return RESTReply(code: outer, message: message, data: writer.bytes)
  }

  private static func clientID(of request: RESTRequest) -> String {
    let read = Result { () throws(APIProblem) in try body(of: request) }
    guard case .success(.object(let members)) = read,
      case .text(let text)? = members["clientOrderId"]
    else { return "" }
    return text
  }

  /// Whose key a request names, rightly or not.
  private func namedAccount(_ request: RESTRequest) -> VenueAccountID? {
    let key = request.headers.first(name: "ACCESS-KEY")
    return configuration.accounts.firstIndex { $0.apiKey == key }.map { accounts[$0] }
  }

  /// Does a call and then fills a part of each order that rests since.
  private func partlyFilling(
    _ request: RESTRequest, _ percent: Int, at now: Timestamp
  ) -> RESTReply {
    guard let account = namedAccount(request) else { return reply(to: request, at: now) }
    let every = HistoryPage(instrument: nil, limit: .max)
    let before = Set(venue.openOrders(of: account, every).map(\.number))
    let answer = reply(to: request, at: now)
    for order in venue.openOrders(of: account, every) where !before.contains(order.number) {
      let part = order.contracts.value.multiplied(by: Fixed(percent), .down)
        .divided(by: 100, .down)
      _ = fill(.number(order.number), of: account, size: Contracts(part))
    }
    return answer
  }

  private func fillBeforeCancel(_ request: RESTRequest) {
    do throws(APIProblem) {
      guard case .object(let members) = try Self.body(of: request),
        let account = namedAccount(request)
      else { return }
      let name = try Asked<OrderName>(Parameters(members)).name(else: .nothingToCancel)
      _ = fill(name, of: account, size: nil)
      publish()
    } catch {
      // A call that cannot be read is refused by what follows; nothing is filled for it.
      return
    }
  }

  static func replacing(_ find: String, with: String, in bytes: [UInt8]) -> [UInt8] {
    let wanted = Array(find.utf8)
    guard !wanted.isEmpty else { return bytes }
    var result: [UInt8] = []
    var rest = bytes[...]
    while let place = rest.firstRange(of: wanted) {
      result += rest[..<place.lowerBound] + Array(with.utf8)
      rest = rest[place.upperBound...]
    }
    return result + rest
  }
}
