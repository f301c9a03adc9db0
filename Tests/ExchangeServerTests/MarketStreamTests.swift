import Foundation
import Testing
import Units

@testable import ExchangeServer

@Suite struct MarketStreamTests {
  /// A book kept from pushes, as a client keeps it.
  private struct Book {
    var bids: [String: String] = [:]
    var asks: [String: String] = [:]
    var sequence = ""

    mutating func apply(_ data: [String: Any]) throws {
      for (side, path) in [("bids", \Book.bids), ("asks", \Book.asks)] {
        for level in try #require(data[side] as? [[NSNumber]]) {
          let contracts = level[1].stringValue
          self[keyPath: path][level[0].stringValue] = contracts == "0" ? nil : contracts
        }
      }
      sequence = try #require(data["seqId"] as? String)
    }

    func sorted(_ side: [String: String], descending: Bool) throws -> [[String]] {
      try side.map { ($0, try Fixed($0.key)) }
        .sorted { descending ? $0.1 > $1.1 : $0.1 < $1.1 }
        .map { [$0.0.key, $0.0.value] }
    }
  }

  @Test(arguments: ["BTC-USDT", "ETH-USDT"])
  func `a book kept from its chain of updates is the book that is read`(
    _ instrument: String
  ) throws {
    let server = try TestServer()
    server.advance(by: .seconds(1))
    let stream = try server.marketStream()
    try stream.send(
      #"{"op":"subscribe","args":[{"channel":"books","instId":"\#(instrument)"}]}"#)
    _ = try stream.text()
    let first = try stream.object()
    #expect(first["action"] as? String == "snapshot")
    var book = Book()
    let data = try #require(first["data"] as? [String: Any])
    #expect(data["prevSeqId"] as? String == "0")
    try book.apply(data)
    #expect(book.bids.count == 200 && book.asks.count == 200)

    var updates = 0
    // The market moves every 200 ms and is published 100 ms later: an odd count ends in between.
    for _ in 0..<51 { server.advance(by: .milliseconds(100)) }
    for text in try stream.settled() {
      let message = try #require(
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      #expect(message["action"] as? String == "update")
      let data = try #require(message["data"] as? [String: Any])
      #expect(data["prevSeqId"] as? String == book.sequence)
      try book.apply(data)
      updates += 1
    }
    #expect(updates > 20)
    let read = try server.client.get("/api/v1/market/books?instId=\(instrument)&size=100").rows[0]
    let bids = try #require(read["bids"] as? [[String]])
    let asks = try #require(read["asks"] as? [[String]])
    #expect(Array(try book.sorted(book.bids, descending: true).prefix(100)) == bids)
    #expect(Array(try book.sorted(book.asks, descending: false).prefix(100)) == asks)
  }

  @Test func `levels are numbers and everything else is text`() throws {
    let server = try TestServer()
    let stream = try server.marketStream()
    try stream.send(#"{"op":"subscribe","args":[{"channel":"books5","instId":"BTC-USDT"}]}"#)
    _ = try stream.text()
    let text = try stream.text()
    #expect(
      text.hasPrefix(
        #"{"arg":{"channel":"books5","instId":"BTC-USDT"},"action":"snapshot","data":{"asks":[["#))
    #expect(text.contains(#""ts":"1767225600000""#))
    let level = #/"bids":\[(\[[0-9.]+,[0-9.]+\],?){5}\]/#
    #expect(text.contains(level))
  }

  @Test func `tickers come once a second, trades and candles as they happen`() throws {
    let server = try TestServer()
    let stream = try server.marketStream()
    try stream.send(
      #"{"op":"subscribe","args":[{"channel":"tickers","instId":"BTC-USDT"},"#
        + #"{"channel":"candle1m","instId":"BTC-USDT"},"#
        + #"{"channel":"trades","instId":"BTC-USDT"}]}"#)
    var counts: [String: Int] = [:]
    var closed: [String] = []
    let first = try stream.settled()
    for _ in 0..<61 { server.advance(by: .seconds(1)) }
    for text in try first + stream.settled() {
      let message = try #require(
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      guard message["event"] == nil else { continue }
      let channel = try #require((message["arg"] as? [String: Any])?["channel"] as? String)
      counts[channel, default: 0] += 1
      if channel == "candle1m", let row = (message["data"] as? [[String]])?.first, row[8] == "1" {
        closed.append(row[0])
      }
    }
    #expect((30...62).contains(counts["tickers"] ?? 0))
    #expect((30...63).contains(counts["candle1m"] ?? 0))
    #expect((counts["trades"] ?? 0) > 10)
    #expect(closed == ["1767225600000"])
  }

  @Test func `the same seed gives the same messages`() throws {
    func messages() throws -> [String] {
      let server = try TestServer()
      let stream = try server.marketStream()
      try stream.send(
        #"{"op":"subscribe","args":[{"channel":"books","instId":"BTC-USDT"},"#
          + #"{"channel":"trades","instId":"SOL-USDT"},"#
          + #"{"channel":"tickers","instId":"ETH-USDT"}]}"#)
      let first = try stream.settled()
      for _ in 0..<20 { server.advance(by: .milliseconds(250)) }
      return try first + stream.settled()
    }
    #expect(try messages() == messages())
  }

  @Test func `a book that changes back is pushed to whoever came while it was another`() throws {
    let server = try TestServer()
    let stream = try server.marketStream()
    func ask(_ verb: String) throws -> [String] {
      try stream.send(#"{"op":"\#(verb)","args":[{"channel":"books5","instId":"BTC-USDT"}]}"#)
      return try stream.settled()
    }
    _ = try ask("subscribe")
    // The next step of the market comes 198 ms after this publication.
    server.advance(by: .milliseconds(200))
    let pushed = try #require(try stream.settled().last)
    _ = try ask("unsubscribe")
    let bid = try server.best("BTC-USDT").bid.description
    let placed = try server.client.post(
      "/api/v1/trade/order", OrderTests.order("buy", size: "2", type: "limit", price: bid))
    let id = try #require(placed.rows[0]["orderId"] as? String)
    let other = try #require(try ask("subscribe").last)
    _ = try server.client.post(
      "/api/v1/trade/cancel-order", #"{"instId":"BTC-USDT","orderId":"\#(id)"}"#)
    server.advance(by: .milliseconds(100))
    let again = try stream.settled()
    func levels(_ text: String) throws -> String {
      let start = try #require(text.range(of: #""asks""#))
      let end = try #require(text.range(of: #""ts""#))
      return String(text[start.lowerBound..<end.lowerBound])
    }
    #expect(try levels(other) != levels(pushed))
    #expect(try again.map(levels) == [levels(pushed)])
  }
}
