import Simulation
import TestSupport
import Testing
import Trading
import Units

struct CandleTableTests {
  /// Quarters of an hour from 2020-01-01 00:00 on, those left out that are named.
  private func quarters(_ count: Int, without missing: Set<Int> = []) throws -> CandleTable {
    var text = "timestamp_ms,open,high,low,close,volume\n"
    for place in 0..<count where !missing.contains(place) {
      let time = 1_577_836_800_000 + 900_000 * place
      text += "\(time),\(100 + place),\(103 + place),\(98 + place),\(101 + place),\(place).5\n"
    }
    return try CandleTable(content: Array(text.utf8), name: "f.csv")
  }

  @Test func `candles of a longer time frame are those whose parts are all there`() throws {
    // The third quarter of the second hour and all of the fourth hour are missing; the file ends
    // in the seventh.
    let fine = try quarters(26, without: [6, 12, 13, 14, 15])
    let hours = try fine.rolledUp(to: .oneHour)
    let start: Int64 = 1_577_836_800_000
    #expect(
      hours.rows
        == [0, 2, 4, 5].map { hour in
          let first = Int32(4 * hour)
          return CandleTable.Row(
            openTime: start + Int64(hour) * 3_600_000, open: 100 + first, high: 106 + first,
            low: 98 + first, close: 104 + first, volume: Int64(4 * first + 6 + 2) * 1_000_000)
        })
    #expect(hours.timeFrame == .oneHour)
    #expect(hours.tick == fine.tick)
    func moment(_ hour: Int64) -> Timestamp { Timestamp(milliseconds: start + hour * 3_600_000) }
    #expect(
      hours.gaps == [
        RecordedGap(file: "f.csv", line: 9, from: moment(1), until: moment(2), count: 1),
        RecordedGap(file: "f.csv", line: 13, from: moment(3), until: moment(4), count: 1),
      ])
    #expect(try fine.rolledUp(to: .fifteenMinutes).rows == fine.rows)
  }

  @Test func `a hole in the first or the last candle of a longer time frame is told as well`()
    throws
  {
    func moment(_ hour: Int64) -> Timestamp {
      Timestamp(milliseconds: 1_577_836_800_000 + hour * 3_600_000)
    }
    // Holes in the first, second and third hour, which two of them share, and in the last one.
    let fine = try quarters(40, without: [2, 6, 7, 8, 37])
    let hours = try fine.rolledUp(to: .oneHour)
    #expect(hours.rows.first?.openTime == moment(3).milliseconds)
    #expect(hours.endTime == moment(9))
    #expect(
      hours.gaps == [
        RecordedGap(file: "f.csv", line: 4, from: moment(0), until: moment(1), count: 1),
        RecordedGap(file: "f.csv", line: 7, from: moment(1), until: moment(3), count: 2),
        RecordedGap(file: "f.csv", line: 35, from: moment(9), until: moment(10), count: 1),
      ])
    // A file that begins or ends within an hour leaves nothing out.
    let part = try #require(
      quarters(40).limited(
        from: moment(0) + .minutes(15), until: moment(10) - .minutes(15)))
    #expect(try part.rolledUp(to: .oneHour).gaps == [])
  }

  @Test func `candles that do not make those of another time frame are refused`() throws {
    let fine = try quarters(7, without: [3])
    func problem(_ frame: TimeFrame) -> RecordingProblem? {
      do throws(RecordingProblem) {
        _ = try fine.rolledUp(to: frame)
        return nil
      } catch {
        return error
      }
    }
    #expect(
      problem(.fiveMinutes)
        == .otherFrame(file: "f.csv", has: .fifteenMinutes, wanted: .fiveMinutes))
    #expect(problem(.oneHour) == .nothingWhole(file: "f.csv", timeFrame: .oneHour))
    #expect(problem(.thirtyMinutes) == nil)
  }

  @Test func `the fast reader reads what the strict one reads`() throws {
    var random = SeededRandom(seed: 11)
    for round in 0..<300 {
      let places = random.within(0...7)
      var text = "timestamp_ms,open,high,low,close,volume\n"
      for row in 0..<random.within(2...6) {
        let low = random.within(1...99_999)
        let high = low + random.within(0...99_999)
        let (open, close) = (random.within(low...high), random.within(low...high))
        let prices = [open, high, low, close].map { number($0, places, &random) }
        let volume = number(random.within(0...999_999_999_999), random.within(0...11), &random)
        let time = 1_577_836_800_000 + 60_000 * row
        text += "\(time),\(prices.joined(separator: ",")),\(volume)\n"
      }
      let bytes = Array(text.utf8)
      let strict = try CandleTable(CandleFile(content: bytes, name: "f.csv"))
      let fast = try CandleTable(content: bytes, name: "f.csv")
      #expect(fast.rows == strict.rows, "round \(round)\n\(text)")
      #expect(fast.tick == strict.tick, "round \(round)\n\(text)")
      #expect(fast.gaps == strict.gaps, "round \(round)\n\(text)")
    }
  }

  @Test func `a byte that is wrong anywhere is no silent number`() throws {
    let rows = [1_577_836_800_000, 1_577_836_860_000, 1_577_836_920_000].map {
      "\($0),100.5,101.25,99.125,100.0625,12345678.5\n"
    }
    let text = Array(("timestamp_ms,open,high,low,close,volume\n" + rows.joined()).utf8)
    let sound = try CandleTable(content: text, name: "f.csv")
    for place in text.indices.dropFirst(40) {
      for byte in Array(" -+:/x\u{0}e".utf8) where text[place] != byte {
        var broken = text
        broken[place] = byte
        guard let table = try? CandleTable(content: broken, name: "f.csv") else { continue }
        Issue.record("\(String(decoding: broken, as: UTF8.self)) gives \(table.rows)")
      }
    }
    #expect(sound.rows.count == 3)
  }

  @Test(arguments: ["\n", "\r\n"])
  func `zeros that an exchange writes behind its prices are no places of a tick`(end: String) throws
  {
    let rows = [
      "1577836800000,94093.94000000,94458.74000000,92376.49000000,92410.28000000,0.04500000",
      "1577836860000,92410.50000000,92500.00000000,92400.00000000,92410.00000000,1.00000000",
    ]
    let text = (["timestamp_ms,open,high,low,close,volume"] + rows).map { $0 + end }.joined()
    let table = try CandleTable(content: Array(text.utf8), name: "f.csv")
    #expect(table.tick == "0.01")
    #expect(table.rows.map(\.open) == [9_409_394, 9_241_050])
    #expect(table.rows.map(\.high) == [9_445_874, 9_250_000])
    #expect(table.rows.map(\.volume) == [45_000, 1_000_000])
  }

  @Test func `a price with too many places says so`() throws {
    let text =
      "timestamp_ms,open,high,low,close,volume\n1577836800000,94093.94,94458.74,9.5,9.5,1\n"
      + "1577836860000,94093.94,94458.741,9.5,9.5,1\n"
    #expect(
      problem { () throws(RecordingProblem) in
        _ = try CandleTable(content: Array(text.utf8), name: "f.csv")
      } == "f.csv:2: too many places for a price of 94458.74: a market counts up to 67108863 steps "
        + "of the finest price in the file; round the prices")
  }

  @Test func `small numbers may have an exponent in a file`() throws {
    let text =
      "timestamp_ms,open,high,low,close,volume\n1577836800000,1.5e-05,2e-05,1e-5,1.25e-05,1e-05\n"
      + "1577836860000,0.000015,0.00002,0.00001,0.00001,3\n"
    let table = try CandleTable(content: Array(text.utf8), name: "f.csv")
    #expect(table.tick == "0.0000001")
    #expect(table.rows.map(\.open) == [150, 150])
    #expect(table.rows.map(\.volume) == [10, 3_000_000])
  }

  @Test(arguments: ["1e5", "1e", "1e-", "e-5", "1e-1e", "1e-99", "1e--5", "1E-5", "1e-5.0"])
  func `an exponent of another form is no number`(volume: String) {
    let text =
      "timestamp_ms,open,high,low,close,volume\n1577836800000,1,1,1,1,\(volume)\n"
      + "1577836860000,1,1,1,1,1\n"
    let said = problem { () throws(RecordingProblem) in
      _ = try CandleTable(content: Array(text.utf8), name: "f.csv")
    }
    #expect(said?.hasPrefix("f.csv:2: volume: ") ?? false)
  }

  /// Minutes of a price of 100, at such minutes behind a round hour.
  private static func minutes(_ places: [Int64], price: String = "100.0") throws -> CandleTable {
    let rows = places.map {
      "\(1_577_836_800_000 + 60_000 * $0),\(price),\(price),\(price),\(price),1\n"
    }
    let text = "timestamp_ms,open,high,low,close,volume\n" + rows.joined()
    return try CandleTable(content: Array(text.utf8), name: "f.csv")
  }

  @Test func `a gap counts only as far as it lies in the stretch that is asked for`() throws {
    let table = try Self.minutes([0, 1, 10, 11, 20, 21])
    func gaps(_ from: Int64?, _ until: Int64?) -> [Int] {
      let moment = { (minute: Int64) in table.startTime + .minutes(minute) }
      return table.limited(from: from.map(moment), until: until.map(moment))?.gaps.map(\.count)
        ?? []
    }
    #expect(table.gaps.map(\.count) == [8, 8])
    #expect(gaps(nil, nil) == [8, 8])
    #expect(gaps(5, nil) == [5, 8])
    #expect(gaps(10, nil) == [8])
    #expect(gaps(nil, 10) == [8])
    #expect(gaps(nil, 15) == [8, 3])
    #expect(gaps(0, 2) == [])
  }

  @Test func `sizes whose product with a price is not exact are no steps`() throws {
    let table = try Self.minutes([0, 1], price: "100.25")
    let id: InstrumentID = "TEST-USDT"
    func can(_ lot: Contracts) -> Bool { CandleFeed.canCount(id, table, lot: lot) }
    #expect(CandleFeed.canCount(id, table, lot: nil))
    #expect(can("0.0001") && can(2) && can("0.0000000000000001"))
    #expect(!can(0) && !can("0.000000000000000001") && !can(1_000_000))
  }

  @Test func `rows at no length of candles are named with their line`() throws {
    let rows = [0, 60_000, 67_000].map { "\(1_577_836_800_000 + $0),1,1,1,1,1\n" }
    let text = "timestamp_ms,open,high,low,close,volume\n" + rows.joined()
    #expect(
      problem { () throws(RecordingProblem) in
        _ = try CandleTable(content: Array(text.utf8), name: "f.csv")
      } == "f.csv:4: 7000 ms after the row before it, which is no length of candles")
  }

  @Test(arguments: [
    ("", "f.csv:1: the header must be timestamp_ms and a column with rate in its name, found "),
    ("timestamp_ms,rate\n", "f.csv: no funding settlements"),
    (
      "timestamp_ms,x,rate\n1577836800000,1\n",
      "f.csv:2: a time and a rate expected, found 2 fields"
    ),
    (
      "timestamp_ms,\u{1b}\n",
      "f.csv:1: the header must be timestamp_ms and a column with rate in its name, found "
        + "timestamp_ms,?"
    ),
  ])
  func `a funding file speaks of funding`(content: String, expected: String) {
    #expect(
      problem { () throws(RecordingProblem) in
        _ = try FundingFile.points(Array(content.utf8), name: "f.csv")
      } == expected)
  }

  @Test func `the rate that was charged is not the one that was predicted`() throws {
    func rates(_ names: String) throws -> [Rate] {
      try FundingFile.points(
        Array("timestamp_ms,\(names)\n1704240000000,0.01,0.0001\n".utf8), name: "f.csv"
      ).map(\.rate)
    }
    #expect(try rates("predicted_rate,funding_rate") == ["0.0001"])
    #expect(try rates("funding_rate,predicted_rate") == ["0.01"])
    #expect(try rates("mark_price,rate") == ["0.0001"])
    for names in ["predicted_rate,rate", "funding_rate,funding_rate"] {
      let found = problem { () throws(RecordingProblem) in
        _ = try FundingFile.points(Array("timestamp_ms,\(names)\n".utf8), name: "f.csv")
      }
      let columns = names.split(separator: ",").joined(separator: ", ")
      #expect(
        found
          == "f.csv:1: several columns have rates (\(columns)) and only one may have been charged: "
          + "call it funding_rate, or leave the others out")
    }
  }

  @Test(
    arguments: [
      ("0.00012345678901234567", "0.000123456789012345"),
      ("-0.00011504417333333331", "-0.000115044173333333"),
      ("1.00000000000000000019e-05", "0.00001"), ("1e-18", "0.000000000000000001"),
      ("1e-20", "0"), ("-5e-324", "0"), ("12.5e-19", "0.000000000000000001"),
    ] as [(String, Rate)])
  func `places of a funding rate beyond the eighteenth are cut`(text: String, rate: Rate) throws {
    let points = try FundingFile.points(
      Array("timestamp_ms,rate\n1577836800000,\(text)\n".utf8), name: "f.csv")
    #expect(points.map(\.rate) == [rate])
  }

  @Test(arguments: ["0.0001234567890123456x", "1e-325", "1e5", "0.", "1e-5e-5"])
  func `what is no number is no funding rate`(text: String) {
    let found = problem { () throws(RecordingProblem) in
      _ = try FundingFile.points(
        Array("timestamp_ms,rate\n1577836800000,\(text)\n".utf8), name: "f.csv")
    }
    #expect(found?.hasPrefix("f.csv:2: rate: ") == true)
  }

  private func problem(_ body: () throws(RecordingProblem) -> Void) -> String? {
    do throws(RecordingProblem) {
      try body()
      return nil
    } catch {
      return error.description
    }
  }

  /// A number with so many places, sometimes with zeros at its end.
  private func number(_ value: Int, _ places: Int, _ random: inout SeededRandom) -> String {
    guard places > 0 else { return "\(value)" }
    var unit = 1
    for _ in 0..<places { unit *= 10 }
    let fraction = "\(value % unit + unit)".dropFirst()
    let zeros = String(repeating: "0", count: random.below(2) * random.below(3))
    return "\(value / unit).\(fraction)\(zeros)"
  }
}
