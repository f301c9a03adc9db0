import Testing
import Units

@testable import ExchangeServer

/// The shapes of replies against the samples of the reference: members, spelling and style.
@Suite struct EnvelopeTests {
  @Test func `a success has code, msg and data`() throws {
    let server = try TestServer()
    let answer = try server.client.get("/api/v1/market/tickers?instId=BTC-USDT")
    #expect(answer.status == 200)
    #expect(answer.body.hasPrefix(#"{"code":"0","msg":"success","data":[{"instId":"BTC-USDT","#))
    #expect(answer.head.contains("Content-Type: application/json"))
    #expect(answer.head.contains("Date: Thu, 01 Jan 2026 00:00:00 GMT"))
  }

  @Test(arguments: [
    (
      "/api/v1/market/candles?instId=BTC-USDT&bar=7m",
      #"{"code":"152002","msg":"Parameter bar error."}"#
    ),
    ("/api/v1/market/books", #"{"code":"152001","msg":"Parameter instId cannot be empty"}"#),
    (
      "/api/v1/market/books?instId=NO-USDT",
      #"{"code":"152014","msg":"Instrument ID does not exist"}"#
    ),
  ])
  func `a business error travels with status 200`(_ target: String, _ body: String) throws {
    let server = try TestServer()
    let answer = try server.client.get(target)
    #expect(answer.status == 200)
    #expect(answer.body == body)
  }

  @Test(arguments: ["/api/v1/trade/amend-order", "/api/v1/nonsense", "/", "/api/v1/market/books/"])
  func `an unknown path is not supported`(_ target: String) throws {
    let server = try TestServer()
    #expect(try server.client.get(target).code == "152404")
  }

  @Test func `a wrong method is told`() throws {
    let server = try TestServer()
    #expect(try server.client.get("/api/v1/trade/order").code == "405")
  }

  @Test(arguments: [
    ("", "400"), ("{", "152004"), ("[]", "152004"), ("7", "152004"),
    (#"{"instId":"BTC-USDT",}"#, "152004"), ("{}", "152001"),
  ])
  func `a body that is no object has its code`(_ body: String, _ code: String) throws {
    let server = try TestServer()
    #expect(try server.client.post("/api/v1/trade/order", body).code == code)
  }

  @Test func `an array where an object belongs and the other way round`() throws {
    let server = try TestServer()
    let row = #"{"instId":"ETH-USDT","tpslId":"22619976"}"#
    #expect(try server.client.post("/api/v1/trade/cancel-tpsl", row).code == "152004")
    #expect(try server.client.post("/api/v1/trade/cancel-algo", "[\(row)]").code == "152004")
  }

  @Test(arguments: [
    (
      "/api/v1/market/instruments?instId=ETH-USDT",
      "instId baseCurrency quoteCurrency contractValue listTime expireTime maxLeverage minSize "
        + "lotSize tickSize instType contractType maxLimitSize maxMarketSize state thresholdX "
        + "thresholdY thresholdZ settleCurrency"
    ),
    (
      "/api/v1/market/tickers?instId=ETH-USDT",
      "instId last lastSize askPrice askSize bidPrice bidSize high24h open24h low24h "
        + "volCurrency24h vol24h ts"
    ),
    ("/api/v1/market/books?instId=ETH-USDT", "asks bids ts"),
    ("/api/v1/market/trades?instId=ETH-USDT", "tradeId instId price size side ts"),
    ("/api/v1/market/mark-price?instId=ETH-USDT", "instId indexPrice markPrice ts"),
    ("/api/v1/market/funding-rate?instId=ETH-USDT", "instId fundingRate fundingTime"),
    ("/api/v1/market/funding-rate-history?instId=ETH-USDT", "instId fundingRate fundingTime"),
    (
      "/api/v1/market/position-tiers?instId=ETH-USDT&marginMode=cross",
      "symbol marginMode minSize maxSize maintenanceMarginRate maxLeverage"
    ),
  ])
  func `public rows have the members of the reference`(_ target: String, _ names: String) throws {
    let server = try TestServer()
    server.advance(by: .seconds(2))
    let answer = try server.client.get(target)
    let first = names.prefix { $0 != " " }
    let row = try memberNames(of: answer.body, from: #"{"\#(first)""#)
    #expect(row.joined(separator: " ") == names)
  }

  @Test(arguments: [
    ("/api/v1/market/instruments", 10), ("/api/v1/market/tickers", 10),
    ("/api/v1/market/mark-price", 10), ("/api/v1/market/funding-rate", 10),
  ])
  func `without an instrument every instrument is listed`(_ target: String, _ count: Int) throws {
    let server = try TestServer()
    server.advance(by: .seconds(10))
    #expect(try server.client.get(target).rows.count == count)
  }

  @Test func `candles have nine columns, index and mark candles six`() throws {
    let server = try TestServer()
    for (path, count) in [("candles", 9), ("index-candles", 6), ("mark-price-candles", 6)] {
      let answer = try server.client.get("/api/v1/market/\(path)?instId=BTC-USDT&limit=3")
      let rows = try #require(answer.envelope["data"] as? [[String]])
      #expect(rows.count == 3)
      #expect(rows.allSatisfy { $0.count == count })
      #expect(rows.map { $0[count - 1] } == ["0", "1", "1"])
      #expect(rows.map { Int64($0[0]) } == [0, 1, 2].map { 1_767_225_600_000 - $0 * 60_000 })
    }
  }

  @Test func `a page of candles lies strictly between after and before`() throws {
    let server = try TestServer()
    let target = "/api/v1/market/candles?instId=BTC-USDT&bar=5m"
    let after = 1_767_225_600_000, before = after - 4 * 300_000
    let answer = try server.client.get(target + "&after=\(after)&before=\(before)")
    let rows = try #require(answer.envelope["data"] as? [[String]])
    #expect(rows.map { Int($0[0]) } == [1, 2, 3].map { after - $0 * 300_000 })
  }
}
