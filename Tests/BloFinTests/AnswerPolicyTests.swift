import Testing
import Trading
import Transport
import Units

@testable import BloFin

private func response(
  _ status: Int, _ body: String, _ headers: [HTTPHeader] = []
) -> Result<HTTPResponse, TransportError> {
  .success(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)))
}

private func placed(
  _ result: Result<HTTPResponse, TransportError>, clientID: String = "a1"
) -> Outcome {
  AnswerPolicy.placed(
    AnswerPolicy.judge(result, isWrite: true), clientID: ClientOrderID(trusted: clientID))
}

private func canceled(_ result: Result<HTTPResponse, TransportError>) -> Outcome {
  AnswerPolicy.canceled(AnswerPolicy.judge(result, isWrite: true))
}

private func isUnknown(_ outcome: Outcome) -> Bool {
  if case .unknown = outcome { true } else { false }
}

private let host = "openapi.blofin.com"

@Suite struct `Outcome of placing` {
  @Test(arguments: [
    #"{"code":"0","msg":"","data":[{"orderId":"7","clientOrderId":"a1","msg":"","code":"0"}]}"#,
    #"{"code":"0","msg":"","data":{"orderId":"7","clientOrderId":"a1","msg":null,"code":null}}"#,
    #"{"code":0,"data":[{"orderId":"7","clientOrderId":null}]}"#,
    #"{"code":"200","msg":null,"data":[{"orderId":7,"clientOrderId":"","code":0}]}"#,
    #"{"code":"0","data":{"tpslId":"7","clientOrderId":"a1","code":"0","new":{"x":[1]}}}"#,
  ])
  func `B13 is confirmed in every shape that success has`(body: String) {
    #expect(placed(response(200, body)) == .confirmed(.order(ExchangeOrderID("7"))))
  }

  @Test func `O07 is refused by the row's own code, in the exchange's words`() {
    let outer = placed(
      response(
        200,
        """
        {"code":"1","msg":"All operations failed","data":[{"orderId":null,"clientOrderId":"",\
        "msg":"Order failed. Insufficient USDT margin in account","code":"103003"}]}
        """))
    let inner = placed(
      response(
        200,
        """
        {"code":"0","msg":"","data":[{"orderId":"0","clientOrderId":"a1",\
        "msg":"Limit order exceeds maximum order size limit","code":102014}]}
        """))
    let plain = placed(response(200, #"{"code":"152002","msg":"Parameter price error."}"#))
    #expect(
      [outer, inner, plain] == [
        .refused(
          Refusal(
            code: "103003", message: "Order failed. Insufficient USDT margin in account",
            advice: .fixRequest)),
        .refused(
          Refusal(
            code: "102014", message: "Limit order exceeds maximum order size limit",
            advice: .fixRequest)),
        .refused(
          Refusal(code: "152002", message: "Parameter price error.", advice: .fixRequest)),
      ])
  }

  @Test func `O06 a duplicate client id asks for the state of the order`() {
    let outcome = placed(
      response(
        200,
        """
        {"code":"1","msg":"All operations failed","data":[{"orderId":"0","clientOrderId":"a1",\
        "msg":"Duplicate customized order ID","code":"102002"}]}
        """))
    #expect(
      outcome
        == .refused(
          Refusal(
            code: "102002", message: "Duplicate customized order ID", advice: .queryState)))
  }

