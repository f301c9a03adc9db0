import Testing
import Units

@testable import ExchangeServer

/// Every refusal that a client can bring about, by its code and words as they go over the wire.
@Suite struct RefusalTableTests {
  /// A refusal: in the row when there is one, else in the envelope.
  private struct Refusal: Equatable, CustomStringConvertible {
    let code: String
    let text: String

    init(_ code: String, _ text: String) {
      self.code = code
      self.text = text
    }

    init(_ answer: TestAnswer) {
      let row = answer.rows.first ?? answer.object
      code = row["code"] as? String ?? answer.code ?? answer.body
      text = row["msg"] as? String ?? answer.message ?? ""
    }

    var description: String { "\(code) \(text)" }
  }

  private let noPosition =
    "Failed to place order. You don't have any positions of this contract. "
    + "Turn off Reduce-only to continue."

  private func order(_ rest: String, size: String = "1") -> String {
    #"{"instId":"BTC-USDT","marginMode":"isolated","size":"\#(size)",\#(rest)}"#
  }

  private func expect(
    _ client: TestClient, _ path: String, _ body: String, _ code: String, _ text: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let answer = try client.post("/api/v1/" + path, body)
    #expect(Refusal(answer) == Refusal(code, text), "\(body)", sourceLocation: sourceLocation)
  }

