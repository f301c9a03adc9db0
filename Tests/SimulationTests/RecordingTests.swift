import Simulation
import Testing
import Trading
import Units

@Suite struct RecordingTests {
  private static let header = "timestamp_ms,open,high,low,close,volume\n"
  private static let first = "1746372780000,95505.4,95505.5,95502.7,95502.7,16.536\n"

  private func file(_ rows: String, name: String = "BTCUSDT_1m.csv") throws -> CandleFile {
    try CandleFile(content: Array((Self.header + rows).utf8), name: name)
  }

  @Test func `rows become candles and gaps are noted`() throws {
    let file = try file(
      Self.first + "1746372840000,95502.8,95502.8,95478,95478.1,28.313\r\n"
        + "1746373020000,95478,95478.1,95457.6,95457.6,0\n\n")
    #expect(file.bar == .oneMinute)
    #expect(file.candles.count == 3)
    #expect(file.pricePlaces == 1)
    #expect(
      file.gaps == [
        RecordedGap(
          file: "BTCUSDT_1m.csv", line: 4, from: Timestamp(milliseconds: 1_746_372_900_000),
          until: Timestamp(milliseconds: 1_746_373_020_000), count: 2)
      ])
  }

  @Test func `every broken row is named with its line`() {
    let cases: [(String, String)] = [
      ("", "f.csv: no candles"),
      ("1746372780000,1,1,1,1\n", "f.csv:2: six fields expected, found 5"),
      (
        Self.first + "1746372840000,1,1,1,NaN,1\n",
        "f.csv:3: close: not a plain decimal number (character 1)"
      ),
      (
        "1746372780000,1e400,1,1,1,1\n",
        "f.csv:2: open: not a plain decimal number (character 2)"
      ),
      ("1746372780000,\"1,000\",1,1,1,1\n", "f.csv:2: six fields expected, found 7"),
      ("1746372780000,1,1,0,1,1\n", "f.csv:2: low must be above zero"),
      ("1746372780000,1,1,1,1,-1\n", "f.csv:2: volume must be zero or above"),
      ("1746372780000,1,0.9,0.8,1,1\n", "f.csv:2: high and low do not enclose open and close"),
      ("1746372780,1,1,1,1,1\n", "f.csv:2: timestamp_ms: no milliseconds since 1970: 1746372780"),
      (
        Self.first + Self.first,
        "f.csv:3: the same time as the row before it: 2025-05-04 15:33:00.000"
      ),
      (
        Self.first + "1746372720000,1,1,1,1,1\n",
        "f.csv:3: older than the row before it: 2025-05-04 15:32:00.000"
      ),
      (
        Self.first + "1746372787000,1,1,1,1,1\n",
        "f.csv:3: 7000 ms after the row before it, which is no length of candles"
      ),
      (
        "1746372780001,1,1,1,1,1\n1746372840001,1,1,1,1,1\n",
        "f.csv:2: does not begin with a candle: 2025-05-04 15:33:00.001"
      ),
    ]
    for (rows, text) in cases {
      let error = #expect(throws: RecordingProblem.self) {
        try file(rows, name: "f.csv")
      }
      #expect(error?.description == text)
    }
    let header = #expect(throws: RecordingProblem.self) {
      try CandleFile(content: Array("time,open\n1,2\u{1B}[2J".utf8), name: "f.csv")
    }
    #expect(
      header?.description
        == "f.csv:1: the header must be timestamp_ms,open,high,low,close,volume, found time,open")
  }

  @Test func `a missing file says so`() {
    let error = #expect(throws: RecordingProblem.self) {
      try CandleFile(path: "/nonexistent/BTC.csv.gz")
    }
    #expect(error?.description == "BTC.csv.gz: cannot be read: No such file or directory")
  }

  @Test func `damaged gzip data is refused`() {
    let error = #expect(throws: RecordingProblem.self) {
      try CandleFile(content: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2], name: "f.csv.gz")
    }
    #expect(error != nil)
  }

  /// Sixty minutes that rise by ten, each with a low of fifteen below its open.
  private func rising() throws -> CandleFile {
    var rows = ""
    for minute in 0..<60 {
      let open = 60_000 + 10 * minute
      rows +=
        "\(1_767_225_600_000 + minute * 60_000),\(open),\(open + 12),\(open - 15),\(open + 10),6\n"
    }
    return try file(rows)
  }

  private func started(
    _ recording: inout Recording
  ) throws -> (venue: SimulatedVenue, account: VenueAccountID) {
    var venue = try #require(
      SimulatedVenue(
        listings: recording.listings, rules: VenueRules(accountTradesReachTape: false),
        startingAt: recording.startTime))
    recording.start(in: &venue, at: recording.startTime)
    let account = venue.openAccount(deposit: 10_000, at: recording.startTime)
    return (venue, account)
  }

  @Test func `the candles that come out are those of the file`() throws {
    let file = try rising()
    var recording = try Recording([(TestVenue.bitcoin, file)], warmUp: 20)
    var (venue, _) = try started(&recording)
    let market = try #require(venue.market(TestVenue.bitcoin))
    recording.run(&venue, until: recording.endTime)
    #expect(recording.nextTime == nil)
    let candles = venue.candles(of: market, .last, .oneMinute, limit: 100)
      .filter(\.isClosed).reversed()
    #expect(candles.map(\.openTime) == file.candles.map(\.openTime))
    #expect(candles.map(\.open) == file.candles.map(\.open))
    #expect(candles.map(\.high) == file.candles.map(\.high))
    #expect(candles.map(\.low) == file.candles.map(\.low))
    #expect(candles.map(\.close) == file.candles.map(\.close))
    #expect(candles.map(\.baseVolume) == file.candles.map(\.volume))
  }

  @Test func `a long meets its stop before its target`() throws {
    var recording = try Recording([(TestVenue.bitcoin, rising())], warmUp: 20)
    var (venue, account) = try started(&recording)
    recording.run(&venue, until: recording.startTime + .seconds(55))
    // The next candle goes from 60,210 over 60,195 and 60,222 to 60,220.
    try venue.place(
      .order(.buy, 1, takeProfit: "60221", stopLoss: "60198"), for: account, at: venue.now)
    recording.run(&venue, until: recording.startTime + .minutes(2))
    let ended = venue.algoHistory(of: account, protection: true, HistoryPage())
    #expect(ended.map(\.firedLeg) == [.stopLoss])
    let sent = try #require(ended.first?.sentOrder)
    let order = try #require(venue.order(.number(sent), of: account))
    // The path stops at the trigger: the fill is half a spread below it, not at the low.
    let price = try #require(order.averagePrice)
    #expect(price < "60198" && price > "60195")
  }

  @Test func `a resting order fills only when the price goes through it`() throws {
    var recording = try Recording([(TestVenue.bitcoin, rising())], warmUp: 20)
    var (venue, account) = try started(&recording)
    recording.run(&venue, until: recording.startTime + .seconds(55))
    let touched = try venue.place(
      .order(.buy, "0.1", .limit("60195")), for: account, at: venue.now)
    let crossed = try venue.place(
      .order(.buy, "0.1", .limit("60196.5")), for: account, at: venue.now)
    recording.run(&venue, until: recording.startTime + .minutes(2))
    #expect(venue.order(.number(touched.number), of: account)?.state == .live)
    let filled = try #require(venue.order(.number(crossed.number), of: account))
    #expect(filled.state == .filled)
    #expect(filled.averagePrice == "60196.5")
  }

  @Test func `the label names the file and the path`() throws {
    let recording = try Recording([(TestVenue.bitcoin, rising())])
    #expect(recording.label == "recording BTCUSDT_1m.csv, pessimistic path")
    #expect(Recording.instrument(ofFileNamed: "eth-usdt_1m.csv") == TestVenue.ether)
    #expect(Recording.instrument(ofFileNamed: "unknown.csv") == nil)
  }

  @Test(arguments: [
    ("BTCUSDT_perp_1m.csv.gz", "BTC-USDT"), ("BTC_15m.csv", "BTC-USDT"), ("btc.csv", "BTC-USDT"),
    ("ETHFIUSDT_1h.csv", nil), ("BTCDOMUSDT_1h.csv", nil), ("SOLVUSDT_1h.csv", nil),
    ("BTCUSDTX.csv", nil),
  ])
  func `a file's name says an instrument only with its quote or an end behind the coin`(
    name: String, instrument: String?
  ) {
    #expect(Recording.instrument(ofFileNamed: name)?.text == instrument)
  }
}
