import Foundation
import Testing
import Units

@testable import ExchangeServer

/// Each verb of the door, over real sockets.
@Suite struct FaultDoorTests {
  private func server() throws -> TestServer { try TestServer { $0.hasFaultDoor = true } }

  private func fault(_ server: TestServer, _ rule: String) throws {
    let answer = try server.client.request(
      "POST", "/__sim/fault", headers: [("Content-Type", "application/json")], body: rule)
    #expect(answer.code == "0", "\(rule): \(answer.body)")
  }

  private func act(_ server: TestServer, _ act: String) throws {
    let answer = try server.client.request(
      "POST", "/__sim/act", headers: [("Content-Type", "application/json")], body: act)
    #expect(answer.code == "0", "\(act): \(answer.body)")
  }

  private func openOrders(_ server: TestServer) throws -> [[String: Any]] {
    try server.client.read("/api/v1/trade/orders-pending").rows
  }

  private func place(_ server: TestServer, client: String) throws -> TestAnswer {
    try server.client.post(
      "/api/v1/trade/order",
      OrderTests.order(
        "buy", size: "2", type: "limit", price: try OrderTests.low(server), client: client))
  }

  @Test func `the door is shut unless asked for`() throws {
    let server = try TestServer()
    let answer = try server.client.request(
      "POST", "/__sim/fault", headers: [], body: #"{"match":"* *","do":"drop_before"}"#)
    #expect(answer.code == "152404")
  }

  @Test(arguments: [("Origin", "https://example.org"), ("Origin", "null"), ("Host", "example.org")])
  func `the door is shut to pages of a browser (S11)`(_ name: String, _ value: String) throws {
    let server = try server()
    let answer = try server.client.request(
      "POST", "/__sim/act", headers: [(name, value)], body: #"{"do":"logout"}"#)
    #expect(answer.status == 403)
  }

  @Test(arguments: [
    #"{"do":"drop_before"}"#, #"{"match":"POST","do":"drop_before"}"#,
    #"{"match":"* *","do":"explode"}"#, #"{"match":"stream books","do":"delay","ms":5}"#,
    #"{"match":"* *","do":"delay","ms":"long"}"#, "[]", "",
  ])
  func `a rule that makes no sense is refused`(_ rule: String) throws {
    let server = try server()
    let answer = try server.client.request("POST", "/__sim/fault", headers: [], body: rule)
    #expect(answer.code != "0")
  }

  @Test func `drop_before hangs up and does nothing (O02)`() throws {
    let server = try server()
    try fault(server, #"{"match":"POST trade/order","do":"drop_before"}"#)
    #expect(throws: SocketProblem.self) { _ = try place(server, client: "o02") }
    server.client.reconnect()
    #expect(try openOrders(server).isEmpty)
    #expect(try place(server, client: "o02").code == "0")
  }

  @Test func `apply_then_drop does it and hangs up (O01)`() throws {
    let server = try server()
    try fault(server, #"{"match":"POST trade/order","nth":2,"do":"apply_then_drop"}"#)
    #expect(try place(server, client: "first").code == "0")
    #expect(throws: SocketProblem.self) { _ = try place(server, client: "second") }
    server.client.reconnect()
    #expect(try openOrders(server).map { $0["clientOrderId"] as? String } == ["second", "first"])
  }

  @Test func `delay does it at once and answers later (O09)`() throws {
    let server = try server()
    try fault(server, #"{"match":"POST trade/order","do":"delay","ms":3000}"#)
    let stream = try server.accountStream()
    try stream.send(#"{"op":"subscribe","args":[{"channel":"orders"}]}"#)
    _ = try stream.settled()
    let late = TestClient(port: server.port, account: server.account, now: server.client.now)
    let price = try OrderTests.low(server)
    try late.begin(
      "/api/v1/trade/order",
      OrderTests.order("buy", size: "2", type: "limit", price: price, client: "late"))
    let push = try stream.object()
    #expect((push["data"] as? [[String: Any]])?.first?["clientOrderId"] as? String == "late")
    server.advance(by: .milliseconds(3_000))
    #expect(try late.end().rows[0]["clientOrderId"] as? String == "late")
  }

  @Test(arguments: [true, false])
  func `status answers with another status, applied or not (O04, O05)`(
    _ applies: Bool
  ) throws {
    let server = try server()
    try fault(
      server,
      #"{"match":"POST trade/order","do":"status","status":429,"apply":\#(applies),"#
        + #""retryAfter":"7","body":"<html>slow down</html>"}"#)
    let answer = try place(server, client: "o05")
    #expect(answer.status == 429)
    #expect(answer.body == "<html>slow down</html>")
    #expect(answer.head.contains("Retry-After: 7"))
    #expect(answer.head.contains("Content-Type: text/html"))
    #expect(try openOrders(server).count == (applies ? 1 : 0))
  }

  @Test func `truncate sends a part and hangs up (O03)`() throws {
    let server = try server()
    try fault(server, #"{"match":"POST trade/order","do":"truncate","bytes":20}"#)
    #expect(throws: SocketProblem.self) { _ = try place(server, client: "o03") }
    server.client.reconnect()
    #expect(try openOrders(server).count == 1)
  }

  @Test func `garbage, replace and reject change what is answered (O03, O07, O20)`() throws {
    let server = try server()
    try fault(server, #"{"match":"GET account/balance","do":"garbage"}"#)
    #expect(
      try server.client.read("/api/v1/account/balance").body
        == "<html><body><h1>502 Bad Gateway</h1></body></html>")
    try fault(
      server, #"{"match":"GET market/tickers","do":"replace","find":"\"last\"","with":"\"l\""}"#)
    server.advance(by: .seconds(10))
    let target = "/api/v1/market/tickers?instId=BTC-USDT"
    #expect(try server.client.get(target).rows[0]["l"] != nil)
    #expect(try server.client.get(target).rows[0]["last"] != nil)
    try fault(
      server,
      #"{"match":"POST trade/order","do":"reject","code":"103003","text":"Order failed."}"#)
    let refused = try place(server, client: "o07")
    #expect(refused.code == "1")
    #expect(refused.rows[0]["code"] as? String == "103003")
    #expect(refused.rows[0]["clientOrderId"] as? String == "o07")
    try fault(
      server, #"{"match":"POST trade/order","do":"reject","code":"102064","outer":"0"}"#)
    let inner = try place(server, client: "o07")
    #expect(inner.code == "0")
    #expect(inner.rows[0]["code"] as? String == "102064")
    #expect(try openOrders(server).isEmpty)
  }

  @Test func `fill_during_cancel fills before it cancels (O11, O12)`() throws {
    let server = try server()
    let id = try #require(try place(server, client: "o11").rows[0]["orderId"] as? String)
    try fault(server, #"{"match":"POST trade/cancel-order","do":"fill_during_cancel"}"#)
    let canceled = try server.client.post("/api/v1/trade/cancel-order", #"{"orderId":"\#(id)"}"#)
    #expect(canceled.rows[0]["code"] as? String == "102068")
    let order = try server.client.read(
      "/api/v1/trade/order-detail?instId=BTC-USDT&orderId=\(id)")
    #expect(order.object["state"] as? String == "filled")
  }

  @Test func `fill fills a part of a resting order (O15)`() throws {
    let server = try server()
    _ = try place(server, client: "o15")
    try act(server, #"{"do":"fill","clientOrderId":"o15","size":"0.5"}"#)
    let row = try #require(try openOrders(server).first)
    #expect(row["state"] as? String == "partially_filled")
    #expect(row["filledSize"] as? String == "0.500000000000000000")
  }

  @Test func `partial fills a part of what an order leaves resting (O15)`() throws {
    let server = try server()
    try fault(server, #"{"match":"POST trade/order","do":"partial","fill":25}"#)
    #expect(try place(server, client: "o15").code == "0")
    let row = try #require(try openOrders(server).first)
    #expect(row["state"] as? String == "partially_filled")
    #expect(row["filledSize"] as? String == "0.500000000000000000")
    let position = try server.client.read("/api/v1/account/positions").rows[0]
    #expect(position["positions"] as? String == "0.5")
  }

  @Test func `orders, closes and cancels by hand (O21, O24, R05, R06)`() throws {
    let server = try server()
    try act(
      server,
      #"{"do":"external_order","instId":"BTC-USDT","marginMode":"isolated","side":"buy","#
        + #""orderType":"market","size":"3"}"#)
    try act(
      server, #"{"do":"external_fill","instId":"BTC-USDT","side":"buy","size":"1"}"#)
    let position = try server.client.read("/api/v1/account/positions").rows[0]
    #expect(position["positions"] as? String == "4")
    try act(
      server, #"{"do":"external_close","instId":"BTC-USDT","marginMode":"isolated"}"#)
    #expect(try server.client.read("/api/v1/account/positions").rows.isEmpty)
    let id = try #require(try place(server, client: "mine").rows[0]["orderId"] as? String)
    try act(server, #"{"do":"external_cancel","orderId":"\#(id)"}"#)
    #expect(try openOrders(server).isEmpty)
  }

  @Test func `liquidate, adl and funding on command (X01, X02, X03)`() throws {
    let server = try server()
    let name = #""instId":"BTC-USDT","marginMode":"isolated""#
    _ = try server.client.post("/api/v1/trade/order", OrderTests.order("buy", size: "4"))
    try act(server, #"{"do":"funding","instId":"BTC-USDT","rate":"0.001"}"#)
    let fees = try server.client.read("/api/v1/account/funding-fees").rows
    #expect(fees.count == 1)
    #expect((fees[0]["fundingFee"] as? String)?.hasPrefix("-") == true)
    try act(server, #"{"do":"adl",\#(name),"size":"1"}"#)
    #expect(
      try server.client.read("/api/v1/account/positions").rows[0]["positions"] as? String == "3")
    try act(server, #"{"do":"liquidate",\#(name)}"#)
    #expect(try server.client.read("/api/v1/account/positions").rows.isEmpty)
    let orders = try server.client.read("/api/v1/trade/orders-history").rows
    #expect(
      orders.map { $0["orderCategory"] as? String } == ["full_liquidation", "adl", "normal"])
  }

  @Test func `skew moves the clock that signatures meet (C04)`() throws {
    let server = try server()
    try act(server, #"{"do":"skew","ms":-120000}"#)
    #expect(try server.client.read("/api/v1/account/balance").code == "152405")
    let answer = try server.client.get("/api/v1/market/instruments?instId=BTC-USDT")
    #expect(answer.head.contains("Date: Wed, 31 Dec 2025 23:58:00 GMT"))
  }

  @Test func `maintenance answers 503, ends streams and lets none open (X04)`() throws {
    let server = try server()
    let stream = try server.marketStream()
    try act(server, #"{"do":"maintenance","ms":60000}"#)
    #expect(throws: SocketProblem.self) { _ = try stream.next() }
    #expect(try server.client.get("/api/v1/market/instruments").status == 503)
    #expect(throws: SocketProblem.self) { _ = try server.marketStream() }
    server.advance(by: .seconds(60))
    #expect(try server.client.get("/api/v1/market/instruments").status == 200)
    _ = try server.marketStream()
  }

  @Test func `a suspended instrument takes no order (B12)`() throws {
    let server = try server()
    try act(server, #"{"do":"set_rule","instId":"BTC-USDT","state":"suspend"}"#)
    let row = try server.client.get("/api/v1/market/instruments?instId=BTC-USDT").rows[0]
    #expect(row["state"] as? String == "suspend")
    #expect(try place(server, client: "b12").rows[0]["code"] as? String == "103013")
  }

  @Test func `the calls of late are shown and reset takes faults back (H12)`() throws {
    let server = try server()
    try fault(server, #"{"match":"* *","count":0,"do":"drop_before"}"#)
    _ = try server.client.request("POST", "/__sim/reset", headers: [], body: "{}")
    _ = try server.client.get("/api/v1/market/instruments")
    _ = try server.client.read("/api/v1/account/balance", .init(secret: "wrong"))
    let calls = try server.client.get("/__sim/calls").rows
    #expect(
      calls.map { $0["path"] as? String }
        == ["/api/v1/market/instruments", "/api/v1/account/balance"])
    #expect(calls.map { $0["code"] as? String } == ["0", "152409"])
  }

  @Test(arguments: ["99999999999999999999", "-1.000001"])
  func `a funding rate that no exchange has is refused and told (X03)`(_ rate: String) throws {
    let server = try server()
    let opened = try server.client.post(
      "/api/v1/trade/order", OrderTests.order("buy", size: "2"))
    #expect(opened.code == "0")
    let answer = try server.client.request(
      "POST", "/__sim/act", headers: [("Content-Type", "application/json")],
      body: #"{"do":"funding","instId":"BTC-USDT","rate":"\#(rate)"}"#)
    #expect(answer.code == "152002")
    #expect(answer.body.contains("Parameter rate error: a funding rate is from -1 to 1."))
    try act(server, #"{"do":"funding","instId":"BTC-USDT","rate":"-1"}"#)
  }
}