  @Test func `refusals of plain orders`() throws {
    let server = try TestServer()
    let client = server.client
    let limit = #""side":"buy","orderType":"limit","price":"#
    let place = "trade/order"
    try expect(
      client, place, order(limit + #""50000.05""#), "102016", "Precision does not match")
    try expect(
      client, place, order(limit + #""-1""#), "152002", "Parameter price error.")
    try expect(
      client, place, order(#""side":"buy","orderType":"limit""#), "152001",
      "Parameter price cannot be empty")
    try expect(
      client, place, order(#""side":"buy","orderType":"iceberg""#), "152002",
      "Parameter orderType error.")
    try expect(
      client, place, order(#""side":"buy","orderType":"market""#, size: "0.05"), "102016",
      "Precision does not match")
    try expect(
      client, place,
      order(#""side":"sell","orderType":"market","reduceOnly":"true""#), "102022",
      noPosition)
    try expect(
      client, place,
      order(#""side":"buy","positionSide":"long","orderType":"market""#), "102089",
      "Position mode mismatch")
    try expect(
      client, place,
      order(#""side":"buy","orderType":"market","clientOrderId":"a-b""#), "152009",
      "clientOrderId must be a combination of numbers, letters, or underscores, "
        + "and the maximum length of characters is 32.")
    try expect(
      client, place,
      order(#""side":"buy","orderType":"market","tpTriggerPrice":"90000""#), "152001",
      "Parameter tpOrderPrice cannot be empty")
    try expect(
      client, place,
      #"{"instId":"NO-USDT","marginMode":"cross","side":"buy","orderType":"market","size":"1"}"#,
      "152014", "Instrument ID does not exist")
    let long = String(repeating: "A", count: 40) + "-USDT"
    try expect(
      client, place,
      #"{"instId":"\#(long)","marginMode":"cross","side":"buy","orderType":"market","size":"1"}"#,
      "152014", "Instrument ID does not exist")
  }

  @Test func `refusals of attached protection`() throws {
    let server = try TestServer()
    let best = try server.best("BTC-USDT")
    let low = "\(best.bid - 100)"
    let high = "\(best.ask + 100)"
    let place = "trade/order"
    let rows:
      [(side: String, leg: String, price: String, at: String?, code: String, text: String)] =
        [
          (
            "buy", "sl", low, low, "102051",
            "stop loss trigger price should be lower than the order price"
          ),
          (
            "buy", "tp", low, low, "102052",
            "take profit trigger price should be higher than the order price"
          ),
          (
            "sell", "sl", high, high, "102047",
            "Stop loss trigger price should be higher than the order price"
          ),
          (
            "sell", "tp", high, high, "102049",
            "Take profit trigger price should be lower than the order price"
          ),
          (
            "buy", "sl", high, nil, "102050",
            "stop loss trigger price must be lower than the best ask price"
          ),
          (
            "buy", "tp", low, nil, "102054",
            "take profit trigger price should be higher than the best ask price"
          ),
          (
            "sell", "sl", low, nil, "102048",
            "stop loss trigger price must be higher than the best bid price"
          ),
          (
            "sell", "tp", high, nil, "102053",
            "take profit trigger price should be lower than the best bid price"
          ),
        ]
    for row in rows {
      let kind = row.at.map { #""orderType":"limit","price":"\#($0)""# } ?? #""orderType":"market""#
      try expect(
        server.client, place,
        order(
          #""side":"\#(row.side)",\#(kind),"\#(row.leg)TriggerPrice":"\#(row.price)","#
            + #""\#(row.leg)OrderPrice":"-1""#), row.code, row.text)
    }
  }

  @Test func `refusals of stand-alone protection, triggers and trailing stops`() throws {
    let server = try TestServer()
    let client = server.client
    let best = try server.best("BTC-USDT")
    let low = "\(best.bid - 500)"
    let high = "\(best.ask + 500)"
    func protection(_ side: String, _ leg: String, _ price: String) -> String {
      order(#""side":"\#(side)","\#(leg)TriggerPrice":"\#(price)","\#(leg)OrderPrice":"-1""#)
    }
    let tpsl = "trade/order-tpsl"
    try expect(
      client, tpsl, order(#""side":"sell""#), "152003",
      "Either parameter tpTriggerPrice or slTriggerPrice is required")
    try expect(
      client, tpsl, protection("sell", "sl", low), "102022", noPosition)
    _ = try client.post("/api/v1/trade/order", order(#""side":"buy","orderType":"market""#))
    try expect(
      client, tpsl, protection("sell", "tp", low), "102037",
      "TP trigger price should be higher than the latest trading price")
    try expect(
      client, tpsl, protection("sell", "sl", high), "102038",
      "SL trigger price should be lower than the latest trading price")
    _ = try client.post(
      "/api/v1/trade/order", order(#""side":"sell","orderType":"market""#, size: "2"))
    try expect(
      client, tpsl, protection("buy", "tp", high), "102039",
      "TP trigger price should be lower than the latest trading price")
    try expect(
      client, tpsl, protection("buy", "sl", low), "102040",
      "SL trigger price should be higher than the latest trading price")
    let algo = "trade/order-algo"
    try expect(
      client, algo,
      order(
        #""side":"buy","orderType":"trigger","triggerPrice":"\#(high)","triggerPriceType":"mark""#),
      "152428", "Trigger price type is not supported")
    let trailing = #""side":"buy","orderType":"trailing_stop""#
    try expect(
      client, algo, order(trailing), "152422",
      "Exactly one of callbackRatio and callbackSpread must be provided")
    try expect(
      client, algo, order(trailing + #","callbackRatio":"0.01","callbackSpread":"5""#), "152422",
      "Exactly one of callbackRatio and callbackSpread must be provided")
    try expect(
      client, algo, order(trailing + #","callbackRatio":"2""#), "148082",
      "Callback ratio is out of range")
    try expect(
      client, algo, order(trailing + #","callbackSpread":"0""#), "148083",
      "Callback spread is out of range")
  }

  @Test func `refusals of batches, cancels and settings`() throws {
    let server = try TestServer()
    let client = server.client
    let resting =
      #"{"instId":"BTC-USDT","marginMode":"cross","side":"buy","orderType":"limit","size":"1","#
      + #""price":"\#(try server.best("BTC-USDT").bid - 300)"}"#
    let batch = "trade/batch-orders"
    try expect(
      client, batch, "[\(resting),\(resting)]", "152420", "Duplicate orders in one batch")
    let many = (0..<21).map { resting.dropLast() + #","clientOrderId":"b\#($0)"}"# }
    try expect(
      client, batch, "[\(many.joined(separator: ","))]", "152006",
      "Batch orders can be placed for up to 20 at once.")
    let isolated = resting.replacing("cross", with: "isolated")
    try expect(
      client, batch, "[\(resting),\(isolated)]", "152007",
      "Batch orders can only be placed with the same instId and marginMode.")
    try expect(
      client, "trade/cancel-batch-orders", #"[{"orderId":"1"},{"clientOrderId":"x"}]"#, "152008",
      "Only the same field is allowed for bulk cancellation of orders, orderId is preferred.")
    try expect(
      client, "trade/cancel-order", #"{"orderId":"7"}"#, "102068",
      "Cancel failed as the order has been filled, triggered, canceled or does not exist.")
    try expect(
      client, "trade/close-position", #"{"instId":"BTC-USDT","marginMode":"cross"}"#, "102005",
      "Position had been closed")
    _ = try client.post("/api/v1/trade/order", resting)
    try expect(
      client, "account/set-leverage",
      #"{"instId":"BTC-USDT","leverage":"7","marginMode":"cross"}"#, "110006",
      "You have pending cross orders. Please cancel them before adjusting your leverage.")
    try expect(
      client, "account/set-position-mode", #"{"positionMode":"long_short_mode"}"#, "110019",
      "Setting failed. Cancel any open orders, and close positions first.")
    let ids = (0..<21).map { "A\($0)-USDT" }.joined(separator: ",")
    #expect(
      Refusal(
        try client.read(
          "/api/v1/account/batch-leverage-info?instId=\(ids)&marginMode=cross"))
        == Refusal("152015", "Number of instId values exceeds the maximum limit of 20"))
  }

  @Test func `refusals of transfers`() throws {
    let server = try TestServer()
    let client = server.client
    func transfer(_ amount: String, _ id: String) -> String {
      #"{"currency":"USDT","amount":"\#(amount)","fromAccount":"futures","toAccount":"funding","#
        + #""clientId":"\#(id)"}"#
    }
    try expect(
      client, "asset/transfer", transfer("99999999", "big"), "150004",
      "Insufficient balance. please adjust the amount and try again.")
    _ = try client.post("/api/v1/asset/transfer", transfer("1", "once"))
    try expect(
      client, "asset/transfer", transfer("1", "once"), "150003", "clientId already exist")
  }

  @Test func `refusals of broker ids`() throws {
    let body = order(#""side":"buy","orderType":"market","brokerId":"other""#)
    let bare = order(#""side":"buy","orderType":"market""#)
    let without = try TestServer { $0.accounts[0].broker = .none }
    try expect(
      without.client, "trade/order", body, "152011", "Transaction API Key does not support brokerId"
    )
    let bound = try TestServer { $0.accounts[0].broker = .required("mine") }
    try expect(bound.client, "trade/order", bare, "152012", "BrokerId is required")
    try expect(
      bound.client, "trade/order", body, "152013",
      "Unmatched brokerId, please check your API key's bound broker")
  }
}
