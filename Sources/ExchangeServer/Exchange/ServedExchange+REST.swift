import JSONText
import NIOHTTP1
import Simulation
import Units

// Answers to REST calls. Source: BloFin reference 1.2, 2 and 5.
extension ServedExchange {
  /// How long an answer waits that is meant to come after its pushes.
  private static let lateAnswer = TimeSpan.milliseconds(40)

  /// Answers a request; `reply` is called once, at once or later.
  func answer(_ request: RESTRequest, reply: @escaping (RESTAnswer) -> Void) {
    let now = clock()
    // What the market did since the last turn happens before what the client asks.
    advanceMarket(at: now)
    publish()
    if request.path.hasPrefix(FaultDoor.prefix), configuration.hasFaultDoor {
      reply(.reply(FaultDoor.reply(to: request, of: self)))
      return sendPending()
    }
    guard !isInMaintenance(at: now) else { return reply(.reply(RESTReply(.unavailable))) }
    if !faults.isEmpty, let fault = faults.fault(of: request) {
      answer(request, meeting: fault, reply: reply)
      publish()
      return sendPending()
    }
    let answer = RESTAnswer.reply(self.reply(to: request, at: now))
    let percent = configuration.strictness.pushBeforeAnswerPercent
    if request.method == .POST, percent > 0, random.below(100) < percent {
      publish()
      agenda.add(at: now + Self.lateAnswer) { reply(answer) }
    } else {
      reply(answer)
      publish()
    }
    sendPending()
  }

  /// Does what a request asks and returns what goes back.
  func reply(to request: RESTRequest, at now: Timestamp) -> RESTReply {
    var code = "0"
    defer {
      if configuration.hasFaultDoor {
        calls.add(
          CallLog.Entry(
            time: now, method: request.method.rawValue, path: request.path, code: code))
      }
    }
    do throws(APIProblem) {
      try meter.admit(address: request.peer, at: now)
      let route = try route(of: request)
      let account = try account(of: request, route, at: now)
      if route.isTrading {
        let user = configuration.accounts[account].userID
        try meter.admitTrading(user: user, at: now)
      }
      let call = try self.call(of: request, account: account)
      var writer = RowWriter()
      let served = Result { () throws(APIProblem) in try route.serve(self, call, &writer) }
      if route.method == .POST, let body = call.body {
        let path = String(request.path.dropFirst(Routes.prefix.count))
        record(.call(account: account, path: path, body))
      }
      let head = try served.get()
      code = head.code
      return RESTReply(code: head.code, message: head.message, data: writer.bytes)
    } catch {
      code = error.code
      return RESTReply(error)
    }
  }

  private func route(of request: RESTRequest) throws(APIProblem) -> Route {
    guard request.path.hasPrefix(Routes.prefix),
      let route = Routes.table[String(request.path.dropFirst(Routes.prefix.count))]
    else { throw .unsupported }
    guard route.method == request.method else {
      throw APIProblem(code: "405", message: "Method Not Allowed")
    }
    return route
  }

  /// Returns the caller's place among the accounts; zero for public calls.
  private func account(
    of request: RESTRequest, _ route: Route, at now: Timestamp
  ) throws(APIProblem) -> Int {
    switch route.access {
    case .open: return 0
    case .key(let permissions):
      let account = try authentication.account(
        of: Credentials(request), from: request.peer, at: statedTime)
      guard configuration.accounts[account].permissions.isSuperset(of: permissions) else {
        throw .unsupported
      }
      return account
    }
  }

  private func call(of request: RESTRequest, account: Int) throws(APIProblem) -> Call {
    guard request.method == .POST else {
      return Call(parameters: Parameters(query: request.query), body: nil, account: account)
    }
    guard !request.body.isEmpty else {
      throw APIProblem(code: "400", message: "Body can not be empty")
    }
    let body = try Self.body(of: request)
    switch body {
    case .object(let members):
      return Call(parameters: Parameters(members), body: body, account: account)
    case .array: return Call(parameters: Parameters([:]), body: body, account: account)
    case .text, .number, .boolean, .null: throw .malformedBody
    }
  }
}

extension ServedExchange {
  /// Reads the body of a request (152004 when it is no JSON).
  static func body(of request: RESTRequest) throws(APIProblem) -> RequestValue {
    do throws(JSONProblem) {
      return try RequestValue(request.body)
    } catch {
      throw .malformedBody
    }
  }
}

extension Call {
  /// The object of the body (152004 when it is an array).
  func object() throws(APIProblem) -> Parameters {
    guard case .object? = body else { throw .malformedBody }
    return parameters
  }

  /// The objects of the body's array (152004 when it is none).
  func objects() throws(APIProblem) -> [Parameters] {
    guard case .array(let elements)? = body, !elements.isEmpty else { throw .malformedBody }
    var objects: [Parameters] = []
    for element in elements {
      guard case .object(let members) = element else { throw .malformedBody }
      objects.append(Parameters(members))
    }
    return objects
  }
}
