import Foundation
import Testing
import Units

@testable import ExchangeServer

/// Orders over the wire: answers, lists, histories and pushes.
@Suite struct OrderTests {
  static func order(
    _ side: String, size: String, type: String = "market", price: String? = nil,
    client: String = "", more: String = ""
  ) -> String {
    let priced = price.map { #""price":"\#($0)","# } ?? ""
    return #"{"instId":"BTC-USDT","marginMode":"isolated","positionSide":"net","side":"\#(side)","#
      + #""orderType":"\#(type)",\#(priced)"size":"\#(size)","clientOrderId":"\#(client)"\#(more)}"#
  }

  /// A price far below the market that the exchange still takes.
  static func low(_ server: TestServer) throws -> String {
    try server.best("BTC-USDT").bid.multiplied(by: "0.9", .down).rounded(to: "0.1", .down)
      .description
  }

  @Test func `a resting order is acknowledged, listed, canceled and found in the history`() throws {
    let server = try TestServer()
    let price = try Self.low(server)
    let placed = try server.client.post(
      "/api/v1/trade/order",
      Self.order("buy", size: "2", type: "limit", price: price, client: "a1b2c3"))
    let id = try #require(placed.rows[0]["orderId"] as? String)
    #expect(
      placed.body
        == #"{"code":"0","msg":"","data":[{"orderId":"\#(id)","clientOrderId":"a1b2c3","#
        + #""msg":"Order placed","code":"0"}]}"#)

    let pending = try server.client.read("/api/v1/trade/orders-pending?instId=BTC-USDT")
    #expect(
      try memberNames(of: pending.body, from: #"{"orderId""#).joined(separator: " ")
        == "orderId clientOrderId instId marginMode positionSide side orderType price size "
        + "reduceOnly leverage state filledSize filled_amount averagePrice fee pnl createTime "
        + "updateTime orderCategory tpTriggerPrice tpOrderPrice slTriggerPrice slOrderPrice "
        + "algoClientOrderId algoId brokerId")
    let row = pending.rows[0]
    #expect(row["size"] as? String == "2.000000000000000000")
    #expect(row["price"] as? String == price)
    #expect(row["averagePrice"] as? String == "0")
    #expect(row["reduceOnly"] as? String == "false")
    #expect(row["tpTriggerPrice"] is NSNull)

    let canceled = try server.client.post(
      "/api/v1/trade/cancel-order", #"{"orderId":"\#(id)"}"#)
    #expect(
      canceled.body
        == #"{"code":"0","msg":"success","data":[{"orderId":"\#(id)","#
        + #""clientOrderId":"a1b2c3","msg":null,"code":"0"}]}"#)
    let again = try server.client.post(
      "/api/v1/trade/cancel-order", #"{"orderId":"\#(id)"}"#)
    #expect(again.code == "0")
    #expect(again.rows[0]["code"] as? String == "102068")

    let history = try server.client.read("/api/v1/trade/orders-history").rows[0]
    #expect(history["state"] as? String == "canceled")
    #expect(history["cancelSource"] as? String == "user_canceled")
    #expect(history["cancelSourceReason"] as? String == "Order canceled by user")
    #expect(history["fee"] as? String == "0.000000000000000000")
  }

  @Test func `a refused order has its code in the row and none in the lists`() throws {
    let server = try TestServer()
    let price = try Self.low(server)
    let poor = try server.client.post(
      "/api/v1/trade/order", Self.order("buy", size: "900000", type: "limit", price: price))
    #expect(
      poor.body
        == #"{"code":"1","msg":"All operations failed","data":[{"orderId":null,"#
        + #""clientOrderId":"","msg":"Order failed. Insufficient USDT margin in account","#
        + #""code":"103003"}]}"#)
    let large = try server.client.post(
      "/api/v1/trade/order",
      Self.order("buy", size: "1000001", type: "limit", price: price, client: "big"))
    #expect(
      large.body
        == #"{"code":"1","msg":"All operations failed","data":[{"orderId":"0","#
        + #""clientOrderId":"big","msg":"Limit order exceeds maximum order size limit","#
        + #""code":"102014"}]}"#)
    #expect(try server.client.read("/api/v1/trade/orders-pending").rows.isEmpty)
    #expect(try server.client.read("/api/v1/trade/orders-history").rows.isEmpty)
  }

  @Test(arguments: [
    (order("buy", size: "1", type: "limit", price: "-1"), "152002"),
    (order("buy", size: "1", type: "limit"), "152001"),
    (order("buy", size: "NaN"), "152002"),
    (order("buy", size: "1e3"), "152002"),
    (order("hold", size: "1"), "152002"),
    (order("buy", size: "1", type: "iceberg", price: "1"), "152002"),
    (order("buy", size: "1", client: "no-dashes"), "152009"),
    (order("buy", size: "1", more: #","reduceOnly":"yes""#), "152002"),
    (order("buy", size: "1", more: #","tpTriggerPrice":"1""#), "152001"),
  ])
  func `a wrong parameter is refused in the envelope`(_ body: String, _ code: String) throws {
    let server = try TestServer()
    #expect(try server.client.post("/api/v1/trade/order", body).code == code)
  }

  @Test func `a market order fills, opens a position and pays its fee`() throws {
    let server = try TestServer()
    let placed = try server.client.post("/api/v1/trade/order", Self.order("buy", size: "5"))
    let id = try #require(placed.rows[0]["orderId"] as? String)
    let fills = try server.client.read("/api/v1/trade/fills-history?orderId=\(id)").rows
    var notional = Fixed.zero
    var fee = Fixed.zero
    for fill in fills {
      let size = try Fixed(#require(fill["fillSize"] as? String))
      let price = try Fixed(#require(fill["fillPrice"] as? String))
      notional += size.multiplied(by: price, .towardZero).multiplied(by: "0.001", .towardZero)
      fee += try Fixed(#require(fill["fee"] as? String))
      #expect(fill["positionSide"] as? String == "net")
    }
    #expect(fee == notional.multiplied(by: "0.0006", .towardZero))

    let answer = try server.client.read("/api/v1/account/positions?instId=BTC-USDT")
    #expect(
      try memberNames(of: answer.body, from: #"{"positionId""#).joined(separator: " ")
        == "positionId instId instType marginMode positionSide adl positions availablePositions "
        + "averagePrice margin markPrice marginRatio liquidationPrice unrealizedPnl "
        + "unrealizedPnlRatio maintenanceMargin createTime updateTime leverage")
    #expect(answer.rows[0]["positions"] as? String == "5")

    let balance = try server.client.read("/api/v1/account/balance").object
    let details = try #require((balance["details"] as? [[String: Any]])?.first)
    let cash = try Fixed(#require(details["balance"] as? String))
    #expect(cash == Fixed(10_000) - fee)

    let closed = try server.client.post(
      "/api/v1/trade/close-position",
      #"{"instId":"BTC-USDT","marginMode":"isolated","positionSide":"net","clientOrderId":"c1"}"#)
    #expect(
      closed.body
        == #"{"code":"0","msg":"success","data":{"instId":"BTC-USDT","positionSide":"net","#
        + #""clientOrderId":"c1"}}"#)
    #expect(try server.client.read("/api/v1/account/positions").rows.isEmpty)
    let record = try server.client.read("/api/v1/account/positions-history").rows[0]
    #expect(record["closePositions"] as? String == "0.005")
    #expect(try Fixed(#require(record["fee"] as? String)).isNegative)
  }

  @Test func `histories lag behind by the knob`() throws {
    let server = try TestServer { $0.strictness.historyLag = .milliseconds(1_500) }
    _ = try server.client.post("/api/v1/trade/order", Self.order("buy", size: "1"))
    #expect(try server.client.read("/api/v1/trade/fills-history").rows.isEmpty)
    #expect(try server.client.read("/api/v1/trade/orders-history").rows.isEmpty)
    server.advance(by: .milliseconds(1_500))
    #expect(try !server.client.read("/api/v1/trade/fills-history").rows.isEmpty)
    #expect(try server.client.read("/api/v1/trade/orders-history").rows.count == 1)
  }

  @Test func `a page of orders lies between two ids, newest first`() throws {
    let server = try TestServer()
    let price = try Self.low(server)
    var ids: [String] = []
    for _ in 0..<25 {
      let placed = try server.client.post(
        "/api/v1/trade/order", Self.order("buy", size: "0.1", type: "limit", price: price))
      ids.append(try #require(placed.rows[0]["orderId"] as? String))
    }
    func read(_ query: String) throws -> [String?] {
      try server.client.read("/api/v1/trade/orders-pending\(query)").rows
        .map { $0["orderId"] as? String }
    }
    let newestFirst = Array(ids.reversed())
    #expect(try read("") == Array(newestFirst.prefix(20)))
    #expect(try read("?limit=100") == newestFirst)
    #expect(try read("?after=\(newestFirst[19])") == Array(newestFirst.suffix(5)))
    #expect(try read("?before=\(newestFirst[3])") == Array(newestFirst.prefix(3)))
    #expect(try read("?limit=2&after=\(newestFirst[0])") == Array(newestFirst[1...2]))
  }

  @Test func `the thirty-first trading call in ten seconds is too many`() throws {
    let server = try TestServer { $0.strictness.tradingRequestsPerTenSeconds = 30 }
    for _ in 0..<30 {
      #expect(try server.client.read("/api/v1/trade/orders-pending").status == 200)
    }
    let refused = try server.client.read("/api/v1/trade/orders-pending")
    #expect(refused.status == 429)
    #expect(refused.body == #"{"code":"429","msg":"Too Many Requests"}"#)
    #expect(try server.client.read("/api/v1/account/balance").status == 200)
    server.advance(by: .seconds(10))
    #expect(try server.client.read("/api/v1/trade/orders-pending").status == 200)
  }

  @Test func `an address that asks too often is suspended for five minutes`() throws {
    let server = try TestServer { $0.strictness.requestsPerMinute = 500 }
    let target = "/api/v1/market/mark-price?instId=BTC-USDT"
    for _ in 0..<500 { #expect(try server.client.get(target).status == 200) }
    #expect(try server.client.get(target).status == 429)
    server.advance(by: .seconds(299))
    #expect(try server.client.get(target).status == 429)
    server.advance(by: .seconds(1))
    #expect(try server.client.get(target).status == 200)
  }

  @Test func `protection is placed, listed, pushed and canceled`() throws {
    let server = try TestServer()
    let stream = try server.accountStream()
    try stream.send(#"{"op":"subscribe","args":[{"channel":"orders-algo"}]}"#)
    _ = try stream.text()
    #expect(
      try stream.text()
        == #"{"action":"snapshot","arg":{"channel":"orders-algo"},"data":[]}"#)
    _ = try server.client.post("/api/v1/trade/order", Self.order("buy", size: "5"))
    let stop = try Self.low(server)
    let placed = try server.client.post(
      "/api/v1/trade/order-tpsl",
      #"{"instId":"BTC-USDT","marginMode":"isolated","positionSide":"net","side":"sell","#
        + #""size":"-1","reduceOnly":"true","slTriggerPrice":"\#(stop)","slOrderPrice":"-1"}"#)
    let id = try #require(placed.object["tpslId"] as? String)
    #expect(
      placed.body
        == #"{"code":"0","msg":"Order placed","data":{"tpslId":"\#(id)","clientOrderId":null,"#
        + #""code":"0","msg":null}}"#)
    let row = try server.client.read("/api/v1/trade/orders-tpsl-pending").rows[0]
    #expect(row["size"] as? String == "")
    #expect(row["slOrderPrice"] as? String == "-1")
    #expect(row["tpTriggerPrice"] is NSNull)
    let push = try stream.object()
    let pushed = try #require((push["data"] as? [[String: Any]])?.first)
    #expect(pushed["tpslId"] as? String == id)
    #expect(pushed["algoId"] as? String == id)
    #expect(pushed["orderType"] as? String == "conditional")
    let canceled = try server.client.post(
      "/api/v1/trade/cancel-tpsl", #"[{"instId":"BTC-USDT","tpslId":"\#(id)"}]"#)
    #expect(canceled.rows[0]["code"] as? String == "0")
    #expect(try server.client.read("/api/v1/trade/orders-tpsl-pending").rows.isEmpty)
    let wrong = try server.client.post("/api/v1/trade/cancel-algo", #"{"algoId":"\#(id)"}"#)
    #expect(wrong.object["code"] as? String == "102068")
  }

  @Test func `the pushes of an order come in order, live then filled, positions, account`() throws {
    let server = try TestServer()
    let stream = try server.accountStream()
    try stream.send(
      #"{"op":"subscribe","args":[{"channel":"orders"},{"channel":"positions"},"#
        + #"{"channel":"account"}]}"#)
    for _ in 0..<6 { _ = try stream.text() }
    _ = try server.client.post("/api/v1/trade/order", Self.order("buy", size: "1", client: "p1"))
    var states: [String] = []
    var channels: [String] = []
    while channels.last != "account" {
      let push = try stream.object()
      let channel = try #require((push["arg"] as? [String: Any])?["channel"] as? String)
      channels.append(channel)
      if channel == "orders", let row = (push["data"] as? [[String: Any]])?.first {
        #expect(row["clientOrderId"] as? String == "p1")
        states.append(try #require(row["state"] as? String))
      }
    }
    #expect(states.first == "live")
    #expect(states.last == "filled")
    #expect(channels.suffix(2) == ["positions", "account"])
  }

  @Test(arguments: ["abc", "0123", "-1", "0", "99999999999999999999999"])
  func `an id that the exchange never gives out names nothing`(_ id: String) throws {
    let server = try TestServer()
    _ = try server.client.post("/api/v1/trade/order", Self.order("buy", size: "1"))
    let canceled = try server.client.post(
      "/api/v1/trade/cancel-order", #"{"orderId":"\#(id)"}"#)
    #expect(canceled.code == "0")
    #expect(canceled.rows[0]["code"] as? String == "102068")
    #expect(canceled.rows[0]["orderId"] as? String == id)
    let batch = try server.client.post(
      "/api/v1/trade/cancel-batch-orders", #"[{"orderId":"\#(id)"},{"orderId":"7"}]"#)
    #expect(batch.rows.map { $0["orderId"] as? String } == [id, "7"])
    #expect(batch.rows.map { $0["code"] as? String } == ["102068", "102068"])
    let detail = try server.client.read(
      "/api/v1/trade/order-detail?instId=BTC-USDT&orderId=\(id)")
    #expect(detail.code == "102068")
    let fills = try server.client.read("/api/v1/trade/fills-history?orderId=\(id)")
    #expect(fills.code == "0" && fills.rows.isEmpty)
    let protection = try server.client.post(
      "/api/v1/trade/cancel-tpsl", #"[{"tpslId":"\#(id)"}]"#)
    #expect(protection.rows[0]["tpslId"] as? String == id)
    #expect(protection.rows[0]["code"] as? String == "102068")
    let trigger = try server.client.post("/api/v1/trade/cancel-algo", #"{"algoId":"\#(id)"}"#)
    #expect(trigger.object["code"] as? String == "102068")
  }

  @Test func `a refusal that was never recorded tells by its row alone`() throws {
    let server = try TestServer()
    let order = Self.order(
      "buy", size: "1", type: "limit", price: try Self.low(server), client: "a")
    _ = try server.client.post("/api/v1/trade/order", order)
    let twice = try server.client.post("/api/v1/trade/order", order)
    #expect(
      twice.body
        == #"{"code":"0","msg":"","data":[{"orderId":"0","clientOrderId":"a","#
        + #""msg":"Duplicate customized order ID","code":"102002"}]}"#)
  }
}
