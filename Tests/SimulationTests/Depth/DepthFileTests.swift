import Simulation
import Testing
import Trading
import Units

@Suite struct DepthFileTests {
  /// Two changes before the snapshot, of which one bridges it, then two more and three trades.
  private static let lines = [
    #"1 {"data":{"e":"depthUpdate","T":1723161256000,"U":1,"u":4,"pu":0,"b":[["100","9"]]}}"#,
    #"2 {"data":{"e":"bookTicker","u":5,"b":"99.0","B":"1.0","a":"101.0","A":"1.0"}}"#,
    #"3 {"data":{"e":"depthUpdate","T":1723161256010,"U":5,"u":9,"pu":4,"b":[["99.8","2"]]}}"#,
    #"4 {"data":{"e":"trade","T":1723161256001,"p":"100.0","q":"0.5","m":true}}"#,
    #"5 {"lastUpdateId":7,"T":1723161256005,"bids":[["99.9","1.5"]],"asks":[["100.1","0.25"]]}"#,
    #"6 {"data":{"e":"depthUpdate","T":1723161256030,"U":10,"u":12,"pu":9,"b":[["99.9","1"]]}}"#,
    #"7 {"data":{"e":"trade","T":1723161256030,"p":"99.9","q":"0.5","m":true}}"#,
    #"8 {"data":{"e":"trade","T":1723161256040,"p":"100.1","q":"0.25","m":false}}"#,
  ]

  private func file(_ lines: [String] = lines) throws(RecordingProblem) -> DepthFile {
    try DepthFile(
      Array(lines.joined(separator: "\n").utf8), named: "test", instrument: TestVenue.bitcoin)
  }

  @Test func `a snapshot is bridged and trades come before the changes of their moment`() throws {
    let file = try file()
    var recording = DepthRecording(file)
    var venue = try #require(
      SimulatedVenue(listings: recording.listings, startingAt: file.startTime))
    let market = try #require(venue.market(TestVenue.bitcoin))
    #expect(file.startTime == Timestamp(milliseconds: 1_723_161_256_005))
    #expect(file.tradeCount == 2)
    recording.start(in: &venue, at: file.startTime)
    #expect(venue.book(of: market, depth: 9).bids == [BookLevel(price: "99.9", contracts: 1_500)])
    recording.run(&venue, until: file.endTime)
    let book = venue.book(of: market, depth: 9)
    #expect(
      book.bids == [
        BookLevel(price: "99.9", contracts: 1_000), BookLevel(price: "99.8", contracts: 2_000),
      ])
    #expect(book.asks.isEmpty)
    #expect(venue.trades(of: market, limit: 9).map(\.price) == ["100.1", "99.9"])
    #expect(recording.nextTime == nil)
  }

  @Test func `an order moves forward by trades, not by its own level's restatement`() throws {
    let file = try file()
    var recording = DepthRecording(file)
    var venue = try #require(
      SimulatedVenue(listings: recording.listings, startingAt: file.startTime))
    let account = venue.openAccount(deposit: 10_000, at: file.startTime)
    recording.start(in: &venue, at: file.startTime)
    // 1.5 coins ahead; half a coin trades, and the restated level takes nothing more away.
    let order = try venue.place(
      .order(.buy, 100, .limit("99.9")), for: account, at: file.startTime)
    recording.run(&venue, until: file.endTime)
    #expect(venue.order(.number(order.number), of: account)?.filledContracts == 0)
    let market = try #require(venue.market(TestVenue.bitcoin))
    venue.applyTrade(.sell, ticks: 999, lots: 10_001, to: market, at: file.endTime)
    #expect(venue.order(.number(order.number), of: account)?.filledContracts == "0.1")
  }

  @Test func `a broken chain is named with its line`() {
    var lines = Self.lines
    lines[5] = lines[5].replacing(#""pu":9"#, with: #""pu":8"#)
    #expect(throws: RecordingProblem.sequence(file: "test", line: 6, expected: 9, found: 8)) {
      try file(lines)
    }
  }

  @Test func `without a whole book there is nothing to replay`() {
    #expect(throws: RecordingProblem.noBook(file: "test")) {
      try file(Array(Self.lines.prefix(4)))
    }
  }

  @Test(arguments: [
    #"9 {"data":{"e":"trade","T":1723161256040,"p":"100.15","q":"0.25","m":false}}"#,
    #"9 {"data":{"e":"trade","T":1723161256040,"p":"100.1","q":"0.00001","m":false}}"#,
    #"9 {"data":{"e":"trade","T":1723161256040,"p":"-1","q":"0.25","m":false}}"#,
    #"9 {"data":{"e":"trade","T":1723161256040,"p":"1e2","q":"0.25","m":false}}"#,
    #"9 {"data":{"e":"trade","T":12,"p":"100.1","q":"0.25","m":false}}"#,
    #"9 {"data":{"e":"trade","#,
    "9",
  ])
  func `a line that is not understood is named`(line: String) {
    #expect {
      try file(Self.lines + [line])
    } throws: { error in
      "\(error)".hasPrefix("test:\(Self.lines.count + 1): ")
    }
  }
}