  @Test(arguments: [
    // O01: the answer was lost after the request had left.
    Result<HTTPResponse, TransportError>.failure(
      .deadlinePassed(host: host, milliseconds: 5_000, reach: .maybeSent)),
    .failure(.connectionLost(host: host, detail: "reset", reach: .maybeSent)),
    .failure(.answerTooLarge(host: host, limit: 1)),
    // O03: the answer cannot be read.
    response(200, ""), response(200, "{\"code\":\"0\",\"data\":[{\"orderId\":\"7\""),
    response(200, "<html><body>Just a moment...</body></html>"),
    response(200, "\u{FEFF}{\"code\":\"0\"}"), response(200, "[]"), response(200, "{}"),
    response(200, #"{"code":"0","msg":"success"}"#),
    response(200, #"{"code":"0","data":[]}"#),
    response(200, #"{"code":"0","data":[{"orderId":"7"},{"orderId":"8"}]}"#),
    response(200, #"{"code":"0","data":[{"clientOrderId":"a1"}]}"#),
    response(200, #"{"code":"0","data":[{"orderId":"0","clientOrderId":"a1"}]}"#),
    response(200, #"{"code":"0","data":[{"orderId":"7","clientOrderId":"other"}]}"#),
    response(200, #"{"code":"0","data":"yes"}"#),
    response(200, #"{"code":["0"],"data":[]}"#),
    response(200, #"{"code":"1","msg":"All operations failed","data":[]}"#),
    // O04: the server failed, whatever it says.
    response(500, ""), response(502, "<html>"), response(503, "busy"), response(504, ""),
    response(500, #"{"code":"152002","msg":"Parameter price error."}"#),
    response(
      200,
      #"{"code":500,"data":{},"error_code":"500","msg":"Internal Server Error"}"#),
    response(200, #"{"code":"103013","msg":"Internal error, please try again"}"#),
    // O05: too many requests, and the order may have been taken all the same.
    response(429, "<html>error 1015</html>"), response(429, #"{"code":"429","msg":"slow"}"#),
    response(200, #"{"code":"429","msg":"slow"}"#),
    // H06: the firewall's word is not the exchange's.
    response(403, "<html>Access denied</html>"), response(418, ""),
    // A success that contradicts its status proves nothing either.
    response(404, #"{"code":"0","data":[{"orderId":"7"}]}"#),
    // C04: a copy with the same nonce came first.
    response(200, #"{"code":"152407","msg":"nonce used"}"#),
    // H11: somebody points elsewhere.
    response(301, "<html>moved</html>"),
  ])
  func `O01 O03 O04 O05 H06 is unknown where nothing is proven`(
    result: Result<HTTPResponse, TransportError>
  ) {
    #expect(isUnknown(placed(result)))
  }

  @Test(arguments: [
    TransportError.nameNotFound(host: host), .connectionRefused(host: host),
    .connectTimedOut(host: host, milliseconds: 5_000),
    .connectionLost(host: host, detail: "dropped", reach: .notSent),
    .certificateUntrusted(host: host, detail: "self-signed"), .tooManyRequests(limit: 256),
  ])
  func `H02 H04 H10 is not sent when not a byte has left`(error: TransportError) {
    #expect(placed(.failure(error)) == .notSent("\(error)"))
  }

  @Test(arguments: ["152401", "152402", "152404", "152406", "152408", "152409"])
  func `H07 a key that is refused stops trading, whatever the status`(code: String) {
    for status in [200, 401, 403] {
      let outcome = placed(response(status, #"{"code":"\#(code)","msg":"no"}"#))
      guard case .refused(let refusal) = outcome else {
        Issue.record("\(outcome)")
        continue
      }
      #expect(refusal.advice == .stopTrading)
    }
  }

  @Test func `S25 the exchange's words come out clean`() {
    let outcome = placed(
      response(200, #"{"code":"152002","msg":"bad\u001b]0;x\u0007\nnext\u202eline"}"#))
    #expect(
      outcome
        == .refused(
          Refusal(code: "152002", message: "bad?]0;x? next?line", advice: .fixRequest)))
  }
}

@Suite struct `Outcome of canceling` {
  @Test func `is confirmed for an object and for an array of one`() {
    let bodies = [
      #"{"code":"0","data":[{"orderId":"7","clientOrderId":null,"code":"0","msg":null}]}"#,
      #"{"code":"0","msg":"success","data":{"algoId":"7","clientOrderId":null}}"#,
      #"{"code":"0","msg":"success","data":[{"tpslId":"7"}]}"#,
    ]
    #expect(
      bodies.map { canceled(response(200, $0)) } == Array(repeating: .confirmed(.cancel), count: 3))
  }

  @Test(arguments: ["102068", "1000", "500"])
  func `O12 too late is a question, not an answer`(code: String) {
    let words = "Cancel failed as the order has been filled, triggered, canceled or does not exist."
    let outcome = canceled(
      response(
        200, #"{"code":"0","data":[{"orderId":"7","code":"\#(code)","msg":"\#(words)"}]}"#))
    #expect(
      outcome == .refused(Refusal(code: code, message: words, advice: .queryState)))
  }

  @Test func `O13 is unknown when the answer is lost`() {
    let lost = canceled(
      .failure(.deadlinePassed(host: host, milliseconds: 5_000, reach: .maybeSent)))
    #expect(isUnknown(lost))
  }
}

@Suite struct `Pace after an answer` {
  private func penalty(
    _ status: Int, _ retryAfter: String?, body: String = "<html>", isSigned: Bool = false
  ) -> Penalty? {
    Penalty(
      HTTPResponse(
        status: status, headers: retryAfter.map { [HTTPHeader("Retry-After", $0)] } ?? [],
        body: Array(body.utf8)), isSigned: isSigned)
  }

  @Test func `H05 a signed call waits for the user's window, unless the answer says how long`() {
    let silent = penalty(429, nil, isSigned: true)
    #expect(silent?.span == .milliseconds(10_500))
    #expect(silent?.scope == .user)
    let told = penalty(429, "7", isSigned: true)
    #expect(told?.span == .seconds(7))
    #expect(told.map { $0.scope == nil } == true)
  }

  @Test func `H05 honors the wait within bounds`() {
    let waits = [
      nil, "7", "0", "1000000000", "99999999999999999999", "-1", "soon", "",
      "Wed, 21 Oct 2026 07:28:00 GMT",
    ].map { penalty(429, $0)?.span }
    #expect(
      waits == [
        .seconds(30), .seconds(7), .seconds(1), .hours(1), .hours(1), .seconds(30), .seconds(30),
        .seconds(30), .seconds(30),
      ])
  }

  @Test(
    arguments: [
      ("Wed, 21 Oct 2026 07:28:40 GMT", 40), ("Wed, 21 Oct 2026 07:27:00 GMT", 1),
      ("Thu, 22 Oct 2026 07:28:00 GMT", 3_600),
    ] as [(String, Int64)])
  func `H05 honors a date by the clock of the answer`(date: String, seconds: Int64) {
    let answer = HTTPResponse(
      status: 429,
      headers: [
        HTTPHeader("Date", "Wed, 21 Oct 2026 07:28:00 GMT"), HTTPHeader("Retry-After", date),
      ], body: [])
    #expect(Penalty(answer, isSigned: true)?.span == .seconds(seconds))
  }

  @Test(
    arguments: [
      ("Wed, 21 Oct 2026 07:28:40 GMT", .seconds(40)), ("Wed, 21 Oct 2026 07:27:00 GMT", .zero),
      ("7", .seconds(7)), ("100000", .days(1)), ("tomorrow", nil), (nil, nil),
    ] as [(String?, TimeSpan?)])
  func `H05 honors what a refused stream asks for by the same rules`(
    text: String?, span: TimeSpan?
  ) {
    let refused = TransportError.upgradeRefused(
      host: "host", status: 429, retryAfter: text, date: "Wed, 21 Oct 2026 07:28:00 GMT",
      answer: "")
    #expect(RetryAfter.span(refused) == span)
  }

  @Test func `H05 a date without the sender's clock says nothing`() {
    let refused = TransportError.upgradeRefused(
      host: "host", status: 429, retryAfter: "Wed, 21 Oct 2026 07:28:40 GMT", date: nil,
      answer: "")
    #expect(RetryAfter.span(refused) == nil)
  }

  @Test func `H06 a firewall's page is a ban of five minutes, the exchange's own 403 is none`() {
    #expect(penalty(403, nil)?.span == .minutes(5))
    #expect(penalty(418, nil)?.isBan == true)
    #expect(penalty(403, nil, body: #"{"code":"152406","msg":"ip"}"#) == nil)
    #expect(penalty(200, nil) == nil)
  }
}

@Suite struct `HTTP dates` {
  @Test func `are read to the second`() {
    #expect(
      HTTPDate.timestamp("Sun, 06 Nov 2016 08:49:37 GMT") == moment(1_478_422_177_000))
    #expect(
      HTTPDate.timestamp("Thu, 29 Feb 2024 23:59:60 GMT") == moment(1_709_251_199_000))
  }

  @Test(arguments: [
    "", "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 31 Feb 2024 08:49:37 GMT",
    "Sunday, 06-Nov-16 08:49:37 GMT", "Sun Nov  6 08:49:37 2016",
    "Sun, 06 Nov 2016 24:49:37 GMT", "Sun, 06 Nov 2016 08:49:37 CET",
    "Sun, 06 Foo 2016 08:49:37 GMT", "Sun, +6 Nov 2016 08:49:37 GMT",
    "Sun, 06 Nov 2016  08:49:37 GMT",
  ])
  func `in another form are no time`(text: String) {
    #expect(HTTPDate.timestamp(text) == nil)
  }
}
