import Foundation
import Testing
import Units

@testable import ExchangeServer

/// Every channel of the reference with what comes on it.
@Suite struct ChannelTests {
  /// A line of the reference's table of channels.
  struct Line: Sendable, CustomTestStringConvertible {
    let channel: String
    let isPrivate: Bool
    let takesInstrument: Bool
    let needsInstrument: Bool
    /// The `action` of the first push; nil where the channel has none.
    let action: String?
    /// How `data` begins.
    let data: String

    init(_ channel: String, _ marks: String, _ data: String, action: String? = nil) {
      self.channel = channel
      isPrivate = marks.contains("k")
      takesInstrument = marks.contains("i") || marks.contains("o")
      needsInstrument = marks.contains("i")
      self.action = action
      self.data = data
    }

    var testDescription: String { channel }
  }

  /// The words for the lengths of candles. Source: BloFin reference 3.1.8.
  private static let bars = [
    "1m", "3m", "5m", "15m", "30m", "1H", "2H", "4H", "6H", "8H", "12H", "1D", "3D", "1W", "1M",
  ]

  /// Source: BloFin reference 4.3. `k`: private, `i`: instrument needed, `o`: optional.
  static let lines: [Line] =
    [
      Line("trades", "i", "[{"),
      Line("tickers", "i", "[{"),
      Line("books", "i", "{", action: "snapshot"),
      Line("books5", "i", "{", action: "snapshot"),
      Line("funding-rate", "i", "[{"),
      Line("account", "k", "{"),
      Line("inverse-account", "k", "{"),
      Line("positions", "ko", "["),
      Line("orders", "ko", "[", action: "snapshot"),
      Line("orders-algo", "ko", "[", action: "snapshot"),
    ]
    + ["candle", "index-candle", "mark-price-candle"].flatMap { prefix in
      bars.map { Line(prefix + $0, "i", "[[") }
    }

  private func argument(_ line: Line, instrument: Bool) -> String {
    instrument
      ? #"{"channel":"\#(line.channel)","instId":"BTC-USDT"}"#
      : #"{"channel":"\#(line.channel)"}"#
  }

  @Test(arguments: lines)
  func `a channel is acknowledged and brings what the reference says`(_ line: Line) throws {
    let server = try TestServer()
    let stream = try line.isPrivate ? server.accountStream() : server.marketStream()
    let argument = argument(line, instrument: line.needsInstrument)
    try stream.send(#"{"op":"subscribe","args":[\#(argument)]}"#)
    #expect(try stream.text() == #"{"event":"subscribe","arg":\#(argument)}"#)
    // Trades come when someone trades; everything else says at once what is.
    if line.channel == "trades" {
      for _ in 0..<100 { server.advance(by: .milliseconds(100)) }
    }
    let texts = try stream.settled()
    let first = try #require(texts.first)
    #expect(first.contains(#""arg":\#(argument)"#))
    #expect(first.contains(#""data":\#(line.data)"#), "\(first)")
    if let action = line.action {
      #expect(first.contains(#""action":"\#(action)""#))
    } else {
      #expect(!first.contains(#""action""#))
    }
  }

  @Test(arguments: lines)
  func `a channel is on its own path alone, with an instrument where it needs one`(
    _ line: Line
  ) throws {
    let server = try TestServer()
    let own = try line.isPrivate ? server.accountStream() : server.marketStream()
    let other = try line.isPrivate ? server.marketStream() : server.accountStream()
    func isTaken(_ stream: TestStream, instrument: Bool) throws -> Bool {
      let argument = argument(line, instrument: instrument)
      try stream.send(#"{"op":"subscribe","args":[\#(argument)]}"#)
      let answer = try stream.text()
      _ = try stream.settled()
      return answer.contains(#""event":"subscribe""#)
    }
    #expect(try isTaken(own, instrument: line.takesInstrument))
    #expect(try isTaken(own, instrument: false) == !line.needsInstrument)
    #expect(try !isTaken(other, instrument: line.takesInstrument))
  }
}
