import Foundation
import Testing
import Trading
import Units

@testable import ExchangeServer

/// A candle file behind the wire.
@Suite struct RecordingTests {
  /// Ten minutes, each a unit above the one before it.
  private static let rows = (0..<10).map { minute in
    let open = 60_000 + minute
    return "\(1_700_000_040_000 + minute * 60_000),\(open).5,\(open + 2).5,\(open - 1).5,"
      + "\(open + 1).5,1.25"
  }

  private func file(_ rows: [String]) throws -> String {
    let path = NSTemporaryDirectory() + "BTCUSDT_\(UUID().uuidString).csv"
    let text = (["timestamp_ms,open,high,low,close,volume"] + rows).joined(separator: "\n") + "\n"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  private func server(_ path: String, speed: Int? = nil) throws -> ExchangeServer {
    var configuration = ServerConfiguration(
      market: .candles(path: path, InstrumentID("BTC-USDT")),
      pace: .manual(start: TestServer.start), strictness: .lenient)
    if let speed { configuration.pace = .wallClock(speed: speed) }
    return ExchangeServer(configuration: configuration)
  }

  @Test func `a recording is served in its own time with its own prices`() throws {
    let path = try file(Self.rows)
    defer { unlink(path) }
    let server = try server(path)
    let port = try server.start()
    defer { server.stop() }
    #expect(server.marketLabel.hasPrefix("recording BTCUSDT_"))
    let client = TestClient(port: port, account: .test(), now: TestServer.start)
    #expect(
      try client.get("/api/v1/market/instruments").rows.map { $0["instId"] as? String }
        == ["BTC-USDT"])
    server.advance(by: .minutes(2))
    let answer = try client.get("/api/v1/market/candles?instId=BTC-USDT&limit=3")
    let rows = try #require(answer.envelope["data"] as? [[String]])
    #expect(
      rows.map { Array($0[..<5]) } == [
        ["1700000460000", "60007.5", "60007.5", "60007.5", "60007.5"],
        ["1700000400000", "60006.5", "60008.5", "60005.5", "60007.5"],
        ["1700000340000", "60005.5", "60007.5", "60004.5", "60006.5"],
      ])
    #expect(rows.map(\.last) == ["0", "1", "1"])
    let ticker = try client.get("/api/v1/market/tickers?instId=BTC-USDT").rows[0]
    #expect(ticker["ts"] as? String == "1700000460000")
  }

  @Test func `an order on a recording fills at its price`() throws {
    let path = try file(Self.rows)
    defer { unlink(path) }
    let server = try server(path)
    let port = try server.start()
    defer { server.stop() }
    let client = TestClient(port: port, account: .test(), now: TestServer.start)
    let placed = try client.post("/api/v1/trade/order", OrderTests.order("buy", size: "1"))
    #expect(placed.code == "0", "\(placed.body)")
    let fill = try client.read("/api/v1/trade/fills-history").rows[0]
    #expect(fill["ts"] as? String == "1700000340000")
    let price = try Fixed(#require(fill["fillPrice"] as? String))
    #expect(price > 60_000 && price < 60_020)
  }

  @Test func `a file that cannot be used is named with its line`() throws {
    let path = try file(["1700000040000,1,1,1,1,1", "1700000100000,2,1,1,1,1"])
    defer { unlink(path) }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let server = try server(path)
    #expect(
      throws: ServerProblem.marketSource("\(name):3: high and low do not enclose open and close")
    ) { _ = try server.start() }
    let missing = try self.server("/nowhere/BTC.csv")
    #expect(
      throws: ServerProblem.marketSource("BTC.csv: cannot be read: No such file or directory")
    ) { _ = try missing.start() }
  }
}
